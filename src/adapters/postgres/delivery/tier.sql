-- The messaging limit of portfolios (tier_gate.cpp). Portfolios are locked last: behind leases, campaigns and tries, in the order of their
-- numbers, by claims and by the fold. Only a change of the limit (portfolio_refresh) has them before the leases, of which claims hold no more
-- than the keys.

-- fragment: tier_used_of
-- Of a portfolio p: how many people count.
(SELECT coalesce(sum(m.people), 0)::int8 FROM tier_minute m
 WHERE m.portfolio_no = p.no AND m.minute > (extract(epoch FROM clock_timestamp()) / 60)::int4 - p.period_minutes)

-- name: tier_lock
-- As it is now; used: people who count, with the minutes of the epoch.
SELECT no, floor(unique_limit * (100 - headroom_percent) / 100.0)::int8 AS may_use, (extract(epoch FROM clock_timestamp()) / 60)::int4 AS minute,
       (extract(epoch FROM clock_timestamp()) / 60)::int4 - period_minutes AS since, coalesce(closed_until > clock_timestamp(), false) AS is_closed
FROM portfolio WHERE no = ANY ($1::int4[]) AND unique_limit IS NOT NULL ORDER BY no FOR NO KEY UPDATE

-- name: tier_used
-- Reads only. A statement of its own behind the lock, which sees what the holder before has taken.
SELECT coalesce(sum(people), 0)::int8 AS used FROM tier_minute WHERE portfolio_no = $1::int4 AND minute > $2::int4

-- name: tier_known
-- Reads only: which of these people count already, or have written to number $3 lately. A window that closes within the next minutes is
-- taken for closed, since the message leaves later.
SELECT EXISTS (SELECT FROM tier_person t WHERE t.portfolio_no = $1::int4 AND t.person = u.person AND t.minute > $2::int4) AS counts,
       EXISTS (SELECT FROM service_window w WHERE w.number_no = $3::int4 AND w.person IN (u.person, u.also)
                 AND w.open_until > clock_timestamp() + interval '10 minutes') AS wrote
FROM unnest($4::int8[], $5::int8[]) WITH ORDINALITY AS u(person, also, place) ORDER BY u.place

-- name: tier_take
-- These people count from minute $2 on, also those who counted before: their new message does.
WITH said AS (SELECT DISTINCT ON (person) person, seq FROM unnest($5::int8[], $6::int4[]) AS u(person, seq) ORDER BY person),
     before AS (SELECT t.person, t.minute FROM tier_person t JOIN said s ON s.person = t.person WHERE t.portfolio_no = $1::int4),
     taken AS (
  INSERT INTO tier_person AS t (portfolio_no, person, minute, campaign_no, seq)
  SELECT $1::int4, person, $2::int4, $4::int4, seq FROM said
  ON CONFLICT (portfolio_no, person) DO UPDATE
  SET minute = excluded.minute, seq = excluded.seq,
      campaign_no = CASE WHEN t.minute > $3::int4 AND (t.campaign_no, t.seq) <> (excluded.campaign_no, excluded.seq) THEN 0
                         ELSE excluded.campaign_no END),
     moved AS (
  UPDATE tier_minute m SET people = m.people - b.n
  FROM (SELECT minute, count(*)::int4 AS n FROM before WHERE minute <> $2::int4 GROUP BY minute) b
  WHERE m.portfolio_no = $1::int4 AND m.minute = b.minute)
INSERT INTO tier_minute AS m (portfolio_no, minute, people)
SELECT $1::int4, $2::int4, (SELECT count(*) FROM said) - (SELECT count(*) FROM before WHERE minute = $2::int4)
ON CONFLICT (portfolio_no, minute) DO UPDATE SET people = m.people + excluded.people

-- name: tier_lock_of
-- The portfolios in which these recipients have a place, locked.
SELECT no FROM portfolio
WHERE no IN (SELECT t.portfolio_no FROM unnest($1::int4[], $2::int4[]) AS u(campaign, seq)
             JOIN tier_person t ON t.campaign_no = u.campaign AND t.seq = u.seq) ORDER BY no FOR NO KEY UPDATE

-- name: tier_give_back
-- These failed for good, and no message reached them.
WITH gone AS (
  DELETE FROM tier_person t USING unnest($1::int4[], $2::int4[]) AS u(campaign, seq)
  WHERE t.campaign_no = u.campaign AND t.seq = u.seq RETURNING t.portfolio_no, t.minute)
UPDATE tier_minute m SET people = m.people - g.n
FROM (SELECT portfolio_no, minute, count(*)::int4 AS n FROM gone GROUP BY portfolio_no, minute) g
WHERE m.portfolio_no = g.portfolio_no AND m.minute = g.minute

-- name: tier_close
-- Meta refused messages of these numbers. Of a portfolio with more than 80 % used the limit is the reason, and it rests for an hour.
UPDATE portfolio p SET closed_until = clock_timestamp() + interval '1 hour'
FROM (SELECT f.no FROM portfolio f
      WHERE f.no IN (SELECT portfolio_no FROM number WHERE no = ANY ($1::int4[])) AND f.unique_limit IS NOT NULL ORDER BY f.no FOR NO KEY UPDATE) l
WHERE p.no = l.no AND coalesce(p.closed_until, '-infinity') < clock_timestamp()
  AND 5 * {{tier_used_of}} > 4 * p.unique_limit::int8
