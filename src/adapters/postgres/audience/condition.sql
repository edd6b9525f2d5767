-- What a condition needs to know beside itself. $1 = organization.

-- name: condition_event_names
-- Each name once: the index is read name by name, whatever number of events there is.
WITH RECURSIVE names AS (
  (SELECT name FROM customer_event WHERE organization_no = $1::int4 ORDER BY name LIMIT 1)
  UNION ALL
  SELECT (SELECT e.name FROM customer_event e WHERE e.organization_no = $1::int4 AND e.name > n.name ORDER BY e.name LIMIT 1)
  FROM names n WHERE n.name IS NOT NULL)
SELECT name FROM names WHERE name IS NOT NULL LIMIT 10000

-- name: condition_attributes
SELECT name, type, sensitive FROM attribute WHERE organization_no = $1::int4

-- name: condition_now
SELECT (extract(epoch FROM now()) * 1000)::int8 AS now,
       coalesce((SELECT p.value #>> '{}' FROM policy p WHERE p.organization_no = $1::int4 AND p.name = 'time_zone'), 'UTC') AS zone

-- name: condition_segments
-- Those of the ids $2 that there are.
SELECT id, name, query FROM segment WHERE organization_no = $1::int4 AND id = ANY ($2::text[]::uuid[])

-- name: condition_campaigns
-- The campaigns with the id $2, the tag $3 or the template $4; empty texts choose nothing.
SELECT c.no, c.total_recipients > 0 AS has_list FROM campaign c
WHERE c.organization_no = $1::int4 AND ($2::text = '' OR c.id = nullif($2::text, '')::uuid) AND ($3::text = '' OR $3::text = ANY (c.tags))
  AND ($4::text = '' OR c.template_name = $4::text)
ORDER BY c.no
