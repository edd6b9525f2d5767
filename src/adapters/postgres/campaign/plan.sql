-- What the planner is told of a campaign (plan_terms.cpp). All of it reads only.

-- name: plan_facts
SELECT {{campaign_is_marketing}} AS is_marketing, (extract(epoch FROM c.spread_until) * 1000)::int8 AS spread_until
FROM campaign c WHERE c.no = $1::int4

-- name: plan_parts
SELECT part, from_seq, to_seq, next_seq, place, (extract(epoch FROM opens_at) * 1000)::int8 AS opens_at
FROM campaign_part WHERE campaign_no = $1::int4 ORDER BY part

-- name: plan_places
SELECT no, country, array_to_string(zones, ',') AS zones FROM place
WHERE no = ANY ($1::int4[]) ORDER BY no
