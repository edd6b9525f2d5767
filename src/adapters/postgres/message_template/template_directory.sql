-- The templates, for people. $1 = organization.

-- fragment: template_shown
jsonb_build_object('id', t.id, 'wabaId', t.waba_id, 'name', t.name, 'language', t.language, 'category', t.category,
  'nextCategory', t.next_category, 'nextCategoryAt', t.next_category_at, 'status', t.status, 'parameterFormat', t.parameter_format,
  'components', t.components, 'qualityScore', t.quality_score, 'syncedAt', t.synced_at)

-- fragment: template_wanted
-- $2 = a part of the name, $3 = status, $4 = category, $5 = language; empty: any. What Meta lists no more is shown to who asks for it.
t.organization_no = $1::int4 AND strpos(t.name, lower($2)) > 0 AND CASE WHEN $3 = '' THEN t.status <> 'DELETED' ELSE t.status = upper($3) END
  AND $4 IN ('', lower(t.category), t.category) AND lower($5) IN ('', lower(t.language))

-- name: template_list
-- Behind the filters: $6 = entries, $7 = entries before them, $8 = the no of the one before them.
WITH wanted AS (
  SELECT t.no, row_number() OVER (ORDER BY t.name, t.language, t.waba_id) AS place FROM template t WHERE {{template_wanted}}),
keys AS (
  SELECT no, place FROM wanted
  WHERE $8::int8 IS NULL OR place > (SELECT w.place FROM wanted w WHERE w.no = $8::int8)
  ORDER BY place LIMIT $6::int8 + 1 OFFSET $7::int8),
shown AS (SELECT no, place FROM keys ORDER BY place LIMIT $6::int8)
SELECT coalesce((SELECT jsonb_agg({{template_shown}} ORDER BY place) FROM shown JOIN template t USING (no)), '[]') AS data,
       (SELECT count(*) FROM wanted) AS total, true AS exact, NULL::int8 AS scanned_to,
       CASE WHEN (SELECT count(*) FROM keys) > (SELECT count(*) FROM shown) THEN (SELECT no FROM shown ORDER BY place DESC LIMIT 1) END AS next_key

-- name: template_show
-- $2 = Meta's id. An id that was used again is that of the newest row.
SELECT {{template_shown}} AS template FROM template t WHERE t.organization_no = $1::int4 AND t.id = $2
ORDER BY t.status = 'DELETED', t.no DESC LIMIT 1

-- name: template_accounts
-- Where the organization's numbers are, with the daemons that send from them now.
SELECT n.waba_id, coalesce(string_agg(DISTINCT split_part(l.owner, '#', 1), ', '), '') AS nodes
FROM number n LEFT JOIN number_lease l ON l.number_no = n.no AND l.expires_at > now()
WHERE n.organization_no = $1::int4 AND n.active GROUP BY n.waba_id ORDER BY n.waba_id
