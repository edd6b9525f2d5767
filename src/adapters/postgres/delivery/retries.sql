-- When retries are due, and doubts whose wait is over (retry_store.cpp).

-- name: retries_due_campaigns
-- Reads only. Asked several times a second: the recursion steps from one campaign that waits to the next (a loose index scan), however
-- many of its retries are due.
WITH RECURSIVE waiting AS (
  (SELECT campaign_no FROM retry_queue WHERE state = 0 ORDER BY campaign_no LIMIT 1)
  UNION ALL
  SELECT (SELECT q.campaign_no FROM retry_queue q WHERE q.state = 0 AND q.campaign_no > w.campaign_no ORDER BY q.campaign_no LIMIT 1)
  FROM waiting w WHERE w.campaign_no IS NOT NULL
)
SELECT w.campaign_no FROM waiting w JOIN campaign c ON c.no = w.campaign_no
WHERE (c.status = 'sending' OR c.status = 'completed' AND (c.expires_at IS NULL OR c.expires_at > to_timestamp($1::int8 / 1000.0)))
  AND EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = w.campaign_no AND q.state = 0 AND q.due_ms <= $1::int8) ORDER BY 1

-- name: retries_next_due
-- Reads only: when the next retry of a running campaign is due.
SELECT coalesce(min((SELECT min(q.due_ms) FROM retry_queue q WHERE q.campaign_no = c.no AND q.state = 0 AND q.due_ms > $1::int8)), 0) AS next_due_ms
FROM campaign c WHERE c.status = 'sending'

-- fragment: tries_again
-- Of a campaign c, with now_ms in sight: whether it still sends to anybody again.
(c.status IN ('sending', 'paused', 'completed') AND (c.expires_at IS NULL OR c.expires_at > to_timestamp(now_ms / 1000.0)))

-- name: retries_old_doubts
-- Doubts whose wait is over, locked. One with an event that is not folded yet waits for the next time. $1 = until when they began, $2 = now.
SELECT d.campaign_no, d.seq, d.attempt,
       CASE WHEN c.in_doubt_policy = 'resend' AND NOT {{tries_again}} THEN 'hold' ELSE c.in_doubt_policy END AS policy,
       coalesce(q.retries, 0) AS retries, d.code,
       coalesce((SELECT delivery_state(v) = 'sent' FROM delivery v WHERE v.campaign_no = d.campaign_no AND v.seq = d.seq), false) AS reached,
       c.retry_failed AND coalesce(q.retries, 0) < c.max_retries AND {{tries_again}} AS may_retry
FROM (SELECT $2::int8 AS now_ms) t CROSS JOIN in_doubt d JOIN campaign c ON c.no = d.campaign_no
LEFT JOIN retry_queue q ON q.campaign_no = d.campaign_no AND q.seq = d.seq
WHERE d.since_ms <= $1::int8
  AND (d.campaign_no, d.seq) NOT IN (
    SELECT e.campaign, e.seq FROM ledger_writer w JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded
    CROSS JOIN LATERAL unnest(b.campaign, b.seq) AS e(campaign, seq))
ORDER BY d.campaign_no, d.seq LIMIT 5000 FOR UPDATE OF d SKIP LOCKED

-- name: retries_too_late
-- Tries that nobody makes any more. Of a completed campaign that has expired since all fail; of any that is over those who wait because
-- the try before is in doubt are held: the doubt is all that is left. And those whom Meta keeps marketing from, in a campaign that has given
-- up on them. Closed here; returned with the try before. The recursion is
-- retries_due_campaigns'.
WITH RECURSIVE waiting AS (
  (SELECT campaign_no FROM retry_queue WHERE state = 0 ORDER BY campaign_no LIMIT 1)
  UNION ALL
  SELECT (SELECT q.campaign_no FROM retry_queue q WHERE q.state = 0 AND q.campaign_no > w.campaign_no ORDER BY q.campaign_no LIMIT 1)
  FROM waiting w WHERE w.campaign_no IS NOT NULL
),
ended AS (
  SELECT c.no, c.status FROM (SELECT $1::int8 AS now_ms) t CROSS JOIN waiting w JOIN campaign c ON c.no = w.campaign_no
  WHERE NOT {{tries_again}}),
late AS (
  SELECT q.campaign_no, q.seq, ended.status = 'completed' AS fails, {{waits_in_doubt}} AS in_doubt
  FROM ended JOIN retry_queue q ON q.campaign_no = ended.no AND q.state = 0
  UNION ALL
  SELECT q.campaign_no, q.seq, true, false
  FROM waiting w JOIN campaign c ON c.no = w.campaign_no AND c.recovery_ended_at IS NOT NULL AND c.no NOT IN (SELECT no FROM ended)
  JOIN retry_queue q ON q.campaign_no = c.no AND q.state = 0
  JOIN delivery d ON d.campaign_no = q.campaign_no AND d.seq = q.seq AND d.error_code = 131049 AND delivery_state(d) = 'failed')
UPDATE retry_queue q SET state = 2 FROM late
WHERE q.campaign_no = late.campaign_no AND q.seq = late.seq AND q.state = 0 AND (late.fails OR late.in_doubt)
RETURNING q.campaign_no, q.seq, (q.attempt - 1)::int2 AS attempt, late.in_doubt

-- fragment: waits_in_doubt
-- Of a retry q.
coalesce((SELECT delivery_state(d) = 'in_doubt' FROM delivery d WHERE d.campaign_no = q.campaign_no AND d.seq = q.seq), false)

-- fragment: state_unsent
-- Of a retry q of a campaign c that was surely not made: it waits again (what is too late is settled as that), unless the campaign ended
-- early; even then if the try before is in doubt, since the doubt is settled with it.
CASE WHEN c.status IN ('cancelled', 'expired', 'failed') AND NOT {{waits_in_doubt}} THEN 2 ELSE 0 END

-- name: retries_forget_doubts
DELETE FROM in_doubt d USING unnest($1::int4[], $2::int4[]) AS u(campaign, seq) WHERE d.campaign_no = u.campaign AND d.seq = u.seq
