-- The audit log: what was done, by whom, from where.

-- name: audit_write
INSERT INTO audit_log (organization_no, actor, source, action, subject, detail) VALUES ($1::int4, $2, $3, $4, $5, $6::jsonb)

-- name: audit_list
-- $1 = organization, $2 = entries, $3 = entries before them.
SELECT coalesce((SELECT jsonb_agg(j) FROM (
         SELECT jsonb_build_object('at', a.at, 'actor', a.actor, 'source', a.source, 'action', a.action, 'subject', a.subject,
                                   'detail', a.detail) AS j
         FROM audit_log a WHERE a.organization_no = $1::int4 ORDER BY a.no DESC LIMIT $2::int8 OFFSET $3::int8) entries), '[]') AS data,
       (SELECT count(*) FROM audit_log WHERE organization_no = $1::int4) AS total
