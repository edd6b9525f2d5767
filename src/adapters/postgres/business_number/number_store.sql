-- The sending numbers as configured, and who may send from them (number_store.cpp).

-- fragment: marketing_share
-- Of a number n: how much of its rate it may use for marketing.
number_share(n.quality_rating, (SELECT q.value FROM policy q WHERE q.organization_no = n.organization_no AND q.name = 'quality'))

-- name: numbers_organization
-- Makes the organization if it is new.
INSERT INTO organization (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING no

-- name: numbers_save
-- Writes one configured number.
WITH portfolio AS (
  INSERT INTO portfolio (organization_no) VALUES ($1::int4) ON CONFLICT (organization_no, meta_id) DO UPDATE SET meta_id = excluded.meta_id RETURNING no)
INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second, active, portfolio_no)
SELECT $1::int4, $2, $3, $4::float8, $5::bool, no FROM portfolio
ON CONFLICT (phone_number_id) DO UPDATE
SET organization_no = excluded.organization_no, waba_id = excluded.waba_id, messages_per_second = excluded.messages_per_second,
    active = excluded.active, portfolio_no = excluded.portfolio_no, updated_at = now()
RETURNING no

-- name: numbers_retire
-- Numbers of the organization that no configuration names any more, this daemon's or a living one's, stay for the reports, but send nothing.
UPDATE number SET active = false, updated_at = now()
WHERE organization_no = $1::int4 AND active AND phone_number_id <> ALL ($2::text[])
  AND no NOT IN (SELECT unnest(n.numbers) FROM node n WHERE n.expires_at > now())

-- fragment: lease_is_over
-- Of a lease l.
l.expires_at <= now()

-- fragment: lease_taken
-- Of those wanted; what its last owner began needs no wait if he gave it up, or was an earlier start of this node.
l.number_no, l.epoch, l.released OR split_part(l.owner, '#', 1) = split_part($1, '#', 1) AS is_clean FROM number_lease l JOIN wanted w ON w.no = l.number_no

-- name: numbers_acquire_leases
-- Takes free or expired leases, renews our own. The epoch grows whenever the owner changes or was without it for a while. An owner is
-- <node>#<start>. $4: another start of the same node takes over at once, because its state folder's lock proves that the earlier one is
-- dead; only at a start, or two copies of one folder would take the leases from each other for ever. $5: [{id, rate, ceiling, pace}] of those
-- that are at work here, for people. A ceiling below the configured rate is kept for the next owner.
-- Claims hold the keys of their leases (claims_lock_leases) until they commit. A lease changes hands behind that (FOR UPDATE); it is renewed
-- beside it, so a claim that waits for a locked campaign costs nobody the lease. Of others
-- only what nobody holds is taken: to wait for a claim of a process that stands still would cost us our own leases. At a start there are none
-- to lose, and what the start before holds is waited for.
WITH wanted AS (SELECT n.no, n.order_no, n.ordered_pause,
                       {{marketing_share}} AS marketing_share, w.rate, w.ceiling, w.pace,
                       CASE WHEN w.ceiling < n.messages_per_second THEN w.ceiling END AS learned
                FROM number n LEFT JOIN jsonb_to_recordset($5::jsonb) AS w(id text, rate float8, ceiling float8, pace text) ON w.id = n.phone_number_id
                WHERE n.no = ANY ($2::int4[]) ORDER BY n.no),
     ours AS (SELECT l.number_no, l.epoch FROM number_lease l JOIN wanted w ON w.no = l.number_no WHERE l.owner = $1 AND l.expires_at > now()),
     waited_for AS (SELECT {{lease_taken}} WHERE $4::bool AND ({{lease_is_over}} OR split_part(l.owner, '#', 1) = split_part($1, '#', 1)) AND l.number_no NOT IN (SELECT o.number_no FROM ours o)
                    ORDER BY l.number_no FOR UPDATE OF l),
     free AS (SELECT {{lease_taken}} WHERE NOT $4::bool AND {{lease_is_over}} ORDER BY l.number_no FOR UPDATE OF l SKIP LOCKED),
     before AS (SELECT number_no, epoch, true AS is_clean FROM ours
                UNION ALL SELECT * FROM waited_for UNION ALL SELECT * FROM free),
     held AS (
  INSERT INTO number_lease AS l (number_no, owner, epoch, expires_at, rate, ceiling, pace, learned, limited_by)
  SELECT no, $1, 1, now() + $3::int8 * interval '1 millisecond', rate, ceiling, pace, learned, portfolio_limiting(no) FROM wanted
  WHERE no IN (SELECT b.number_no FROM before b) OR no NOT IN (SELECT l.number_no FROM number_lease l)
  ON CONFLICT (number_no) DO UPDATE
  SET owner = excluded.owner, expires_at = excluded.expires_at, released = false, limited_by = portfolio_limiting(l.number_no),
      rate = excluded.rate, ceiling = excluded.ceiling, pace = excluded.pace,
      learned = CASE WHEN excluded.pace IS NULL THEN l.learned ELSE excluded.learned END,
      epoch = l.epoch + CASE WHEN l.owner = excluded.owner AND l.expires_at > now() THEN 0 ELSE 1 END
  WHERE l.owner = excluded.owner OR {{lease_is_over}} OR ($4::bool AND split_part(l.owner, '#', 1) = split_part(excluded.owner, '#', 1))
  RETURNING l.number_no, l.epoch, l.learned)
SELECT h.number_no, h.epoch, h.learned, b.epoch IS DISTINCT FROM h.epoch AS is_fresh, coalesce(b.is_clean, true) AS is_clean, w.order_no, w.ordered_pause, w.marketing_share
FROM held h JOIN wanted w ON w.no = h.number_no LEFT JOIN before b ON b.number_no = h.number_no ORDER BY h.number_no

-- name: numbers_release_lease
-- The row stays, so that the epoch never goes back.
UPDATE number_lease SET expires_at = now(), released = true WHERE owner = $1 AND number_no = $2::int4

-- name: numbers_release_leases
UPDATE number_lease SET expires_at = now(), released = true WHERE owner = $1

-- name: numbers_end_sign
-- The daemon is not alive any more.
UPDATE node SET expires_at = now() WHERE owner = $1

-- name: numbers_show
-- A daemon is alive: $1 = owner, $2 = host, $3 = version, $4 = numbers, $5 = for so many milliseconds.
INSERT INTO node AS n (id, owner, host, version, numbers, expires_at)
VALUES (split_part($1, '#', 1), $1, $2, $3, $4::int4[], now() + $5::int8 * interval '1 millisecond')
ON CONFLICT (id) DO UPDATE
SET owner = excluded.owner, host = excluded.host, version = excluded.version, numbers = excluded.numbers, seen_at = now(),
    expires_at = excluded.expires_at, started_at = CASE WHEN n.owner = excluded.owner THEN n.started_at ELSE now() END

-- name: numbers_living_nodes
-- Reads only.
SELECT n.id, u.number_no FROM node n LEFT JOIN LATERAL unnest(n.numbers) AS u(number_no) ON true WHERE n.expires_at > now() ORDER BY n.id, u.number_no

-- name: numbers_places
-- Reads only: the active numbers and who holds them now.
SELECT n.no, n.messages_per_second, CASE WHEN l.expires_at > now() THEN split_part(l.owner, '#', 1) ELSE '' END AS holder
FROM number n LEFT JOIN number_lease l ON l.number_no = n.no WHERE n.active ORDER BY n.no

-- name: numbers_order
-- $1 = phone_number_id, $2 = organization (0: any), $3 = whether it is paused, $4 = the reason as JSON, or empty.
UPDATE number SET order_no = order_no + 1, ordered_pause = $3::bool, stopped_sentence = nullif($4, '')::jsonb, stopped_reason = NULL, updated_at = now()
WHERE phone_number_id = $1 AND ($2::int4 = 0 OR organization_no = $2::int4) RETURNING no, order_no

-- name: numbers_set_stopped_reason
-- $2 = the reason as JSON, or empty.
UPDATE number SET stopped_sentence = nullif($2, '')::jsonb, stopped_reason = NULL, updated_at = now() WHERE no = $1::int4
