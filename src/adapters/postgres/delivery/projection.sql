-- The ledger's way into rows (projection.cpp, delivery_rows.cpp). The fold itself is core/delivery/delivery.hpp's.

-- name: projection_lock
-- Makes this session the only projector, for its life.
SELECT pg_try_advisory_lock(21332, 0) AS locked

-- name: projection_waiting
-- Reads only: the next batches of each writer with their sizes and their age in milliseconds.
SELECT b.writer, b.batch, cardinality(b.campaign) AS events,
       (extract(epoch FROM clock_timestamp() - b.committed_at) * 1000)::int8 AS age_ms, w.folded
FROM ledger_writer w
CROSS JOIN LATERAL (SELECT writer, batch, campaign, committed_at FROM delivery_batch
                    WHERE writer = w.writer AND batch > w.folded ORDER BY batch LIMIT $1::int4) b
ORDER BY b.committed_at, b.writer, b.batch

-- name: projection_batches
-- Reads only: the batches ($2, $3] of the writers $1.
SELECT b.campaign, b.seq, b.attempt, b.kind, b.code, b.number, b.at_ms, b.text
FROM unnest($1::int4[], $2::int8[], $3::int8[]) AS w(writer, after, upto)
JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.after AND b.batch <= w.upto

-- name: projection_campaigns
-- Those of the campaigns that still exist. Their deletion waits until this transaction ends, so that it leaves no row behind.
SELECT no, canary IS NOT NULL AS has_stages, meets_capped FROM campaign WHERE no = ANY ($1::int4[]) AND status <> 'draft' FOR KEY SHARE

-- name: projection_parts
-- Reads only.
SELECT campaign_no, part, from_seq FROM campaign_part WHERE campaign_no = ANY ($1::int4[]) ORDER BY campaign_no, part

-- name: projection_look_up
-- Reads only: the rows there are of the given recipients, in their order.
SELECT d.ctid, d.campaign_no, d.seq, d.attempt, d.failed_attempt, d.rejected_attempt, d.in_doubt_attempt, d.held_attempt,
       d.settled_attempt, d.message_attempt, d.number_attempt, d.error_code, d.number_no, d.accepted_ms, d.sent_ms,
       d.delivered_ms, d.read_ms, d.failed_ms, d.responded_ms, d.opted_out_ms, d.cancelled_ms, d.expired_ms, d.rejected_ms,
       d.paced_ms, d.retracted_ms, d.message_id, d.error_text, d.response_text, d.told_tries
FROM (SELECT unnest($1::int4[]) AS campaign_no, unnest($2::int4[]) AS seq) k
JOIN delivery d ON d.campaign_no = k.campaign_no AND d.seq = k.seq

-- name: projection_update
-- Only this session writes `delivery`, so a row still lies where it was looked up in the same transaction.
UPDATE delivery d
SET state = u.state, attempt = u.attempt, failed_attempt = u.failed_attempt, rejected_attempt = u.rejected_attempt,
    in_doubt_attempt = u.in_doubt_attempt, held_attempt = u.held_attempt, settled_attempt = u.settled_attempt,
    message_attempt = u.message_attempt, number_attempt = u.number_attempt, error_code = u.error_code, number_no = u.number_no,
    accepted_ms = nullif(u.accepted_ms, 0), sent_ms = nullif(u.sent_ms, 0), delivered_ms = nullif(u.delivered_ms, 0),
    read_ms = nullif(u.read_ms, 0), failed_ms = nullif(u.failed_ms, 0), responded_ms = nullif(u.responded_ms, 0),
    opted_out_ms = nullif(u.opted_out_ms, 0), cancelled_ms = nullif(u.cancelled_ms, 0), expired_ms = nullif(u.expired_ms, 0),
    rejected_ms = nullif(u.rejected_ms, 0), paced_ms = nullif(u.paced_ms, 0), retracted_ms = nullif(u.retracted_ms, 0), message_id = nullif(u.message_id, ''), error_text = nullif(u.error_text, ''),
    response_text = nullif(u.response_text, ''), told_tries = nullif(u.told_tries, -1)
FROM (SELECT unnest($1::tid[]) AS place, unnest($2::int2[]) AS state, unnest($3::int2[]) AS attempt,
             unnest($4::int2[]) AS failed_attempt, unnest($5::int2[]) AS rejected_attempt, unnest($6::int2[]) AS in_doubt_attempt,
             unnest($7::int2[]) AS held_attempt, unnest($8::int2[]) AS settled_attempt, unnest($9::int2[]) AS message_attempt,
             unnest($10::int2[]) AS number_attempt, unnest($11::int4[]) AS error_code, unnest($12::int4[]) AS number_no,
             unnest($13::int8[]) AS accepted_ms, unnest($14::int8[]) AS sent_ms, unnest($15::int8[]) AS delivered_ms,
             unnest($16::int8[]) AS read_ms, unnest($17::int8[]) AS failed_ms, unnest($18::int8[]) AS responded_ms,
             unnest($19::int8[]) AS opted_out_ms, unnest($20::int8[]) AS cancelled_ms, unnest($21::int8[]) AS expired_ms,
             unnest($22::int8[]) AS rejected_ms, unnest($23::int8[]) AS paced_ms, unnest($24::int8[]) AS retracted_ms,
             unnest($25::text[]) AS message_id, unnest($26::text[]) AS error_text, unnest($27::text[]) AS response_text,
             unnest($28::int8[]) AS told_tries) u
WHERE d.ctid = u.place

-- name: projection_receipts
-- The same for rows of which nothing but receipts has changed, which is most of them: an array costs as much as a changed column.
UPDATE delivery d
SET state = u.state, sent_ms = nullif(u.sent_ms, 0), delivered_ms = nullif(u.delivered_ms, 0), read_ms = nullif(u.read_ms, 0)
FROM (SELECT unnest($1::tid[]) AS place, unnest($2::int2[]) AS state, unnest($3::int8[]) AS sent_ms, unnest($4::int8[]) AS delivered_ms,
             unnest($5::int8[]) AS read_ms) u
WHERE d.ctid = u.place

-- name: projection_settle
-- Forgets doubts of attempts up to those that are settled.
DELETE FROM in_doubt i
USING (SELECT unnest($1::int4[]) AS campaign_no, unnest($2::int4[]) AS seq, unnest($3::int2[]) AS attempt) s
WHERE i.campaign_no = s.campaign_no AND i.seq = s.seq AND i.attempt <= s.attempt

-- name: projection_close_retries
-- A try that waits for somebody who has got an earlier one is needless.
UPDATE retry_queue q SET state = 3
FROM (SELECT unnest($1::int4[]) AS campaign_no, unnest($2::int4[]) AS seq) s
WHERE q.campaign_no = s.campaign_no AND q.seq = s.seq AND q.state = 0

-- name: projection_reopen_retries
-- A needless try waits again when the message that made it so has failed. A claim may be closing it just now and holds its row: so all of
-- the recipients' rows are locked, and what they are is decided then.
UPDATE retry_queue q SET state = CASE q.state WHEN 3 THEN {{state_unsent}} ELSE q.state END
FROM (SELECT unnest($1::int4[]) AS campaign_no, unnest($2::int4[]) AS seq) s JOIN campaign c ON c.no = s.campaign_no
WHERE q.campaign_no = s.campaign_no AND q.seq = s.seq

-- name: projection_count
-- Adds the differences to the counters of each campaign.
UPDATE campaign c
SET sent_count = sent_count + u.sent, delivered_count = delivered_count + u.delivered, read_count = read_count + u.read,
    responded_count = responded_count + u.responded, opted_out_count = opted_out_count + u.opted_out,
    failed_count = failed_count + u.failed, in_doubt_count = in_doubt_count + u.in_doubt,
    reached_count = reached_count + u.reached, paced_count = paced_count + u.paced,
    held_count = held_count + u.held
FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int4[], $7::int4[], $8::int4[], $9::int4[], $10::int4[],
            $11::int4[])
     AS u(campaign, sent, delivered, read, responded, opted_out, failed, in_doubt, reached, paced, held)
WHERE c.no = u.campaign

-- name: projection_move
-- Moves the position in the ledger.
UPDATE ledger_writer w SET folded = u.upto FROM unnest($1::int4[], $2::int8[]) AS u(writer, upto) WHERE w.writer = u.writer

-- script: delivery_copy
-- New rows, in the binary format; copy_row() in delivery_rows.cpp writes these columns in this order.
COPY delivery (campaign_no, seq, state, attempt, failed_attempt, rejected_attempt, in_doubt_attempt, held_attempt, settled_attempt, message_attempt, number_attempt, error_code, number_no, accepted_ms, sent_ms, delivered_ms, read_ms, failed_ms, responded_ms, opted_out_ms, cancelled_ms, expired_ms, rejected_ms, paced_ms, retracted_ms, message_id, error_text, response_text, told_tries) FROM STDIN (FORMAT binary)

-- fragment: projection_stop_people
-- Who told Meta to stop ($1 = seq, $2 = when in milliseconds). It names the campaign's own table, so that no other partition is opened.
WITH said AS (SELECT unnest($1::int4[]) AS seq, unnest($2::int8[]) AS at_ms),
people AS (
  SELECT c.organization_no, k.phone, k.user_id, said.seq, to_timestamp(said.at_ms / 1000.0) AS at
  FROM said JOIN campaign_recipient_{campaign} p ON p.seq = said.seq JOIN campaign c ON c.no = {campaign}
  CROSS JOIN LATERAL person_keys(c.organization_no, p.phone, p.user_id) k),
phones AS (
  INSERT INTO suppression (organization_no, phone, reason, evidence, stopped_at)
  SELECT organization_no, phone, '131050', 'recipient ' || seq || ' of campaign {campaign}', at FROM people WHERE phone IS NOT NULL
  ON CONFLICT DO NOTHING),
users AS (
  INSERT INTO suppression (organization_no, user_id, reason, evidence, stopped_at)
  SELECT organization_no, user_id, '131050', 'recipient ' || seq || ' of campaign {campaign}', at FROM people WHERE user_id IS NOT NULL
  ON CONFLICT DO NOTHING)
UPDATE customer k SET marketing_opt_in = false, marketing_opt_out_at = people.at, updated_at = now()
FROM people
WHERE k.organization_no = people.organization_no AND k.marketing_opt_in AND (k.phone = people.phone OR k.user_id = people.user_id)
