-- The business numbers, for people.

-- name: number_list
-- $1 = organization. How fast a number sends is what its daemon told with the lease.
SELECT jsonb_build_object('data', coalesce(jsonb_agg(jsonb_build_object('phoneNumberId', n.phone_number_id, 'wabaId', n.waba_id,
         'messagesPerSecond', n.messages_per_second, 'active', n.active, 'stoppedReason', n.stopped_sentence, 'qualityRating', n.quality_rating,
         'marketingShare', {{marketing_share}},
         'displayPhoneNumber', n.display_phone_number, 'verifiedName', n.verified_name, 'metaStatus', n.meta_status,
         'throughput', n.throughput, 'messagingLimit', n.messaging_limit, 'readAt', n.facts_at, 'updatedAt', n.updated_at, 'rateNow', l.rate, 'rateCeiling', l.ceiling, 'pace', l.pace) ORDER BY n.phone_number_id), '[]'))
FROM number n LEFT JOIN number_lease l ON l.number_no = n.no AND l.expires_at > now() WHERE n.organization_no = $1::int4

-- name: node_list
-- $1 = organization. Of a daemon that can send for others only, its caller learns nothing.
WITH ours AS (SELECT n.no, n.phone_number_id, CASE WHEN l.expires_at > now() THEN split_part(l.owner, '#', 1) END AS node
              FROM number n LEFT JOIN number_lease l ON l.number_no = n.no WHERE n.organization_no = $1::int4 AND n.active)
SELECT jsonb_build_object(
  'data', coalesce((
    SELECT jsonb_agg(jsonb_build_object('id', d.id, 'host', d.host, 'version', d.version, 'alive', d.expires_at > now(), 'startedAt', d.started_at,
             'seenAt', d.seen_at,
             'numbers', coalesce((SELECT jsonb_agg(o.phone_number_id ORDER BY o.phone_number_id) FROM ours o WHERE o.node = d.id), '[]'),
             'mayUse', (SELECT count(*) FROM ours o WHERE o.no = ANY (d.numbers))) ORDER BY d.expires_at > now() DESC, d.started_at, d.id)
    FROM node d
    WHERE d.seen_at > now() - interval '1 day'
      AND (cardinality(d.numbers) = 0 OR d.numbers && ARRAY(SELECT no FROM number WHERE organization_no = $1::int4))), '[]'),
  'numbersWithoutNode', coalesce((SELECT jsonb_agg(o.phone_number_id ORDER BY o.phone_number_id) FROM ours o WHERE o.node IS NULL), '[]'))

-- name: portfolio_list
-- $1 = organization. used: people who count now; of a portfolio without limit nobody is counted.
SELECT jsonb_build_object('data', coalesce(jsonb_agg(jsonb_build_object('id', nullif(p.meta_id, ''), 'tier', p.tier, 'limit', p.unique_limit,
         'limitIsSet', p.set_limit IS NOT NULL, 'mayUse', floor(p.unique_limit * (100 - p.headroom_percent) / 100.0)::int8,
         'used', {{tier_used_of}}, 'periodMinutes', p.period_minutes,
         'closedUntil', CASE WHEN p.closed_until > now() THEN p.closed_until END,
         'numbers', (SELECT coalesce(jsonb_agg(n.phone_number_id ORDER BY n.phone_number_id), '[]') FROM number n WHERE n.portfolio_no = p.no AND n.active))
         ORDER BY p.no), '[]'))
FROM portfolio p
WHERE p.organization_no = $1::int4

-- name: quality_history_list
-- $1 = organization, $2 = subject or empty, $3 = name or empty, $4 = entries, $5 = entries before them, $6 = the key before them.
WITH found AS (
  SELECT h.no FROM quality_history h WHERE h.organization_no = $1::int4 AND $2 IN ('', h.subject) AND $3 IN ('', h.name)),
keys AS (SELECT no FROM found WHERE $6::int8 IS NULL OR no < $6::int8 ORDER BY no DESC LIMIT $4::int8 + 1 OFFSET $5::int8),
shown AS (SELECT no FROM keys ORDER BY no DESC LIMIT $4::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM found LIMIT 10001) a)
SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('at', h.at, 'subject', h.subject, 'name', nullif(h.name, ''), 'language', h.language,
                                                     'wabaId', h.account, 'fact', h.fact, 'before', h.was, 'now', h.became) ORDER BY h.no DESC)
                 FROM shown JOIN quality_history h USING (no)), '[]') AS data,
       {{page_end}}
