-- What is over and old is deleted in pieces, by ranges of keys (retention.cpp). $1 = how long it is kept in milliseconds, $2 = how much is
-- deleted at once.

-- name: retention_ledger
-- Batches that every consumer has; $2 counts those of each writer. The newest number of a writer outlives its batches in `folded`.
WITH gone AS (
  DELETE FROM delivery_batch b
  USING (SELECT w.writer, (SELECT max(o.batch) FROM (SELECT batch, committed_at FROM delivery_batch
                                                     WHERE writer = w.writer AND batch <= w.upto ORDER BY batch LIMIT $2::int8) o
                           WHERE o.committed_at < now() - $1::int8 * interval '1 millisecond') AS last
         FROM (SELECT writer, min(position) AS upto FROM ledger_position GROUP BY writer) w) old
  WHERE b.writer = old.writer AND b.batch <= old.last RETURNING 1)
SELECT count(*) AS n FROM gone

-- name: retention_retries
-- Tries that are done, of campaigns that are over and have neither claims nor doubts. Until then a row says that a recipient was given
-- back from a claim, and that a repeated webhook queues nothing. The recursion steps from campaign to campaign.
WITH RECURSIVE known AS (
  (SELECT campaign_no FROM retry_queue ORDER BY campaign_no LIMIT 1)
  UNION ALL
  SELECT (SELECT q.campaign_no FROM retry_queue q WHERE q.campaign_no > k.campaign_no ORDER BY q.campaign_no LIMIT 1)
  FROM known k WHERE k.campaign_no IS NOT NULL),
ended AS (
  SELECT c.no FROM known k JOIN campaign c ON c.no = k.campaign_no
  WHERE c.status IN ('completed', 'cancelled', 'expired', 'failed') AND c.completed_at < now() - $1::int8 * interval '1 millisecond'
    AND NOT EXISTS (SELECT FROM dispatch_claim d WHERE d.campaign_no = c.no)
    AND NOT EXISTS (SELECT FROM in_doubt d WHERE d.campaign_no = c.no)),
old AS (
  SELECT q.campaign_no, q.seq FROM ended CROSS JOIN LATERAL (
    SELECT campaign_no, seq FROM retry_queue
    WHERE campaign_no = ended.no AND state >= 2 AND due_ms < (extract(epoch FROM now()) * 1000)::int8 - $1::int8
    ORDER BY seq LIMIT $2::int8) q
  LIMIT $2::int8),
gone AS (DELETE FROM retry_queue q USING old WHERE q.campaign_no = old.campaign_no AND q.seq = old.seq AND q.state >= 2 RETURNING 1)
SELECT count(*) AS n FROM gone

-- name: retention_webhooks
-- Webhooks that were only kept, the oldest first.
WITH gone AS (
  DELETE FROM other_webhook w
  WHERE w.no <= (SELECT max(o.no) FROM (SELECT no, received_at FROM other_webhook ORDER BY no LIMIT $2::int8) o
                 WHERE o.received_at < now() - $1::int8 * interval '1 millisecond') RETURNING 1)
SELECT count(*) AS n FROM gone

-- name: retention_tiers
-- Who counts no more against a messaging limit, an hour later.
WITH gone AS (
  DELETE FROM tier_person t USING (SELECT o.portfolio_no, o.person FROM tier_person o JOIN portfolio p ON p.no = o.portfolio_no
                                   WHERE o.minute < (extract(epoch FROM now()) / 60)::int4 - p.period_minutes - 60 AND $1::int8 >= 0 LIMIT $2::int8) o
  WHERE t.portfolio_no = o.portfolio_no AND t.person = o.person RETURNING 1),
minutes AS (
  DELETE FROM tier_minute m USING portfolio p
  WHERE p.no = m.portfolio_no AND m.minute < (extract(epoch FROM now()) / 60)::int4 - p.period_minutes - 60)
SELECT count(*) AS n FROM gone

-- name: retention_caps
-- People who have long been open to marketing again: what Meta refused is forgotten.
WITH gone AS (
  DELETE FROM meta_cap m USING (SELECT organization_no, person FROM meta_cap
                                WHERE until < now() - $1::int8 * interval '1 millisecond' LIMIT $2::int8) o
  WHERE m.organization_no = o.organization_no AND m.person = o.person RETURNING 1)
SELECT count(*) AS n FROM gone

-- name: retention_windows
-- Service windows that are closed.
WITH gone AS (
  DELETE FROM service_window w USING (SELECT number_no, person FROM service_window
                                      WHERE open_until < now() - $1::int8 * interval '1 millisecond' ORDER BY open_until LIMIT $2::int8) o
  WHERE w.number_no = o.number_no AND w.person = o.person RETURNING 1)
SELECT count(*) AS n FROM gone

-- name: retention_jobs
-- Jobs that ended long ago, the oldest first. One whose campaign is not over may be what a person still has to look at.
WITH gone AS (
  DELETE FROM job j USING (SELECT o.no FROM job o LEFT JOIN campaign c ON c.no = o.campaign_no
                           WHERE o.ended_at < now() - $1::int8 * interval '1 millisecond' AND o.state IN ('done', 'failed', 'cancelled')
                             AND (c.no IS NULL OR c.status IN ('completed', 'cancelled', 'expired', 'failed'))
                           ORDER BY o.ended_at LIMIT $2::int8) o
  WHERE j.no = o.no RETURNING 1)
SELECT count(*) AS n FROM gone
