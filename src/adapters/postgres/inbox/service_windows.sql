-- Who may be written to without a template (service_windows.cpp).

-- name: service_windows_of
-- Reads only. $1 = organization, $2 = phone number or 0, $3 = user id or ''.
WITH keys AS (
  SELECT person_key(k.phone, k.user_id) AS person FROM person_keys($1::int4, nullif($2::int8, 0), nullif($3, '')) k
), found AS (
  SELECT DISTINCT ON (n.no) n.phone_number_id, w.open_until, w.last_message_id
  FROM service_window w JOIN number n ON n.no = w.number_no AND n.organization_no = $1::int4
  WHERE w.person IN (SELECT person FROM keys) ORDER BY n.no, w.open_until DESC
)
SELECT jsonb_build_object('data', coalesce(jsonb_agg(jsonb_build_object(
         'phoneNumberId', phone_number_id, 'openUntil', open_until, 'open', open_until > now(), 'lastMessageId', last_message_id)
         ORDER BY open_until DESC, phone_number_id), '[]')) AS data
FROM found
