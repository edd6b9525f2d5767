-- Saved segments. $1 = organization.

-- name: segments_lock
-- Who changes segments, and who names one, must not miss each other: circles, and names of what is deleted.
SELECT pg_advisory_xact_lock(21335, $1::int4)

-- name: segments_lock_shared
SELECT pg_advisory_xact_lock_shared(21335, $1::int4)

-- fragment: segment_shown
jsonb_build_object('id', s.id, 'name', s.name, 'description', s.description, 'query', s.query, 'people', s.people, 'exact', s.exact,
  'countedAt', s.counted_at, 'createdAt', s.created_at, 'updatedAt', s.updated_at, 'createdBy', s.created_by)

-- name: segment_show
SELECT {{segment_shown}} AS segment FROM segment s WHERE s.organization_no = $1::int4 AND s.id::text = lower($2)

-- name: segment_list
-- $2 = entries, $3 = entries before them, $4 = the key before them.
WITH keys AS (
  SELECT s.no FROM segment s WHERE s.organization_no = $1::int4 AND ($4::int8 IS NULL OR s.no < $4::int8)
  ORDER BY s.no DESC LIMIT $2::int8 + 1 OFFSET $3::int8),
shown AS (SELECT no FROM keys ORDER BY no DESC LIMIT $2::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM segment s WHERE s.organization_no = $1::int4 LIMIT 10001) s)
SELECT coalesce((SELECT jsonb_agg({{segment_shown}} ORDER BY s.no DESC) FROM shown JOIN segment s USING (no)), '[]') AS data,
       {{page_end}}

-- name: segment_insert
INSERT INTO segment (organization_no, name, description, query, created_by) VALUES ($1::int4, $2, $3, $4::jsonb, $5) RETURNING id

-- name: segment_update
-- What is NULL stays; an empty description goes. Another query was not counted yet.
UPDATE segment s
SET name = coalesce($3, s.name), description = CASE WHEN $4::text IS NULL THEN s.description ELSE nullif($4::text, '') END,
    query = coalesce($5::jsonb, s.query), updated_at = now(),
    people = CASE WHEN $5::jsonb = s.query OR $5 IS NULL THEN s.people END, exact = CASE WHEN $5::jsonb = s.query OR $5 IS NULL THEN s.exact END,
    counted_at = CASE WHEN $5::jsonb = s.query OR $5 IS NULL THEN s.counted_at END
WHERE s.organization_no = $1::int4 AND s.id::text = lower($2) RETURNING s.id

-- name: segment_name_taken
-- $2 = the name, $3 = the id that may have it, or ''.
SELECT EXISTS (SELECT FROM segment s WHERE s.organization_no = $1::int4 AND s.name = $2 AND s.id::text <> lower($3)) AS taken

-- name: segment_users
-- Who names the segment $2: other segments, and campaigns that are not over. Queries hold ids in any case of letters.
SELECT 'the segment "' || s.name || '"' AS named FROM segment s
WHERE s.organization_no = $1::int4 AND s.id::text <> lower($2) AND strpos(lower(s.query::text), lower($2)) > 0
UNION ALL
SELECT 'the campaign "' || c.name || '"' FROM campaign c
WHERE c.organization_no = $1::int4 AND c.status IN ('draft', 'scheduled', 'sending', 'paused')
  AND (c.segment_id::text = lower($2) OR lower($2)::uuid = ANY (c.exclude_segments) OR strpos(lower(c.segment_query::text), lower($2)) > 0
       OR strpos(lower(c.exclude_query::text), lower($2)) > 0)
ORDER BY 1 LIMIT 10

-- name: segment_delete
DELETE FROM segment s WHERE s.organization_no = $1::int4 AND s.id::text = lower($2) RETURNING s.name

-- name: segment_counted
-- $2 = the id, $3 = people, $4 = exact, $5 = the query that was counted: an edit meanwhile is not what was counted.
UPDATE segment s SET people = $3::int8, exact = $4::bool, counted_at = now()
WHERE s.organization_no = $1::int4 AND s.id::text = lower($2) AND s.query = $5::jsonb

-- name: segment_event_fields
-- Of each event's latest hundred: the names of their properties.
SELECT n.name, coalesce((SELECT jsonb_agg(DISTINCT key) FROM (
         SELECT e.properties FROM customer_event e WHERE e.organization_no = $1::int4 AND e.name = n.name ORDER BY e.at DESC LIMIT 100) latest
         CROSS JOIN LATERAL jsonb_object_keys(CASE jsonb_typeof(latest.properties) WHEN 'object' THEN latest.properties ELSE '{}' END) AS key), '[]') AS properties
FROM unnest($2::text[]) AS n(name) ORDER BY n.name

-- name: segment_attribute_fields
-- The attributes of the latest thousand customers, and how JSON calls what they hold.
SELECT key AS name, jsonb_agg(DISTINCT jsonb_typeof(value)) AS kinds
FROM (SELECT k.attributes FROM customer k WHERE k.organization_no = $1::int4 ORDER BY k.no DESC LIMIT 1000) latest
CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(latest.attributes) WHEN 'object' THEN latest.attributes ELSE '{}' END)
WHERE jsonb_typeof(value) <> 'null'
GROUP BY key ORDER BY key LIMIT 1000

-- name: segment_session
-- $1 = milliseconds. A count reads, and no more.
SELECT set_config('transaction_read_only', 'on', true), set_config('statement_timeout', $1::text, true)

-- fragment: segment_sample
-- Some of them, for people to see that they are the right ones; the condition follows.
SELECT jsonb_build_object('id', k.id, 'name', k.name, 'phoneNumber', '+' || k.phone, 'userId', k.user_id) AS customer
FROM customer k WHERE k.organization_no = $1::int4 AND {condition} LIMIT 5

-- fragment: segment_people
-- What the planner is asked about: beside it, looking up who said stop is cheap, but its price goes by the expected number of people.
SELECT count(*) FROM customer k WHERE k.organization_no = $1::int4 AND {condition}

-- fragment: segment_count
-- $1 = organization. Everybody whom the condition is about, and those of them who may be written to.
SELECT count(*) AS people, count(*) FILTER (WHERE {{customer_is_reachable}}) AS reachable, 0 AS customers
FROM customer k WHERE k.organization_no = $1::int4 AND {condition}

-- fragment: segment_estimate
-- The same of a sample of the table's pages, and how many customers of the organization that looked at.
SELECT count(*) FILTER (WHERE k.fits) AS people, count(*) FILTER (WHERE k.fits AND {{customer_is_reachable}}) AS reachable, count(*) AS customers
FROM (SELECT k.*, coalesce({condition}, false) AS fits FROM customer k TABLESAMPLE SYSTEM ({percent}) WHERE k.organization_no = $1::int4) k

-- name: segment_table_size
SELECT greatest(reltuples, 1)::float8 AS customers FROM pg_class WHERE oid = 'customer'::regclass
