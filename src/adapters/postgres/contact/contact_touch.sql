-- The one road by which rows of customers are written (contact_touch.cpp): what a caller says of people, and people who were met. Rows are
-- locked in the order of their numbers first, everything else follows.

-- script: contact_plans
-- Rows are looked up by key, however many there are. Plans are made for each call: a plan from the time when the table was empty would read all
-- of it once for each row of a long list.
SET LOCAL enable_seqscan=off; SET LOCAL enable_hashjoin=off; SET LOCAL enable_mergejoin=off; SET LOCAL enable_bitmapscan=off;
SET LOCAL plan_cache_mode=force_custom_plan

-- name: contact_find
-- $1 = organization, $2 = phone numbers, $3 = user ids: the customers who have one of them, locked until the transaction ends.
SELECT k.no, k.phone, k.user_id, k.country, k.time_zone
FROM customer k
WHERE k.no = ANY (ARRAY(
  SELECT c.no FROM unnest($2::int8[]) AS u(phone)
  CROSS JOIN LATERAL (SELECT c.no FROM customer c WHERE c.organization_no = $1::int4 AND c.phone = u.phone OFFSET 0) c
  UNION ALL
  SELECT c.no FROM unnest($3::text[]) AS u(user_id)
  CROSS JOIN LATERAL (SELECT c.no FROM customer c WHERE c.organization_no = $1::int4 AND c.user_id = u.user_id OFFSET 0) c))
ORDER BY k.no FOR NO KEY UPDATE OF k

-- fragment: contact_patches
-- Who, and what: bits of `sets` say what is given: 1 name, 2 language, 4 time zone, 8 tags (a JSON list), 16 the name only where there is none,
-- 32 a yes, 64 which is said now, 128 a no, 256 which is said now, 512 nothing is assumed about marketing. `patch` is an object, `removed` a
-- list of names or nothing. What is given as an empty text is removed.
unnest($2::int8[], $3::int8[], $4::text[], $5::int2[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
       $12::int8[], $13::int8[], $14::text[], $15::int4[])
WITH ORDINALITY AS u(no, phone, user_id, sets, name, language, time_zone, tags, patch, removed, yes_ms, no_ms, country, place, ord)

-- name: contact_change
-- $1 = organization; then columns, of which phone 0 and user id '' stay as they are. Gives each row back: whether it changed, or grew too
-- large. What was said with a time counts only where the person said nothing else later: a caller who gives his whole file each night does
-- not undo what was said in the chat. Who agrees or refuses anew gets a time.
WITH patched AS (
  SELECT k.no, u.ord, u.sets, coalesce(k.phone, nullif(u.phone, 0)) AS phone, coalesce(nullif(u.user_id, ''), k.user_id) AS user_id,
         CASE WHEN u.sets & 1 = 0 OR (u.sets & 16 <> 0 AND k.name IS NOT NULL) THEN k.name ELSE nullif(u.name, '') END AS name,
         CASE WHEN u.sets & 2 = 0 THEN k.language ELSE nullif(u.language, '') END AS language,
         CASE WHEN u.sets & 4 = 0 THEN k.time_zone ELSE nullif(u.time_zone, '') END AS time_zone,
         CASE WHEN u.sets & 8 = 0 THEN k.tags ELSE ARRAY(SELECT jsonb_array_elements_text(u.tags::jsonb)) END AS tags,
         CASE WHEN u.removed <> '' THEN (k.attributes || u.patch::jsonb) - ARRAY(SELECT jsonb_array_elements_text(u.removed::jsonb))
              WHEN u.patch <> '{}' THEN k.attributes || u.patch::jsonb ELSE k.attributes END AS attributes,
         k.marketing_opt_in AS agreed,
         CASE WHEN u.sets & 32 = 0 THEN k.marketing_opt_in_at
              WHEN u.sets & 64 <> 0 THEN CASE WHEN k.marketing_opt_in AND k.marketing_opt_in_at IS NOT NULL THEN k.marketing_opt_in_at ELSE now() END
              WHEN NOT k.marketing_opt_in AND to_timestamp(u.yes_ms / 1000.0) <= k.marketing_opt_out_at THEN k.marketing_opt_in_at
              ELSE greatest(k.marketing_opt_in_at, to_timestamp(u.yes_ms / 1000.0)) END AS yes_at,
         CASE WHEN u.sets & 128 = 0 THEN k.marketing_opt_out_at
              WHEN u.sets & 256 <> 0 THEN CASE WHEN NOT k.marketing_opt_in AND k.marketing_opt_out_at IS NOT NULL THEN k.marketing_opt_out_at ELSE now() END
              WHEN k.marketing_opt_in AND to_timestamp(u.no_ms / 1000.0) < k.marketing_opt_in_at THEN k.marketing_opt_out_at
              ELSE greatest(k.marketing_opt_out_at, to_timestamp(u.no_ms / 1000.0)) END AS no_at,
         u.country, nullif(u.place, 0) AS place
  FROM {{contact_patches}} JOIN customer k ON k.no = u.no AND k.organization_no = $1::int4),
judged AS (
  SELECT p.*, CASE WHEN p.sets & 160 = 0 THEN p.agreed ELSE coalesce(p.yes_at > p.no_at, p.no_at IS NULL) END AS agrees,
         pg_column_size(p.attributes) > 262144 AS too_large
  FROM patched p OFFSET 0), -- so that each is worked out once
changed AS (
  UPDATE customer k SET phone = j.phone, user_id = j.user_id, name = j.name, language = j.language, time_zone = j.time_zone, tags = j.tags,
         attributes = j.attributes, marketing_opt_in = j.agrees, marketing_opt_in_at = j.yes_at, marketing_opt_out_at = j.no_at,
         country = j.country, place = j.place, updated_at = now()
  FROM judged j
  WHERE k.no = j.no AND NOT j.too_large
    AND (k.phone, k.user_id, k.name, k.language, k.time_zone, k.tags, k.attributes, k.marketing_opt_in, k.marketing_opt_in_at,
         k.marketing_opt_out_at, k.country, k.place)
        IS DISTINCT FROM (j.phone, j.user_id, j.name, j.language, j.time_zone, j.tags, j.attributes, j.agrees, j.yes_at, j.no_at, j.country, j.place)
  RETURNING k.no)
SELECT j.ord, j.too_large, c.no IS NOT NULL AS changed FROM judged j LEFT JOIN changed c ON c.no = j.no

-- name: contact_add
-- The same columns; numbers mean nothing. People who were added meanwhile are not given back.
INSERT INTO customer (organization_no, phone, user_id, name, language, time_zone, tags, attributes, marketing_opt_in, marketing_opt_in_at,
                      marketing_opt_out_at, country, place)
SELECT $1::int4, nullif(u.phone, 0), nullif(u.user_id, ''), nullif(u.name, ''), nullif(u.language, ''), nullif(u.time_zone, ''),
       CASE WHEN u.sets & 8 = 0 THEN '{}' ELSE ARRAY(SELECT jsonb_array_elements_text(u.tags::jsonb)) END, u.patch::jsonb,
       CASE WHEN u.sets & 160 = 0 THEN u.sets & 512 = 0 ELSE coalesce(w.yes_at > w.no_at, w.no_at IS NULL) END, w.yes_at, w.no_at,
       u.country, nullif(u.place, 0)
FROM {{contact_patches}}
CROSS JOIN LATERAL (SELECT CASE WHEN u.sets & 64 <> 0 THEN now() WHEN u.sets & 32 <> 0 THEN to_timestamp(u.yes_ms / 1000.0) END AS yes_at,
                           CASE WHEN u.sets & 256 <> 0 THEN now() WHEN u.sets & 128 <> 0 THEN to_timestamp(u.no_ms / 1000.0) END AS no_at) w
ORDER BY u.phone, u.user_id
ON CONFLICT DO NOTHING
RETURNING no, phone, user_id

-- name: contact_places
-- $1 = countries, $2 = the zones of each, with a space between: their numbers, in that order. New places are made.
WITH wanted AS (
  SELECT country, string_to_array(zones, ' ') AS zones, ord FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u(country, zones, ord)),
made AS (
  INSERT INTO place (country, zones)
  SELECT country, zones FROM wanted w WHERE NOT EXISTS (SELECT FROM place p WHERE p.country = w.country AND p.zones = w.zones)
  ORDER BY country, zones
  ON CONFLICT DO NOTHING
  RETURNING no, country, zones)
SELECT w.ord, coalesce(p.no, m.no) AS no
FROM wanted w LEFT JOIN place p ON p.country = w.country AND p.zones = w.zones
LEFT JOIN made m ON m.country = w.country AND m.zones = w.zones
ORDER BY w.ord

-- name: contact_aliases
-- $1 = organizations, $2 = phone numbers in their one spelling, $3 = user ids that are seen with them now; returns what was not known.
INSERT INTO person_alias AS a (organization_no, user_id, phone, seen_at)
SELECT DISTINCT ON (organization, user_id) organization, user_id, phone, now()
FROM unnest($1::int4[], $2::int8[], $3::text[]) AS u(organization, phone, user_id)
WHERE NOT EXISTS (SELECT FROM person_alias k WHERE k.organization_no = u.organization AND k.user_id = u.user_id AND k.phone = u.phone)
ORDER BY organization, user_id, phone
ON CONFLICT (organization_no, user_id) DO UPDATE SET phone = excluded.phone, seen_at = excluded.seen_at
WHERE a.phone <> excluded.phone
RETURNING a.phone, a.user_id
