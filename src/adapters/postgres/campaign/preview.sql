-- Who gets which message, before it is sent (preview.cpp). All of it reads only. $1 = campaign.

-- name: preview_spoken
-- What those speak who may be sent to, and the index of the language that was chosen when the campaign started.
SELECT {{recipient_language}} AS language, r.lang, count(*) AS people, min(r.seq) AS first
FROM campaign_recipient r LEFT JOIN customer k ON k.no = r.customer_no
WHERE r.campaign_no = $1::int4 AND r.screen = 0 GROUP BY 1, 2

-- fragment: value_is_empty
-- Of a JSON value, as adapters/meta/messages reads it: nothing of it is seen, or it is none that can be sent.
CASE jsonb_typeof(value) WHEN 'string' THEN value #>> '{}' !~
       '[^\u0001-\u0020\u007f-\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufeff\uffa0]'
     WHEN 'number' THEN false WHEN 'boolean' THEN false ELSE true END

-- name: preview_lacking
-- Who lacks what his language requires: $4 = languages' indices, $5 = names. $2 and $3 = what is spoken and the index of what is got for it;
-- NULL: they are chosen.
SELECT v.name, count(*) AS people
FROM campaign_recipient r LEFT JOIN customer k ON k.no = r.customer_no
LEFT JOIN unnest($2::text[], $3::int4[]) AS s(language, lang) ON s.language = {{recipient_language}}
CROSS JOIN LATERAL (SELECT coalesce(r.variables, '{}')::jsonb AS own OFFSET 0) x
JOIN unnest($4::int4[], $5::text[]) AS v(lang, name) ON v.lang = CASE WHEN $2::text[] IS NULL THEN r.lang ELSE coalesce(s.lang, 0) END
CROSS JOIN LATERAL (SELECT x.own -> v.name AS value) y
WHERE r.campaign_no = $1::int4 AND r.screen = 0 AND {{value_is_empty}} GROUP BY v.name ORDER BY v.name

-- name: preview_people
-- Those at the places $2 of the list.
SELECT recipient_id(c.id, r.seq) AS id, coalesce('+' || r.phone, r.user_id, '') AS recipient, coalesce(r.variables, '{}') AS variables,
       {{recipient_language}} AS language, r.lang
FROM campaign c JOIN campaign_recipient r ON r.campaign_no = c.no LEFT JOIN customer k ON k.no = r.customer_no
WHERE c.no = $1::int4 AND r.campaign_no = $1::int4 AND r.seq = ANY ($2::int4[]) ORDER BY r.seq
