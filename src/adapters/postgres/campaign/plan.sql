-- What the planner is told of a campaign (plan_terms.cpp). All of it reads only.

-- fragment: template_pacing_of
-- Of a campaign c: how Meta paces its template. One language that it holds back holds all of them back.
(SELECT max(p.held_since) AS held_since, max(p.let_go_at) AS let_go_at FROM template_pacing p
 WHERE p.organization_no = c.organization_no AND p.name = c.template_name AND p.language = ANY ({{campaign_languages}}))

-- name: plan_facts
-- A pause that lasts ends now, since whoever asks wants to know how it goes on.
SELECT m.is_so AS for_marketing, m.is_so AND NOT c.override_quiet_hours AS has_quiet_hours, c.plan,
       (extract(epoch FROM coalesce(c.started_at, greatest(c.scheduled_for, now()))) * 1000)::int8 AS runs_from,
       array_to_string(c.pauses || CASE WHEN c.paused_at IS NULL THEN '{}' ELSE ARRAY[(extract(epoch FROM c.paused_at) * 1000)::int8,
         (extract(epoch FROM now()) * 1000)::int8] END, ',') AS pauses,
       c.canary IS NOT NULL AND c.canary <> 'open' AS waits_for_canary, (extract(epoch FROM c.canary_claimed_at) * 1000)::int8 AS canary_claimed_at,
       (extract(epoch FROM p.held_since) * 1000)::int8 AS held_since, (extract(epoch FROM p.let_go_at) * 1000)::int8 AS let_go_at,
       CASE WHEN m.is_so THEN coalesce((
         SELECT sum(n.messages_per_second * {{marketing_share}}) / nullif(sum(n.messages_per_second), 0)
         FROM number n WHERE {{sends_from}}), 1) ELSE 1 END AS numbers_share,
       CASE WHEN m.is_so THEN coalesce((
         SELECT min(template_share(t.quality_score, (SELECT q.value FROM policy q WHERE q.organization_no = c.organization_no AND q.name = 'quality'))) FROM template t
         WHERE t.organization_no = c.organization_no AND t.name = c.template_name AND t.language = ANY ({{campaign_languages}})
           AND t.status <> 'DELETED'), 1) ELSE 1 END AS template_share
FROM campaign c CROSS JOIN LATERAL {{template_pacing_of}} p CROSS JOIN LATERAL (SELECT {{campaign_is_marketing}} AS is_so) m
WHERE c.no = $1::int4

-- name: plan_parts
SELECT part, from_seq, to_seq, next_seq, stage, place, (extract(epoch FROM opens_at) * 1000)::int8 AS opens_at
FROM campaign_part WHERE campaign_no = $1::int4 ORDER BY part

-- name: plan_places
SELECT no, country, array_to_string(zones, ',') AS zones FROM place
WHERE no = ANY ($1::int4[]) ORDER BY no

-- name: plan_tier
-- The messaging limit of all portfolios from whose numbers the campaign sends, together; none where a number has no limit.
WITH ours AS (
  SELECT DISTINCT n.portfolio_no FROM campaign c JOIN number n ON {{sends_from}} WHERE c.no = $1::int4)
SELECT sum(floor(p.unique_limit * (100 - p.headroom_percent) / 100.0))::int8 AS may_use, max(p.period_minutes) AS period_minutes,
       array_to_string(array_agg(p.no), ',') AS portfolios,
       CASE WHEN bool_and(coalesce(p.closed_until > now(), false)) THEN (extract(epoch FROM min(p.closed_until)) * 1000)::int8 END AS closed_until
FROM ours o LEFT JOIN portfolio p ON p.no = o.portfolio_no
HAVING bool_and(p.unique_limit IS NOT NULL)

-- name: plan_tier_used
-- Who counts, by when they stop.
SELECT (minute + p.period_minutes)::int8 * 60000 AS until, sum(m.people)::int8 AS people
FROM tier_minute m JOIN portfolio p ON p.no = m.portfolio_no
WHERE m.portfolio_no = ANY ($1::int4[]) AND m.minute > (extract(epoch FROM clock_timestamp()) / 60)::int4 - p.period_minutes AND m.people > 0
GROUP BY 1 ORDER BY 1
