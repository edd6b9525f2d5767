-- One recipient with everything that happened.

-- name: timeline_seq_of_phone
-- $1 = campaign, $2 = a phone number. Of several lines with this number the first one counts; a place on a very long list reads like a
-- number too.
SELECT seq FROM (SELECT seq, 1 AS rank FROM campaign_recipient WHERE campaign_no = $1::int4 AND phone IN ($2::int8, phone_key($2::int8), phone_other(phone_key($2::int8)))
                 UNION ALL SELECT $2::int8, 2 WHERE $2::int8 < 2147483648) found ORDER BY rank, seq LIMIT 1

-- name: timeline_recipient
-- $1 = campaign, $2 = place on the list.
SELECT {{recipient_json}} AS recipient, coalesce(s.code, 0) AS screen,
       (SELECT coalesce(w.name, '') FROM campaign_recipient l LEFT JOIN campaign w ON w.no = l.by_campaign
        WHERE l.campaign_no = $1::int4 AND l.seq = $2::int8 AND l.by_campaign IS NOT NULL) AS given_up_to,
       (SELECT to_jsonb(l.waits_until) #>> '{}' FROM campaign_recipient l JOIN campaign w ON w.no = l.campaign_no
        WHERE l.campaign_no = $1::int4 AND l.seq = $2::int8 AND l.screen = 0 AND l.waits_until > now() AND w.plan ->> 'onCap' = 'wait') AS waits_until
FROM recipient r LEFT JOIN screen_reason s ON s.name = r.screen_reason WHERE r.campaign_no = $1::int4 AND r.seq = $2::int8

-- name: timeline_campaign
-- $1 = campaign. Since when anything can have happened.
SELECT (extract(epoch FROM created_at) * 1000)::int8 AS created_ms FROM campaign WHERE no = $1::int4

-- name: timeline_events
-- $1 = campaign, $2 = place on the list, $3 and $4 = spans of time in which its events were committed. What is not folded yet is read too.
-- The batches hold whole commits as arrays, so the search reads one integer array per commit, and the other columns only of the hits.
-- Meta's own times are whole seconds; they are put at the end of theirs, behind what happened here in the same second.
WITH near AS (
  SELECT b.writer, b.batch FROM unnest($3::int8[], $4::int8[]) AS w(from_ms, to_ms)
  JOIN delivery_batch b ON b.committed_at >= to_timestamp(w.from_ms / 1000.0) AND b.committed_at < to_timestamp(w.to_ms / 1000.0)
  UNION
  SELECT b.writer, b.batch FROM ledger_writer w JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded)
SELECT b.kind[i] AS kind, b.attempt[i] AS attempt, b.code[i] AS code, coalesce(b.text[i], '') AS text, b.at_ms[i] AS at_ms,
       b.number[i] AS number_no, n.phone_number_id
FROM near JOIN delivery_batch b USING (writer, batch)
CROSS JOIN LATERAL unnest(array_positions(b.seq, $2::int4)) AS i
LEFT JOIN number n ON n.no = b.number[i]
WHERE b.campaign[i] = $1::int4
ORDER BY b.at_ms[i] + CASE WHEN b.kind[i] IN (2, 3, 4, 5) AND b.at_ms[i] % 1000 = 0 THEN 999 ELSE 0 END, b.attempt[i], b.kind[i]

-- name: timeline_around
-- $1 = campaign, $2 = place on the list. What came in from the person, and the try that is due.
SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('kind', 'inbound', 'at', m.received_at, 'type', m.type, 'text', m.text)
                   ORDER BY m.received_at)
                 FROM inbound_message m WHERE m.campaign_no = $1::int4 AND m.seq = $2::int4), '[]') AS inbound,
       (SELECT jsonb_build_object('dueAt', to_timestamp(due_ms / 1000.0), 'attempt', attempt) FROM retry_queue
        WHERE campaign_no = $1::int4 AND seq = $2::int4 AND state < 2) AS retry
