-- What a dead owner of a number left open (recovery.cpp).

-- name: recovery_dead_claims
-- Open claims of earlier owners of these numbers, locked: a mark that is being written now is waited for. Nobody hands out again what is
-- left of a campaign that ended early.
SELECT c.id, c.campaign_no, c.from_seq, c.to_seq, c.mark, c.number_no, l.epoch, c.seqs IS NOT NULL AS of_retries,
       k.status IN ('cancelled', 'expired', 'failed') AS is_over
FROM dispatch_claim c JOIN unnest($1::int4[], $2::int4[]) AS l(number_no, epoch) ON l.number_no = c.number_no
JOIN campaign k ON k.no = c.campaign_no
WHERE NOT c.free AND c.epoch < l.epoch ORDER BY c.id FOR UPDATE OF c

-- name: recovery_marked
-- Reads only: recipients of a range who may be sent to, and whether something proves an end of their first try or they wait for another.
SELECT r.seq,
       EXISTS (SELECT FROM delivery d WHERE d.campaign_no = $1::int4 AND d.seq = r.seq
                 AND (d.attempt > 0 OR d.settled_attempt >= 0 OR d.rejected_attempt >= 0 OR d.in_doubt_attempt >= 0
                      OR d.opted_out_ms IS NOT NULL OR d.cancelled_ms IS NOT NULL OR d.expired_ms IS NOT NULL))
       OR EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = $1::int4 AND q.seq = r.seq) AS is_known
FROM campaign_recipient r
WHERE r.campaign_no = $1::int4 AND r.seq BETWEEN $2::int4 AND $3::int4 AND r.screen = 0 ORDER BY r.seq

-- name: recovery_taken_retries
-- Tries that earlier owners of these numbers had taken, locked.
SELECT q.campaign_no, q.seq
FROM retry_queue q JOIN unnest($1::int4[], $2::int4[]) AS l(number_no, epoch) ON q.claimed_number = l.number_no AND q.epoch < l.epoch
WHERE q.state = 1 ORDER BY q.campaign_no, q.seq FOR UPDATE OF q

-- name: recovery_dead_retries
-- Reads only: the same, with their claim, their place in it and how many of its places are marked (all: there is no such claim), and
-- whether their end is known.
SELECT q.campaign_no, q.seq, q.attempt, q.claim, coalesce(array_position(c.seqs, q.seq) - 1, 0) AS place,
       coalesce(c.mark, 1) AS marked,
       EXISTS (SELECT FROM delivery d WHERE d.campaign_no = q.campaign_no AND d.seq = q.seq
                 AND (d.settled_attempt >= q.attempt OR d.rejected_attempt >= q.attempt OR d.in_doubt_attempt >= q.attempt
                      OR d.opted_out_ms IS NOT NULL)) AS is_known
FROM retry_queue q JOIN unnest($1::int4[], $2::int4[]) AS l(number_no, epoch) ON q.claimed_number = l.number_no AND q.epoch < l.epoch
LEFT JOIN dispatch_claim c ON c.id = q.claim AND c.seqs IS NOT NULL
WHERE q.state = 1 ORDER BY q.campaign_no, q.seq

-- name: recovery_return_retries
-- Tries that were surely not made.
UPDATE retry_queue q
SET state = {{state_unsent}}, claimed_number = 0, epoch = 0, claim = 0
FROM unnest($1::int4[], $2::int4[]) AS u(campaign, seq) JOIN campaign c ON c.no = u.campaign
WHERE q.campaign_no = u.campaign AND q.seq = u.seq

-- name: recovery_close_retries
-- What is left of them.
UPDATE retry_queue q SET state = 2, claim = 0
FROM unnest($1::int4[], $2::int4[]) AS l(number_no, epoch)
WHERE q.state = 1 AND q.claimed_number = l.number_no AND q.epoch < l.epoch

-- name: unfolded_writers
-- Reads only: each writer of the ledger, and the batch behind which it may tell of what earlier owners of these numbers had and the
-- projection has not folded yet (unfolded_events.cpp).
WITH dead AS (
  SELECT c.ledger_from FROM dispatch_claim c JOIN unnest($1::int4[], $2::int4[]) AS l(number_no, epoch) ON l.number_no = c.number_no
  WHERE NOT c.free AND c.epoch < l.epoch
  UNION ALL
  SELECT q.ledger_from
  FROM retry_queue q JOIN unnest($1::int4[], $2::int4[]) AS l(number_no, epoch) ON q.claimed_number = l.number_no AND q.epoch < l.epoch
  WHERE q.state = 1)
SELECT w.writer, greatest(w.folded, (SELECT min(coalesce(d.ledger_from[w.writer], 0)) FROM dead d)) AS after
FROM ledger_writer w ORDER BY w.writer

-- name: unfolded_batches
-- Reads only: the next batches of writer $1 behind $2.
SELECT batch, campaign, seq, attempt FROM delivery_batch WHERE writer = $1::int4 AND batch > $2::int8 ORDER BY batch LIMIT $3::int8
