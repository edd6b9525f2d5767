-- Starts by each place's own clock (local_start.cpp). $1 = campaign.

-- name: local_start_terms
SELECT scheduled_local, past_places, (extract(epoch FROM now()) * 1000)::int8 AS now FROM campaign WHERE no = $1::int4

-- fragment: list_skip_places
-- $1 = places in which its time is past.
UPDATE {list} SET screen = 14 WHERE screen = 0 AND place = ANY ($1::int4[])

-- name: local_start_open
-- $2 = places, $3 = when it starts there, in milliseconds. Whoever had enough marketing may have to wait longer.
UPDATE campaign_part p SET opens_at = greatest(p.opens_at, to_timestamp(u.at / 1000.0))
FROM unnest($2::int4[], $3::int8[]) AS u(place, at) WHERE p.campaign_no = $1::int4 AND p.place = u.place

-- name: local_start_schedule
-- It waits for the first place; nobody is on the list of one that is still to be made.
UPDATE campaign c SET scheduled_for = CASE WHEN f.first > now() THEN f.first END
FROM (SELECT min(opens_at) AS first FROM campaign_part WHERE campaign_no = $1::int4) f
WHERE c.no = $1::int4
