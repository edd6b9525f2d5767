-- Marks those on a list who must not be sent to. {list} stands for the table of the list, so statements with it can't be prepared.

-- fragment: list_analyze
ANALYZE {list} (phone, user_id, screen)

-- fragment: list_repeated_phones
-- The earliest place on the list wins. A whole new list is read once in the order of its index to find the people who stand there more
-- than once. The arrays keep PostgreSQL from joining whole lists, because it can't know how few repeat.
UPDATE {list} t SET screen = 2 WHERE t.screen <> 2 AND t.seq = ANY (ARRAY(
  SELECT seq FROM (SELECT seq, row_number() OVER (PARTITION BY phone ORDER BY seq) AS place
                   FROM {list}
                   WHERE phone = ANY (ARRAY(SELECT phone FROM {list} WHERE phone IS NOT NULL
                                            GROUP BY phone HAVING count(*) > 1))) w
  WHERE place > 1))

-- fragment: list_known_phones
-- $1 = the first new place. A few more people are looked up one by one.
UPDATE {list} t SET screen = 2
WHERE t.seq >= $1::int4 AND t.screen <> 2 AND t.phone IS NOT NULL
  AND EXISTS (SELECT 1 FROM {list} e WHERE e.phone = t.phone AND e.seq < t.seq)

-- fragment: list_repeated_spellings
-- $1 = the first new place. The same person in two spellings; the ranges hold every number that phone_key changes, so that a list without
-- them costs two looks into its index.
UPDATE {list} t SET screen = 2
FROM {list} o JOIN {list} k ON k.phone = phone_key(o.phone)
WHERE (o.phone BETWEEN 540000000000 AND 559999999999 OR o.phone BETWEEN 5210000000000 AND 5219999999999) AND o.phone <> phone_key(o.phone)
  AND t.seq = greatest(o.seq, k.seq) AND t.seq >= $1::int4 AND t.screen <> 2

-- fragment: list_repeated_user_ids
-- $1 = the first new place. User ids are long texts: an array of them would not fit the memory that a list of numbers does.
UPDATE {list} t SET screen = 2
FROM (SELECT seq FROM (SELECT seq, lag(user_id) OVER (PARTITION BY user_id ORDER BY seq) IS NOT NULL AS again
                       FROM {list} WHERE user_id IS NOT NULL) w WHERE again) d
WHERE t.seq = d.seq AND t.seq >= $1::int4 AND t.screen <> 2

-- fragment: list_knows
-- $1 = organization. Whether anybody has a user id, and whether there are customers at all.
SELECT EXISTS (SELECT 1 FROM {list} t WHERE t.user_id IS NOT NULL) AS user_ids,
       EXISTS (SELECT 1 FROM customer WHERE organization_no = $1::int4) AS customers

-- fragment: list_customers_by_phone
-- $1 = organization, $2 = the first new place.
UPDATE {list} t SET customer_no = k.no FROM customer k
WHERE k.organization_no = $1::int4 AND k.phone = phone_key(t.phone) AND t.seq >= $2::int4 AND t.customer_no IS DISTINCT FROM k.no

-- fragment: list_customers_by_user_id
-- $1 = organization, $2 = the first new place.
UPDATE {list} t SET customer_no = k.no FROM customer k
WHERE k.organization_no = $1::int4 AND k.user_id = t.user_id AND t.seq >= $2::int4 AND t.customer_no IS DISTINCT FROM k.no

-- fragment: list_terms
-- $1 = organization, $2 = whether the campaign is for marketing.
WITH terms AS NOT MATERIALIZED (SELECT $1::int4 AS organization_no, $2::bool AS marketing, NULL::timestamptz AS since)

-- fragment: list_blocked_by_phone
-- $3 = the first new place, $4 = the reason to look for: a stop outranks what is not agreed to.
{{list_terms}}
UPDATE {list} t SET screen = b.screen
FROM ({{blocked}}) b CROSS JOIN LATERAL (VALUES (b.phone), (phone_other(b.phone))) spelled(phone)
WHERE t.seq >= $3::int4 AND spelled.phone = t.phone AND b.screen = $4::int2
  AND CASE $4::int2 WHEN 4 THEN t.screen IN (0, 3, 5) ELSE t.screen = 0 END

-- fragment: list_blocked_by_user_id
-- The same.
{{list_terms}}
UPDATE {list} t SET screen = b.screen FROM ({{blocked}}) b
WHERE t.seq >= $3::int4 AND b.user_id = t.user_id AND b.screen = $4::int2
  AND CASE $4::int2 WHEN 4 THEN t.screen IN (0, 3, 5) ELSE t.screen = 0 END

-- fragment: list_american_numbers
-- $1 = the place before, $2 = how many.
SELECT seq, phone FROM {list}
WHERE seq > $1::int4 AND phone BETWEEN 10000000000 AND 19999999999 AND screen = 0 ORDER BY seq LIMIT $2::int8

-- fragment: list_screen
-- $1 = places, $2 = the reason.
UPDATE {list} SET screen = $2::int2 WHERE seq = ANY ($1::int4[])

-- fragment: list_screen_marketing
-- The same, in case the template becomes one for marketing.
UPDATE {list} SET marketing_screen = $2::int2 WHERE seq = ANY ($1::int4[]) AND marketing_screen = 0

-- fragment: list_meta_capped
-- $1 = organization, $2 = when the campaign starts, in milliseconds.
UPDATE {list} r SET screen = 9 FROM meta_cap m
WHERE m.organization_no = $1::int4 AND m.until > to_timestamp($2::int8 / 1000.0) AND r.screen = 0 AND m.person = {{recipient_person}}

-- name: screen_any_capped
-- $1 = organization.
SELECT EXISTS (SELECT FROM meta_cap WHERE organization_no = $1::int4) AS any_capped

-- fragment: list_last_place
-- $1 = the place before the first new one. Numbers on a list have no gaps.
SELECT coalesce(max(seq), $1::int4) - $1::int4 AS added FROM {list}

-- fragment: list_screened
-- $1 = the place before the first new one.
SELECT screen, count(*) AS recipients FROM {list} WHERE screen <> 0 AND seq > $1::int4
GROUP BY screen ORDER BY screen

-- name: import_totals
-- $1 = campaign, $2 = recipients added, $3 = of them screened, $4 = whether it was for marketing, $5 = the screened ones by reason. Stops that commit while an import runs carry an earlier time than ours,
-- hence the margin; the launch screens everybody again. The list is one part, until it is divided anew.
WITH together AS (
  INSERT INTO campaign_part AS p (campaign_no, part, from_seq, to_seq, next_seq)
  SELECT no, 1, 1, total_recipients + $2::int4, 1 FROM campaign WHERE no = $1::int4 AND $2::int4 > 0
  ON CONFLICT (campaign_no, part) DO UPDATE SET to_seq = excluded.to_seq, place = 0, opens_at = NULL),
gone AS (DELETE FROM campaign_part WHERE campaign_no = $1::int4 AND part > 1 AND $2::int4 > 0)
UPDATE campaign c SET total_recipients = total_recipients + $2::int4, plannable_count = total_recipients + $2::int4,
       screened_count = screened_count + $3::int4,
       screened = (SELECT coalesce(jsonb_object_agg(code, n), '{}')
                   FROM (SELECT key AS code, sum(value::int) AS n
                         FROM (SELECT * FROM jsonb_each_text(c.screened) UNION ALL SELECT * FROM jsonb_each_text($5::jsonb)) both_lists
                         GROUP BY key) sums),
       screened_at = coalesce(screened_at, now() - interval '2 minutes'), screened_marketing = screened_marketing AND $4::bool,
       updated_at = now() WHERE no = $1::int4

-- name: import_log
-- $1 = campaign, $2 = source, $3 = lines read, $4 = added, $5 = bad, $6 = how many were screened for which reason, $7 = problems, $8 = actor.
WITH logged AS (
  INSERT INTO import (organization_no, campaign_no, source, rows_read, rows_added, rows_bad, screened, actor, ended_at)
  SELECT c.organization_no, c.no, $2, $3::int8, $4::int8, $5::int8, $6::jsonb, $8, now() FROM campaign c WHERE c.no = $1::int4 RETURNING no, id),
noted AS (
  INSERT INTO import_problem (import_no, line, problem)
  SELECT l.no, (p->>'line')::int8, p->'problem' FROM logged l CROSS JOIN LATERAL jsonb_array_elements($7::jsonb) p)
SELECT id FROM logged
