-- The ledger's way into rows (projection.cpp). The lattice is core/delivery.hpp's; a property test holds the two together.

-- name: projection_lock
-- Makes this session the only projector, for its life.
SELECT pg_try_advisory_lock(21332, 0)

-- name: projection_waiting
-- Reads only: the next batches of each writer with their sizes and their age in milliseconds.
SELECT b.writer, b.batch, cardinality(b.campaign), (extract(epoch FROM clock_timestamp() - b.committed_at) * 1000)::int8, w.folded
FROM ledger_writer w
CROSS JOIN LATERAL (SELECT writer, batch, campaign, committed_at FROM delivery_batch
                    WHERE writer = w.writer AND batch > w.folded ORDER BY batch LIMIT $1::int4) b
ORDER BY b.committed_at, b.writer, b.batch

-- name: projection_fold
-- Folds the batches ($2, $3] of the writers $1 into `delivery`, forgets doubts that are settled, and returns by how much each
-- campaign's counters change. Failures and replies are compared as one text per event, which keeps the order of several columns
-- in one aggregate: attempts descend, times and codes ascend.
WITH event AS (
  SELECT unnest(b.campaign) AS campaign, unnest(b.seq) AS seq, unnest(b.attempt) AS attempt, unnest(b.kind) AS kind,
         unnest(b.code) AS code, unnest(b.number) AS number, unnest(b.at_ms) AS given_ms, unnest(b.text) AS text
  FROM unnest($1::int4[], $2::int8[], $3::int8[]) AS w(writer, after, upto)
  JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.after AND b.batch <= w.upto
), folded AS MATERIALIZED (
  SELECT campaign, seq, max(attempt) AS attempt, count(*) AS events,
         min(at_ms) FILTER (WHERE kind = 1) AS accepted_ms,
         min(at_ms) FILTER (WHERE kind = 2) AS sent_ms,
         min(at_ms) FILTER (WHERE kind = 3) AS delivered_ms,
         min(at_ms) FILTER (WHERE kind = 4) AS read_ms,
         max(attempt) FILTER (WHERE kind <= 5 OR kind = 13) AS settled_attempt,
         max((attempt::int8 << 32) | number) FILTER (WHERE number > 0) AS number,
         max(chr(65 + greatest(attempt, 0)) || text COLLATE "C") FILTER (WHERE kind <= 4 AND text <> '') AS message,
         max(attempt) FILTER (WHERE kind = 6) AS rejected_attempt,
         max(at_ms) FILTER (WHERE kind = 6) AS rejected_ms,
         max(attempt) FILTER (WHERE kind = 7) AS in_doubt_attempt,
         max(attempt) FILTER (WHERE kind = 12) AS held_attempt,
         min(at_ms) FILTER (WHERE kind = 8) AS opted_out_ms,
         min(at_ms) FILTER (WHERE kind = 9) AS expired_ms,
         min(at_ms) FILTER (WHERE kind = 10) AS cancelled_ms,
         min(lpad((32767 - attempt)::text, 5, '0') || lpad(at_ms::text, 19, '0') || lpad((code + 2147483648)::text, 10, '0')
             || text COLLATE "C") FILTER (WHERE kind = 5 OR kind = 13) AS failure,
         min(lpad(at_ms::text, 19, '0') || text COLLATE "C") FILTER (WHERE kind = 11) AS response,
         min(at_ms) FILTER (WHERE code = 131050 AND (kind = 5 OR kind = 8)) AS stopped_ms
  FROM (SELECT *, greatest(given_ms, 1) AS at_ms FROM event) event
  GROUP BY campaign, seq
), joined AS (
  SELECT f.*, d.ctid AS place, d.attempt AS d_attempt, d.accepted_ms AS d_accepted_ms, d.sent_ms AS d_sent_ms,
         d.delivered_ms AS d_delivered_ms, d.read_ms AS d_read_ms, d.responded_ms AS d_responded_ms,
         d.opted_out_ms AS d_opted_out_ms, d.expired_ms AS d_expired_ms, d.cancelled_ms AS d_cancelled_ms,
         d.failed_ms AS d_failed_ms, d.rejected_ms AS d_rejected_ms, d.failed_attempt AS d_failed_attempt,
         d.rejected_attempt AS d_rejected_attempt, d.in_doubt_attempt AS d_in_doubt_attempt, d.held_attempt AS d_held_attempt,
         d.settled_attempt AS d_settled_attempt, d.error_code AS d_error_code, d.error_text AS d_error_text,
         d.number_no AS d_number_no, d.number_attempt AS d_number_attempt, d.message_attempt AS d_message_attempt,
         d.message_id AS d_message_id, d.response_text AS d_response_text,
         CASE WHEN d.attempt IS NULL THEN 0
              ELSE delivery_flags(d.accepted_ms, d.sent_ms, d.delivered_ms, d.read_ms, d.responded_ms, d.opted_out_ms, d.attempt,
                                  d.failed_attempt, d.rejected_attempt, d.settled_attempt, d.held_attempt, d.in_doubt_attempt)
         END AS was,
         CASE WHEN f.failure IS NULL THEN false WHEN coalesce(d.failed_attempt, -1) < 0 THEN true
              ELSE f.failure < lpad((32767 - d.failed_attempt)::text, 5, '0') || lpad(d.failed_ms::text, 19, '0') || lpad((d.error_code + 2147483648)::text, 10, '0') || coalesce(d.error_text, '') COLLATE "C" END AS new_failure,
         CASE WHEN f.response IS NULL THEN false WHEN d.responded_ms IS NULL THEN true
              ELSE f.response < lpad(d.responded_ms::text, 19, '0') || coalesce(d.response_text, '') COLLATE "C" END AS new_response,
         CASE WHEN f.message IS NULL THEN false WHEN d.message_id IS NULL THEN true
              ELSE f.message > chr(65 + d.message_attempt) || d.message_id COLLATE "C" END AS new_message,
         CASE WHEN f.number IS NULL THEN false
              ELSE f.number > coalesce(d.number_attempt::int8 << 32 | d.number_no, -1) END AS new_number
  FROM folded f
  LEFT JOIN delivery d ON d.campaign_no = f.campaign AND d.seq = f.seq
  WHERE f.campaign = ANY (ARRAY(SELECT no FROM campaign WHERE status <> 'draft' ORDER BY no DESC))
), merged AS MATERIALIZED (
  SELECT place, was, campaign, seq, events, stopped_ms,
         greatest(attempt, d_attempt) AS attempt,
         CASE WHEN new_failure THEN (32767 - left(failure, 5)::int4)::int2 ELSE coalesce(d_failed_attempt, -1::int2) END AS failed_attempt,
         CASE WHEN new_failure THEN substr(failure, 6, 19)::int8 ELSE d_failed_ms END AS failed_ms,
         CASE WHEN new_failure THEN (substr(failure, 25, 10)::int8 - 2147483648)::int4 ELSE coalesce(d_error_code, 0) END AS error_code,
         CASE WHEN new_failure THEN nullif(substr(failure, 35), '') ELSE d_error_text END AS error_text,
         greatest(rejected_attempt, d_rejected_attempt, -1::int2) AS rejected_attempt,
         greatest(rejected_ms, d_rejected_ms) AS rejected_ms,
         greatest(in_doubt_attempt, d_in_doubt_attempt, -1::int2) AS in_doubt_attempt,
         greatest(held_attempt, d_held_attempt, -1::int2) AS held_attempt,
         greatest(settled_attempt, d_settled_attempt, -1::int2) AS settled_attempt,
         CASE WHEN new_number THEN (number & 4294967295)::int4 ELSE coalesce(d_number_no, 0) END AS number_no,
         CASE WHEN new_number THEN (number >> 32)::int2 ELSE coalesce(d_number_attempt, -1::int2) END AS number_attempt,
         least(accepted_ms, d_accepted_ms) AS accepted_ms, least(sent_ms, d_sent_ms) AS sent_ms,
         least(delivered_ms, d_delivered_ms) AS delivered_ms, least(read_ms, d_read_ms) AS read_ms,
         least(opted_out_ms, d_opted_out_ms) AS opted_out_ms, least(expired_ms, d_expired_ms) AS expired_ms,
         least(cancelled_ms, d_cancelled_ms) AS cancelled_ms,
         CASE WHEN new_response THEN left(response, 19)::int8 ELSE d_responded_ms END AS responded_ms,
         CASE WHEN new_response THEN nullif(substr(response, 20), '') ELSE d_response_text END AS response_text,
         CASE WHEN new_message THEN (ascii(message) - 65)::int2 ELSE coalesce(d_message_attempt, -1::int2) END AS message_attempt,
         CASE WHEN new_message THEN substr(message, 2) ELSE d_message_id END AS message_id
  FROM joined
), updated AS (
  UPDATE delivery d SET attempt = m.attempt, failed_attempt = m.failed_attempt, rejected_attempt = m.rejected_attempt,
         in_doubt_attempt = m.in_doubt_attempt, held_attempt = m.held_attempt, settled_attempt = m.settled_attempt,
         error_code = m.error_code, number_no = m.number_no, accepted_ms = m.accepted_ms, sent_ms = m.sent_ms,
         delivered_ms = m.delivered_ms, read_ms = m.read_ms, failed_ms = m.failed_ms, responded_ms = m.responded_ms,
         opted_out_ms = m.opted_out_ms, cancelled_ms = m.cancelled_ms, expired_ms = m.expired_ms, rejected_ms = m.rejected_ms,
         message_attempt = m.message_attempt, number_attempt = m.number_attempt, message_id = m.message_id,
         error_text = m.error_text, response_text = m.response_text
  FROM merged m WHERE d.ctid = m.place
), inserted AS (
  INSERT INTO delivery (campaign_no, seq, attempt, failed_attempt, rejected_attempt, in_doubt_attempt, held_attempt,
                        settled_attempt, error_code, number_no, accepted_ms, sent_ms, delivered_ms, read_ms, failed_ms,
                        responded_ms, opted_out_ms, cancelled_ms, expired_ms, rejected_ms, message_attempt, number_attempt,
                        message_id, error_text, response_text)
  SELECT campaign, seq, attempt, failed_attempt, rejected_attempt, in_doubt_attempt, held_attempt, settled_attempt,
         error_code, number_no, accepted_ms, sent_ms, delivered_ms, read_ms, failed_ms, responded_ms, opted_out_ms,
         cancelled_ms, expired_ms, rejected_ms, message_attempt, number_attempt, message_id, error_text, response_text
  FROM merged WHERE place IS NULL
), settled AS (
  DELETE FROM in_doubt i USING merged m
  WHERE m.in_doubt_attempt >= 0 AND i.campaign_no = m.campaign AND i.seq = m.seq AND i.attempt <= m.settled_attempt
)
SELECT campaign, count(*), sum(events),
       sum((now & 1) - (was & 1)), sum((now >> 1 & 1) - (was >> 1 & 1)), sum((now >> 2 & 1) - (was >> 2 & 1)),
       sum((now >> 3 & 1) - (was >> 3 & 1)), sum((now >> 4 & 1) - (was >> 4 & 1)), sum((now >> 5 & 1) - (was >> 5 & 1)),
       sum((now >> 6 & 1) - (was >> 6 & 1)), count(*) FILTER (WHERE place IS NULL),
       bool_or(stopped_ms IS NOT NULL)
FROM (SELECT campaign, events, was, stopped_ms, place,
             delivery_flags(accepted_ms, sent_ms, delivered_ms, read_ms, responded_ms, opted_out_ms, attempt,
                            failed_attempt, rejected_attempt, settled_attempt, held_attempt, in_doubt_attempt) AS now
      FROM merged) m
GROUP BY campaign ORDER BY campaign

-- name: projection_count
-- Adds the differences to the counters of each campaign.
UPDATE campaign c
SET sent_count = sent_count + u.sent, delivered_count = delivered_count + u.delivered, read_count = read_count + u.read,
    responded_count = responded_count + u.responded, opted_out_count = opted_out_count + u.opted_out,
    failed_count = failed_count + u.failed, in_doubt_count = in_doubt_count + u.in_doubt,
    reached_count = reached_count + u.reached
FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int4[], $7::int4[], $8::int4[], $9::int4[])
     AS u(campaign, sent, delivered, read, responded, opted_out, failed, in_doubt, reached)
WHERE c.no = u.campaign

-- name: projection_move
-- Moves the position in the ledger.
UPDATE ledger_writer w SET folded = u.upto FROM unnest($1::int4[], $2::int8[]) AS u(writer, upto) WHERE w.writer = u.writer
