-- What the daemons on one database tell each other (node_feed.cpp).

-- script: node_feed_listen
LISTEN stentor

-- name: node_feed_horizon
-- Reads only: whatever is committed later carries this transaction id or a higher one.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon

-- name: node_feed_stops
-- Reads only: stops and lifts since the horizon $1, in the order in which they were made, and the next horizon. Some come twice.
SELECT f.organization_no, f.phone, f.user_id, f.lifted FROM stop_feed f WHERE f.xid >= $1::xid8 ORDER BY f.no

-- name: node_feed_words
-- Reads only: what operators last said to numbers.
SELECT no, order_no, ordered_pause FROM number WHERE order_no > 0 ORDER BY no

-- name: node_feed_campaigns
-- Reads only: what has become of these, whoever wrote it.
SELECT c.no, c.status, coalesce(extract(epoch FROM coalesce(p.held_since, p.let_go_at)) * 1000, 0)::int8 AS pacing_changed
FROM campaign c CROSS JOIN LATERAL {{template_pacing_of}} p
WHERE c.no = ANY ($1::int4[]) ORDER BY c.no

-- name: node_feed_others
-- Reads only: how many other daemons are alive.
SELECT count(*)::int4 AS others FROM node WHERE id <> $1 AND expires_at > now()

-- name: node_feed_trim
-- What every reader has seen long ago.
WITH old AS (DELETE FROM node WHERE seen_at < now() - interval '7 days')
DELETE FROM stop_feed WHERE at < now() - interval '2 days'
