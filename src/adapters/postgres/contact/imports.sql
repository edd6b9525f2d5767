-- What was imported, and what was wrong with its lines (import_log.cpp).

-- name: import_begin
-- $1 = organization, $2 = kind, $3 = actor. The lock of the session tells that somebody still works on it.
WITH begun AS (
  INSERT INTO import (organization_no, kind, source, rows_read, rows_added, rows_bad, state, actor)
  VALUES ($1::int4, $2, 'csv', 0, 0, 0, 'running', $3) RETURNING no, id)
SELECT no, id, pg_advisory_lock(21338, no) FROM begun

-- name: import_progress
-- $1 = import, $2 = state, $3 = position, $4 = lines read, $5 = added, $6 = changed, $7 = unchanged, $8 = bad, $9 = why it failed.
UPDATE import SET state = $2, position = $3::int8, rows_read = $4::int8, rows_added = $5::int8, rows_changed = $6::int8, rows_unchanged = $7::int8,
       rows_bad = $8::int8, reason = $9, ended_at = CASE WHEN $2 <> 'running' THEN now() END
WHERE no = $1::int4

-- name: import_problems_add
-- $1 = import, $2 = lines, $3 = sentences.
INSERT INTO import_problem (import_no, line, problem) SELECT $1::int4, line, problem::jsonb FROM unnest($2::int8[], $3::text[]) AS u(line, problem)

-- name: import_release
SELECT pg_advisory_unlock(21338, $1::int4)

-- fragment: import_shown
-- An import i in the API's names. One that says it is running but has nobody who works on it ended with its process: what it stored is kept.
jsonb_build_object('id', i.id, 'kind', i.kind, 'campaignId', (SELECT c.id FROM campaign c WHERE c.no = i.campaign_no), 'source', i.source,
  'state', CASE WHEN i.state = 'running' AND NOT EXISTS (
                     SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = 21338 AND l.objid = i.no::oid AND l.objsubid = 2)
                THEN 'failed' ELSE i.state END,
  'reason', i.reason, 'position', i.position, 'rowsRead', i.rows_read, 'rowsAdded', i.rows_added, 'rowsUpdated', i.rows_changed,
  'rowsUnchanged', i.rows_unchanged, 'rowsBad', i.rows_bad, 'createdAt', i.created_at, 'endedAt', i.ended_at)

-- name: import_list
-- $1 = organization, $2 = kind or NULL, $3 = entries, $4 = entries before them, $5 = the key before them.
WITH keys AS (
  SELECT i.no FROM import i WHERE i.organization_no = $1::int4 AND ($2::text IS NULL OR i.kind = $2) AND ($5::int8 IS NULL OR i.no < $5::int8)
  ORDER BY i.no DESC LIMIT $3::int8 + 1 OFFSET $4::int8),
shown AS (SELECT no FROM keys ORDER BY no DESC LIMIT $3::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM import i WHERE i.organization_no = $1::int4 AND ($2::text IS NULL OR i.kind = $2) LIMIT 10001) i)
SELECT coalesce((SELECT jsonb_agg({{import_shown}} ORDER BY i.no DESC) FROM shown JOIN import i USING (no)), '[]') AS data,
       {{page_end}}

-- name: import_show
-- $1 = organization, $2 = the import's id.
SELECT {{import_shown}} FROM import i WHERE i.organization_no = $1::int4 AND i.id = $2::uuid

-- name: import_problem_list
-- In the order of lines. $1 = organization, $2 = the import's id, $3 = entries, $4 = entries before them, $5 = the line before them.
WITH one AS (SELECT i.no FROM import i WHERE i.organization_no = $1::int4 AND i.id = $2::uuid),
keys AS (
  SELECT p.line AS no, p.problem FROM one JOIN import_problem p ON p.import_no = one.no
  WHERE $5::int8 IS NULL OR p.line > $5::int8 ORDER BY p.line LIMIT $3::int8 + 1 OFFSET $4::int8),
shown AS (SELECT no, problem FROM keys ORDER BY no LIMIT $3::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM one JOIN import_problem p ON p.import_no = one.no LIMIT 10001) p)
SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('line', s.no, 'problem', s.problem) ORDER BY s.no) FROM shown s), '[]') AS data,
       least(counted.n, 10000) AS total, counted.n <= 10000 AS exact, NULL::int8 AS scanned_to,
       CASE WHEN (SELECT count(*) FROM keys) > (SELECT count(*) FROM shown) THEN (SELECT max(no) FROM shown) END AS next_key
FROM counted WHERE EXISTS (SELECT FROM one)
