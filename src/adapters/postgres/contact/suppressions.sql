-- Who said stop, for people.

-- fragment: suppressed_people
-- Of organization $1. A person is one entry: the row of a user id is left out where its phone number has a row, which names both.
SELECT s.no, coalesce(s.phone, a.phone) AS phone, s.user_id, s.reason, s.evidence, s.stopped_at, s.created_at
FROM suppression s
LEFT JOIN person_alias a ON a.organization_no = s.organization_no AND a.user_id = s.user_id AND s.phone IS NULL
WHERE s.organization_no = $1::int4
  AND NOT EXISTS (SELECT FROM suppression p WHERE p.organization_no = a.organization_no AND p.phone = a.phone)

-- name: suppression_list
-- $1 = organization, $2 = entries, $3 = entries before them, $4 = the key before them.
WITH keys AS (
  SELECT * FROM ({{suppressed_people}}) s WHERE $4::int8 IS NULL OR s.no < $4::int8 ORDER BY s.no DESC LIMIT $2::int8 + 1 OFFSET $3::int8),
shown AS (SELECT * FROM keys ORDER BY no DESC LIMIT $2::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM ({{suppressed_people}}) s LIMIT 10001) s)
SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('phoneNumber', '+' || s.phone, 'userId', coalesce(s.user_id, (
                                     SELECT a.user_id FROM person_alias a WHERE a.organization_no = $1::int4 AND a.phone = s.phone
                                     ORDER BY a.seen_at DESC, a.user_id LIMIT 1)),
                                   'reason', s.reason, 'evidence', s.evidence, 'stoppedAt', s.stopped_at, 'createdAt', s.created_at)
                                 ORDER BY s.no DESC) FROM shown s), '[]') AS data,
       {{page_end}}
