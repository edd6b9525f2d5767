-- The recipients of a campaign, for people.

-- fragment: recipient_json
-- Of a row r of the view recipient.
jsonb_build_object('id', r.id, 'campaignId', r.campaign_id, 'seq', r.seq, 'phoneNumber', r.phone_number, 'userId', r.user_id,
  'customerId', r.customer_id, 'name', r.name, 'language', r.language, 'variables', r.variables, 'status', r.status, 'screenReason', r.screen_reason,
  'sentAt', r.sent_at, 'pacedAt', r.paced_at, 'deliveredAt', r.delivered_at, 'readAt', r.read_at, 'failedAt', r.failed_at, 'errorCode', r.error_code,
  'errorMessage', r.error_message, 'retryCount', r.retry_count, 'lastRetryAt', r.last_retry_at, 'nextRetryAt', r.next_retry_at, 'respondedAt', r.responded_at,
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
SET attempt = greatest(q.attempt, excluded.attempt), retries = 0, due_ms = excluded.due_ms, number_no = 0, state = 0, claimed_number = 0, epoch = 0
WHERE q.state = 2 AND q.attempt < excluded.attempt OR q.state = 3
RETURNING seq, attempt

-- name: recipient_resend_held
-- The same for those of campaign $1 whose doubt is held: of the places $2, or all when it is NULL, at most $4, due at $3.
INSERT INTO retry_queue AS q (campaign_no, seq, attempt, retries, due_ms)
SELECT $1::int4, d.seq, d.attempt + 1, 0, $3::int8
FROM delivery d
WHERE d.campaign_no = $1::int4 AND delivery_state(d) = 'held' AND ($2::int4[] IS NULL OR d.seq = ANY ($2::int4[])) AND d.attempt < 32000
  AND d.seq NOT IN (SELECT e.seq FROM ledger_writer w JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded
                    CROSS JOIN LATERAL unnest(b.campaign, b.seq) AS e(campaign, seq) WHERE e.campaign = $1::int4)
ORDER BY d.seq LIMIT $4::int8
ON CONFLICT (campaign_no, seq) DO UPDATE
SET attempt = greatest(q.attempt, excluded.attempt), retries = 0, due_ms = excluded.due_ms, number_no = 0, state = 0, claimed_number = 0, epoch = 0
WHERE q.state = 2 AND q.attempt < excluded.attempt OR q.state = 3
RETURNING seq, attempt

-- name: recipient_held
-- Those whose doubt is held and who can be given up: of the places $2, or all when it is NULL, at most $3.
SELECT d.seq, d.attempt
FROM delivery d
WHERE d.campaign_no = $1::int4 AND delivery_state(d) = 'held' AND ($2::int4[] IS NULL OR d.seq = ANY ($2::int4[]))
  AND d.seq NOT IN (SELECT e.seq FROM ledger_writer w JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded
                    CROSS JOIN LATERAL unnest(b.campaign, b.seq) AS e(campaign, seq) WHERE e.campaign = $1::int4)
ORDER BY d.seq LIMIT $3::int8

-- name: recipient_list
-- $1 = campaign, $2 = entries, $3 = entries before them, $4 = the place before them. Every place is there, so a page is a range.
SELECT coalesce((SELECT jsonb_agg({{recipient_json}} ORDER BY r.seq) FROM recipient r
                 WHERE r.campaign_no = $1::int4 AND r.seq > p.before AND r.seq <= p.before + $2::int8), '[]') AS data,
       c.total_recipients AS total, true AS exact, NULL::int8 AS scanned_to,
       CASE WHEN p.before + $2::int8 < c.total_recipients THEN p.before + $2::int8 END AS next_key
FROM campaign c CROSS JOIN (SELECT coalesce($4::int8, $3::int8) AS before) p WHERE c.no = $1::int4

-- fragment: piece_end
-- The last place at which recipient_list_by_status looks, behind the place $5.
coalesce($5::int8, 0) + 40000

-- name: recipient_list_by_status
-- $1 = campaign, $2 = status, $3 = entries, $4 = entries before them, $5 = the place before them. No index knows the status, so an answer
-- looks at so many places at most, and says how far it came. The total is that of the kept figures.
WITH c AS (SELECT no, status, total_recipients, screened_count, reached_count,
                  CASE status WHEN 'expired' THEN 'expired' WHEN 'cancelled' THEN 'cancelled' WHEN 'failed' THEN 'cancelled' ELSE 'pending' END
                    AS untouched,
                  {{piece_end}} AS upto
           FROM campaign WHERE no = $1::int4),
found AS (
  SELECT r.seq, {{recipient_json}} AS j
  FROM recipient r
  WHERE r.campaign_no = $1::int4 AND r.seq > coalesce($5::int8, 0) AND r.seq <= {{piece_end}} AND r.status = $2::text
  ORDER BY r.seq LIMIT $3::int8 + 1 OFFSET $4::int8),
shown AS (SELECT seq, j FROM found ORDER BY seq LIMIT $3::int8),
ends AS (SELECT (SELECT count(*) FROM found) > $3::int8 AS more, (SELECT max(seq) FROM shown) AS last)
SELECT coalesce((SELECT jsonb_agg(j ORDER BY seq) FROM shown), '[]') AS data,
       CASE WHEN $2::text = 'screened' THEN c.screened_count
            ELSE coalesce((SELECT sum(s.n) FROM delivery_state_count s
                           WHERE s.campaign_no = c.no
                             AND CASE WHEN s.state < 2 AND c.untouched <> 'pending' THEN c.untouched ELSE state_name(s.state) END = $2::text), 0)
                 + CASE WHEN $2::text = c.untouched THEN c.total_recipients - c.screened_count - c.reached_count ELSE 0 END END AS total,
       true AS exact,
       CASE WHEN ends.more THEN ends.last ELSE least(c.upto, c.total_recipients) END AS scanned_to,
       CASE WHEN ends.more THEN ends.last WHEN c.upto < c.total_recipients THEN c.upto END AS next_key
FROM c, ends

-- name: list_customers_named
-- Of organization $1 the customers with the ids $2, by their place among these; also under an id that one had before it became one with another.
SELECT u.place, k.phone, k.user_id, coalesce(k.name, '') AS name, k.attributes::text AS attributes
FROM unnest($2::text[]) WITH ORDINALITY AS u(id, place)
CROSS JOIN LATERAL (SELECT CASE WHEN lower(u.id) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN u.id::uuid END AS id) w
CROSS JOIN LATERAL (
  SELECT c.no FROM customer c WHERE c.organization_no = $1::int4 AND c.id = w.id
  UNION ALL SELECT a.customer_no FROM customer_alias a WHERE a.organization_no = $1::int4 AND a.old_id = w.id LIMIT 1) f
JOIN customer k ON k.no = f.no
