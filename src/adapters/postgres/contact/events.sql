-- What customers did (event_writer.cpp).

-- name: event_add
-- $1 = organization; then columns, of which an empty text is nothing. `has_value` tells whether there is a value. Returns how many were new.
WITH added AS (
  INSERT INTO customer_event (organization_no, customer_no, name, at, value_micros, currency, properties, source_id)
  SELECT $1::int4, u.customer, u.name, to_timestamp(u.at_ms / 1000.0), CASE WHEN u.has_value = 1 THEN u.micros END, nullif(u.currency, ''),
         u.properties::jsonb, nullif(u.source_id, '')
  FROM unnest($2::int8[], $3::text[], $4::int8[], $5::int2[], $6::int8[], $7::text[], $8::text[], $9::text[])
       AS u(customer, name, at_ms, has_value, micros, currency, properties, source_id)
  ORDER BY u.source_id, u.at_ms
  ON CONFLICT DO NOTHING
  RETURNING 1)
SELECT count(*) AS stored FROM added

-- fragment: customer_variables
-- What a message to customer k can say: attributes, the name, and of each event that the variables of campaign $1 name (saleDetails.destination) what
-- the latest one holds.
k.attributes || CASE WHEN k.name IS NULL THEN '{}' ELSE jsonb_build_object('name', k.name) END
|| coalesce((
  SELECT jsonb_object_agg(latest.name || '.' || member.key, member.value)
  FROM (SELECT DISTINCT ON (e.name) e.name, e.properties || jsonb_strip_nulls(jsonb_build_object(
                 'value', trim_scale(e.value_micros / 1000000.0), 'currency', e.currency, 'at', e.at, 'createdAt', e.at)) AS members
        FROM customer_event e
        WHERE e.customer_no = k.no
          AND e.name = ANY (ARRAY(SELECT DISTINCT (regexp_matches(c.template_variables::text, '[{][{]\s*([^{}.|]+)[.]', 'g'))[1]
                                  FROM campaign c WHERE c.no = $1::int))
        ORDER BY e.name, e.at DESC, e.source_id DESC NULLS LAST) latest
  CROSS JOIN LATERAL jsonb_each(latest.members) member), '{}')
