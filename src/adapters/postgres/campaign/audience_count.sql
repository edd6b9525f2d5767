-- Whom a campaign would be for now (audience_count.cpp). {list} stands for a table of the session.

-- name: count_turn
-- Of an organization one campaign at a time is counted; nobody waits for his turn.
SELECT pg_try_advisory_xact_lock(21339, $1::int4) AS mine

-- name: count_campaign
-- $1 = organization, $2 = the campaign's id. Reads only.
SELECT c.no, c.status, {{campaign_is_marketing}} AS marketing, c.total_recipients,
       c.status IN ('draft', 'scheduled') AND (c.kind = 'recurring' OR {{list_awaited}}) AS is_drawn
FROM campaign c WHERE c.organization_no = $1::int4 AND c.id::text = lower($2)

-- script: count_in_session
-- Tables that are made from now on are the session's own, and nothing of them goes into the log. Whoever counts is in nobody's way for long.
SET LOCAL search_path = pg_temp, public; SET LOCAL statement_timeout = '15s'; SET LOCAL lock_timeout = '1s'

-- fragment: list_counted
-- Reads only. The ones without a reason get it; of them some wait.
SELECT r.screen, coalesce(s.name, '') AS reason, count(*) AS people, count(*) FILTER (WHERE r.waits_until IS NOT NULL) AS waiting
FROM {list} r LEFT JOIN screen_reason s ON s.code = r.screen GROUP BY r.screen, s.name ORDER BY count(*) DESC, r.screen
