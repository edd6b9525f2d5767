-- Campaigns as dispatch and preflight see them: one list of columns, read by campaign_row.cpp.

-- fragment: sends_from
-- A campaign c sends from a number n.
(n.organization_no = c.organization_no AND n.active AND (c.number_ids IS NULL OR n.phone_number_id = ANY (c.number_ids)))

-- fragment: campaign_languages
-- Of a campaign c: its template's, the first one first.
coalesce(c.template_languages, ARRAY[c.template_language])

-- fragment: campaign_translations
-- Of a campaign c: its template in its further languages, in their order, as campaign_row has it in the first one.
CASE WHEN c.template_languages IS NOT NULL THEN (
  SELECT jsonb_agg(jsonb_build_object('language', l.language, 'components', coalesce(o.components, '[]')) ORDER BY l.n)
  FROM unnest(c.template_languages[2:]) WITH ORDINALITY AS l(language, n)
  LEFT JOIN LATERAL (SELECT t.components FROM template t
                     WHERE t.organization_no = c.organization_no AND t.name = c.template_name AND t.language = l.language
                     ORDER BY t.status = 'APPROVED' DESC, t.no LIMIT 1) o ON true)::text END

-- fragment: campaign_row
-- The template is an approved one, where accounts have several of its name. Times are in milliseconds, times of day in minutes.
SELECT c.no, c.id, c.organization_no, c.status, c.template_name, c.template_language, coalesce(t.category, '') AS template_category,
       coalesce(t.components::text, '[]') AS template_components, coalesce(t.parameter_format, 'POSITIONAL') AS template_parameter_format,
       coalesce(c.template_variables::text, '{}') AS template_variables, {{campaign_translations}} AS translations, c.rate_limit, c.retry_failed, c.max_retries, c.in_doubt_policy,
       {{recovery_tries}} AS recovery_tries, {{recovery_spacing}} AS recovery_spacing_ms,
       (SELECT string_agg(day, ',') FROM jsonb_array_elements_text(CASE WHEN jsonb_typeof(c.send_window -> 'days') = 'array'
          THEN c.send_window -> 'days' END) AS day) AS window_days,
       (extract(epoch FROM (c.send_window ->> 'from')::interval) / 60)::int4 AS window_from,
       (extract(epoch FROM (c.send_window ->> 'until')::interval) / 60)::int4 AS window_until,
       coalesce(c.send_window ->> 'timeZone', 'UTC') AS window_time_zone,
       (extract(epoch FROM c.scheduled_for) * 1000)::int8 AS scheduled_for, (extract(epoch FROM c.expires_at) * 1000)::int8 AS expires_at,
       (SELECT string_agg(n.no::text, ',' ORDER BY n.no) FROM number n WHERE {{sends_from}}) AS numbers,
       c.total_recipients
FROM campaign c
LEFT JOIN LATERAL (SELECT category, components, parameter_format FROM template t
                   WHERE t.organization_no = c.organization_no AND t.name = c.template_name AND t.language = c.template_language
                   ORDER BY t.status = 'APPROVED' DESC, t.no LIMIT 1) t ON true

-- name: campaign_by_no
-- Reads only.
{{campaign_row}} WHERE c.no = $1::int4

-- name: campaign_by_id
-- Reads only: by its public id, inside one organization.
{{campaign_row}} WHERE c.organization_no = $1::int4 AND c.id::text = lower($2)

-- name: campaigns_runnable
-- Reads only: what is sending, and finished campaigns that have a retry due and have not expired.
{{campaign_row}}
WHERE c.status = 'sending' OR (c.status = 'completed' AND (c.expires_at IS NULL OR c.expires_at > to_timestamp($1::int8 / 1000.0)) AND EXISTS (
  SELECT FROM retry_queue q WHERE q.campaign_no = c.no AND q.state = 0 AND q.due_ms <= $1::int8))
ORDER BY c.no
