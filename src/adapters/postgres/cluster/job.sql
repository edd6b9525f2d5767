-- Work that outlives its request, as people look at it (job_store.cpp).

-- fragment: job_shown
-- A job j in the API's names.
jsonb_build_object('id', j.id, 'kind', j.kind, 'campaignId', (SELECT c.id FROM campaign c WHERE c.no = j.campaign_no), 'state', j.state,
  'done', j.done, 'total', j.total, 'dueAt', j.due_at, 'result', j.result, 'problem', j.problem, 'actor', j.actor,
  'createdAt', j.created_at, 'startedAt', j.started_at, 'endedAt', j.ended_at)

-- name: job_list
-- $1 = organization, $2 = state or NULL, $3 = entries, $4 = entries before them, $5 = the key before them.
WITH keys AS (
  SELECT j.no FROM job j WHERE j.organization_no = $1::int4 AND ($2::text IS NULL OR j.state = $2) AND ($5::int8 IS NULL OR j.no < $5::int8)
  ORDER BY j.no DESC LIMIT $3::int8 + 1 OFFSET $4::int8),
shown AS (SELECT no FROM keys ORDER BY no DESC LIMIT $3::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM job j WHERE j.organization_no = $1::int4 AND ($2::text IS NULL OR j.state = $2) LIMIT 10001) j)
SELECT coalesce((SELECT jsonb_agg({{job_shown}} ORDER BY j.no DESC) FROM shown JOIN job j USING (no)), '[]') AS data,
       {{page_end}}

-- name: job_show
-- $1 = organization, $2 = the job's id.
SELECT {{job_shown}} FROM job j WHERE j.organization_no = $1::int4 AND j.id = $2::uuid

-- name: job_campaign
-- Whose job it is, seen without a lock: the campaign is locked before its job.
SELECT j.campaign_no, c.parent_no IS NOT NULL AS is_run
FROM job j LEFT JOIN campaign c ON c.no = j.campaign_no WHERE j.organization_no = $1::int4 AND j.id = $2::uuid AND j.kind = 'freeze'

-- name: job_lock
-- The same, until the transaction ends.
SELECT j.no, j.state, j.kind, j.campaign_no FROM job j WHERE j.organization_no = $1::int4 AND j.id = $2::uuid FOR NO KEY UPDATE OF j

-- name: job_cancel
UPDATE job SET state = 'cancelled', ended_at = now() WHERE no = $1::int4
