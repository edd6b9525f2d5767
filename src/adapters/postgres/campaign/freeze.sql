-- Lists that are drawn of the customers when a campaign starts, each by a job (freeze_store.cpp, lifecycle.cpp). {list} stands for the table of a
-- list, so statements with it can't be prepared.

-- fragment: list_awaited
-- Of a campaign c: its list is drawn of the customers, and has not been.
(c.kind = 'once' AND c.target_type IN ('all', 'segment') AND c.audience_drawn_at IS NULL AND c.started_at IS NULL)

-- fragment: is_being_drawn
-- Of a campaign c.
EXISTS (SELECT FROM job j WHERE j.campaign_no = c.no AND j.kind = 'freeze' AND j.state = 'running')

-- fragment: freeze_due
-- Of an open job j: its time has come.
(j.state = 'running' OR j.due_at IS NULL OR j.due_at <= now())

-- fragment: freeze_shown
-- Of a campaign c: the job that draws its list, and whether it does.
'job', (SELECT {{job_shown}} FROM job j WHERE j.campaign_no = c.no AND j.kind = 'freeze' AND j.state IN ('waiting', 'running')),
  'phase', (SELECT 'freezing' FROM job j WHERE j.campaign_no = c.no AND j.kind = 'freeze' AND j.state IN ('waiting', 'running') AND {{freeze_due}}),
  'audienceDrawnAt', c.audience_drawn_at

-- name: freeze_phase
-- Reads only.
SELECT EXISTS (SELECT FROM job j WHERE j.campaign_no = $1::int4 AND j.kind = 'freeze' AND j.state IN ('waiting', 'running') AND {{freeze_due}}) AS freezing

-- name: freeze_lead
-- How long before its start the list of the campaign $1 is drawn.
UPDATE campaign SET lead_s = $2::int4 WHERE no = $1::int4

-- name: freeze_queue
-- $2 = at once, $3 = who wants it, $4 = its steps. Until the list is drawn nobody knows in which places people are: their clocks first show the
-- time in the zone that is the farthest ahead.
INSERT INTO job (organization_no, kind, campaign_no, due_at, actor, total)
SELECT c.organization_no, 'freeze', c.no, CASE WHEN NOT $2::bool AND coalesce(c.plan ->> 'audienceAt', 'start') = 'start' THEN
         CASE WHEN c.scheduled_local IS NOT NULL THEN c.scheduled_local::timestamp AT TIME ZONE 'Etc/GMT-14' ELSE c.scheduled_for END
         - make_interval(secs => c.lead_s) END, $3, $4::int8
FROM campaign c WHERE c.no = $1::int4
ON CONFLICT (campaign_no, kind) WHERE state IN ('waiting', 'running') DO UPDATE SET due_at = excluded.due_at

-- name: freeze_at_once
-- No time is waited for that has gone, or ($2) that somebody was ahead of.
UPDATE campaign SET scheduled_for = NULL, updated_at = now() WHERE no = $1::int4 AND ($2::bool OR scheduled_for <= now())

-- name: freeze_cancel
-- Of a campaign that does not start after all.
UPDATE job SET state = 'cancelled', ended_at = now() WHERE campaign_no = $1::int4 AND kind = 'freeze' AND state IN ('waiting', 'running')

-- name: freezes_due
-- Reads only: those that wait and are due, and those of whoever died over one. $1 = now in milliseconds, $2 = how many at most.
SELECT j.no FROM job j
WHERE j.kind = 'freeze' AND j.state IN ('waiting', 'running')
  AND (j.state = 'running' OR j.due_at IS NULL OR j.due_at <= to_timestamp($1::int8 / 1000.0))
ORDER BY coalesce(j.due_at, j.created_at), j.no LIMIT $2::int8

-- name: freeze_hold
-- Whoever draws a list holds this until it is done, or dead.
SELECT pg_try_advisory_lock(21336, $1::int4) AS held

-- name: freeze_free
SELECT pg_advisory_unlock(21336, $1::int4)

-- name: freeze_terms
-- $1 = now in milliseconds, $2 = the job. Both rows are locked; no row while somebody else has one of them, or when the job has ended.
SELECT j.id AS job_id, c.no, c.id, c.organization_no, c.status = 'scheduled' AND {{list_awaited}} AS stands,
       coalesce({{is_too_late}}, false) OR {{is_over}} AS is_too_late, (extract(epoch FROM c.expires_at) * 1000)::int8 AS expires_at,
       c.parent_no, (SELECT p.id FROM campaign p WHERE p.no = c.parent_no) AS parent_id,
       (extract(epoch FROM c.occurrence_at) * 1000)::int8 AS occurrence_at
FROM job j JOIN campaign c ON c.no = j.campaign_no
WHERE j.no = $2::int4 AND j.state IN ('waiting', 'running') FOR NO KEY UPDATE OF c, j SKIP LOCKED

-- name: freeze_hold_list
-- False at once while people are added to it.
SELECT pg_try_advisory_xact_lock(21333, $1::int4) AS held

-- name: freeze_mark
UPDATE job SET state = $2, done = 0, started_at = CASE WHEN $2 = 'running' THEN coalesce(started_at, now()) END WHERE no = $1::int4

-- name: freeze_progress
-- No row: it was cancelled.
UPDATE job SET done = $2::int8 WHERE no = $1::int4 AND state = 'running' RETURNING no

-- fragment: freeze_stands
-- Of a job j and its campaign c: nothing has changed since it began.
j.no = $1::int4 AND j.state = 'running' AND c.status = 'scheduled' AND {{list_awaited}}

-- name: freeze_still_stands
SELECT EXISTS (SELECT FROM job j JOIN campaign c ON c.no = j.campaign_no WHERE {{freeze_stands}}) AS stands

-- name: freeze_lock
-- No row while somebody else has the campaign, or when something has changed.
SELECT c.total_recipients, greatest(0, extract(epoch FROM clock_timestamp() - c.scheduled_for) * 1000)::int8 AS late_ms
FROM job j JOIN campaign c ON c.no = j.campaign_no WHERE {{freeze_stands}} FOR NO KEY UPDATE OF c, j SKIP LOCKED

-- name: freeze_wait
SELECT pg_sleep(0.05)

-- name: freeze_campaign
-- What a list is made of. Reads only.
SELECT c.organization_no, c.status, {{campaign_is_marketing}} AS marketing, c.total_recipients,
       EXISTS (SELECT FROM pg_inherits i JOIN pg_class t ON t.oid = i.inhrelid
               WHERE i.inhparent = 'campaign_recipient'::regclass AND t.relname = 'campaign_recipient_' || c.no) AS has_partition
FROM campaign c WHERE c.no = $1::int4

-- fragment: picked_columns
campaign_no, row_number() OVER (ORDER BY seq) AS seq, CASE WHEN {{screened_by_launch}} THEN 0 ELSE screen END AS screen, phone, user_id, customer_no,
       name, variables, line, raw, marketing_screen, place, language, lang

-- fragment: list_picked
-- Those who were picked by hand, by import or one by one, come first: what a list says of a person wins. They alone have a line.
INSERT INTO {list} (campaign_no, seq, screen, phone, user_id, customer_no, name, variables, line, raw, marketing_screen, place, language, lang)
SELECT {{picked_columns}} FROM campaign_recipient_{campaign} WHERE line IS NOT NULL

-- fragment: list_move
-- Into the campaign's own table, which is empty now and stays attached: to take it off would lock every reader of all lists.
INSERT INTO campaign_recipient_{campaign} ({{list_columns}})
SELECT {{list_columns}} FROM {list} ORDER BY seq;
DROP TABLE {list}

-- name: freeze_drawn
-- $2 = people on the list.
UPDATE campaign SET total_recipients = $2::int4, audience_drawn_at = now(), updated_at = now() WHERE no = $1::int4

-- name: freeze_done
-- $2 = people on the list, of which it left out $3.
UPDATE job SET state = 'done', done = total, ended_at = now(), result = jsonb_build_object('people', $2::int8, 'screened', $3::int8) WHERE no = $1::int4

-- name: freeze_failed
-- $2 = why. Nothing changes when it has ended.
UPDATE job SET state = 'failed', ended_at = now(), problem = $2::jsonb WHERE no = $1::int4 AND state IN ('waiting', 'running') RETURNING no

-- fragment: list_keep_picked
-- A drawn list goes, whoever was picked by hand stays.
CREATE TEMPORARY TABLE list_in_order ON COMMIT DROP AS SELECT {{picked_columns}}, NULL::timestamptz AS waits_until FROM {list} WHERE line IS NOT NULL;
TRUNCATE {list};
{{list_refill}}

-- name: freeze_taken_back
-- The list is as it was before it was drawn: one part.
WITH gone AS (DELETE FROM campaign_part WHERE campaign_no = $1::int4)
UPDATE campaign SET audience_drawn_at = NULL, total_recipients = r.n, plannable_count = r.n, canary = NULL
FROM (SELECT count(*)::int4 AS n FROM campaign_recipient WHERE campaign_no = $1::int4) r WHERE no = $1::int4

-- name: freeze_one_part
INSERT INTO campaign_part (campaign_no, part, from_seq, to_seq, next_seq)
SELECT no, 1, 1, total_recipients, 1 FROM campaign WHERE no = $1::int4 AND total_recipients > 0

-- name: freeze_was_drawn
SELECT audience_drawn_at IS NOT NULL AS drawn FROM campaign WHERE no = $1::int4
