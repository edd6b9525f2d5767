-- Media of template headers: for people (media_directory.cpp) and for who uploads them (media_uploads.cpp).

-- fragment: may_name_media
-- A campaign c of the index campaign_with_media.
c.template_variables::text LIKE '%"media:%'

-- fragment: names_media
-- One of those that is not over: who is tried late is sent to as well.
{{may_name_media}} AND (c.status IN ('draft', 'scheduled', 'sending', 'paused') OR (c.status = 'completed'
  AND c.completed_at > now() - interval '40 days' AND EXISTS (SELECT FROM retry_queue q WHERE q.campaign_no = c.no AND q.state = 0)))

-- fragment: media_is_there
-- An upload u can be used; an hour before its end a message may come too late.
coalesce(u.meta_id IS NOT NULL AND u.expires_at > now() + interval '1 hour', false)

-- fragment: media_is_due
-- An upload u that nobody is at: it is missing, or 25 days old.
u.next_try_at <= now() AND u.claimed_until <= now() AND (u.meta_id IS NULL OR u.expires_at < now() + interval '5 days')

-- fragment: media_needed
-- What campaigns that are not over need of which number.
SELECT DISTINCT m.no AS media_no, n.no AS number_no
FROM campaign c CROSS JOIN LATERAL media_named(c.template_variables) named
JOIN media m ON m.id = named.id AND m.organization_no = c.organization_no
JOIN number n ON {{sends_from}}
WHERE {{names_media}}

-- fragment: media_shown
-- A medium m in the API's names.
jsonb_build_object('id', m.id, 'name', m.name, 'sha256', encode(m.sha256, 'hex'), 'mime', m.mime, 'bytes', m.bytes, 'createdAt', m.created_at,
  'createdBy', m.created_by, 'uploads', (SELECT coalesce(jsonb_agg(jsonb_build_object('number', n.phone_number_id, 'state',
     CASE WHEN {{media_is_there}} THEN 'ready' WHEN u.claimed_until > now() THEN 'uploading' WHEN u.tries > 0 THEN 'failed' ELSE 'missing' END,
     'expiresAt', CASE WHEN u.meta_id IS NOT NULL THEN u.expires_at END, 'problem', CASE WHEN u.tries > 0 THEN u.sentence END) ORDER BY n.phone_number_id), '[]')
   FROM number n LEFT JOIN media_upload u ON u.media_no = m.no AND u.number_no = n.no WHERE n.organization_no = m.organization_no AND n.active))

-- name: media_list
-- $1 = organization, $2 = entries, $3 = entries before them, $4 = the key before them.
WITH keys AS (
  SELECT m.no FROM media m WHERE m.organization_no = $1::int4 AND ($4::int8 IS NULL OR m.no < $4::int8)
  ORDER BY m.no DESC LIMIT $2::int8 + 1 OFFSET $3::int8),
shown AS (SELECT no FROM keys ORDER BY no DESC LIMIT $2::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM media m WHERE m.organization_no = $1::int4 LIMIT 10001) m)
SELECT coalesce((SELECT jsonb_agg({{media_shown}} ORDER BY m.no DESC) FROM shown JOIN media m USING (no)), '[]') AS data,
       {{page_end}}

-- name: media_show
-- $1 = organization, $2 = id.
SELECT {{media_shown}} AS media FROM media m WHERE m.organization_no = $1::int4 AND m.id::text = lower($2)

-- name: media_lock
-- The same, until the transaction ends: launches that name it hold it, too.
SELECT m.no FROM media m WHERE m.organization_no = $1::int4 AND m.id::text = lower($2) FOR UPDATE

-- name: media_in_use
-- A campaign that is not over and names it. $2 = id, in lower case
SELECT c.name FROM campaign c
WHERE c.organization_no = $1::int4 AND {{names_media}} AND EXISTS (SELECT FROM media_named(c.template_variables) n WHERE n.id = $2::uuid)
ORDER BY c.no LIMIT 1

-- name: media_delete
DELETE FROM media WHERE no = $1::int4

-- name: media_next_no
SELECT nextval(pg_get_serial_sequence('media', 'no')) AS no

-- name: media_add_piece
-- $3 = its bytes in hexadecimal digits
INSERT INTO media_piece (media_no, piece, bytes) VALUES ($1::int4, $2::int4, decode($3, 'hex'))

-- name: media_insert
-- Nothing when its bytes are known. $5 = its hash in hexadecimal digits
INSERT INTO media (no, organization_no, name, mime, sha256, bytes, created_by)
VALUES ($1::int4, $2::int4, $3, $4, decode($5, 'hex'), $6::int8, $7) ON CONFLICT (organization_no, sha256) DO NOTHING RETURNING id

-- name: media_by_hash
SELECT m.id FROM media m WHERE m.organization_no = $1::int4 AND m.sha256 = decode($2, 'hex')

-- name: media_find
SELECT m.no, m.name, m.mime FROM media m WHERE m.organization_no = $1::int4 AND m.id::text = lower($2)

-- name: media_file
SELECT m.no, m.name, m.mime FROM media m WHERE m.no = $1::int4

-- name: media_pieces
-- In order, from $2 on; so many that they fit into memory twice.
SELECT bytes FROM media_piece WHERE media_no = $1::int4 AND piece >= $2::int4 ORDER BY piece LIMIT 8

-- name: media_give_up_refused
-- Meta refused messages because of their media (131053) since the ids were looked at last: those that are not quite new are uploaded anew.
-- $1 = the sentence that says so
WITH refusal AS (
  SELECT m.no AS media_no, sum(e.failed + e.waiting)::int8 AS n
  FROM campaign c CROSS JOIN LATERAL media_named(c.template_variables) named
  JOIN media m ON m.id = named.id AND m.organization_no = c.organization_no
  JOIN delivery_error e ON e.campaign_no = c.no AND e.code = 131053
  WHERE {{names_media}} GROUP BY m.no)
UPDATE media_upload u
SET refusals_seen = r.n, meta_id = CASE WHEN r.n < u.refusals_seen THEN u.meta_id END,
    sentence = CASE WHEN r.n < u.refusals_seen THEN u.sentence ELSE $1::jsonb END, next_try_at = least(u.next_try_at, now())
FROM refusal r
WHERE r.media_no = u.media_no AND (r.n < u.refusals_seen OR (r.n > u.refusals_seen AND u.meta_id IS NOT NULL AND u.uploaded_at < now() - interval '1 minute'))

-- name: media_note_needed
-- $1 = the sentence that says what a campaign waits for
INSERT INTO media_upload (media_no, number_no, sentence) SELECT w.media_no, w.number_no, $1::jsonb FROM ({{media_needed}}) w
WHERE NOT EXISTS (SELECT FROM media_upload u WHERE u.media_no = w.media_no AND u.number_no = w.number_no)
ON CONFLICT DO NOTHING

-- name: media_needed_now
SELECT m.id, m.organization_no, w.number_no, CASE WHEN {{media_is_there}} THEN u.meta_id END AS meta_id, CASE WHEN u.tries > 0 THEN u.sentence END AS sentence
FROM ({{media_needed}}) w JOIN media m ON m.no = w.media_no LEFT JOIN media_upload u USING (media_no, number_no)
ORDER BY w.media_no, w.number_no

-- name: media_take
-- The next upload from one of the numbers $1 for the worker $2, for $3 milliseconds: what is missing first, then what is 25 days old.
WITH due AS (
  SELECT w.media_no, w.number_no FROM ({{media_needed}}) w JOIN media_upload u USING (media_no, number_no)
  WHERE w.number_no = ANY ($1::int4[]) AND {{media_is_due}}
  ORDER BY u.meta_id IS NOT NULL, w.media_no, w.number_no LIMIT 1),
taken AS (
  UPDATE media_upload u SET worker = $2, claimed_until = now() + make_interval(secs => $3::int8 / 1000.0) FROM due d
  WHERE u.media_no = d.media_no AND u.number_no = d.number_no AND {{media_is_due}}
  RETURNING u.media_no, u.number_no)
SELECT m.no, m.id, n.no AS number_no, n.phone_number_id FROM taken t JOIN media m ON m.no = t.media_no JOIN number n ON n.no = t.number_no

-- name: media_keep
UPDATE media_upload SET claimed_until = now() + make_interval(secs => $4::int8 / 1000.0)
WHERE media_no = $1::int4 AND number_no = $2::int4 AND worker = $3

-- name: media_uploaded
UPDATE media_upload SET meta_id = $4, uploaded_at = now(), expires_at = now() + interval '30 days', worker = NULL, claimed_until = '-infinity', tries = 0,
       sentence = NULL, refused = false
WHERE media_no = $1::int4 AND number_no = $2::int4 AND worker = $3

-- name: media_failed
-- $4 = why, $5 = Meta refused it. Tried again after 5 s, 10 s, … at most 10 minutes; what was refused after an hour.
UPDATE media_upload SET worker = NULL, claimed_until = '-infinity', tries = tries + 1, sentence = $4::jsonb, refused = $5::boolean,
       next_try_at = now() + CASE WHEN $5::boolean THEN interval '1 hour' ELSE least(interval '5 seconds' * power(2, least(tries, 10)), interval '10 minutes') END
WHERE media_no = $1::int4 AND number_no = $2::int4 AND worker = $3

-- name: media_hold
-- Of a launch: nobody deletes what the campaign names before it has begun.
SELECT FROM media m JOIN campaign c ON c.organization_no = m.organization_no
WHERE c.no = $1::int4 AND m.id IN (SELECT n.id FROM media_named(c.template_variables) n) ORDER BY m.no FOR KEY SHARE OF m

-- fragment: media_awaited_by
-- Of a campaign c that sends: the sentence of the first number for which Meta has not got its headers' media.
CASE WHEN c.status = 'sending' AND {{may_name_media}} THEN
  (SELECT u.sentence FROM media_named(c.template_variables) named JOIN media m ON m.id = named.id AND m.organization_no = c.organization_no
   JOIN number n ON {{sends_from}}
   JOIN media_upload u ON u.media_no = m.no AND u.number_no = n.no
   WHERE NOT {{media_is_there}} ORDER BY u.tries DESC, n.phone_number_id LIMIT 1) END
