-- The customers that the API gives.

-- fragment: customer_shown
-- A customer k in the API's names.
jsonb_build_object('id', k.id, 'phoneNumber', '+' || k.phone, 'userId', k.user_id, 'name', k.name, 'attributes', k.attributes, 'tags', k.tags,
  'country', nullif(k.country, 'ZZ'), 'timeZone', k.time_zone, 'language', k.language, 'marketingOptIn', k.marketing_opt_in, 'marketingOptInAt', k.marketing_opt_in_at, 'marketingOptOutAt', k.marketing_opt_out_at,
  'createdAt', k.created_at, 'updatedAt', k.updated_at)

-- fragment: customer_wanted
-- Of organization $1, with phone number $2 and user id $3 where they are given.
k.organization_no = $1::int4 AND ($2::int8 IS NULL OR k.phone = $2::int8) AND ($3::text IS NULL OR k.user_id = $3::text)

-- name: customer_list
-- $4 = entries, $5 = entries before them, $6 = the key before them.
WITH keys AS (
  SELECT k.no FROM customer k WHERE {{customer_wanted}} AND ($6::int8 IS NULL OR k.no < $6::int8)
  ORDER BY k.no DESC LIMIT $4::int8 + 1 OFFSET $5::int8),
shown AS (SELECT no FROM keys ORDER BY no DESC LIMIT $4::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM customer k WHERE {{customer_wanted}} LIMIT 10001) k)
SELECT coalesce((SELECT jsonb_agg({{customer_shown}} ORDER BY k.no DESC) FROM shown JOIN customer k USING (no)), '[]') AS data,
       {{page_end}}

-- fragment: customer_named
-- The number of the customer with the id $2 in organization $1, also under an id that it had before it became one with another.
(SELECT c.no FROM customer c WHERE c.organization_no = $1::int4 AND c.id = $2::uuid
 UNION ALL
 SELECT a.customer_no FROM customer_alias a WHERE a.organization_no = $1::int4 AND a.old_id = $2::uuid LIMIT 1)

-- name: customer_show
-- $1 = organization, $2 = the customer's id.
SELECT {{customer_shown}} FROM customer k WHERE k.no = {{customer_named}}

-- name: customer_lock
-- $1 = organization, $2 = the customer's id.
SELECT k.no, k.id, k.phone, k.user_id FROM customer k WHERE k.no = {{customer_named}} FOR UPDATE

-- name: customer_new_keys
-- $1 = customer, $2 = phone number, $3 = user id, NULL where it stays. What he had is kept as his.
WITH had AS (
  INSERT INTO customer_alias (organization_no, customer_no, phone, user_id, until)
  SELECT k.organization_no, k.no, nullif(k.phone, coalesce($2::int8, k.phone)), nullif(k.user_id, coalesce($3::text, k.user_id)), now()
  FROM customer k WHERE k.no = $1::int8 AND (k.phone <> $2::int8 OR k.user_id <> $3::text))
UPDATE customer SET phone = coalesce($2::int8, phone), user_id = coalesce($3::text, user_id), updated_at = now() WHERE no = $1::int8

-- name: customer_remove
-- $1 = customer. Stops are no property of a customer, so they stay, and a refusal becomes one.
WITH refused AS (
  INSERT INTO suppression (organization_no, phone, user_id, reason, evidence, stopped_at)
  SELECT k.organization_no, key.phone, key.user_id, 'withdrawn', 'the customer was deleted', k.marketing_opt_out_at
  FROM customer k CROSS JOIN LATERAL (VALUES (k.phone, NULL::text), (NULL::int8, k.user_id)) key(phone, user_id)
  WHERE k.no = $1::int8 AND NOT k.marketing_opt_in AND k.marketing_opt_out_at IS NOT NULL AND coalesce(key.phone::text, key.user_id) IS NOT NULL
  ON CONFLICT DO NOTHING),
events AS (DELETE FROM customer_event WHERE customer_no = $1::int8)
DELETE FROM customer WHERE no = $1::int8

-- name: attribute_rules
-- Reads only. $1 = organization.
SELECT name, type, required FROM attribute WHERE organization_no = $1::int4

-- fragment: attribute_shown
-- An attribute a in the API's names.
jsonb_build_object('name', a.name, 'type', a.type, 'required', a.required, 'sensitive', a.sensitive)

-- name: attribute_list
-- Reads only. $1 = organization.
SELECT jsonb_build_object('data', coalesce(jsonb_agg({{attribute_shown}} ORDER BY a.name), '[]')) FROM attribute a WHERE a.organization_no = $1::int4

-- name: attribute_put
-- $1 = organization, $2 = name, $3 = type, $4 = whether every customer must have it.
INSERT INTO attribute AS a (organization_no, name, type, required) VALUES ($1::int4, $2, $3, $4::bool)
ON CONFLICT (organization_no, name) DO UPDATE SET type = excluded.type, required = excluded.required, updated_at = now()
RETURNING {{attribute_shown}}
