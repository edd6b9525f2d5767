-- Who has had enough marketing (frequency.cpp). {list} stands for the table of the list, so statements with it can't be prepared.

-- name: frequency_hold
-- Of an organization only one launch at a time counts and reserves.
SELECT pg_advisory_xact_lock(21337, $1::int4)

-- name: frequency_terms
-- Reads only.
SELECT priority, ignore_caps FROM campaign WHERE no = $1::int4

-- name: frequency_others
-- Marketing campaigns of organization $1 beside campaign $2 that may count for whoever gets a message at $3: at least how far each is from
-- that, less than $4, and whether whoever is left of them still gets a message. All in milliseconds. One of a lower priority whose list is yet
-- to be drawn keeps nobody from this one: it counts this one when it is.
SELECT no, priority, starts_ms, distance_ms, runs FROM (
  SELECT c.no, c.priority, (extract(epoch FROM coalesce(c.started_at, c.scheduled_for, c.updated_at)) * 1000)::int8 AS starts_ms,
         c.status IN ('scheduled', 'sending', 'paused') OR {{tries_late}} AS runs,
         CASE WHEN c.status IN ('sending', 'paused') OR {{tries_late}} THEN 0
              WHEN c.status = 'scheduled' THEN greatest(0, (extract(epoch FROM c.scheduled_for) * 1000)::int8 - $3::int8)
              ELSE greatest(0, $3::int8 - (extract(epoch FROM coalesce(c.completed_at, c.updated_at)) * 1000)::int8) END AS distance_ms
  FROM campaign c
  WHERE c.organization_no = $1::int4 AND c.no <> $2::int4 AND {{campaign_is_marketing}}
    AND (c.status IN ('sending', 'paused', 'completed', 'cancelled', 'expired', 'failed')
         OR c.status = 'scheduled' AND c.total_recipients > 0 AND c.scheduled_for IS NOT NULL
            AND NOT ({{list_awaited}} AND c.priority < (SELECT p.priority FROM campaign p WHERE p.no = $2::int4)))) o
WHERE distance_ms < $4::int8 ORDER BY no

-- fragment: touch_distance
-- Of a recipient r of a campaign k, with his delivery d if there is one: how long before $3 Meta accepted his message, 0 as long as it may still
-- come, NULL when it counts for nothing. A message counts from its acceptance on, unless it failed; before that its place on the list does.
CASE WHEN d.seq IS NULL THEN CASE WHEN k.runs THEN 0::int8 END
     WHEN state_name(d.state) IN ('in_doubt', 'held') THEN 0
     WHEN state_name(d.state) IN ('failed', 'pending', 'sending')
       THEN CASE WHEN k.runs AND (state_name(d.state) <> 'failed' OR EXISTS (
              SELECT FROM retry_queue q WHERE q.campaign_no = d.campaign_no AND q.seq = d.seq AND q.state < 2)) THEN 0 END
     ELSE $3::int8 - coalesce(d.accepted_ms, d.sent_ms, d.delivered_ms, d.read_ms) END

-- fragment: list_had_enough
-- $1 = the other campaigns, $2 = whether each runs, $3 = when this one starts, $4 = how long messages count, $5 = how many are enough.
UPDATE {list} t SET screen = 6
FROM (
  SELECT person FROM (
    SELECT {{recipient_person}} AS person
    FROM unnest($1::int4[], $2::text[]::bool[]) AS k(no, runs) JOIN campaign_recipient r ON r.campaign_no = k.no AND r.campaign_no = ANY ($1::int4[])
    LEFT JOIN delivery d ON d.campaign_no = r.campaign_no AND d.seq = r.seq
    WHERE r.screen = 0 AND {{touch_distance}} < $4::int8) touched
  GROUP BY person HAVING count(*) >= $5::int8) enough
WHERE t.screen = 0 AND enough.person = CASE WHEN t.phone IS NOT NULL THEN phone_key(t.phone) ELSE person_key(NULL, t.user_id) END
