-- Customers who turn out to be one person, and customers who have another number now (customer_join.cpp).

-- name: join_lock
-- $1 = customers, locked in the order of their numbers. Times are in milliseconds.
SELECT k.no, k.id, k.organization_no, k.phone, k.user_id, k.name, k.language, k.time_zone, k.country, k.place, array_to_json(k.tags) AS tags,
       k.marketing_opt_in, (extract(epoch FROM k.marketing_opt_in_at) * 1000)::int8 AS yes_ms,
       (extract(epoch FROM k.marketing_opt_out_at) * 1000)::int8 AS no_ms,
       (extract(epoch FROM k.created_at) * 1000)::int8 AS created_ms, (extract(epoch FROM k.updated_at) * 1000)::int8 AS updated_ms
FROM customer k WHERE k.no = ANY ($1::int8[]) ORDER BY k.no FOR UPDATE

-- name: join_attributes
-- $1 = customers.
SELECT k.no, a.key, a.value::text AS value FROM customer k CROSS JOIN LATERAL jsonb_each(k.attributes) a WHERE k.no = ANY ($1::int8[])

-- name: join_take
-- $1 = who stays, $2 = who goes: what the one had is the other's. Lists of campaigns keep what they say: they name people by their keys.
WITH gone AS (SELECT id, organization_no, phone, user_id FROM customer WHERE no = $2::int8),
stays AS (SELECT phone, user_id FROM customer WHERE no = $1::int8),
events AS (UPDATE customer_event SET customer_no = $1::int8 WHERE customer_no = $2::int8),
reactions AS (
  INSERT INTO engagement AS e (customer_no, received_at, read_at, replied_at, clicked_at, bought_at, received_count, read_count, replied_count,
                               clicked_count, bought_count, hours, cap_streak, cap_until)
  SELECT $1::int8, received_at, read_at, replied_at, clicked_at, bought_at, received_count, read_count, replied_count, clicked_count, bought_count,
         hours, cap_streak, cap_until
  FROM engagement WHERE customer_no = $2::int8
  ON CONFLICT (customer_no) DO UPDATE SET received_at = greatest(e.received_at, excluded.received_at), read_at = greatest(e.read_at, excluded.read_at),
    replied_at = greatest(e.replied_at, excluded.replied_at), clicked_at = greatest(e.clicked_at, excluded.clicked_at),
    bought_at = greatest(e.bought_at, excluded.bought_at), received_count = e.received_count + excluded.received_count,
    read_count = e.read_count + excluded.read_count, replied_count = e.replied_count + excluded.replied_count,
    clicked_count = e.clicked_count + excluded.clicked_count, bought_count = e.bought_count + excluded.bought_count,
    hours = coalesce(e.hours, excluded.hours), cap_streak = greatest(e.cap_streak, excluded.cap_streak),
    cap_until = greatest(e.cap_until, excluded.cap_until)),
aliases AS (UPDATE customer_alias SET customer_no = $1::int8 WHERE customer_no = $2::int8)
INSERT INTO customer_alias (organization_no, customer_no, old_id, phone, user_id, until)
SELECT organization_no, $1::int8, id, phone, user_id, now() FROM gone

-- name: join_drop
DELETE FROM customer WHERE no = $1::int8

-- name: join_keep
-- $1 = customer; an empty text is nothing. Keys that it had before are kept as its own.
WITH had AS (
  INSERT INTO customer_alias (organization_no, customer_no, phone, user_id, until)
  SELECT k.organization_no, k.no, nullif(k.phone, coalesce($2::int8, k.phone)), nullif(k.user_id, coalesce(nullif($3::text, ''), k.user_id)), now()
  FROM customer k WHERE k.no = $1::int8 AND (k.phone <> $2::int8 OR k.user_id <> nullif($3::text, '')))
UPDATE customer SET phone = $2::int8, user_id = nullif($3::text, ''), name = nullif($4::text, ''), language = nullif($5::text, ''),
  time_zone = nullif($6::text, ''), tags = ARRAY(SELECT jsonb_array_elements_text($7::jsonb)), attributes = $8::jsonb, marketing_opt_in = $9::bool,
  marketing_opt_in_at = to_timestamp($10::int8 / 1000.0), marketing_opt_out_at = to_timestamp($11::int8 / 1000.0), country = $12, place = $13::int4,
  updated_at = now()
WHERE no = $1::int8

-- name: join_hidden
-- $1 = the customer before, $2 = how many: customers without a phone number, and the number that is known beside their user id.
SELECT k.no, k.organization_no, k.user_id, a.phone, p.no AS other
FROM (SELECT no, organization_no, user_id FROM customer WHERE phone IS NULL AND no > $1::int8 ORDER BY no LIMIT $2::int8) k
LEFT JOIN person_alias a ON a.organization_no = k.organization_no AND a.user_id = k.user_id
LEFT JOIN customer p ON p.organization_no = a.organization_no AND p.phone = a.phone
ORDER BY k.no

-- name: join_show_phone
-- $1 = customer, $2 = the phone number that became known. Nothing when somebody else got it meanwhile.
UPDATE customer SET phone = $2::int8, updated_at = now() WHERE no = $1::int8 AND phone IS NULL

-- name: join_changes
-- $1 = how many: people who have another phone number or user id now, and the customers under the old and under the new keys.
SELECT x.ctid, x.phone, x.user_id,
       (SELECT k.no FROM customer k WHERE k.organization_no = x.organization_no AND k.phone = x.old_phone) AS old_by_phone,
       (SELECT k.no FROM customer k WHERE k.organization_no = x.organization_no AND k.user_id = x.old_user_id) AS old_by_user,
       (SELECT k.no FROM customer k WHERE k.organization_no = x.organization_no AND k.phone = x.phone) AS new_by_phone,
       (SELECT k.no FROM customer k WHERE k.organization_no = x.organization_no AND k.user_id = x.user_id) AS new_by_user
FROM person_change x WHERE NOT x.followed ORDER BY x.changed_at LIMIT $1::int8 FOR UPDATE SKIP LOCKED

-- name: join_followed
UPDATE person_change SET followed = true WHERE ctid = $1::tid
