-- The parts of a list (list_parts.cpp). {campaign} stands for the campaign's number, so statements with it can't be prepared.

-- name: parts_people
-- Reads only: where the people are who may be sent to, and how many.
SELECT place, count(*) AS people FROM campaign_recipient WHERE campaign_no = $1::int4 AND screen = 0 GROUP BY place ORDER BY place

-- fragment: list_customers_places
-- A customer's own time zone is known better than his number's country.
UPDATE campaign_recipient_{campaign} r SET place = k.place FROM customer k
WHERE r.customer_no = k.no AND k.place IS NOT NULL AND k.time_zone IS NOT NULL AND r.place <> k.place

-- fragment: list_in_order
-- $1 = places in their order. Into a table of the session: nothing of it goes into the log.
CREATE TEMPORARY TABLE list_in_order ON COMMIT DROP AS
SELECT r.campaign_no, (row_number() OVER (ORDER BY r.screen <> 0, o.ord, r.seq))::int4 AS seq, r.screen, r.phone, r.user_id, r.customer_no, r.name,
       r.variables, r.line, r.raw, r.marketing_screen, r.place
FROM campaign_recipient_{campaign} r LEFT JOIN unnest($1::int4[]) WITH ORDINALITY AS o(place, ord) ON o.place = r.place

-- fragment: list_empty
-- Its indexes are made again behind the rows. The list stays attached: to take it off would lock every reader of all lists.
ALTER TABLE campaign_recipient_{campaign} DROP CONSTRAINT campaign_recipient_{campaign}_pkey;
DROP INDEX campaign_recipient_{campaign}_phone, campaign_recipient_{campaign}_user, campaign_recipient_{campaign}_screened;
TRUNCATE campaign_recipient_{campaign}

-- fragment: list_refill
INSERT INTO campaign_recipient_{campaign}
  (campaign_no, seq, screen, phone, user_id, customer_no, name, variables, line, raw, marketing_screen, place)
SELECT campaign_no, seq, screen, phone, user_id, customer_no, name, variables, line, raw, marketing_screen, place FROM list_in_order ORDER BY seq

-- name: parts_clear
DELETE FROM campaign_part WHERE campaign_no = $1::int4

-- name: parts_write
-- $2 = the first of each part, $3 = the last, $4 = places.
INSERT INTO campaign_part (campaign_no, part, from_seq, to_seq, next_seq, place)
SELECT $1::int4, ord, first, last, first, place FROM unnest($2::int4[], $3::int4[], $4::int4[]) WITH ORDINALITY AS u(first, last, place, ord)

-- name: parts_count
UPDATE campaign SET plannable_count = (SELECT coalesce(sum(to_seq - from_seq + 1), 0) FROM campaign_part WHERE campaign_no = $1::int4)
WHERE no = $1::int4
