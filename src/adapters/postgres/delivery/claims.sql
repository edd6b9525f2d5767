-- Handing out ranges of a list (claim_store.cpp). The session plans every call anew, so that a campaign's number selects its one
-- partition of campaign_recipient.

-- name: claims_lock_leases
-- The current epochs. Until the end of the transaction nobody else gets a lease; its owner may renew it (numbers_acquire_leases).
SELECT number_no, epoch, owner, limited_by FROM number_lease WHERE number_no = ANY ($1::int4[]) ORDER BY number_no FOR KEY SHARE

-- name: claims_lock_campaign
-- Locks the campaign for this transaction and gives the terms under which its recipients are read: an hour is added, because a row carries
-- the beginning of its transaction. A campaign whose template became one for marketing since asks for every refusal there ever was. Folds, whose rows refer to the campaign, go on meanwhile.
SELECT status = 'sending' AS is_sending, organization_no, {{campaign_is_marketing}} AS is_marketing,
       CASE WHEN screened_marketing OR NOT {{campaign_is_marketing}} THEN (screened_at - interval '1 hour')::text END AS since
FROM campaign c WHERE no = $1::int4 FOR NO KEY UPDATE

-- name: claims_parts
-- Parts with somebody who was never claimed. A statement of its own behind the lock, which sees what the holder before has moved.
SELECT part, next_seq, to_seq FROM campaign_part WHERE campaign_no = $1::int4 AND next_seq <= to_seq ORDER BY part

-- name: claims_left_over
-- Ranges left over by dead owners. The campaign is locked, so nobody else takes them.
SELECT d.id, d.from_seq, d.to_seq, {{part_is_open}} AS is_open FROM (SELECT *, from_seq AS seq FROM dispatch_claim WHERE campaign_no = $1::int4 AND free) d
ORDER BY d.from_seq

-- fragment: part_is_open
-- Of somebody d of campaign $1, with the open parts as $2; NULL: all are. The ranges are gathered once for a statement.
($2::int4[] IS NULL OR coalesce(d.seq <@ (SELECT range_agg(int4range(p.from_seq, p.to_seq + 1)) FROM campaign_part p
                                          WHERE p.campaign_no = $1::int4 AND p.part = ANY ($2::int4[])), false))

-- name: claims_add
-- Hands ranges out.
INSERT INTO dispatch_claim (campaign_no, number_no, from_seq, to_seq, mark, owner, epoch, free)
SELECT $1::int4, number, first, last, first - 1, owner, epoch, $7::bool
FROM unnest($2::int4[], $3::int4[], $4::int4[], $5::text[], $6::int4[]) AS u(number, first, last, owner, epoch)
RETURNING from_seq, id

-- name: claims_delete
DELETE FROM dispatch_claim WHERE id = ANY ($1::int8[])

-- name: claims_give_back
-- Claims whose hand-out nobody heard of are free again, as new rows; of a campaign that ended early they go. Their campaigns are locked
-- before, so that a session which is still committing them is waited for.
WITH gone AS (DELETE FROM dispatch_claim WHERE id = ANY ($1::int8[]) AND NOT free RETURNING campaign_no, number_no, from_seq, to_seq, epoch)
INSERT INTO dispatch_claim (campaign_no, number_no, from_seq, to_seq, mark, owner, epoch, free)
SELECT g.campaign_no, g.number_no, g.from_seq, g.to_seq, g.from_seq - 1, '', g.epoch, true
FROM gone g JOIN campaign c ON c.no = g.campaign_no WHERE c.status NOT IN ('cancelled', 'expired', 'failed')

-- name: claims_wait_for_retries
-- Waits for a session that is still taking these.
SELECT seq FROM retry_queue WHERE campaign_no = $1::int4 AND seq = ANY ($2::int4[]) ORDER BY seq FOR UPDATE

-- name: claims_give_back_retries
-- Tries $2 of campaign $1 were not made if one of the claims $3 has them.
UPDATE retry_queue q
SET state = {{state_unsent}}, claimed_number = 0, epoch = 0, claim = 0
FROM campaign c
WHERE q.campaign_no = $1::int4 AND q.seq = ANY ($2::int4[]) AND q.claim = ANY ($3::int8[]) AND q.state = 1 AND c.no = q.campaign_no

-- name: claims_move_cursors
-- Of these parts everything below is claimed, $4 recipients more in all.
WITH moved AS (
  UPDATE campaign_part p SET next_seq = m.next FROM unnest($2::int4[], $3::int4[]) AS m(part, next)
  WHERE p.campaign_no = $1::int4 AND p.part = m.part)
UPDATE campaign SET claimed_count = claimed_count + $4::int4 WHERE no = $1::int4

-- name: claims_read_range
-- Reads only: the sendable recipients of a range, with the stops, and for marketing the withdrawn consents, that came since the
-- screening. The terms are parameters, so that the planner sees how few those are. They are looked up once for the range, and when there
-- are none, as is usual, no recipient is compared with them.
WITH terms AS NOT MATERIALIZED (SELECT $4::int4 AS organization_no, $5::bool AS marketing, $6::timestamptz AS since),
     blocked AS MATERIALIZED ({{blocked}})
SELECT r.seq, r.phone, r.user_id, r.variables, r.lang,
       CASE WHEN EXISTS (SELECT FROM blocked) THEN
              coalesce(phone_key(r.phone) IN (SELECT b.phone FROM blocked b WHERE b.phone IS NOT NULL), false)
              OR coalesce(r.user_id IN (SELECT b.user_id FROM blocked b WHERE b.user_id IS NOT NULL), false)
            ELSE false END AS stopped,
       {{withheld}} AS withheld
FROM campaign_recipient r
WHERE r.campaign_no = $1::int4 AND r.seq BETWEEN $2::int4 AND $3::int4 AND r.screen = 0 ORDER BY r.seq

-- name: claims_next_sendable
-- Reads only: the first of $2 to $3 who is not screened out, or the one behind them.
SELECT coalesce((SELECT r.seq FROM campaign_recipient r WHERE r.campaign_no = $1::int4 AND r.seq BETWEEN $2::int4 AND $3::int4 AND r.screen = 0
                 ORDER BY r.seq LIMIT 1), $3::int4 + 1) AS seq

-- name: claims_read_leftover
-- The same for a range that recovery freed: who was given back to the retry queue in the meantime goes out from there.
WITH {{campaign_terms}}
SELECT r.seq, r.phone, r.user_id, r.variables, r.lang, {{recipient_is_blocked}} AS stopped,
       {{withheld}} AS withheld
FROM campaign_recipient r
WHERE r.campaign_no = $1::int4 AND r.seq BETWEEN $2::int4 AND $3::int4 AND r.screen = 0
  AND NOT EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = $1::int4 AND q.seq = r.seq) ORDER BY r.seq

-- name: claims_due_retries
-- Due tries of a campaign for these numbers, oldest first, locked. need: core/delivery's retry_need (0 needed, 1 needless, 2 needless if
-- everything is folded); the contract holds the two together.
SELECT d.seq, d.attempt, d.retries, d.number_no,
       coalesce((SELECT CASE WHEN delivery_state(v) IN ('delivered', 'read', 'responded', 'opted_out') THEN 1
                             WHEN delivery_state(v) = 'sent' AND v.in_doubt_attempt >= 0 THEN 2 ELSE 0 END
                 FROM delivery v WHERE v.campaign_no = d.campaign_no AND v.seq = d.seq), 0) AS need
FROM retry_queue d
WHERE d.campaign_no = $1::int4 AND d.state = 0 AND d.due_ms <= $3::int8 AND (d.number_no = 0 OR d.number_no = ANY ($4::int4[]))
  AND {{part_is_open}}
ORDER BY d.due_ms, d.seq LIMIT $5::int8 FOR UPDATE OF d SKIP LOCKED

-- name: claims_closed_retries
-- Reads only: until when those of these who are closed to marketing wait, if the campaign is one for marketing. $3 = now.
SELECT r.seq, (extract(epoch FROM m.until) * 1000)::int8 AS until
FROM campaign c JOIN campaign_recipient r ON r.campaign_no = c.no AND r.seq = ANY ($2::int4[])
JOIN meta_cap m ON m.organization_no = c.organization_no AND m.person = {{recipient_person}} AND m.until > to_timestamp($3::int8 / 1000.0)
WHERE c.no = $1::int4 AND r.campaign_no = $1::int4
  AND EXISTS (SELECT FROM meta_cap a WHERE a.organization_no = c.organization_no AND a.until > to_timestamp($3::int8 / 1000.0))
  AND {{campaign_is_marketing}}

-- name: claims_postpone_retries
UPDATE retry_queue q SET due_ms = u.due_ms FROM unnest($2::int4[], $3::int8[]) AS u(seq, due_ms)
WHERE q.campaign_no = $1::int4 AND q.seq = u.seq AND q.state = 0

-- name: claims_unfolded
-- Reads only: those of these recipients who have an event that is not folded yet.
SELECT DISTINCT e.seq
FROM ledger_writer w JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded
CROSS JOIN LATERAL unnest(b.campaign, b.seq) AS e(campaign, seq)
WHERE e.campaign = $1::int4 AND e.seq = ANY ($2::int4[])

-- name: claims_close_retries
-- Tries that are needless, if they still are: what was folded since they were read may say that the message failed.
UPDATE retry_queue q SET state = 3
WHERE q.campaign_no = $1::int4 AND q.seq = ANY ($2::int4[]) AND q.state = 0
  AND EXISTS (SELECT FROM delivery d WHERE d.campaign_no = q.campaign_no AND d.seq = q.seq
                AND delivery_state(d) IN ('sent', 'delivered', 'read', 'responded', 'opted_out'))

-- name: claims_add_retries
-- A claim on tries, in this order.
INSERT INTO dispatch_claim (campaign_no, number_no, from_seq, to_seq, mark, owner, epoch, seqs)
VALUES ($1::int4, $2::int4, 1, cardinality($5::int4[]), 0, $3, $4::int4, $5::int4[]) RETURNING id

-- name: claims_take_retries
-- Hands tries out to a number.
UPDATE retry_queue SET state = 1, claimed_number = $2::int4, epoch = $3::int4, claim = $5::int8, ledger_from = (SELECT ledger_now())
WHERE campaign_no = $1::int4 AND seq = ANY ($4::int4[])

-- name: claims_read_retries
-- The same for single recipients, in the order of seq.
WITH {{campaign_terms}}
SELECT r.seq, r.phone, r.user_id, r.variables, r.lang, {{recipient_is_blocked}} AS stopped,
       {{withheld}} AS withheld
FROM campaign_recipient r WHERE r.campaign_no = $1::int4 AND r.seq = ANY ($2::int4[]) ORDER BY r.seq
