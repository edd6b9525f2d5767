-- The commit point (ledger.cpp). Every statement takes arrays, so that one commit is a handful of statements however many events
-- it has. Rows are touched in the order of their keys, so that two sessions can't wait for each other in a circle.

-- name: ledger_writers
-- Reads only.
SELECT writer FROM ledger_writer ORDER BY writer

-- name: ledger_lock_writer
-- Takes the writer's number for the life of the session, if it is free.
SELECT pg_try_advisory_lock(21332, $1::int4) AS locked

-- name: ledger_add_writer
-- Adds a writer's number when all are taken. Nothing happens when another session was quicker.
INSERT INTO ledger_writer (writer) SELECT coalesce(max(writer), 0) + 1 FROM ledger_writer ON CONFLICT DO NOTHING

-- name: ledger_last_batch
-- Reads only. The position of the fold counts too, since old batches are deleted one day.
SELECT greatest(coalesce((SELECT max(batch) FROM delivery_batch WHERE writer = $1::int4), 0),
                (SELECT folded FROM ledger_writer WHERE writer = $1::int4)) AS batch

-- name: ledger_append
-- Writes one batch: all events of a commit as columns of one row.
INSERT INTO delivery_batch (writer, batch, campaign, seq, attempt, kind, code, number, at_ms, text)
VALUES ($1::int4, $2::int8, $3::int4[], $4::int4[], $5::int2[], $6::int2[], $7::int4[], $8::int4[], $9::int8[], $10::text[])

-- name: ledger_marks
-- Moves progress marks whose claim and lease still carry the run's epoch; returns the claims it found so. recover() changes every
-- claim it takes over, so this either comes before it and is seen there, or finds nothing.
UPDATE dispatch_claim c SET mark = greatest(c.mark, m.mark)
FROM (SELECT claim, number, epoch, max(mark) AS mark
      FROM unnest($1::int8[], $2::int4[], $3::int4[], $4::int4[]) AS u(claim, number, epoch, mark)
      GROUP BY claim, number, epoch ORDER BY claim) m
JOIN number_lease l ON l.number_no = m.number AND l.epoch = m.epoch
WHERE c.id = m.claim AND c.number_no = m.number AND c.epoch = m.epoch
RETURNING c.id

-- name: ledger_fenced
-- Reads only: those of the numbers and epochs of which the lease carries another epoch by now.
SELECT DISTINCT m.number, m.epoch
FROM unnest($1::int4[], $2::int4[]) AS m(number, epoch)
LEFT JOIN number_lease l ON l.number_no = m.number AND l.epoch = m.epoch
WHERE l.number_no IS NULL

-- name: ledger_retries_done
-- Claimed retries that have an outcome; one that was claimed again since is none of them. The row stays, see the schema. One that came
-- back unsent ($5 = 0) has its next try in the same commit, or the sender takes its campaign for over.
UPDATE retry_queue q SET state = CASE WHEN d.made = 1 THEN 2 ELSE {{state_unsent}} END
FROM (SELECT campaign, seq, claim, max(attempt) AS attempt, max(made) AS made
      FROM unnest($1::int4[], $2::int4[], $3::int2[], $4::int8[], $5::int2[]) AS u(campaign, seq, attempt, claim, made)
      GROUP BY campaign, seq, claim ORDER BY campaign, seq) d JOIN campaign c ON c.no = d.campaign
WHERE q.campaign_no = d.campaign AND q.seq = d.seq AND q.claim = d.claim AND q.state = 1 AND q.attempt <= d.attempt

-- name: ledger_hold_claims
-- Those of whom somebody is queued again are not closed by recovery meanwhile: whom it doesn't find queued it may hand out again. Locked
-- before any of the tries, as recovery does.
SELECT id FROM dispatch_claim WHERE id = ANY ($1::int8[]) ORDER BY id FOR KEY SHARE

-- name: ledger_retries
-- Queues tries. A try that is known already (a repeated webhook) changes nothing, nor does one whose claim recovery has closed; a campaign
-- that ended early tries nobody again. In place of a try that was needless (state 3) comes the same one: the message that made it so may be
-- the one that has failed. If not, the next claim closes it again.
INSERT INTO retry_queue AS q (campaign_no, seq, attempt, retries, due_ms, number_no)
SELECT DISTINCT ON (campaign, seq) campaign, seq, attempt, retries, due_ms, number
FROM unnest($1::int4[], $2::int4[], $3::int2[], $4::int2[], $5::int8[], $6::int4[], $7::int8[])
     AS u(campaign, seq, attempt, retries, due_ms, number, claim)
WHERE (claim = 0 OR EXISTS (SELECT FROM dispatch_claim d WHERE d.id = claim))
  AND EXISTS (SELECT FROM campaign c WHERE c.no = u.campaign AND c.status NOT IN ('cancelled', 'expired', 'failed'))
ORDER BY campaign, seq, attempt DESC
ON CONFLICT (campaign_no, seq) DO UPDATE
SET attempt = greatest(q.attempt, excluded.attempt), retries = excluded.retries, due_ms = excluded.due_ms, number_no = excluded.number_no,
    state = 0, claimed_number = 0, epoch = 0, claim = 0
WHERE q.attempt < excluded.attempt OR q.state = 3

-- name: ledger_doubts
-- Notes recipients in doubt; a later attempt takes the place of an earlier one. A doubt that is settled already (this commit is repeated)
-- is none.
INSERT INTO in_doubt AS d (campaign_no, seq, attempt, since_ms, code)
SELECT DISTINCT ON (campaign, seq) campaign, seq, attempt, since_ms, code
FROM unnest($1::int4[], $2::int4[], $3::int2[], $4::int8[], $5::int4[]) AS u(campaign, seq, attempt, since_ms, code)
WHERE NOT EXISTS (SELECT FROM delivery v WHERE v.campaign_no = u.campaign AND v.seq = u.seq AND v.settled_attempt >= u.attempt)
ORDER BY campaign, seq, attempt DESC
ON CONFLICT (campaign_no, seq) DO UPDATE SET attempt = excluded.attempt, since_ms = excluded.since_ms, code = excluded.code
WHERE d.attempt < excluded.attempt

-- name: ledger_claims_done
-- Deletes claims whose every recipient has an outcome.
DELETE FROM dispatch_claim WHERE id = ANY ($1::int8[])

-- name: ledger_stop_phones
-- Stops by phone number. An operator's stop is not replaced by a weaker one.
INSERT INTO suppression AS s (organization_no, phone, reason, evidence, stopped_at)
SELECT organization, phone, reason, nullif(evidence, ''), to_timestamp(at_ms / 1000.0)
FROM unnest($1::int4[], $2::int8[], $3::text[], $4::text[], $5::int8[]) AS u(organization, phone, reason, evidence, at_ms)
ORDER BY organization, phone
ON CONFLICT (organization_no, phone) WHERE phone IS NOT NULL DO UPDATE
SET reason = excluded.reason, evidence = excluded.evidence, stopped_at = excluded.stopped_at
WHERE s.reason <> 'operator' AND s.stopped_at < excluded.stopped_at

-- name: ledger_stop_users
-- Stops by business-scoped user id.
INSERT INTO suppression AS s (organization_no, user_id, reason, evidence, stopped_at)
SELECT organization, user_id, reason, nullif(evidence, ''), to_timestamp(at_ms / 1000.0)
FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::int8[]) AS u(organization, user_id, reason, evidence, at_ms)
ORDER BY organization, user_id
ON CONFLICT (organization_no, user_id) WHERE user_id IS NOT NULL DO UPDATE
SET reason = excluded.reason, evidence = excluded.evidence, stopped_at = excluded.stopped_at
WHERE s.reason <> 'operator' AND s.stopped_at < excluded.stopped_at

-- name: ledger_opt_out_phones
-- The consent record follows the stop. Customers are locked in the order of their numbers, as whoever writes them does (contact_touch.sql).
UPDATE customer c SET marketing_opt_in = false, marketing_opt_out_at = to_timestamp(u.at_ms / 1000.0), updated_at = now()
FROM (SELECT k.no, said.at_ms FROM unnest($1::int4[], $2::int8[], $3::int8[]) AS said(organization, phone, at_ms)
      JOIN customer k ON k.organization_no = said.organization AND k.phone = said.phone
      ORDER BY k.no FOR NO KEY UPDATE OF k) u
WHERE c.no = u.no AND c.marketing_opt_in

-- name: ledger_opt_out_users
-- The same by user id.
UPDATE customer c SET marketing_opt_in = false, marketing_opt_out_at = to_timestamp(u.at_ms / 1000.0), updated_at = now()
FROM (SELECT k.no, said.at_ms FROM unnest($1::int4[], $2::text[], $3::int8[]) AS said(organization, user_id, at_ms)
      JOIN customer k ON k.organization_no = said.organization AND k.user_id = said.user_id
      ORDER BY k.no FOR NO KEY UPDATE OF k) u
WHERE c.no = u.no AND c.marketing_opt_in

-- name: ledger_lift
-- The person resumed. Meta's preference lifts only what Meta said; a START word also the person's own stop word; only an operator
-- lifts an operator's stop. No new consent comes of it.
DELETE FROM suppression s
USING unnest($1::int4[], $2::int8[], $3::text[], $4::text[], $5::int8[]) AS u(organization, phone, user_id, reason, at_ms)
WHERE s.organization_no = u.organization AND (s.phone = nullif(u.phone, 0) OR s.user_id = nullif(u.user_id, ''))
  AND s.stopped_at <= to_timestamp(u.at_ms / 1000.0)
  AND (s.reason IN ('user_preferences', '131050') OR (s.reason = 'stop_word' AND u.reason = 'stop_word')
       OR u.reason = 'operator')
RETURNING s.organization_no, s.phone, s.user_id

-- name: ledger_inbound
-- Keeps inbound messages, each once however often Meta repeats its webhook.
INSERT INTO inbound_message (organization_no, phone_number_id, message_id, phone, user_id, context_id, type, text, payload, received_at,
                             stop)
SELECT organization, phone_number_id, message_id, nullif(phone, 0), nullif(user_id, ''), nullif(context_id, ''), type, text,
       json_or_text(payload), to_timestamp(at_ms / 1000.0), stop <> 0
FROM unnest($1::int4[], $2::text[], $3::text[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int8[],
            $11::int4[])
     AS u(organization, phone_number_id, message_id, phone, user_id, context_id, type, text, payload, at_ms, stop)
ON CONFLICT (message_id) DO NOTHING

-- name: ledger_windows
-- Who wrote may be written to for 24 hours from then, by that number. A clock that runs ahead opens nothing for longer.
INSERT INTO service_window AS w (number_no, person, open_until, last_message_id)
SELECT DISTINCT ON (n.no, u.person) n.no, u.person, least(to_timestamp(u.at_ms / 1000.0), now()) + interval '24 hours', u.message_id
FROM unnest($1::text[], $2::int8[], $3::text[], $4::int8[]) AS u(phone_number_id, person, message_id, at_ms)
JOIN number n ON n.phone_number_id = u.phone_number_id
ORDER BY n.no, u.person, u.at_ms DESC
ON CONFLICT (number_no, person) DO UPDATE SET open_until = excluded.open_until, last_message_id = excluded.last_message_id
WHERE w.open_until < excluded.open_until

-- name: ledger_others
-- Keeps webhooks that dispatch has no use for.
INSERT INTO other_webhook (field, payload, received_at)
SELECT field, json_or_text(payload), to_timestamp(at_ms / 1000.0)
FROM unnest($1::text[], $2::text[], $3::int8[]) AS u(field, payload, at_ms)

-- name: ledger_tell_stops
-- For the memory of other daemons, as the trigger of suppressions tells them.
WITH told AS (
  INSERT INTO stop_feed (organization_no, phone, user_id, lifted)
  SELECT organization, nullif(phone, 0), nullif(user_id, ''), false FROM unnest($1::int4[], $2::int8[], $3::text[]) AS u(organization, phone, user_id)
  RETURNING no)
SELECT pg_notify('stentor', 'stop') FROM told LIMIT 1

-- fragment: ledger_recipients_stopped
-- Reads only: the keys of recipients of whom Meta says that they stopped ($1 = seq), and the others of customers who have one of them. It
-- names the campaign's own table, so that no other partition is opened.
WITH people AS (
  SELECT c.organization_no, p.phone, p.user_id
  FROM unnest($1::int4[]) AS said(seq) JOIN campaign_recipient_{campaign} p ON p.seq = said.seq JOIN campaign c ON c.no = {campaign})
SELECT organization_no, phone, user_id FROM people
UNION
SELECT k.organization_no, k.phone, k.user_id FROM people JOIN customer k ON k.organization_no = people.organization_no AND k.phone = people.phone
UNION
SELECT k.organization_no, k.phone, k.user_id FROM people JOIN customer k ON k.organization_no = people.organization_no AND k.user_id = people.user_id
