-- The sending numbers as configured, and who may send from them (number_store.cpp).

-- name: numbers_organization
-- Makes the organization if it is new.
INSERT INTO organization (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING no

-- name: numbers_save
-- Writes one configured number.
INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second, active)
VALUES ($1::int4, $2, $3, $4::float8, $5::bool)
ON CONFLICT (phone_number_id) DO UPDATE
SET organization_no = excluded.organization_no, waba_id = excluded.waba_id, messages_per_second = excluded.messages_per_second,
    active = excluded.active, updated_at = now()
RETURNING no, coalesce(stopped_sentence ->> 'code' = 'number_paused_by_operator', false) AS paused_by_operator

-- name: numbers_retire
-- Numbers of the organization that the configuration names no more stay for the reports, but send nothing.
UPDATE number SET active = false, updated_at = now() WHERE organization_no = $1::int4 AND active AND phone_number_id <> ALL ($2::text[])

-- name: numbers_acquire_leases
-- Takes free or expired leases, renews our own. The epoch grows whenever the owner changes or was without it for a while. An owner is
-- <installation>#<start>: another start of the same installation takes over at once, because its state folder's lock proves that the
-- earlier one is dead.
WITH wanted AS (SELECT no FROM number WHERE no = ANY ($2::int4[]) ORDER BY no),
     before AS (SELECT l.number_no, l.epoch FROM number_lease l JOIN wanted w ON w.no = l.number_no ORDER BY l.number_no FOR UPDATE OF l),
     held AS (
  INSERT INTO number_lease AS l (number_no, owner, epoch, expires_at)
  SELECT no, $1, 1, now() + $3::int8 * interval '1 millisecond' FROM wanted WHERE (SELECT count(*) FROM before) >= 0
  ON CONFLICT (number_no) DO UPDATE
  SET owner = excluded.owner, expires_at = excluded.expires_at,
      epoch = l.epoch + CASE WHEN l.owner = excluded.owner AND l.expires_at > now() THEN 0 ELSE 1 END
  WHERE split_part(l.owner, '#', 1) = split_part(excluded.owner, '#', 1) OR l.expires_at <= now()
  RETURNING l.number_no, l.epoch)
SELECT h.number_no, h.epoch, b.epoch IS DISTINCT FROM h.epoch AS is_fresh FROM held h LEFT JOIN before b USING (number_no) ORDER BY h.number_no

-- name: numbers_release_leases
-- The row stays, so that the epoch never goes back.
UPDATE number_lease SET expires_at = now() WHERE owner = $1

-- name: numbers_set_stopped_reason
-- $2 = the reason as JSON, or empty.
UPDATE number SET stopped_sentence = nullif($2, '')::jsonb, stopped_reason = NULL, updated_at = now() WHERE no = $1::int4
