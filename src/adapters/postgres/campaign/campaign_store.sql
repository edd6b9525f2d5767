-- Whether a running campaign is over, and which campaigns use a template (campaign_store.cpp).

-- name: campaign_openness
-- Reads only, and little of it: whether anything of the campaign is open. $2: it ends early, so that its list need not be used up. Else
-- nothing may be claimed, queued or in doubt, and every recipient must have an event.
SELECT c.status, c.total_recipients, c.screened_count,
       EXISTS (SELECT FROM dispatch_claim d WHERE d.campaign_no = c.no AND NOT (d.free AND $2::bool))
       OR EXISTS (SELECT FROM in_doubt d WHERE d.campaign_no = c.no)
       OR EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = c.no AND q.state = 1)
       OR (NOT $2::bool AND (c.claimed_count < c.plannable_count OR c.screened_count + c.reached_count < c.total_recipients
                             OR EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = c.no AND q.state = 0))) AS is_open
FROM campaign c WHERE c.no = $1::int4

-- name: campaign_states
-- Reads only: how many recipients each state explains, as far as they are folded.
SELECT state_name(state) AS state, n FROM delivery_state_count WHERE campaign_no = $1::int4 AND n <> 0

-- name: campaign_retry_terms
-- Reads only. $2 = now in milliseconds.
SELECT c.retry_failed, c.max_retries, {{recovery_tries}} AS recovery_tries, {{recovery_spacing}} AS recovery_spacing_ms,
       NOT {{tries_again}} AS is_over, coalesce({{may_name_media}}, false) AS names_media
FROM (SELECT $2::int8 AS now_ms) t CROSS JOIN campaign c WHERE c.no = $1::int4

-- name: campaigns_using_template
-- Reads only: those that send from a number of this account, so not those whose template of this name is another account's.
SELECT c.no FROM campaign c
WHERE c.template_name = $2 AND $3 = ANY ({{campaign_languages}})
  AND (c.status IN ('sending', 'paused') OR {{tries_late}})
  AND EXISTS (SELECT FROM number n WHERE n.waba_id = $1 AND {{sends_from}})
ORDER BY c.no
