-- Under which keys people are known, and that their stops hold under all of them. Rows are touched in commits of the ledger.

-- name: people_lock
-- Two sessions of which one stores a stop and the other one that two keys are one person must not miss each other. The number before the
-- organization is this lock's own: lists are held under 21333 (partition.sql), for as long as an upload takes.
SELECT pg_advisory_xact_lock(21334, organization) FROM (SELECT DISTINCT unnest($1::int4[]) AS organization ORDER BY 1) o

-- name: people_keys
-- Reads only: every key by which each of these people is known.
SELECT u.place, k.phone, k.user_id
FROM unnest($1::int4[], $2::int8[], $3::text[]) WITH ORDINALITY AS u(organization, phone, user_id, place)
CROSS JOIN LATERAL person_keys(u.organization, nullif(u.phone, 0), nullif(u.user_id, '')) k

-- name: people_aliases
-- That a user id and a phone number are one person; returns what was not known. The latest word counts. What is known is left out first,
-- since a conflict locks its row, and that is written.
INSERT INTO person_alias AS a (organization_no, user_id, phone, seen_at)
SELECT DISTINCT ON (organization, user_id) organization, user_id, phone_key(phone), to_timestamp(at_ms / 1000.0)
FROM unnest($1::int4[], $2::int8[], $3::text[], $4::int8[]) AS u(organization, phone, user_id, at_ms)
WHERE NOT EXISTS (SELECT FROM person_alias k
                  WHERE k.organization_no = u.organization AND k.user_id = u.user_id AND k.phone = phone_key(u.phone))
ORDER BY organization, user_id, at_ms DESC
ON CONFLICT (organization_no, user_id) DO UPDATE SET phone = excluded.phone, seen_at = excluded.seen_at
WHERE a.phone <> excluded.phone AND a.seen_at <= excluded.seen_at
RETURNING a.organization_no, a.phone, a.user_id

-- name: people_changes
-- That people have another phone number or user id now.
INSERT INTO person_change (organization_no, old_phone, old_user_id, phone, user_id, changed_at)
SELECT organization, phone_key(nullif(old_phone, 0)), nullif(old_user_id, ''), phone_key(nullif(phone, 0)), nullif(user_id, ''),
       to_timestamp(at_ms / 1000.0)
FROM unnest($1::int4[], $2::int8[], $3::text[], $4::int8[], $5::text[], $6::int8[])
     AS u(organization, old_phone, old_user_id, phone, user_id, at_ms)
ON CONFLICT DO NOTHING

-- name: people_follow_stops
-- Of these people more is known now: the strongest stop under any of their keys is written under all. Returns the keys that it is new to.
-- Nearly everybody has one key of each kind and no stop: only for the others all keys are looked up, which costs five times as much.
WITH stopping AS MATERIALIZED (
  SELECT organization FROM (SELECT DISTINCT unnest($1::int4[]) AS organization) o
  WHERE EXISTS (SELECT FROM suppression s WHERE s.organization_no = o.organization)),
asked AS MATERIALIZED (
  SELECT place, organization, phone, user_id
  FROM (SELECT n.place, n.organization, phone_key(n.phone) AS phone, n.user_id
        FROM unnest($1::int4[], $2::int8[], $3::text[]) WITH ORDINALITY AS n(organization, phone, user_id, place)
        WHERE n.organization IN (SELECT organization FROM stopping)
        OFFSET 0) u -- so that each spelling is worked out once
  WHERE EXISTS (SELECT FROM suppression s WHERE s.organization_no = u.organization AND s.phone = u.phone)
     OR EXISTS (SELECT FROM suppression s WHERE s.organization_no = u.organization AND s.user_id = u.user_id)
     OR EXISTS (SELECT FROM person_alias a WHERE a.organization_no = u.organization AND a.phone = u.phone AND a.user_id <> u.user_id)
     OR EXISTS (SELECT FROM person_alias a WHERE a.organization_no = u.organization AND a.user_id = u.user_id AND a.phone <> u.phone)
     OR EXISTS (SELECT FROM customer c WHERE c.organization_no = u.organization AND c.phone = u.phone AND c.user_id <> u.user_id)
     OR EXISTS (SELECT FROM customer c WHERE c.organization_no = u.organization AND c.user_id = u.user_id AND c.phone <> u.phone)
     OR EXISTS (SELECT FROM person_change x WHERE x.organization_no = u.organization AND x.old_phone = u.phone)
     OR EXISTS (SELECT FROM person_change x WHERE x.organization_no = u.organization AND x.old_user_id = u.user_id)),
keys AS (
  SELECT u.place, u.organization, k.phone, k.user_id
  FROM asked u
  CROSS JOIN LATERAL person_keys(u.organization, nullif(u.phone, 0), nullif(u.user_id, '')) k),
said AS (
  SELECT DISTINCT ON (place) place, reason, evidence, stopped_at
  FROM (SELECT k.place, s.reason, s.evidence, s.stopped_at FROM keys k
        JOIN suppression s ON s.organization_no = k.organization AND s.phone = k.phone
        UNION ALL
        SELECT k.place, s.reason, s.evidence, s.stopped_at FROM keys k
        JOIN suppression s ON s.organization_no = k.organization AND s.user_id = k.user_id) found
  ORDER BY place, reason = 'operator' DESC, stopped_at DESC)
INSERT INTO suppression (organization_no, phone, user_id, reason, evidence, stopped_at)
SELECT keys.organization, keys.phone, keys.user_id, said.reason, said.evidence, said.stopped_at
FROM keys JOIN said ON said.place = keys.place
ON CONFLICT DO NOTHING
RETURNING organization_no, phone, user_id
