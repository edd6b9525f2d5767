-- What dispatch needs beside the ledger (dispatch_*.cpp). The session plans every call anew (plan_cache_mode), so that a campaign's
-- number selects its one partition of campaign_recipient.

-- name: dispatch_organization
-- Makes the organization if it is new.
INSERT INTO organization (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING no

-- name: dispatch_number
-- Writes one configured number.
INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second, active)
VALUES ($1::int4, $2, $3, $4::float8, $5::bool)
ON CONFLICT (phone_number_id) DO UPDATE
SET organization_no = excluded.organization_no, waba_id = excluded.waba_id, messages_per_second = excluded.messages_per_second,
    active = excluded.active, updated_at = now()
RETURNING no

-- name: dispatch_retire_numbers
-- Numbers of the organization that the configuration names no more stay for the reports, but send nothing.
UPDATE number SET active = false, updated_at = now() WHERE organization_no = $1::int4 AND active AND phone_number_id <> ALL ($2::text[])

-- name: dispatch_hold_leases
-- Takes free or expired leases, renews our own. The epoch grows whenever the owner changes or was without it for a while. An owner is
-- <installation>#<start>: another start of the same installation takes over at once, because its state folder's lock proves that the
-- earlier one is dead.
WITH wanted AS (SELECT no FROM number WHERE no = ANY ($2::int4[]) ORDER BY no),
     before AS (SELECT l.number_no, l.epoch FROM number_lease l JOIN wanted w ON w.no = l.number_no ORDER BY l.number_no FOR UPDATE OF l),
     held AS (
  INSERT INTO number_lease AS l (number_no, owner, epoch, expires_at)
  SELECT no, $1, 1, now() + $3::int8 * interval '1 millisecond' FROM wanted WHERE (SELECT count(*) FROM before) >= 0
  ON CONFLICT (number_no) DO UPDATE
  SET owner = excluded.owner, expires_at = excluded.expires_at,
      epoch = l.epoch + CASE WHEN l.owner = excluded.owner AND l.expires_at > now() THEN 0 ELSE 1 END
  WHERE split_part(l.owner, '#', 1) = split_part(excluded.owner, '#', 1) OR l.expires_at <= now()
  RETURNING l.number_no, l.epoch)
SELECT h.number_no, h.epoch, b.epoch IS DISTINCT FROM h.epoch FROM held h LEFT JOIN before b USING (number_no) ORDER BY h.number_no

-- name: dispatch_release_leases
-- The row stays, so that the epoch never goes back.
UPDATE number_lease SET expires_at = now() WHERE owner = $1

-- name: dispatch_lock_leases
-- The current epochs, kept as they are until the end of the transaction.
SELECT number_no, epoch, owner FROM number_lease WHERE number_no = ANY ($1::int4[]) ORDER BY number_no FOR SHARE

-- name: dispatch_lock_campaign
-- Locks the campaign for this transaction, with the terms under which its recipients are read: an hour is added, because a row carries
-- the beginning of its transaction. Folds, whose rows refer to the campaign, go on meanwhile.
SELECT status, next_seq, total_recipients, screened_count, organization_no, {{campaign_is_marketing}} AS marketing,
       (screened_at - interval '1 hour')::text AS since
FROM campaign c WHERE no = $1::int4 FOR NO KEY UPDATE

-- name: dispatch_see_campaign
-- Reads only.
SELECT status, next_seq, total_recipients, screened_count, organization_no, true AS marketing, NULL::text AS since
FROM campaign WHERE no = $1::int4

-- name: dispatch_free_claims
-- Ranges left over by dead owners. The campaign is locked, so nobody else takes them.
SELECT id, from_seq, to_seq FROM dispatch_claim WHERE campaign_no = $1::int4 AND free ORDER BY from_seq

-- name: dispatch_add_claims
-- Hands ranges out.
INSERT INTO dispatch_claim (campaign_no, number_no, from_seq, to_seq, mark, owner, epoch, free)
SELECT $1::int4, number, first, last, first - 1, owner, epoch, $7::bool
FROM unnest($2::int4[], $3::int4[], $4::int4[], $5::text[], $6::int4[]) AS u(number, first, last, owner, epoch)
RETURNING from_seq, id

-- name: dispatch_delete_claims
DELETE FROM dispatch_claim WHERE id = ANY ($1::int8[])

-- name: dispatch_move_cursor
-- Everything below is claimed.
UPDATE campaign SET next_seq = $2::int4 WHERE no = $1::int4

-- name: dispatch_read_range
-- Reads only: the sendable recipients of a range, with the stops, and for marketing the withdrawn consents, that came since the
-- screening. The terms are parameters, so that the planner sees how few those are. They are looked up once for the range, and when there
-- are none, as is usual, no recipient is compared with them.
WITH terms AS NOT MATERIALIZED (SELECT $4::int4 AS organization_no, $5::bool AS marketing, $6::timestamptz AS since),
     blocked AS MATERIALIZED ({{blocked}})
SELECT r.seq, r.phone, r.user_id, r.variables,
       CASE WHEN EXISTS (SELECT FROM blocked) THEN
              coalesce(r.phone IN (SELECT b.phone FROM blocked b WHERE b.phone IS NOT NULL), false)
              OR coalesce(r.user_id IN (SELECT b.user_id FROM blocked b WHERE b.user_id IS NOT NULL), false)
            ELSE false END AS stopped
FROM campaign_recipient r
WHERE r.campaign_no = $1::int4 AND r.seq BETWEEN $2::int4 AND $3::int4 AND r.screen = 0 ORDER BY r.seq

-- name: dispatch_read_leftover
-- The same for a range that recovery freed: who was given back to the retry queue in the meantime goes out from there.
WITH {{campaign_terms}}
SELECT r.seq, r.phone, r.user_id, r.variables, {{recipient_is_blocked}} AS stopped
FROM campaign_recipient r
WHERE r.campaign_no = $1::int4 AND r.seq BETWEEN $2::int4 AND $3::int4 AND r.screen = 0
  AND NOT EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = $1::int4 AND q.seq = r.seq) ORDER BY r.seq

-- name: dispatch_read_some
-- The same for single recipients, in the order of seq.
WITH {{campaign_terms}}
SELECT r.seq, r.phone, r.user_id, r.variables, {{recipient_is_blocked}} AS stopped
FROM campaign_recipient r WHERE r.campaign_no = $1::int4 AND r.seq = ANY ($2::int4[]) ORDER BY r.seq

-- name: dispatch_due_retries
-- Due tries of a campaign for these numbers, oldest first, locked.
SELECT seq, attempt, retries, number_no FROM retry_queue
WHERE campaign_no = $1::int4 AND state = 0 AND due_ms <= $2::int8 AND (number_no = 0 OR number_no = ANY ($3::int4[]))
ORDER BY due_ms, seq LIMIT $4::int8 FOR UPDATE SKIP LOCKED

-- name: dispatch_claim_retries
-- Hands tries out to a number.
UPDATE retry_queue SET state = 1, claimed_number = $2::int4, epoch = $3::int4 WHERE campaign_no = $1::int4 AND seq = ANY ($4::int4[])

-- name: dispatch_retries_due
-- Reads only. Asked several times a second: the recursion steps from one campaign that waits to the next (a loose index scan), however
-- many of its retries are due.
WITH RECURSIVE waiting AS (
  (SELECT campaign_no FROM retry_queue WHERE state = 0 ORDER BY campaign_no LIMIT 1)
  UNION ALL
  SELECT (SELECT q.campaign_no FROM retry_queue q WHERE q.state = 0 AND q.campaign_no > w.campaign_no ORDER BY q.campaign_no LIMIT 1)
  FROM waiting w WHERE w.campaign_no IS NOT NULL
)
SELECT w.campaign_no FROM waiting w JOIN campaign c ON c.no = w.campaign_no
WHERE c.status IN ('sending', 'completed')
  AND EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = w.campaign_no AND q.state = 0 AND q.due_ms <= $1::int8) ORDER BY 1

-- name: dispatch_next_retry
-- Reads only: when the next retry of a running campaign is due.
SELECT coalesce(min((SELECT min(q.due_ms) FROM retry_queue q WHERE q.campaign_no = c.no AND q.state = 0 AND q.due_ms > $1::int8)), 0)
FROM campaign c WHERE c.status = 'sending'

-- name: dispatch_start_due
-- Scheduled campaigns whose time has come.
UPDATE campaign SET status = 'sending', started_at = coalesce(started_at, now()), updated_at = now()
WHERE status = 'scheduled' AND scheduled_for <= to_timestamp($1::int8 / 1000.0)

-- name: dispatch_campaigns
-- Reads only: campaigns that have something to send, or the one named.
SELECT c.no, c.id, c.organization_no, c.status, c.template_name, c.template_language, t.category, t.components, t.parameter_format,
       c.template_variables, c.rate_limit, c.retry_failed, c.max_retries, c.in_doubt_policy, c.send_window,
       (extract(epoch FROM c.scheduled_for) * 1000)::int8, (extract(epoch FROM c.expires_at) * 1000)::int8,
       (SELECT string_agg(n.no::text, ',' ORDER BY n.no) FROM number n WHERE n.organization_no = c.organization_no AND n.active
          AND (c.number_ids IS NULL OR n.phone_number_id = ANY (c.number_ids))),
       c.total_recipients, c.next_seq
FROM campaign c
LEFT JOIN LATERAL (SELECT category, components, parameter_format FROM template t
                   WHERE t.organization_no = c.organization_no AND t.name = c.template_name AND t.language = c.template_language
                   ORDER BY t.status = 'APPROVED' DESC, t.no LIMIT 1) t ON true
WHERE CASE WHEN $1::int4 <> 0 THEN c.no = $1::int4
      ELSE c.status = 'sending' OR (c.status = 'completed' AND EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = c.no AND q.state = 0 AND q.due_ms <= $2::int8)) END
ORDER BY c.no

-- name: dispatch_set_status
-- The caller has checked the transition under the campaign's lock. What is over hands nothing out any more.
UPDATE campaign SET status = $2, status_reason = nullif($3, ''), updated_at = now(),
       started_at = CASE WHEN $2 = 'sending' THEN coalesce(started_at, now()) ELSE started_at END,
       completed_at = CASE WHEN $2 IN ('completed', 'cancelled', 'expired', 'failed') THEN coalesce(completed_at, now()) ELSE completed_at END
WHERE no = $1::int4

-- name: dispatch_drop_retries
-- A campaign that was ended early tries nobody again.
UPDATE retry_queue SET state = 2 WHERE campaign_no = $1::int4 AND state = 0

-- name: dispatch_drop_free_claims
DELETE FROM dispatch_claim WHERE campaign_no = $1::int4 AND free

-- name: dispatch_may_be_over
-- Reads only, and little of it: nothing is claimed, queued or in doubt, and every recipient has an event.
SELECT c.next_seq > c.total_recipients AND c.screened_count + c.reached_count >= c.total_recipients
       AND NOT EXISTS (SELECT FROM dispatch_claim d WHERE d.campaign_no = c.no)
       AND NOT EXISTS (SELECT FROM in_doubt d WHERE d.campaign_no = c.no)
       AND NOT EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = c.no AND q.state = 0)
       AND NOT EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = c.no AND q.state = 1)
FROM campaign c WHERE c.no = $1::int4

-- name: dispatch_balance
-- Reads only: how many recipients each state explains. Scans the campaign's rows.
SELECT count(*) FILTER (WHERE s IN ('sent', 'delivered', 'read', 'responded')), count(*) FILTER (WHERE s = 'failed'),
       count(*) FILTER (WHERE s = 'opted_out'), count(*) FILTER (WHERE s = 'expired'), count(*) FILTER (WHERE s = 'cancelled'),
       count(*) FILTER (WHERE s = 'held'), count(*) FILTER (WHERE s = 'in_doubt'),
       (SELECT count(*) FROM retry_queue WHERE campaign_no = $1::int4 AND state IN (0, 1)),
       (SELECT count(*) FROM dispatch_claim WHERE campaign_no = $1::int4 AND NOT free),
       (SELECT coalesce(sum(to_seq - from_seq + 1), 0) FROM dispatch_claim WHERE campaign_no = $1::int4 AND free),
       (SELECT count(*) FROM in_doubt WHERE campaign_no = $1::int4)
FROM (SELECT delivery_state(d) AS s FROM delivery d WHERE d.campaign_no = $1::int4) d

-- name: dispatch_dead_claims
-- Open claims of earlier owners of these numbers, locked: a mark that is being written now is waited for.
SELECT c.id, c.campaign_no, c.from_seq, c.to_seq, c.mark, c.number_no, l.epoch
FROM dispatch_claim c JOIN unnest($1::int4[], $2::int4[]) AS l(number_no, epoch) ON l.number_no = c.number_no
WHERE NOT c.free AND c.epoch < l.epoch ORDER BY c.id FOR UPDATE OF c

-- name: dispatch_in_flight
-- Reads only: recipients of a range who may have been sent to and of whom nothing proves an end of their first try.
SELECT r.seq FROM campaign_recipient r
WHERE r.campaign_no = $1::int4 AND r.seq BETWEEN $2::int4 AND $3::int4 AND r.screen = 0
  AND NOT EXISTS (SELECT FROM delivery d WHERE d.campaign_no = $1::int4 AND d.seq = r.seq
                    AND (d.attempt > 0 OR d.settled_attempt >= 0 OR d.rejected_attempt >= 0 OR d.in_doubt_attempt >= 0
                         OR d.opted_out_ms IS NOT NULL OR d.cancelled_ms IS NOT NULL OR d.expired_ms IS NOT NULL))
  AND NOT EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = $1::int4 AND q.seq = r.seq)
ORDER BY r.seq

-- name: dispatch_dead_retries
-- Tries that earlier owners of these numbers had taken; closed here, and returned with whether their end is known.
UPDATE retry_queue q SET state = 2
FROM unnest($1::int4[], $2::int4[]) AS l(number_no, epoch)
WHERE q.state = 1 AND q.claimed_number = l.number_no AND q.epoch < l.epoch
RETURNING q.campaign_no, q.seq, q.attempt,
  EXISTS (SELECT FROM delivery d WHERE d.campaign_no = q.campaign_no AND d.seq = q.seq
            AND (d.settled_attempt >= q.attempt OR d.rejected_attempt >= q.attempt OR d.in_doubt_attempt >= q.attempt
                 OR d.opted_out_ms IS NOT NULL))

-- name: dispatch_old_doubts
-- Doubts whose wait is over, locked. One with an event that is not folded yet waits for the next time.
SELECT d.campaign_no, d.seq, d.attempt,
       CASE WHEN c.in_doubt_policy = 'resend' AND c.status NOT IN ('sending', 'paused', 'completed') THEN 'hold' ELSE c.in_doubt_policy END,
       coalesce(q.retries, 0), d.code, c.retry_failed AND coalesce(q.retries, 0) < c.max_retries
FROM in_doubt d JOIN campaign c ON c.no = d.campaign_no
LEFT JOIN retry_queue q ON q.campaign_no = d.campaign_no AND q.seq = d.seq
WHERE d.since_ms <= $1::int8
  AND (d.campaign_no, d.seq) NOT IN (
    SELECT e.campaign, e.seq FROM ledger_writer w JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded
    CROSS JOIN LATERAL unnest(b.campaign, b.seq) AS e(campaign, seq))
ORDER BY d.campaign_no, d.seq LIMIT 5000 FOR UPDATE OF d SKIP LOCKED

-- name: dispatch_forget_doubts
DELETE FROM in_doubt d USING unnest($1::int4[], $2::int4[]) AS u(campaign, seq) WHERE d.campaign_no = u.campaign AND d.seq = u.seq

-- name: dispatch_inbound
-- Inbound messages to attribute, locked. Those younger than what is folded wait, since their answer's message may not be a row yet.
SELECT no, organization_no, phone, user_id, context_id, left(text, 200), (extract(epoch FROM received_at) * 1000)::int8, stop,
       created_at > now() - interval '1 minute', type
FROM inbound_message
WHERE NOT attributed AND created_at < coalesce((SELECT min(b.committed_at) FROM ledger_writer w
                                               JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded), 'infinity')
ORDER BY no LIMIT $1::int8 FOR UPDATE SKIP LOCKED

-- name: dispatch_inbound_left
-- Reads only: how many still wait.
SELECT count(*) FROM inbound_message WHERE NOT attributed

-- name: dispatch_recent_campaigns
-- Reads only: campaigns of these organizations that can have been answered.
SELECT no, organization_no FROM campaign WHERE organization_no = ANY ($1::int4[]) AND started_at >= now() - interval '31 days' ORDER BY no

-- name: dispatch_reached
-- Reads only: recipients of a campaign with these phone numbers whom a message reached.
SELECT r.phone, r.user_id, r.seq, d.attempt, d.message_id, coalesce(least(d.accepted_ms, d.sent_ms, d.delivered_ms), d.read_ms)
FROM campaign_recipient r JOIN delivery d ON d.campaign_no = $1::int4 AND d.seq = r.seq
WHERE r.campaign_no = $1::int4 AND r.phone = ANY ($2::int8[]) AND r.screen = 0
  AND coalesce(d.accepted_ms, d.sent_ms, d.delivered_ms, d.read_ms) IS NOT NULL

-- name: dispatch_reached_users
-- The same by business-scoped user id.
SELECT r.phone, r.user_id, r.seq, d.attempt, d.message_id, coalesce(least(d.accepted_ms, d.sent_ms, d.delivered_ms), d.read_ms)
FROM campaign_recipient r JOIN delivery d ON d.campaign_no = $1::int4 AND d.seq = r.seq
WHERE r.campaign_no = $1::int4 AND r.user_id = ANY ($2::text[]) AND r.screen = 0
  AND coalesce(d.accepted_ms, d.sent_ms, d.delivered_ms, d.read_ms) IS NOT NULL

-- name: dispatch_attributed
-- Marks inbound messages as looked at, with the recipient found (0: none).
UPDATE inbound_message i SET attributed = true, campaign_no = nullif(u.campaign, 0), seq = nullif(u.seq, 0)
FROM unnest($1::int8[], $2::int4[], $3::int4[]) AS u(no, campaign, seq) WHERE i.no = u.no

-- name: dispatch_templates
-- Writes the templates as Meta lists them; those it lists no more are marked.
WITH listed AS (
  SELECT DISTINCT ON (t ->> 'name', t ->> 'language') t FROM jsonb_array_elements($3::jsonb) t
  WHERE t ->> 'name' IS NOT NULL AND t ->> 'language' IS NOT NULL
), gone AS (
  UPDATE template SET status = 'DELETED', synced_at = now()
  WHERE waba_id = $2 AND status <> 'DELETED' AND (name, language) NOT IN (SELECT t ->> 'name', t ->> 'language' FROM listed)
)
INSERT INTO template AS o (id, organization_no, waba_id, name, language, category, status, parameter_format, components, quality_score)
SELECT coalesce(t ->> 'id', ''), $1::int4, $2, t ->> 'name', t ->> 'language', coalesce(t ->> 'category', 'MARKETING'),
       coalesce(t ->> 'status', 'PENDING'), coalesce(t ->> 'parameter_format', 'POSITIONAL'), coalesce(t -> 'components', '[]'),
       t #>> '{quality_score,score}'
FROM listed
ON CONFLICT (waba_id, name, language) DO UPDATE
SET id = excluded.id, organization_no = excluded.organization_no, category = excluded.category, status = excluded.status,
    parameter_format = excluded.parameter_format, components = excluded.components, quality_score = excluded.quality_score,
    synced_at = now()

-- name: dispatch_template_status
UPDATE template SET status = $4, synced_at = now() WHERE waba_id = $1 AND name = $2 AND language = $3

-- name: dispatch_campaigns_of_template
-- Reads only.
SELECT no FROM campaign WHERE template_name = $1 AND template_language = $2 AND status IN ('sending', 'paused') ORDER BY no
