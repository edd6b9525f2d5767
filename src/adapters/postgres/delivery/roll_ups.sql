-- What a fold adds to the figures of its campaigns (roll_ups.cpp). All parameters are differences, in the order of their keys.

-- name: roll_up_hours
-- first and last are 0 where nobody was accepted.
INSERT INTO delivery_hour AS h (campaign_no, hour, accepted, delivered, read, responded, opted_out, failed, delivery_n, read_n, response_n,
                                delivery_ms, read_ms, response_ms, first_ms, last_ms)
SELECT campaign, hour, accepted, delivered, read, responded, opted_out, failed, delivery_n, read_n, response_n,
       delivery_ms, read_ms, response_ms, nullif(first_ms, 0), nullif(last_ms, 0)
FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int4[], $7::int4[], $8::int4[], $9::int4[], $10::int4[],
            $11::int4[], $12::int8[], $13::int8[], $14::int8[], $15::int8[], $16::int8[])
     AS u(campaign, hour, accepted, delivered, read, responded, opted_out, failed, delivery_n, read_n, response_n,
          delivery_ms, read_ms, response_ms, first_ms, last_ms)
ON CONFLICT (campaign_no, part, hour) DO UPDATE
SET accepted = h.accepted + excluded.accepted, delivered = h.delivered + excluded.delivered, read = h.read + excluded.read,
    responded = h.responded + excluded.responded, opted_out = h.opted_out + excluded.opted_out, failed = h.failed + excluded.failed,
    delivery_n = h.delivery_n + excluded.delivery_n, read_n = h.read_n + excluded.read_n, response_n = h.response_n + excluded.response_n,
    delivery_ms = h.delivery_ms + excluded.delivery_ms, read_ms = h.read_ms + excluded.read_ms,
    response_ms = h.response_ms + excluded.response_ms,
    first_ms = least(h.first_ms, excluded.first_ms), last_ms = greatest(h.last_ms, excluded.last_ms)

-- name: roll_up_numbers
INSERT INTO delivery_number AS n (campaign_no, number_no, hour, accepted, delivered, read, failed)
SELECT * FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int4[], $7::int4[])
ON CONFLICT (campaign_no, number_no, hour) DO UPDATE
SET accepted = n.accepted + excluded.accepted, delivered = n.delivered + excluded.delivered, read = n.read + excluded.read,
    failed = n.failed + excluded.failed

-- name: roll_up_errors
INSERT INTO delivery_error AS e (campaign_no, code, failed, waiting)
SELECT * FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[])
ON CONFLICT (campaign_no, part, code) DO UPDATE SET failed = e.failed + excluded.failed, waiting = e.waiting + excluded.waiting

-- name: roll_up_states
INSERT INTO delivery_state_count AS s (campaign_no, state, n)
SELECT campaign, state::int2, n FROM unnest($1::int4[], $2::int4[], $3::int4[]) AS u(campaign, state, n)
ON CONFLICT (campaign_no, state) DO UPDATE SET n = s.n + excluded.n

-- name: roll_up_forget_seconds
DELETE FROM campaign_second WHERE second < extract(epoch FROM now())::int8 - 600

-- name: roll_up_seconds
-- $6 = the second. What is too old to be kept is not added either.
INSERT INTO campaign_second AS s (campaign_no, second, accepted, delivered, read, failed)
SELECT campaign, second, accepted, delivered, read, failed
FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int8[]) AS u(campaign, accepted, delivered, read, failed, second)
WHERE second >= extract(epoch FROM now())::int8 - 600
ON CONFLICT (campaign_no, second) DO UPDATE
SET accepted = s.accepted + excluded.accepted, delivered = s.delivered + excluded.delivered, read = s.read + excluded.read,
    failed = s.failed + excluded.failed
