-- Campaigns as the admin API writes and shows them.

-- fragment: campaign_reason
-- Of a campaign c: its status's reason; of one that sends and of whose numbers none does, the reason of the first; of one that waits for
-- media of its headers, what it waits for.
coalesce(c.status_sentence, {{media_awaited_by}}, CASE WHEN c.status = 'sending' THEN
  (SELECT CASE WHEN bool_and(n.stopped_sentence IS NOT NULL) THEN (array_agg(n.stopped_sentence ORDER BY n.phone_number_id))[1] END
   FROM number n WHERE {{sends_from}}) END)

-- fragment: canary_shown
-- Of a campaign c: who went first, and what was decided about them.
CASE WHEN c.canary IS NOT NULL THEN jsonb_build_object('state', c.canary,
  'people', (SELECT sum(p.to_seq - p.from_seq + 1) FROM campaign_part p WHERE p.campaign_no = c.no AND p.stage = 0),
  'claimedAt', c.canary_claimed_at, 'decidedAt', c.canary_decided_at, 'reason', c.canary_sentence) END

-- fragment: recovery_shown
-- Of a campaign c: what became of people of whom Meta says that they had enough marketing.
CASE WHEN c.capped_count > 0 THEN jsonb_build_object('capped', c.capped_count, 'tried', c.recovered_count + c.recovery_failed_count,
  'recovered', c.recovered_count, 'byTry', coalesce((SELECT jsonb_agg(jsonb_build_object('try', n, 'tried', t -> 0, 'recovered', t -> 1) ORDER BY n)
    FROM jsonb_array_elements(c.recovery_by_try) WITH ORDINALITY AS e(t, n)), '[]'), 'endedAt', c.recovery_ended_at, 'reason', c.recovery_sentence) END

-- fragment: campaign_shown
-- A campaign c in the seed's names. Two objects, since a function takes at most 100 arguments.
jsonb_build_object('id', c.id, 'name', c.name, 'description', c.description, 'templateId', c.template_id,
  'templateName', c.template_name, 'templateLanguage', c.template_language, 'templateVariables', c.template_variables,
  'targetType', c.target_type, 'segmentQuery', c.segment_query, 'segmentId', c.segment_id,
  'excludeSegments', c.exclude_segments, 'excludeQuery', c.exclude_query, 'status', c.status, 'pauseKind', c.pause_kind, 'statusReason', {{campaign_reason}},
  'scheduledFor', c.scheduled_for, 'startedAt', c.started_at, 'completedAt', c.completed_at, 'expiresAt', c.expires_at,
  'rateLimit', c.rate_limit, 'retryFailed', c.retry_failed, 'maxRetries', c.max_retries, 'inDoubtPolicy', c.in_doubt_policy,
  'sendWindow', c.send_window, 'numberIds', c.number_ids, 'totalRecipients', c.total_recipients,
  'screenedCount', c.screened_count, 'sentCount', c.sent_count, 'deliveredCount', c.delivered_count,
  'readCount', c.read_count, 'failedCount', c.failed_count, 'respondedCount', c.responded_count,
  'optedOutCount', c.opted_out_count, 'inDoubtCount', c.in_doubt_count, 'heldCount', c.held_count, 'pacedCount', c.paced_count,
  'progress', jsonb_build_object('sendable', c.total_recipients - c.screened_count, 'claimed', c.claimed_count,
  'fraction', round(c.claimed_count::numeric / nullif(c.total_recipients, 0), 4)), 'createdAt', c.created_at,
  'updatedAt', c.updated_at, 'createdBy', c.created_by,
  'organizationId', (SELECT o.id FROM organization o WHERE o.no = c.organization_no), 'tags', to_jsonb(c.tags))
|| jsonb_build_object('templateLanguages', to_jsonb({{campaign_languages}}), 'kind', c.kind, 'recurrence', c.recurrence, 'nextRunAt', c.next_run_at, 'onMissed', {{on_missed_of}}, 'overlap', {{overlap_of}},
  'lateness', {{lateness_of}}, 'overrideQuietHours', c.override_quiet_hours, 'priority', c.priority, 'ignoreCaps', c.ignore_caps, 'plan', c.plan, 'canary', {{canary_shown}}, 'recovery', {{recovery_shown}},
  'scheduledLocal', c.scheduled_local,
  'pastPlaces', CASE WHEN c.scheduled_local IS NOT NULL THEN coalesce(c.past_places, 'next_day') END, 'parentId', (SELECT p.id FROM campaign p WHERE p.no = c.parent_no), 'occurrenceAt', c.occurrence_at,
  {{freeze_shown}})

-- name: campaign_show
SELECT {{campaign_shown}} AS campaign FROM campaign c WHERE c.organization_no = $1::int4 AND c.id::text = lower($2)

-- name: campaign_find
SELECT no, status, kind, coalesce(pause_kind, '') AS pause_kind FROM campaign WHERE organization_no = $1::int4 AND id::text = lower($2)

-- name: campaign_list
-- $1 = organization, $2 = status or '', $3 = entries, $4 = entries before them, $5 = the key before them.
WITH keys AS (
  SELECT c.no FROM campaign c
  WHERE c.organization_no = $1::int4 AND $2::text IN ('', c.status) AND ($5::int8 IS NULL OR c.no < $5::int8)
  ORDER BY c.no DESC LIMIT $3::int8 + 1 OFFSET $4::int8),
shown AS (SELECT no FROM keys ORDER BY no DESC LIMIT $3::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM campaign c WHERE c.organization_no = $1::int4 AND $2::text IN ('', c.status) LIMIT 10001) c)
SELECT coalesce((SELECT jsonb_agg({{campaign_shown}} ORDER BY c.no DESC) FROM shown JOIN campaign c USING (no)), '[]') AS data,
       {{page_end}}

-- name: campaign_insert
-- The rest has its defaults, and is written by campaign_write.
INSERT INTO campaign (organization_no, created_by, name, template_name) VALUES ($1::int4, $2, $3, $4) RETURNING no, id

-- name: campaign_write
-- $1 = campaign, $2 = a JSON object of the columns that change; what it does not name stays as it is, and null empties a column.
UPDATE campaign c
SET name = n.name, description = n.description, template_id = n.template_id, template_name = n.template_name,
    template_language = n.template_language, template_languages = n.template_languages, template_variables = n.template_variables, target_type = n.target_type,
    segment_query = n.segment_query, segment_id = n.segment_id, exclude_segments = n.exclude_segments,
    exclude_query = n.exclude_query, scheduled_for = n.scheduled_for, expires_at = n.expires_at, rate_limit = n.rate_limit,
    retry_failed = n.retry_failed, max_retries = n.max_retries, in_doubt_policy = n.in_doubt_policy, send_window = n.send_window,
    number_ids = n.number_ids, tags = n.tags, recurrence = n.recurrence, on_missed = n.on_missed, overlap = n.overlap, lateness = n.lateness,
    override_quiet_hours = n.override_quiet_hours, priority = n.priority, ignore_caps = n.ignore_caps, plan = n.plan, scheduled_local = n.scheduled_local, past_places = n.past_places,
    kind = CASE WHEN n.recurrence IS NULL THEN 'once' ELSE 'recurring' END, updated_at = now()
FROM campaign old, jsonb_populate_record(old, $2::jsonb) n
WHERE old.no = $1::int4 AND c.no = old.no

-- name: campaign_unknown_numbers
-- Which of the Meta ids $2 are no numbers of the organization $1.
SELECT wanted AS id FROM unnest($2::text[]) wanted
WHERE NOT EXISTS (SELECT FROM number n WHERE n.organization_no = $1::int4 AND n.phone_number_id = wanted)

-- name: campaign_unknown_segments
-- Which of the ids $2 are no saved segments of the organization $1.
SELECT wanted AS id FROM unnest($2::text[]) wanted
WHERE NOT EXISTS (SELECT FROM segment s WHERE s.organization_no = $1::int4 AND s.id::text = lower(wanted))

-- name: campaign_knows_time_zone
SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = $1) AS known

-- name: campaign_has_claims
-- Whether somebody is sent to, in doubt, or waits for a retry: not of a campaign that was cancelled, whose retries never come.
SELECT EXISTS (SELECT FROM dispatch_claim WHERE campaign_no = $1::int4) OR EXISTS (SELECT FROM in_doubt WHERE campaign_no = $1::int4)
       OR EXISTS (SELECT FROM campaign c WHERE c.no = $1::int4 AND {{tries_late}}) AS open

-- name: campaign_delete
-- With everything that refers to it; its part of campaign_recipient was dropped before.
WITH d AS (DELETE FROM delivery WHERE campaign_no = $1::int4),
     q AS (DELETE FROM retry_queue WHERE campaign_no = $1::int4),
     i AS (DELETE FROM in_doubt WHERE campaign_no = $1::int4),
     h AS (DELETE FROM delivery_hour WHERE campaign_no = $1::int4),
     n AS (DELETE FROM delivery_number WHERE campaign_no = $1::int4),
     e AS (DELETE FROM delivery_error WHERE campaign_no = $1::int4),
     s AS (DELETE FROM delivery_state_count WHERE campaign_no = $1::int4),
     m AS (DELETE FROM campaign_second WHERE campaign_no = $1::int4)
DELETE FROM campaign WHERE no = $1::int4
