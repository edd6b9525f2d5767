-- Templates as Meta lists them (template_store.cpp).

-- name: templates_save
-- Writes the templates as Meta lists them; those it lists no more are marked.
WITH listed AS (
  SELECT DISTINCT ON (t ->> 'name', t ->> 'language') t FROM jsonb_array_elements($3::jsonb) t
  WHERE t ->> 'name' IS NOT NULL AND t ->> 'language' IS NOT NULL
), gone AS (
  UPDATE template SET status = 'DELETED', synced_at = now()
  WHERE waba_id = $2 AND status <> 'DELETED' AND (name, language) NOT IN (SELECT t ->> 'name', t ->> 'language' FROM listed)
)
INSERT INTO template AS o (id, organization_no, waba_id, name, language, category, status, parameter_format, components, quality_score)
SELECT coalesce(t ->> 'id', ''), $1::int4, $2, t ->> 'name', t ->> 'language', coalesce(t ->> 'category', 'MARKETING'),
       coalesce(t ->> 'status', 'PENDING'), coalesce(t ->> 'parameter_format', 'POSITIONAL'), coalesce(t -> 'components', '[]'),
       t #>> '{quality_score,score}'
FROM listed
ON CONFLICT (waba_id, name, language) DO UPDATE
SET id = excluded.id, organization_no = excluded.organization_no, category = excluded.category, status = excluded.status,
    parameter_format = excluded.parameter_format, components = excluded.components, quality_score = excluded.quality_score,
    next_category = nullif(o.next_category, excluded.category),
    next_category_at = CASE WHEN o.next_category <> excluded.category THEN o.next_category_at END,
    usable_since = CASE WHEN excluded.status = 'APPROVED' AND o.status <> 'APPROVED' THEN now() ELSE o.usable_since END,
    synced_at = now()

-- name: templates_note
-- What a webhook tells of one template: $4 = status, $5 = category (empty: as it was), $6 = a category that is announced, $7 = from when on,
-- in milliseconds; $8 = how it is liked (empty: as it was). Without a language it is every one.
UPDATE template SET status = coalesce(nullif($4, ''), status), usable_since = CASE WHEN $4 = 'APPROVED' THEN now() ELSE usable_since END,
       category = coalesce(nullif($5, ''), category),
       next_category = CASE WHEN $5 = '' THEN next_category ELSE nullif($6, '') END,
       next_category_at = CASE WHEN $5 = '' THEN next_category_at WHEN $6 <> '' AND $7::int8 > 0 THEN to_timestamp($7::int8 / 1000.0) END,
       quality_score = coalesce(nullif($8, ''), quality_score), synced_at = now()
WHERE waba_id = $1 AND name = $2 AND $3 IN ('', language)
