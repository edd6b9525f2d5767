-- The templates, for people.

-- name: template_list
-- $1 = organization.
SELECT jsonb_build_object('data', coalesce(jsonb_agg(jsonb_build_object('id', id, 'wabaId', waba_id, 'name', name, 'language', language,
         'category', category, 'nextCategory', next_category, 'nextCategoryAt', next_category_at, 'status', status, 'parameterFormat', parameter_format, 'components', components,
         'qualityScore', quality_score, 'syncedAt', synced_at) ORDER BY name, language, waba_id), '[]'))
FROM template WHERE organization_no = $1::int4
