-- Inbound messages and the messages that they answer (inbox_store.cpp).

-- name: inbox_unattributed
-- Inbound messages to attribute, locked. Those younger than what is folded wait, since their answer's message may not be a row yet.
SELECT no, organization_no, message_id, phone, user_id, context_id, left(text, 200) AS text, (extract(epoch FROM received_at) * 1000)::int8 AS at_ms, stop,
       created_at > now() - interval '1 minute' AS is_young, type
FROM inbound_message
WHERE NOT attributed AND created_at < coalesce((SELECT min(b.committed_at) FROM ledger_writer w
                                               JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded), 'infinity')
ORDER BY no LIMIT $1::int8 FOR UPDATE SKIP LOCKED

-- name: inbox_left
-- Reads only: how many still wait.
SELECT count(*) AS waiting FROM inbound_message WHERE NOT attributed

-- name: inbox_recent_campaigns
-- Reads only: campaigns of these organizations that can have been answered.
SELECT no, organization_no, reached_count FROM campaign WHERE organization_no = ANY ($1::int4[]) AND started_at >= now() - interval '31 days' ORDER BY no

-- name: inbox_reached_phones
-- Reads only: recipients of a campaign with these phone numbers whom a message reached.
SELECT r.phone, r.user_id, r.seq, d.attempt, d.message_id, coalesce(least(d.accepted_ms, d.sent_ms, d.delivered_ms), d.read_ms) AS at_ms
FROM campaign_recipient r JOIN delivery d ON d.campaign_no = $1::int4 AND d.seq = r.seq
WHERE r.campaign_no = $1::int4 AND r.phone = ANY ($2::int8[]) AND r.screen = 0
  AND coalesce(d.accepted_ms, d.sent_ms, d.delivered_ms, d.read_ms) IS NOT NULL

-- name: inbox_reached_users
-- The same by business-scoped user id.
SELECT r.phone, r.user_id, r.seq, d.attempt, d.message_id, coalesce(least(d.accepted_ms, d.sent_ms, d.delivered_ms), d.read_ms) AS at_ms
FROM campaign_recipient r JOIN delivery d ON d.campaign_no = $1::int4 AND d.seq = r.seq
WHERE r.campaign_no = $1::int4 AND r.user_id = ANY ($2::text[]) AND r.screen = 0
  AND coalesce(d.accepted_ms, d.sent_ms, d.delivered_ms, d.read_ms) IS NOT NULL

-- name: inbox_reached_messages
-- The same by Meta's message id, among so many deliveries.
SELECT r.phone, r.user_id, d.seq, d.attempt, d.message_id, coalesce(least(d.accepted_ms, d.sent_ms, d.delivered_ms), d.read_ms) AS at_ms
FROM (SELECT * FROM delivery WHERE campaign_no = $1::int4 LIMIT $3::int8) d
JOIN campaign_recipient r ON r.campaign_no = $1::int4 AND r.seq = d.seq
WHERE d.message_id = ANY ($2::text[]) AND coalesce(d.accepted_ms, d.sent_ms, d.delivered_ms, d.read_ms) IS NOT NULL

-- name: inbox_set_attributed
-- Marks inbound messages as looked at, with the recipient found (0: none).
UPDATE inbound_message i SET attributed = true, campaign_no = nullif(u.campaign, 0), seq = nullif(u.seq, 0)
FROM unnest($1::int8[], $2::int4[], $3::int4[]) AS u(no, campaign, seq) WHERE i.no = u.no
