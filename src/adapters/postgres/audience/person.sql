-- One person in the whole organization (person_store.cpp). All of it reads only.

-- name: person_show
-- $1 = organization, and one of $2 = phone number, $3 = user id, $4 = a customer's id: what is known of him under any of his keys.
WITH named AS (
  SELECT k.phone, k.user_id FROM customer k WHERE k.no = (
    SELECT c.no FROM customer c WHERE c.organization_no = $1::int4 AND c.id = $4::uuid
    UNION ALL SELECT a.customer_no FROM customer_alias a WHERE a.organization_no = $1::int4 AND a.old_id = $4::uuid LIMIT 1)
  UNION ALL SELECT $2::int8, $3::text WHERE $4::uuid IS NULL),
keys AS MATERIALIZED (SELECT DISTINCT k.phone, k.user_id FROM named n CROSS JOIN LATERAL person_keys($1::int4, n.phone, n.user_id) k),
customers AS (
  SELECT k.no FROM keys JOIN customer k ON k.organization_no = $1::int4 AND k.phone = keys.phone
  UNION SELECT k.no FROM keys JOIN customer k ON k.organization_no = $1::int4 AND k.user_id = keys.user_id),
stops AS (
  SELECT s.* FROM keys JOIN suppression s ON s.organization_no = $1::int4 AND s.phone = keys.phone
  UNION SELECT s.* FROM keys JOIN suppression s ON s.organization_no = $1::int4 AND s.user_id = keys.user_id)
SELECT EXISTS (SELECT FROM named) AS known,
       coalesce((SELECT string_agg(p.phone::text, ',') FROM (
         SELECT phone FROM keys WHERE phone IS NOT NULL UNION SELECT phone_other(phone) FROM keys WHERE phone_other(phone) <> 0) p), '') AS phones,
       coalesce((SELECT jsonb_agg(user_id) FROM keys WHERE user_id IS NOT NULL), '[]') AS user_ids,
       jsonb_build_object(
         'customer', (SELECT {{customer_shown}} FROM customers JOIN customer k USING (no) ORDER BY k.phone IS NULL, k.no LIMIT 1),
         'phoneNumbers', coalesce((SELECT jsonb_agg('+' || phone ORDER BY phone) FROM keys WHERE phone IS NOT NULL), '[]'),
         'userIds', coalesce((SELECT jsonb_agg(user_id ORDER BY user_id) FROM keys WHERE user_id IS NOT NULL), '[]'),
         'stops', coalesce((SELECT jsonb_agg(jsonb_build_object('phoneNumber', '+' || s.phone, 'userId', s.user_id, 'reason', s.reason,
                              'evidence', s.evidence, 'stoppedAt', s.stopped_at) ORDER BY s.stopped_at DESC, s.no) FROM stops s), '[]'),
         'serviceWindow', (
           SELECT jsonb_build_object('phoneNumberId', n.phone_number_id, 'openUntil', w.open_until, 'open', w.open_until > now())
           FROM keys JOIN service_window w ON w.person = person_key(keys.phone, keys.user_id)
           JOIN number n ON n.no = w.number_no AND n.organization_no = $1::int4 ORDER BY w.open_until DESC, n.no LIMIT 1),
         'metaCap', (
           SELECT jsonb_build_object('until', m.until, 'closed', m.until > now(), 'inARow', m.in_a_row, 'cappedAt', m.capped_at)
           FROM keys JOIN meta_cap m ON m.organization_no = $1::int4 AND m.person = person_key(keys.phone, keys.user_id)
           ORDER BY m.until DESC LIMIT 1)) AS person

-- name: person_campaigns
-- The next $3 campaigns of organization $1 that have a list, behind campaign $2.
SELECT no FROM campaign WHERE organization_no = $1::int4 AND ($2::int8 IS NULL OR no < $2::int8) AND total_recipients > 0
ORDER BY no DESC LIMIT $3::int8

-- script: person_messages
-- Where one stands on the lists of the campaigns $1: phone numbers $2, user ids $3 (a JSON array), at most $4. Of several lines of one list that
-- which is sent to counts. Not prepared, so that the tables of other campaigns are not even opened.
WITH found AS (
  SELECT DISTINCT ON (l.campaign_no) l.campaign_no, l.seq
  FROM campaign_recipient l
  WHERE l.campaign_no = ANY ($1::int4[])
    AND (l.phone = ANY ($2::int8[]) OR l.user_id = ANY (ARRAY(SELECT jsonb_array_elements_text($3::jsonb))))
  ORDER BY l.campaign_no DESC, l.screen <> 0, l.seq)
SELECT r.campaign_no, {{recipient_json}} || jsonb_build_object('campaignName', c.name) AS message
FROM found JOIN recipient r ON r.campaign_no = found.campaign_no AND r.seq = found.seq JOIN campaign c ON c.no = r.campaign_no
WHERE r.campaign_no = ANY ($1::int4[])
ORDER BY r.campaign_no DESC LIMIT $4::int8
