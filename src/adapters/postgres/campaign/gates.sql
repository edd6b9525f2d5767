-- Gates of campaigns (gate_watch.cpp, lifecycle.cpp). Hours count from 1970, as in delivery_hour.

-- name: gates_watched
-- Reads only: what is being sent and asks for gates.
SELECT c.no FROM campaign c
WHERE c.status = 'sending' AND (c.canary = 'waiting' OR c.plan ?| '{canary,gates}') ORDER BY c.no

-- name: gates_facts
-- Reads only. Times are in milliseconds; folded_to is until when it is known what has happened, when that is not up to now.
SELECT c.id, c.organization_no, c.status = 'sending' AS is_sending, c.plan, coalesce(c.canary, '') AS canary,
       (extract(epoch FROM c.canary_claimed_at) * 1000)::int8 AS claimed_at,
       coalesce(p.people, 0) AS people, coalesce(p.all_claimed, false) AS all_claimed,
       (SELECT (extract(epoch FROM min(b.committed_at)) * 1000)::int8
        FROM ledger_writer w JOIN delivery_batch b ON b.writer = w.writer AND b.batch > w.folded) AS folded_to
FROM campaign c LEFT JOIN LATERAL (
  SELECT sum(to_seq - from_seq + 1) AS people, bool_and(next_seq > to_seq) AS all_claimed
  FROM campaign_part WHERE campaign_no = c.no AND stage = 0) p ON true
WHERE c.no = $1::int4

-- fragment: gate_counts
-- Sums over rows h of delivery_hour. Of those whom Meta never took nobody opted out because of the message.
coalesce(sum(CASE WHEN h.hour = 0 THEN h.failed ELSE h.ended END), 0) AS ended, coalesce(sum(h.delivered), 0) AS delivered,
coalesce(sum(h.read), 0) AS read, coalesce(sum(h.failed), 0) AS failed,
coalesce(sum(CASE WHEN h.hour = 0 THEN 0 ELSE h.opted_out END), 0) AS opted_out, coalesce(sum(h.capped), 0) AS capped

-- name: gates_of_canary
-- Reads only: what became of those who go first.
SELECT {{gate_counts}}
FROM delivery_hour h JOIN campaign_part p ON p.campaign_no = h.campaign_no AND p.part = h.part AND p.stage = 0 WHERE h.campaign_no = $1::int4

-- name: gates_of_hours
-- Reads only: what became of those who were accepted since the hour $2, by hour, without what was judged before.
SELECT t.hour, greatest(t.ended - coalesce((was ->> 0)::int8, 0), 0) AS ended, greatest(t.delivered - coalesce((was ->> 1)::int8, 0), 0) AS delivered,
       greatest(t.read - coalesce((was ->> 2)::int8, 0), 0) AS read, greatest(t.failed - coalesce((was ->> 3)::int8, 0), 0) AS failed,
       greatest(t.opted_out - coalesce((was ->> 4)::int8, 0), 0) AS opted_out, greatest(t.capped - coalesce((was ->> 5)::int8, 0), 0) AS capped
FROM (SELECT h.hour, {{gate_counts}} FROM delivery_hour h WHERE h.campaign_no = $1::int4 AND h.hour >= $2::int4 GROUP BY h.hour) t
JOIN campaign c ON c.no = $1::int4 CROSS JOIN LATERAL (SELECT c.gates_judged -> t.hour::text AS was) j

-- name: gates_canary_claimed
UPDATE campaign SET canary_claimed_at = to_timestamp($2::int8 / 1000.0) WHERE no = $1::int4 AND canary = 'waiting' AND canary_claimed_at IS NULL

-- name: gates_canary_decided
-- $2 = the state, $3 = why as JSON.
UPDATE campaign SET canary = $2, canary_decided_at = now(), canary_sentence = $3::jsonb, updated_at = now() WHERE no = $1::int4

-- name: gates_let_go_on
-- A person lets it go on: the rest may go, whatever the gates said of the first ones, and they count anew from here.
UPDATE campaign c
SET canary = CASE WHEN c.canary IN ('stopped', 'unsure') THEN 'open' ELSE c.canary END,
    canary_decided_at = CASE WHEN c.canary IN ('stopped', 'unsure') THEN now() ELSE c.canary_decided_at END,
    gates_judged = (SELECT jsonb_object_agg(t.hour, jsonb_build_array(t.ended, t.delivered, t.read, t.failed, t.opted_out, t.capped))
                    FROM (SELECT h.hour, {{gate_counts}} FROM delivery_hour h
                          WHERE h.campaign_no = $1::int4 AND h.hour > extract(epoch FROM now()) / 3600 - 3 GROUP BY h.hour) t)
WHERE c.no = $1::int4 AND c.pause_kind = 'gate'
