-- Who has had enough marketing (frequency.cpp). {list} stands for the table of the list, so statements with it can't be prepared.

-- name: frequency_hold
-- Of an organization only one launch at a time counts and reserves.
SELECT pg_advisory_xact_lock(21337, $1::int4)

-- name: frequency_others
-- Marketing campaigns of organization $1 beside campaign $2 that may count in the time of $4 milliseconds before or behind $3, and whether
-- whoever is left of them still gets a message.
SELECT c.no, c.status IN ('scheduled', 'sending', 'paused') AS runs
FROM campaign c
WHERE c.organization_no = $1::int4 AND c.no <> $2::int4 AND {{campaign_is_marketing}}
  AND (c.status IN ('sending', 'paused')
       OR c.status = 'scheduled' AND c.total_recipients > 0 AND c.scheduled_for < to_timestamp(($3::int8 + $4::int8) / 1000.0)
       OR c.status IN ('completed', 'cancelled', 'expired', 'failed')
          AND (coalesce(c.completed_at, c.updated_at) > to_timestamp(($3::int8 - $4::int8) / 1000.0) OR {{tries_late}}))
ORDER BY c.no

-- fragment: list_had_enough
-- $1 = the other campaigns, $2 = whether each runs, $3 = since when messages count, $4 = how many are enough. A message counts from its acceptance
-- on, unless it failed; before that its place on the list counts while it may still be sent.
UPDATE {list} t SET screen = 6
FROM (
  SELECT person FROM (
    SELECT CASE WHEN r.phone IS NOT NULL THEN phone_key(r.phone) ELSE person_key(NULL, r.user_id) END AS person
    FROM unnest($1::int4[], $2::text[]::bool[]) AS k(no, runs) JOIN campaign_recipient r ON r.campaign_no = k.no
    LEFT JOIN delivery d ON d.campaign_no = r.campaign_no AND d.seq = r.seq
    WHERE r.screen = 0
      AND CASE WHEN d.seq IS NULL THEN k.runs
               WHEN state_name(d.state) IN ('in_doubt', 'held') THEN true
               WHEN state_name(d.state) IN ('failed', 'pending', 'sending')
                 THEN k.runs AND (state_name(d.state) <> 'failed' OR EXISTS (
                   SELECT FROM retry_queue q WHERE q.campaign_no = d.campaign_no AND q.seq = d.seq AND q.state < 2))
               ELSE coalesce(d.accepted_ms, d.sent_ms, d.delivered_ms, d.read_ms, 0) > $3::int8 END) touched
  GROUP BY person HAVING count(*) >= $4::int8) enough
WHERE t.screen = 0 AND enough.person = CASE WHEN t.phone IS NOT NULL THEN phone_key(t.phone) ELSE person_key(NULL, t.user_id) END
