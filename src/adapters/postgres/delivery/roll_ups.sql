-- What a fold adds to the figures of its campaigns (roll_ups.cpp). All parameters are differences, in the order of their keys.

-- name: roll_up_hours
-- first and last are 0 where nobody was accepted.
INSERT INTO delivery_hour AS h (campaign_no, part, hour, accepted, delivered, read, responded, opted_out, failed, ended, capped,
                                delivery_n, read_n, response_n, delivery_ms, read_ms, response_ms, first_ms, last_ms)
SELECT campaign, part::int2, hour, accepted, delivered, read, responded, opted_out, failed, ended, capped, delivery_n, read_n, response_n,
       delivery_ms, read_ms, response_ms, nullif(first_ms, 0), nullif(last_ms, 0)
FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int4[], $7::int4[], $8::int4[], $9::int4[], $10::int4[],
            $11::int4[], $12::int4[], $13::int4[], $14::int4[], $15::int8[], $16::int8[], $17::int8[], $18::int8[], $19::int8[])
     AS u(campaign, part, hour, accepted, delivered, read, responded, opted_out, failed, ended, capped, delivery_n, read_n, response_n,
          delivery_ms, read_ms, response_ms, first_ms, last_ms)
ON CONFLICT (campaign_no, part, hour) DO UPDATE
SET accepted = h.accepted + excluded.accepted, delivered = h.delivered + excluded.delivered, read = h.read + excluded.read,
    responded = h.responded + excluded.responded, opted_out = h.opted_out + excluded.opted_out, failed = h.failed + excluded.failed,
    ended = h.ended + excluded.ended, capped = h.capped + excluded.capped,
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
-- $7 = the second. What is too old to be kept is not added either.
INSERT INTO campaign_second AS s (campaign_no, second, accepted, delivered, read, failed, paced)
SELECT campaign, second, accepted, delivered, read, failed, paced
FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int4[], $7::int8[])
     AS u(campaign, accepted, delivered, read, failed, paced, second)
WHERE second >= extract(epoch FROM now())::int8 - 600
ON CONFLICT (campaign_no, second) DO UPDATE
SET accepted = s.accepted + excluded.accepted, delivered = s.delivered + excluded.delivered, read = s.read + excluded.read,
    failed = s.failed + excluded.failed, paced = s.paced + excluded.paced

-- name: roll_up_held_back
-- Messages of the campaigns $1 were held back: whether Meta paces their templates. Of the latest answers of all campaigns with the template,
-- at least $2 if there are so many and none from before it let go, one in $3 was held back. $4 = seconds behind which it has decided.
WITH used AS (
  SELECT DISTINCT c.organization_no, c.template_name AS name, language
  FROM campaign c CROSS JOIN LATERAL unnest({{campaign_languages}}) AS language WHERE c.no = ANY ($1::int4[])
), second AS (
  SELECT u.organization_no, u.name, u.language, s.second, sum(s.accepted) AS accepted, sum(s.paced) AS paced
  FROM used u
  LEFT JOIN template_pacing p USING (organization_no, name, language)
  JOIN campaign c ON c.organization_no = u.organization_no AND c.template_name = u.name AND u.language = ANY ({{campaign_languages}})
  JOIN campaign_second s ON s.campaign_no = c.no AND s.second > coalesce(extract(epoch FROM p.let_go_at), 0)
  GROUP BY u.organization_no, u.name, u.language, s.second
), latest AS (
  SELECT *, sum(accepted) OVER (PARTITION BY organization_no, name, language ORDER BY second DESC) - accepted AS later FROM second
)
INSERT INTO template_pacing AS p (organization_no, name, language, held_since)
SELECT organization_no, name, language, now() FROM latest WHERE later < $2::int8
GROUP BY organization_no, name, language HAVING sum(paced) * $3::int8 >= sum(accepted) AND sum(paced) > 0
ON CONFLICT (organization_no, name, language) DO UPDATE SET held_since = excluded.held_since, let_go_at = NULL
WHERE p.held_since IS NULL OR p.held_since < now() - make_interval(secs => $4::int8)

-- name: roll_up_let_go
-- Messages of the campaigns $1 that were held back have been sent.
UPDATE template_pacing p SET held_since = NULL, let_go_at = now() FROM campaign c
WHERE c.no = ANY ($1::int4[]) AND p.organization_no = c.organization_no AND p.name = c.template_name AND p.language = ANY ({{campaign_languages}})
  AND p.held_since IS NOT NULL
