-- Recurring campaigns: their rules, and the runs that are made of them (run_store.cpp, recurring_admin.cpp).

-- fragment: lateness_of
-- Of a campaign c: how late it may still start.
coalesce(c.lateness, CASE c.kind WHEN 'recurring' THEN '1h' ELSE '2h' END)

-- fragment: on_missed_of
coalesce(c.on_missed, CASE c.kind WHEN 'recurring' THEN 'skip' ELSE 'pause' END)

-- fragment: overlap_of
CASE c.kind WHEN 'recurring' THEN coalesce(c.overlap, 'skip') END

-- fragment: recurring_row
-- Of a campaign c, whose row is locked. Times are in milliseconds.
c.no, c.id, c.organization_no, c.kind, c.status, c.target_type, c.on_missed AS own_on_missed, c.overlap AS own_overlap,
       {{on_missed_of}} AS on_missed, {{overlap_of}} AS overlap, (extract(epoch FROM ({{lateness_of}})::interval))::int8 AS lateness_s,
       c.recurrence, c.plan, c.lead_s, coalesce(c.pause_kind, '') AS pause_kind, c.scheduled_for IS NOT NULL AND c.scheduled_local IS NULL AS has_time,
       c.scheduled_local IS NOT NULL AS has_local_time, c.past_places IS NOT NULL AS says_past_places, c.expires_at IS NOT NULL AS expires, c.total_recipients,
       (extract(epoch FROM c.next_run_at) * 1000)::int8 AS next_run_at, (extract(epoch FROM c.next_run_since) * 1000)::int8 AS next_run_since,
       (extract(epoch FROM clock_timestamp()) * 1000)::int8 AS now

-- name: recurring_lock
-- $1 = campaign. The caller has the row locked, or locks it with this.
SELECT {{recurring_row}} FROM campaign c WHERE c.no = $1::int4 FOR NO KEY UPDATE OF c

-- name: recurring_plan
-- When the next run is, and since when that is known; both in milliseconds.
UPDATE campaign SET next_run_at = to_timestamp($2::int8 / 1000.0), next_run_since = to_timestamp($3::int8 / 1000.0), updated_at = now()
WHERE no = $1::int4

-- name: runs_due
-- $1 = now in milliseconds, $2 = how many at most, $3 = the longest lead. A run is made ahead of its time, so that its list is drawn by then. Where a run was planned by a clock that was ahead, it is planned again.
(SELECT no FROM campaign WHERE kind = 'recurring' AND status = 'scheduled' AND next_run_at <= to_timestamp($1::int8 / 1000.0) + make_interval(secs => $3::int4)
   AND next_run_at <= to_timestamp($1::int8 / 1000.0) + make_interval(secs => lead_s)
 ORDER BY next_run_at LIMIT $2::int8)
UNION
(SELECT no FROM campaign WHERE kind = 'recurring' AND status = 'scheduled' AND next_run_since > to_timestamp($1::int8 / 1000.0) + interval '1 minute'
 ORDER BY next_run_since DESC LIMIT $2::int8)

-- name: run_lock
-- A parent that waits for its next run; no row while another daemon works on it.
SELECT {{recurring_row}}, c.name,
       EXISTS (SELECT FROM campaign r WHERE r.parent_no = c.no AND r.status IN ('draft', 'scheduled', 'sending', 'paused')) AS runs
FROM campaign c WHERE c.no = $1::int4 AND c.kind = 'recurring' AND c.status = 'scheduled' FOR NO KEY UPDATE OF c SKIP LOCKED

-- name: run_make
-- A run of the parent $1 at $2 (milliseconds) with the name $3: whatever the draft of the parent says, and nothing of what has become of it. No row
-- when there is this run. What is late was weighed before: once made, it starts.
INSERT INTO campaign OVERRIDING SYSTEM VALUE
SELECT n.* FROM campaign p, jsonb_populate_record(p, jsonb_build_object(
  'no', nextval(pg_get_serial_sequence('campaign', 'no')), 'id', gen_random_uuid(), 'name', $3::text, 'kind', 'once', 'parent_no', p.no,
  'occurrence_at', to_timestamp($2::int8 / 1000.0), 'scheduled_for', to_timestamp($2::int8 / 1000.0), 'on_missed', 'send',
  'status', 'draft', 'salt', (random() * 9007199254740992)::bigint, 'created_at', now(), 'updated_at', now()) || {{not_inherited}}) n
WHERE p.no = $1::int4
ON CONFLICT (parent_no, occurrence_at) WHERE parent_no IS NOT NULL DO NOTHING
RETURNING id

-- fragment: not_inherited
'{"recurrence": null, "next_run_at": null, "next_run_since": null, "overlap": null, "lateness": null, "status_sentence": null, "status_reason": null,
  "pause_kind": null, "paused_at": null, "pauses": [], "started_at": null, "completed_at": null}'

-- name: run_move
-- $2 = the next run, $3 = now, both in milliseconds; $4 = what an operator should know of the last ones, or empty.
UPDATE campaign SET next_run_at = to_timestamp($2::int8 / 1000.0), next_run_since = to_timestamp($3::int8 / 1000.0),
       status_sentence = nullif($4, '')::jsonb
WHERE no = $1::int4

-- name: runs_to_launch
-- Made and not launched yet; the oldest first. $1 = now in milliseconds, $2 = how many at most.
SELECT r.no, r.id, r.organization_no, c.id AS parent_id, c.no AS parent_no, (extract(epoch FROM r.occurrence_at) * 1000)::int8 AS occurrence_at,
       {{on_missed_of}} = 'skip' AND r.occurrence_at < to_timestamp($1::int8 / 1000.0) - ({{lateness_of}})::interval AS too_late
FROM campaign r JOIN campaign c ON c.no = r.parent_no
WHERE r.parent_no IS NOT NULL AND r.status = 'draft' ORDER BY r.occurrence_at, r.no LIMIT $2::int8

-- name: run_tell_parent
-- $1 = the parent, $2 = what became of its last run.
UPDATE campaign SET status_sentence = $2::jsonb WHERE no = $1::int4 AND status = 'scheduled'

-- name: campaign_runs
-- A page of the runs of the campaign $1, the latest first; a run's key is its time in milliseconds. $2, $3, $4 as in campaign_list.
WITH keys AS (
  SELECT (extract(epoch FROM c.occurrence_at) * 1000)::int8 AS no FROM campaign c
  WHERE c.parent_no = $1::int4 AND ($4::int8 IS NULL OR c.occurrence_at < to_timestamp($4::int8 / 1000.0))
  ORDER BY c.occurrence_at DESC LIMIT $2::int8 + 1 OFFSET $3::int8),
shown AS (SELECT no FROM keys ORDER BY no DESC LIMIT $2::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM campaign c WHERE c.parent_no = $1::int4 LIMIT 10001) c)
SELECT coalesce((SELECT jsonb_agg({{campaign_shown}} ORDER BY c.occurrence_at DESC)
                 FROM shown JOIN campaign c ON c.parent_no = $1::int4 AND c.occurrence_at = to_timestamp(shown.no / 1000.0)), '[]') AS data,
       {{page_end}}
