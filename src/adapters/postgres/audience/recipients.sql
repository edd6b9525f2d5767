-- The recipients of a campaign, for people.

-- fragment: recipient_json
-- Of a row r of the view recipient.
jsonb_build_object('id', r.id, 'campaignId', r.campaign_id, 'seq', r.seq, 'phoneNumber', r.phone_number, 'userId', r.user_id,
  'customerId', r.customer_id, 'name', r.name, 'variables', r.variables, 'status', r.status, 'screenReason', r.screen_reason,
  'sentAt', r.sent_at, 'pacedAt', r.paced_at, 'deliveredAt', r.delivered_at, 'readAt', r.read_at, 'failedAt', r.failed_at, 'errorCode', r.error_code,
  'errorMessage', r.error_message, 'retryCount', r.retry_count, 'lastRetryAt', r.last_retry_at, 'respondedAt', r.responded_at,
  'responseMessage', r.response_message, 'messageId', r.message_id, 'messageSid', r.message_sid, 'phoneNumberId', r.phone_number_id,
  'line', r.line, 'createdAt', r.created_at, 'updatedAt', r.updated_at)

-- name: recipient_lock_campaign
-- The campaign's status, which stays so until the transaction ends.
SELECT status FROM campaign WHERE no = $1::int4 FOR NO KEY UPDATE

-- name: recipient_retry_failed
-- Queues failed recipients of campaign $1 with a code of $2 or a place of $3, at most $5, due at $4. One with an event that is not folded yet,
-- which may be a receipt, is left out.
INSERT INTO retry_queue AS q (campaign_no, seq, attempt, retries, due_ms)
SELECT $1::int4, d.seq, d.attempt + 1, 0, $4::int8
FROM delivery d
WHERE d.campaign_no = $1::int4 AND delivery_state(d) = 'failed' AND (d.error_code = ANY ($2::int4[]) OR d.seq = ANY ($3::int4[]))
  AND d.attempt < 32000
  AND d.seq NOT IN (SELECT e.seq FROM ledger_writer w JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded
                    CROSS JOIN LATERAL unnest(b.campaign, b.seq) AS e(campaign, seq) WHERE e.campaign = $1::int4)
ORDER BY d.seq LIMIT $5::int8
ON CONFLICT (campaign_no, seq) DO UPDATE
SET attempt = excluded.attempt, retries = 0, due_ms = excluded.due_ms, number_no = 0, state = 0, claimed_number = 0, epoch = 0
WHERE q.state = 2 AND q.attempt < excluded.attempt
RETURNING seq, attempt

-- name: recipient_list
-- $1 = campaign, $2 = entries, $3 = entries before them. Every place is there, so a page is a range.
SELECT coalesce((SELECT jsonb_agg({{recipient_json}} ORDER BY r.seq) FROM recipient r
                 WHERE r.campaign_no = $1::int4 AND r.seq > $3::int8 AND r.seq <= $3::int8 + $2::int8), '[]') AS data,
       c.total_recipients AS total
FROM campaign c WHERE c.no = $1::int4

-- name: recipient_list_by_status
-- $1 = campaign, $2 = status, $3 = entries, $4 = entries before them.
SELECT coalesce((SELECT jsonb_agg(j) FROM (
         SELECT {{recipient_json}} AS j FROM recipient r WHERE r.campaign_no = $1::int4 AND r.status = $2::text
         ORDER BY r.seq LIMIT $3::int8 OFFSET $4::int8) entries), '[]') AS data,
       (SELECT count(*) FROM recipient r WHERE r.campaign_no = $1::int4 AND r.status = $2::text) AS total
