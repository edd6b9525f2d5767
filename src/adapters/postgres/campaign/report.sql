-- The figures of a campaign.

-- name: campaign_stats
-- Reads roll-ups only, so that it costs the same whatever the length of the list; $1 = campaign. A time is only counted where both ends
-- are known. Waiting tries are counted one by one up to 10,000; beyond, the people whose last try was refused stand for them. The last
-- minute ends where the fold has come.
WITH c AS (SELECT * FROM campaign WHERE no = $1::int),
list AS (SELECT key::int2 AS screen, value::int AS n FROM c, jsonb_each_text(c.screened)),
states AS (SELECT state_name(state) AS state, n FROM delivery_state_count WHERE campaign_no = $1::int AND n <> 0),
total AS (SELECT coalesce(sum(accepted), 0) AS sent, coalesce(sum(delivered), 0) AS delivered, coalesce(sum(read), 0) AS read,
                 coalesce(sum(responded), 0) AS responded,
                 sum(delivery_ms) / nullif(sum(delivery_n), 0) / 1000 AS delivery_s, sum(read_ms) / nullif(sum(read_n), 0) / 1000 AS read_s,
                 sum(response_ms) / nullif(sum(response_n), 0) / 1000 AS response_s,
                 (max(last_ms) - min(first_ms)) / 1000.0 AS seconds
          FROM delivery_hour WHERE campaign_no = $1::int),
errors AS (SELECT code, sum(failed) AS failed, sum(waiting) AS waiting FROM delivery_error WHERE campaign_no = $1::int GROUP BY code),
retries AS (SELECT count(*) AS n FROM (SELECT FROM retry_queue q WHERE q.campaign_no = $1::int AND q.state = 0 LIMIT 10001) first_ones),
ledger AS (SELECT count(*) AS batches, min(b.committed_at) AS oldest
           FROM ledger_writer w JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded),
minute AS (SELECT coalesce(sum(accepted), 0) AS accepted, coalesce(sum(delivered), 0) AS delivered, coalesce(sum(read), 0) AS read,
                  coalesce(sum(failed), 0) AS failed
           FROM ledger CROSS JOIN LATERAL (SELECT extract(epoch FROM coalesce(ledger.oldest, now()))::int8 AS folded_to) f
           JOIN campaign_second s ON s.campaign_no = $1::int AND s.second >= f.folded_to - 60 AND s.second < f.folded_to)
SELECT jsonb_build_object(
  'campaignId', c.id, 'status', c.status, 'startedAt', c.started_at, 'completedAt', c.completed_at,
  'parentId', (SELECT p.id FROM campaign p WHERE p.no = c.parent_no), 'occurrenceAt', c.occurrence_at,
  'counters', jsonb_build_object('totalRecipients', c.total_recipients, 'sentCount', c.sent_count, 'deliveredCount', c.delivered_count,
    'readCount', c.read_count, 'failedCount', c.failed_count, 'respondedCount', c.responded_count, 'optedOutCount', c.opted_out_count, 'pacedCount', c.paced_count),
  'recipients', c.total_recipients, 'sendable', c.total_recipients - coalesce((SELECT sum(n) FROM list), 0),
  'sent', total.sent, 'delivered', total.delivered, 'read', total.read, 'responded', total.responded,
  'screened', coalesce((SELECT jsonb_object_agg(s.name, l.n) FROM list l JOIN screen_reason s ON s.code = l.screen), '{}'),
  'states', coalesce((SELECT jsonb_object_agg(state, n) FROM states), '{}'),
  'withDelivery', coalesce((SELECT sum(n) FROM states), 0),
  'deliveryRate', round(total.delivered::numeric / nullif(total.sent, 0), 4),
  'readRate', round(total.read::numeric / nullif(total.delivered, 0), 4),
  'responseRate', round(total.responded::numeric / nullif(total.delivered, 0), 4),
  'averageSeconds', jsonb_build_object('toDelivery', round(total.delivery_s, 3), 'toRead', round(total.read_s, 3),
    'toResponse', round(total.response_s, 3)),
  'messagesPerSecond', round(total.sent / greatest(total.seconds, 1), 1),
  'lastMinute', jsonb_build_object('sent', minute.accepted, 'delivered', minute.delivered, 'read', minute.read, 'failed', minute.failed),
  'errors', coalesce((SELECT jsonb_agg(jsonb_build_object('code', e.code, 'count', e.failed) ORDER BY e.failed DESC, e.code)
    FROM errors e WHERE e.failed <> 0), '[]'),
  'waiting', coalesce((SELECT jsonb_agg(jsonb_build_object('code', e.code, 'count', e.waiting) ORDER BY e.waiting DESC, e.code)
    FROM errors e WHERE e.waiting <> 0), '[]'),
  'numbers', coalesce((SELECT jsonb_agg(jsonb_build_object('phoneNumberId', n.phone_number_id, 'sent', p.sent, 'delivered', p.delivered,
    'read', p.read, 'failed', p.failed) ORDER BY p.sent DESC, n.phone_number_id)
    FROM (SELECT number_no, sum(accepted) AS sent, sum(delivered) AS delivered, sum(read) AS read, sum(failed) AS failed
          FROM delivery_number WHERE campaign_no = $1::int GROUP BY number_no) p
    JOIN number n ON n.no = p.number_no), '[]'),
  'recovery', {{recovery_shown}}, {{retractions_shown}},
  'retrying', CASE WHEN retries.n <= 10000 THEN retries.n ELSE greatest(retries.n, (SELECT sum(waiting) FROM errors)) END,
  'projection', jsonb_build_object('batchesBehind', ledger.batches,
    'secondsBehind', coalesce(round(extract(epoch FROM now() - ledger.oldest), 3), 0)))
FROM c, total, retries, ledger, minute
