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
    synced_at = now()

-- name: templates_set_status
UPDATE template SET status = $4, synced_at = now() WHERE waba_id = $1 AND name = $2 AND language = $3
