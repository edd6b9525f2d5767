-- The parts of a list (list_parts.cpp). {list} stands for the table of the list, so statements with it can't be prepared.

-- name: parts_people
-- Reads only: where the people are who may be sent to, and how many.
SELECT place, count(*) AS people FROM campaign_recipient WHERE campaign_no = $1::int4 AND screen = 0 GROUP BY place ORDER BY place

-- fragment: list_people
-- The same of a list that may be none of a campaign yet.
SELECT place, count(*) AS people FROM {list} WHERE screen = 0 GROUP BY place ORDER BY place

-- fragment: list_threshold
-- Reads only: the side up to which people go first, so that there are $2 of them; no row where there are fewer.
SELECT {{person_side}} AS side FROM {list} r JOIN campaign c ON c.no = $1::int4
WHERE r.screen = 0 AND r.waits_until IS NULL ORDER BY 1 OFFSET $2::int8 - 1 LIMIT 1

-- fragment: list_over_maximum
-- So many ($2) are the most; whom chance puts behind them gets nothing, the same people each time.
UPDATE {list} t SET screen = 12
FROM (SELECT r.seq FROM {list} r JOIN campaign c ON c.no = $1::int4 WHERE r.screen = 0 ORDER BY {{person_side}}, r.seq OFFSET $2::int8) behind
WHERE behind.seq = t.seq

-- fragment: person_side
-- Of somebody r on the list of a campaign c.
person_mix(person_key(r.phone, r.user_id), c.salt)

-- fragment: person_stage
-- Of somebody r on the list of a campaign c, with the threshold as $2; NULL: nobody goes first. Whoever waits doesn't either. The numbers are
-- core::stage's.
CASE WHEN $2::int4 IS NOT NULL AND r.waits_until IS NULL AND {{person_side}} <= $2::int4 THEN 0 ELSE 2 END

-- fragment: list_groups
-- Reads only: the parts of a list, in their order. $2 = the threshold, $3 = whether places count.
SELECT {{person_stage}} AS stage, CASE WHEN $3::bool THEN r.place ELSE 0 END AS place, coalesce((extract(epoch FROM r.waits_until) * 1000)::int8, 0) AS opens_ms,
       count(*) AS people
FROM {list} r JOIN campaign c ON c.no = $1::int4 WHERE r.screen = 0 GROUP BY 1, 2, r.waits_until ORDER BY 1, 2, r.waits_until NULLS FIRST

-- name: parts_canary
-- Whether there is one is decided anew with each launch. $2 = whether people go first.
UPDATE campaign SET canary = CASE WHEN $2::bool THEN 'waiting' END, canary_claimed_at = NULL, canary_decided_at = NULL, canary_sentence = NULL,
       gates_judged = NULL
WHERE no = $1::int4

-- fragment: list_customers_places
-- A customer's own time zone is known better than his number's country.
UPDATE {list} r SET place = k.place FROM customer k
WHERE r.customer_no = k.no AND k.place IS NOT NULL AND k.time_zone IS NOT NULL AND r.place <> k.place

-- fragment: list_join_places
-- Small places share some. $1 = places, $2 = the one in the place of each.
UPDATE {list} r SET place = j.joined FROM unnest($1::int4[], $2::int4[]) AS j(place, joined)
WHERE r.screen = 0 AND r.place = j.place AND r.place <> j.joined

-- fragment: list_join_moments
-- The same of those until when people wait, in milliseconds.
UPDATE {list} r SET waits_until = to_timestamp(j.joined / 1000.0) FROM unnest($1::int8[], $2::int8[]) AS j(moment, joined)
WHERE r.screen = 0 AND (extract(epoch FROM r.waits_until) * 1000)::int8 = j.moment AND j.moment <> j.joined

-- fragment: list_columns
-- All of them, as one list is moved into another.
campaign_no, seq, screen, phone, user_id, customer_no, name, variables, line, raw, marketing_screen, place, language, lang, waits_until

-- fragment: list_in_order
-- By stage, place, opening and seq; $2 = the threshold, $3 = whether places count. Into a table of the session: nothing of it goes into the log.
CREATE TEMPORARY TABLE list_in_order ON COMMIT DROP AS
SELECT r.campaign_no, (row_number() OVER (ORDER BY r.screen <> 0, {{person_stage}}, CASE WHEN $3::bool THEN r.place ELSE 0 END, r.waits_until NULLS FIRST, r.seq))::int4 AS seq,
       r.screen, r.phone, r.user_id, r.customer_no, r.name, r.variables, r.line, r.raw, r.marketing_screen, r.place, r.language, r.lang, r.waits_until
FROM {list} r JOIN campaign c ON c.no = $1::int4

-- fragment: list_empty
-- Its indexes are made again behind the rows. The list stays attached: to take it off would lock every reader of all lists.
ALTER TABLE {list} DROP CONSTRAINT {list}_pkey;
DROP INDEX {list}_phone, {list}_user, {list}_screened;
TRUNCATE {list}

-- fragment: list_refill
INSERT INTO {list} ({{list_columns}})
SELECT {{list_columns}} FROM list_in_order ORDER BY seq

-- name: parts_clear
DELETE FROM campaign_part WHERE campaign_no = $1::int4

-- name: parts_write
-- $2 = the first of each part, $3 = the last, $4 = places, $5 = stages, $6 = when each opens, in milliseconds; 0: with the campaign.
INSERT INTO campaign_part (campaign_no, part, from_seq, to_seq, next_seq, place, stage, opens_at)
SELECT $1::int4, ord, first, last, first, place, stage::int2, CASE WHEN opens > 0 THEN to_timestamp(opens / 1000.0) END
FROM unnest($2::int4[], $3::int4[], $4::int4[], $5::int4[], $6::int8[]) WITH ORDINALITY AS u(first, last, place, stage, opens, ord)

-- name: parts_count
UPDATE campaign SET plannable_count = (SELECT coalesce(sum(to_seq - from_seq + 1), 0) FROM campaign_part WHERE campaign_no = $1::int4)
WHERE no = $1::int4
