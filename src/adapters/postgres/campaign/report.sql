-- The figures of a campaign.

-- name: campaign_stats
-- One pass over the list and one over the projection; $1 = campaign. A time is only counted where both ends are known.
WITH c AS (SELECT * FROM campaign WHERE no = $1::int),
list AS (SELECT screen, count(*) AS n FROM campaign_recipient WHERE campaign_no = $1::int GROUP BY screen),
d AS (
  SELECT delivery_state(d) AS state, number_no, CASE WHEN delivery_state(d) = 'failed' THEN error_code ELSE 0 END AS error_code,
         count(*) AS n,
         count(coalesce(accepted_ms, sent_ms, delivered_ms, read_ms)) AS sent, count(coalesce(delivered_ms, read_ms)) AS delivered,
         count(read_ms) AS read, count(responded_ms) AS responded,
         sum(greatest(delivered_ms - coalesce(accepted_ms, sent_ms), 0)) AS delivery_ms,
         count(delivered_ms - coalesce(accepted_ms, sent_ms)) AS delivery_n,
         sum(greatest(read_ms - coalesce(accepted_ms, sent_ms), 0)) AS read_ms, count(read_ms - coalesce(accepted_ms, sent_ms)) AS read_n,
         sum(greatest(responded_ms - coalesce(accepted_ms, sent_ms), 0)) AS response_ms,
         count(responded_ms - coalesce(accepted_ms, sent_ms)) AS response_n,
         min(coalesce(accepted_ms, sent_ms)) AS first_ms, max(coalesce(accepted_ms, sent_ms)) AS last_ms
  FROM delivery d WHERE campaign_no = $1::int GROUP BY 1, 2, 3),
states AS (SELECT state, sum(n) AS n FROM d GROUP BY state),
total AS (SELECT coalesce(sum(n), 0) AS n, coalesce(sum(sent), 0) AS sent, coalesce(sum(delivered), 0) AS delivered,
                 coalesce(sum(read), 0) AS read, coalesce(sum(responded), 0) AS responded,
                 sum(delivery_ms) / nullif(sum(delivery_n), 0) / 1000 AS delivery_s, sum(read_ms) / nullif(sum(read_n), 0) / 1000 AS read_s,
                 sum(response_ms) / nullif(sum(response_n), 0) / 1000 AS response_s,
                 (max(last_ms) - min(first_ms)) / 1000.0 AS seconds FROM d)
SELECT jsonb_build_object(
  'campaignId', c.id, 'status', c.status, 'startedAt', c.started_at, 'completedAt', c.completed_at,
  'counters', jsonb_build_object('totalRecipients', c.total_recipients, 'sentCount', c.sent_count, 'deliveredCount', c.delivered_count,
    'readCount', c.read_count, 'failedCount', c.failed_count, 'respondedCount', c.responded_count, 'optedOutCount', c.opted_out_count, 'pacedCount', c.paced_count),
  'recipients', coalesce((SELECT sum(n) FROM list), 0), 'sendable', coalesce((SELECT n FROM list WHERE screen = 0), 0),
  'sent', total.sent, 'delivered', total.delivered, 'read', total.read, 'responded', total.responded,
  'screened', coalesce((SELECT jsonb_object_agg(s.name, l.n) FROM list l JOIN screen_reason s ON s.code = l.screen), '{}'),
  'states', coalesce((SELECT jsonb_object_agg(state, n) FROM states), '{}'), 'withDelivery', total.n,
  'deliveryRate', round(total.delivered / nullif(total.sent, 0), 4), 'readRate', round(total.read / nullif(total.delivered, 0), 4),
  'responseRate', round(total.responded / nullif(total.delivered, 0), 4),
  'averageSeconds', jsonb_build_object('toDelivery', round(total.delivery_s, 3), 'toRead', round(total.read_s, 3),
    'toResponse', round(total.response_s, 3)),
  'messagesPerSecond', round(total.sent / greatest(total.seconds, 1), 1),
  'errors', coalesce((SELECT jsonb_agg(jsonb_build_object('code', e.error_code, 'count', e.n) ORDER BY e.n DESC) FROM
    (SELECT error_code, sum(n) AS n FROM d WHERE state = 'failed' GROUP BY error_code) e), '[]'),
  'numbers', coalesce((SELECT jsonb_agg(jsonb_build_object('phoneNumberId', n.phone_number_id, 'sent', p.sent, 'delivered', p.delivered,
    'read', p.read, 'failed', p.failed) ORDER BY p.sent DESC) FROM (SELECT number_no, sum(sent) AS sent, sum(delivered) AS delivered,
    sum(read) AS read, sum(CASE WHEN state = 'failed' THEN n ELSE 0 END) AS failed FROM d GROUP BY number_no) p
    JOIN number n ON n.no = p.number_no), '[]'),
  'retrying', (SELECT count(*) FROM retry_queue q WHERE q.campaign_no = c.no AND q.state < 2),
  'projection', (SELECT jsonb_build_object('batchesBehind', count(*),
    'secondsBehind', coalesce(round(extract(epoch FROM now() - min(b.committed_at)), 3), 0))
    FROM ledger_writer w JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded))
FROM c, total
