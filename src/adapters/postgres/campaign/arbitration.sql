-- People whom campaigns of a lower priority give up (arbitration.cpp). {list} stands for the table of a list, {campaign} for a campaign's number;
-- these statements, and those on tables of the session, can't be prepared.

-- name: giving_hold_list
-- Nobody imports into, draws or starts that list meanwhile; false when somebody does.
SELECT pg_try_advisory_xact_lock_shared(21333, $1::int4) AS held

-- script: giving_create
-- Whom a list gets from others: his place there, the person, and where he stood. kept: 0 he is given up, 1 it was too late, 2 there is no need
-- any more.
CREATE TEMPORARY TABLE giving (mine int4, person int8, campaign_no int4, seq int4, kept int2 NOT NULL DEFAULT 0, lost bool NOT NULL DEFAULT false) ON COMMIT DROP;
SET LOCAL cursor_tuple_fraction = 1

-- fragment: list_touches
-- $1 = the other campaigns, $2 = whether each runs, $3 = when this one starts, $4 = the longest time of a cap, $5 = the smallest number that is
-- enough, $6 = how far each campaign is at least, $7 = its turn to give people up, 0: never. What counts of everybody on the list of whom so
-- many count, in the order of the list. Whoever was never claimed can be given up.
DECLARE touches NO SCROLL CURSOR FOR
WITH k AS MATERIALIZED (
  SELECT u.no, u.runs, u.distance_ms, u.turn, CASE WHEN u.turn > 0 THEN (
           SELECT range_agg(int4range(p.next_seq, p.to_seq + 1)) FROM campaign_part p WHERE p.campaign_no = u.no AND p.next_seq <= p.to_seq) END AS unclaimed
  FROM unnest($1::int4[], $2::text[]::bool[], $6::int8[], $7::int4[]) AS u(no, runs, distance_ms, turn)),
touched AS MATERIALIZED (
  SELECT person, no, seq, greatest(distance_ms, least_ms) AS distance_ms, turn, fades
  FROM (SELECT {{recipient_person}} AS person, k.no, r.seq, {{touch_distance}} AS distance_ms, k.distance_ms AS least_ms,
               CASE WHEN d.seq IS NULL AND r.seq <@ k.unclaimed THEN k.turn ELSE 0 END AS turn,
               d.seq IS NOT NULL AND state_name(d.state) NOT IN ('in_doubt', 'held', 'failed', 'pending', 'sending') AS fades
        FROM k JOIN campaign_recipient r ON r.campaign_no = k.no AND r.campaign_no = ANY ($1::int4[])
        LEFT JOIN delivery d ON d.campaign_no = r.campaign_no AND d.seq = r.seq
        WHERE r.screen = 0) counted
  WHERE distance_ms < $4::int8),
many AS (SELECT person FROM touched GROUP BY person HAVING count(*) >= $5::int8)
SELECT l.mine, l.person, t.no, t.seq, t.distance_ms, t.turn, t.fades
FROM many JOIN (SELECT r.seq AS mine, {{recipient_person}} AS person FROM {list} r WHERE r.screen = 0) l USING (person) JOIN touched t USING (person)
ORDER BY l.mine

-- script: touches_next
FETCH FORWARD 20000 FROM touches

-- script: touches_end
CLOSE touches

-- script: giving_add
INSERT INTO giving (mine, person, campaign_no, seq) SELECT * FROM unnest($1::int4[], $2::int8[], $3::int4[], $4::int4[])

-- fragment: giving_forget
-- Whoever was left out for another reason since costs nobody anything.
DELETE FROM giving g USING {list} t WHERE t.seq = g.mine AND t.screen <> 0

-- script: giving_analyze
ANALYZE giving

-- fragment: giving_take
-- $1 = the campaign that gets them. Of the campaign {campaign}, which is not locked: nobody sees it before the commit.
UPDATE campaign_recipient_{campaign} r SET screen = 6, by_campaign = $1::int4 FROM giving g
WHERE g.campaign_no = {campaign} AND r.seq = g.seq AND r.screen = 0

-- fragment: list_wait
-- $1 = places, $2 = until when each waits, in milliseconds.
UPDATE {list} t SET waits_until = to_timestamp(u.until / 1000.0) FROM unnest($1::int4[], $2::int8[]) AS u(seq, until) WHERE t.seq = u.seq

-- name: giving_lock
-- Those of $1 whom nobody else has locked, and whether they still send.
SELECT no, status IN ('scheduled', 'sending', 'paused') AS sends FROM campaign WHERE no = ANY ($1::int4[]) ORDER BY no FOR NO KEY UPDATE SKIP LOCKED

-- name: giving_wait
SELECT pg_sleep(0.02)

-- fragment: giving_keep
-- $1 = why the campaign {campaign} keeps all of them.
UPDATE giving SET kept = $1::int2 WHERE campaign_no = {campaign}

-- fragment: giving_claimed
-- The campaign {campaign} is locked: who was claimed meanwhile.
UPDATE giving g SET kept = 1 WHERE g.campaign_no = {campaign} AND NOT EXISTS (
  SELECT FROM campaign_part p WHERE p.campaign_no = {campaign} AND g.seq BETWEEN p.next_seq AND p.to_seq)

-- script: giving_lost
-- Whoever was not given up by all who had to is got from nobody.
UPDATE giving SET lost = true WHERE person IN (SELECT person FROM giving WHERE kept = 1)

-- fragment: giving_return
UPDATE campaign_recipient_{campaign} r SET screen = 0, by_campaign = NULL FROM giving g
WHERE g.campaign_no = {campaign} AND (g.kept <> 0 OR g.lost) AND r.seq = g.seq

-- fragment: giving_leave_out
UPDATE {list} t SET screen = 6 FROM (SELECT DISTINCT person FROM giving WHERE lost) g
WHERE t.screen = 0 AND g.person = CASE WHEN t.phone IS NOT NULL THEN phone_key(t.phone) ELSE person_key(NULL, t.user_id) END

-- fragment: giving_count
-- $1 = the campaign that got them.
WITH given AS (SELECT count(*)::int4 AS n FROM giving WHERE campaign_no = {campaign} AND kept = 0 AND NOT lost),
noted AS (
  INSERT INTO retraction AS o (campaign_no, by_campaign, reason, people) SELECT {campaign}, $1::int4, 6, n FROM given WHERE n > 0
  ON CONFLICT (campaign_no, by_campaign) DO UPDATE SET people = o.people + excluded.people, at = now())
UPDATE campaign c SET screened_count = c.screened_count + n, updated_at = now(),
       screened = c.screened || jsonb_build_object('6', coalesce((c.screened ->> '6')::int4, 0) + n)
FROM given WHERE c.no = {campaign} AND n > 0

-- name: retraction_forget
-- A list that is decided anew has given nobody up.
DELETE FROM retraction WHERE campaign_no = $1::int4

-- fragment: retractions_shown
-- Of a campaign c: what it gave up, to whom, and what it got.
'givenUp', coalesce((SELECT jsonb_agg(jsonb_build_object('campaignId', w.id, 'name', w.name, 'people', o.people, 'at', o.at) ORDER BY o.people DESC, w.no)
  FROM retraction o JOIN campaign w ON w.no = o.by_campaign WHERE o.campaign_no = c.no), '[]'),
'tookOver', coalesce((SELECT jsonb_agg(jsonb_build_object('campaignId', w.id, 'name', w.name, 'people', o.people, 'at', o.at) ORDER BY o.people DESC, w.no)
  FROM retraction o JOIN campaign w ON w.no = o.campaign_no WHERE o.by_campaign = c.no), '[]')
