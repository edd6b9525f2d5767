-- Who said stop, for people.

-- name: suppression_list
-- $1 = organization, $2 = entries, $3 = entries before them.
SELECT coalesce((SELECT jsonb_agg(j) FROM (
         SELECT jsonb_build_object('phoneNumber', '+' || s.phone, 'userId', s.user_id, 'reason', s.reason, 'evidence', s.evidence,
                                   'stoppedAt', s.stopped_at, 'createdAt', s.created_at) AS j
         FROM suppression s WHERE s.organization_no = $1::int4 ORDER BY s.no DESC LIMIT $2::int8 OFFSET $3::int8) entries), '[]') AS data,
       (SELECT count(*) FROM suppression WHERE organization_no = $1::int4) AS total
