-- What waits for time or for a person, for metrics (backlog.cpp).

-- name: backlog_read
-- Reads only. Counters of the campaigns, and for each running campaign the first of its waiting retries by the index on (campaign_no, due_ms).
SELECT coalesce(sum(c.in_doubt_count - c.held_count), 0)::int8 AS in_doubt, coalesce(sum(c.held_count), 0)::int8 AS held,
       (SELECT count(*) FROM retry_queue q WHERE q.state = 0) AS retries_waiting,
       greatest(0, coalesce((extract(epoch FROM now()) * 1000)::int8 - min(first.due_ms), 0)) AS oldest_due_ms
FROM campaign c
LEFT JOIN LATERAL (SELECT q.due_ms FROM retry_queue q WHERE q.campaign_no = c.no AND q.state = 0 ORDER BY q.due_ms LIMIT 1) first
  ON c.status IN ('sending', 'completed')

-- name: backlog_tiers
-- Reads only: how much of their messaging limits is used, of all portfolios that have one.
SELECT coalesce(nullif(p.meta_id, ''), o.name) AS portfolio, p.unique_limit::int8 AS unique_limit, {{tier_used_of}} AS used
FROM portfolio p JOIN organization o ON o.no = p.organization_no WHERE p.unique_limit > 0 ORDER BY p.no
