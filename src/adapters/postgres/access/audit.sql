-- The audit log: what was done, by whom, from where.

-- name: audit_write
-- Returns no row when the order $7 has been written before.
INSERT INTO audit_log (organization_no, actor, source, action, subject, detail, order_name)
VALUES ($1::int4, $2, $3, $4, $5, $6::jsonb, $7)
ON CONFLICT (order_name) WHERE order_name IS NOT NULL DO NOTHING RETURNING no

-- name: audit_list
-- $1 = organization, $2 = entries, $3 = entries before them, $4 = the key before them.
WITH keys AS (
  SELECT a.no FROM audit_log a WHERE a.organization_no = $1::int4 AND ($4::int8 IS NULL OR a.no < $4::int8)
  ORDER BY a.no DESC LIMIT $2::int8 + 1 OFFSET $3::int8),
shown AS (SELECT no FROM keys ORDER BY no DESC LIMIT $2::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM audit_log WHERE organization_no = $1::int4 LIMIT 10001) a)
SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('at', a.at, 'actor', a.actor, 'source', a.source, 'action', a.action,
                                                     'subject', a.subject, 'detail', a.detail) ORDER BY a.no DESC)
                 FROM shown JOIN audit_log a USING (no)), '[]') AS data,
       {{page_end}}
