-- What writes campaign.status, all of it used by lifecycle.cpp only.

-- fragment: tries_late
-- Of a campaign c: it is completed and still tries somebody again (core::late_tries).
(c.status = 'completed' AND EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = c.no AND q.state < 2))

-- name: lifecycle_lock
-- Locks the campaign until the transaction ends. Folds and claims, whose rows refer to the campaign, are not kept waiting.
SELECT c.status, c.kind, coalesce(c.scheduled_for > now(), false) AS is_later, c.next_run_at IS NOT NULL AS has_next_run,
       coalesce(c.pause_kind, '') AS pause_kind, {{list_awaited}} AS list_awaited,
       {{tries_late}} AS tries_late
FROM campaign c WHERE c.no = $1::int4 FOR NO KEY UPDATE OF c

-- name: lifecycle_set_status
-- The transition was checked under the lock. $3 = the reason as JSON, or empty; $4 = of which kind a pause is, or empty.
UPDATE campaign SET status = $2, status_sentence = nullif($3, '')::jsonb, status_reason = NULL, pause_kind = nullif($4, ''), updated_at = now(),
       paused_at = CASE WHEN $2 = 'paused' THEN CASE WHEN status = 'paused' THEN paused_at ELSE now() END END,
       pauses = CASE WHEN $2 IN ('draft', 'scheduled') OR started_at IS NULL THEN '{}' WHEN $2 = 'sending' AND paused_at IS NOT NULL
         THEN pauses || ARRAY[(extract(epoch FROM paused_at) * 1000)::int8, (extract(epoch FROM now()) * 1000)::int8] ELSE pauses END,
       started_at = CASE WHEN $2 = 'sending' THEN coalesce(started_at, now()) WHEN $2 IN ('draft', 'scheduled') THEN NULL ELSE started_at END,
       completed_at = CASE WHEN $2 IN ('completed', 'cancelled', 'expired', 'failed') THEN coalesce(completed_at, now()) ELSE completed_at END
WHERE no = $1::int4

-- name: lifecycle_drop_retries
-- A campaign that was ended early tries nobody again. Who waits because the try before is in doubt is settled with the doubts
-- (retries_too_late).
UPDATE retry_queue q SET state = 2 WHERE q.campaign_no = $1::int4 AND q.state = 0 AND NOT {{waits_in_doubt}}

-- name: lifecycle_drop_free_claims
DELETE FROM dispatch_claim WHERE campaign_no = $1::int4 AND free

-- fragment: is_too_late
-- Of a scheduled campaign c: nobody was there to start it in time, and it doesn't start all the same. $1 = now in milliseconds.
({{on_missed_of}} <> 'send' AND c.scheduled_for < to_timestamp($1::int8 / 1000.0) - ({{lateness_of}})::interval)

-- name: lifecycle_start_due
-- Scheduled campaigns whose time has come. One whose list is drawn late starts when it is there.
UPDATE campaign c SET status = 'sending', started_at = coalesce(started_at, now()), updated_at = now()
WHERE c.status = 'scheduled' AND c.scheduled_for <= to_timestamp($1::int8 / 1000.0) AND NOT {{is_too_late}} AND NOT {{list_awaited}}

-- fragment: templates_of
-- Of a campaign c: its template t, in the accounts of the numbers that it sends from.
template t WHERE t.organization_no = c.organization_no AND t.name = c.template_name AND t.language = ANY ({{campaign_languages}})
  AND EXISTS (SELECT FROM number n WHERE n.waba_id = t.waba_id AND {{sends_from}})

-- name: lifecycle_usable_again
-- Reads only: campaigns that their template stopped, of which Meta said since that it may be used. What it said before the pause is no news:
-- its refusals are the later word.
SELECT c.no FROM campaign c
WHERE c.status = 'paused' AND c.pause_kind = 'template' AND EXISTS (SELECT FROM {{templates_of}} AND t.usable_since > c.paused_at)
  AND NOT EXISTS (SELECT FROM {{templates_of}} AND t.status <> 'APPROVED')
ORDER BY c.no

-- name: lifecycle_let_go
-- A template that was stopped is likely to be watched by Meta: its messages go out slowly at first.
INSERT INTO template_pacing AS p (organization_no, name, language, let_go_at)
SELECT c.organization_no, c.template_name, language, now() FROM campaign c CROSS JOIN LATERAL unnest({{campaign_languages}}) AS language WHERE c.no = $1::int4
ON CONFLICT (organization_no, name, language) DO UPDATE SET held_since = NULL, let_go_at = excluded.let_go_at

-- name: lifecycle_undrawn_over
-- Scheduled campaigns that are over before their list is there. $1 = now in milliseconds, $2 = of one campaign, asked again once it is locked, or NULL.
SELECT c.no FROM campaign c
WHERE c.status = 'scheduled' AND {{list_awaited}} AND {{is_over}} AND ($2::int4 IS NULL OR c.no = $2::int4) ORDER BY c.no

-- fragment: is_over
-- Of a campaign c: its time to send is over. $1 = now in milliseconds.
coalesce(c.expires_at <= to_timestamp($1::int8 / 1000.0), false)

-- name: lifecycle_missed
-- Those whose time has gone.
SELECT c.no FROM campaign c WHERE c.status = 'scheduled' AND {{is_too_late}} AND NOT {{is_being_drawn}} ORDER BY c.no

-- name: lifecycle_missed_terms
-- Asked again once the campaign is locked.
SELECT {{on_missed_of}} AS on_missed, {{lateness_of}} AS lateness, (extract(epoch FROM c.scheduled_for) * 1000)::int8 AS scheduled_for
FROM campaign c WHERE c.no = $2::int4 AND c.status = 'scheduled' AND {{is_too_late}} AND NOT {{is_being_drawn}}
