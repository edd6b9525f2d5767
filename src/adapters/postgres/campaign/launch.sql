-- What a launch does to a list, and the facts that decide it. $1 = campaign.

-- fragment: list_free_of_marketing
-- The template may have changed since the import: what is only forbidden for marketing is free again otherwise.
UPDATE {list} SET screen = 0, marketing_screen = screen WHERE screen IN (3, 5)

-- fragment: list_closed_to_marketing
-- The other way round: whoever was free as long as it was no marketing.
UPDATE {list} SET screen = marketing_screen, marketing_screen = 0 WHERE marketing_screen <> 0 AND screen = 0

-- name: launch_now
-- Reads only.
SELECT (extract(epoch FROM now()) * 1000)::int8 AS now

-- name: launch_plan
-- Reads only.
SELECT plan FROM campaign WHERE no = $1::int4

-- name: launch_count_screened
-- Stops that are committed while this transaction runs are looked up when a chunk is read.
UPDATE campaign c SET screened_at = now() - interval '2 minutes', screened_marketing = {{campaign_is_marketing}},
       meets_capped = CASE WHEN {{campaign_is_marketing}} AND EXISTS (SELECT FROM meta_cap m WHERE m.organization_no = c.organization_no) THEN EXISTS (
         SELECT FROM campaign_recipient r JOIN meta_cap m ON m.organization_no = c.organization_no AND m.person = {{recipient_person}}
         WHERE r.campaign_no = $1::int4 AND r.screen = 0) ELSE false END,
       screened_count = r.n, screened = r.counts
FROM (SELECT coalesce(sum(n), 0) AS n, coalesce(jsonb_object_agg(screen, n), '{}') AS counts
      FROM (SELECT screen, count(*) AS n FROM campaign_recipient WHERE campaign_no = $1::int4 AND screen <> 0 GROUP BY screen) by_reason) r
WHERE no = $1::int4

-- name: launch_numbers
-- The numbers that the campaign would send from, each with its template's status in its own business account, in each language.
SELECT n.phone_number_id, n.waba_id, n.messages_per_second, n.active, n.stopped_sentence, t.status AS template_status,
       coalesce(n.quality_rating, '') AS quality, {{marketing_share}} AS marketing_share,
       CASE WHEN c.template_languages IS NOT NULL THEN (
         SELECT string_agg(coalesce(o.status, ''), ',' ORDER BY l.n) FROM unnest(c.template_languages[2:]) WITH ORDINALITY AS l(language, n)
         LEFT JOIN template o ON o.waba_id = n.waba_id AND o.name = c.template_name AND o.language = l.language) END AS translation_statuses
FROM campaign c
JOIN number n ON n.organization_no = c.organization_no
 AND CASE WHEN c.number_ids IS NULL THEN n.active ELSE n.phone_number_id = ANY (c.number_ids) END
LEFT JOIN template t ON t.waba_id = n.waba_id AND t.name = c.template_name AND t.language = c.template_language
WHERE c.no = $1::int4 ORDER BY n.phone_number_id

-- name: launch_list
-- An import of an early version may have kept people without consent and not noted who they are (no_consent_kept).
SELECT c.total_recipients, c.screened_count,
       coalesce((SELECT string_agg(s.name || ' ' || n.value, ', ' ORDER BY n.value::int8 DESC, s.code)
                 FROM jsonb_each_text(c.screened) AS n(code, value) JOIN screen_reason s ON s.code::text = n.code WHERE n.value <> '0'), '') AS screened_by, {{campaign_is_marketing}} AS for_marketing,
       c.kind = 'recurring' OR {{list_awaited}} AS is_made_at_launch, c.target_type,
       c.target_type = 'segment' AND c.segment_query IS NULL AND c.segment_id IS NULL AS lacks_segment,
       c.total_recipients = 0 AND (c.kind = 'recurring' OR {{list_awaited}})
       AND NOT EXISTS (SELECT FROM customer k WHERE k.organization_no = c.organization_no AND k.marketing_opt_in)
       AND ({{campaign_is_marketing}} OR NOT EXISTS (SELECT FROM customer k WHERE k.organization_no = c.organization_no)) AS is_of_nobody,
       EXISTS (SELECT FROM import i WHERE i.campaign_no = c.no AND i.screened ? 'no_consent_kept') AS holds_refusals,
       coalesce(c.plan ? 'canary', false) AS has_canary, c.ignore_caps
FROM campaign c WHERE c.no = $1::int4

-- name: launch_samples
-- The first $2 recipients who can be written to.
SELECT recipient_id(c.id, r.seq) AS id, coalesce('+' || r.phone, r.user_id) AS recipient, coalesce(r.variables, '{}') AS variables,
       {{recipient_language}} AS language
FROM campaign c JOIN campaign_recipient r ON r.campaign_no = c.no LEFT JOIN customer k ON k.no = r.customer_no
WHERE c.no = $1::int4 AND r.campaign_no = $1::int4 AND r.screen = 0 ORDER BY r.seq LIMIT $2::int8

-- fragment: screened_by_launch
-- Of a recipient: why each launch decides anew that he gets nothing.
screen IN (6, 8, 9, 12, 14)

-- fragment: list_decide_anew
-- Caps, exclusions and a maximum hold for one launch: they may have changed since an earlier one that was taken back. Before everything else, so
-- that whoever said stop meanwhile is found among those who are free again.
UPDATE {list} SET screen = 0, by_campaign = NULL WHERE {{screened_by_launch}}

-- fragment: list_wait_for_nothing
-- As well. Without an earlier launch that let somebody wait the list is not even read.
UPDATE {list} SET waits_until = NULL
WHERE waits_until IS NOT NULL AND EXISTS (SELECT FROM campaign_part p WHERE p.campaign_no = {campaign} AND p.opens_at IS NOT NULL)

-- fragment: list_exclude
-- Customers of whom the condition is true are left out of the list ($2 = organization).
UPDATE {list} r SET screen = 8 FROM customer k
WHERE $1::int IS NOT NULL AND k.organization_no = $2::int AND k.no = r.customer_no AND r.screen = 0 AND {condition}

-- fragment: list_fill
-- The list of a campaign for all customers ($2 = organization), or for a segment: then the condition is the text that condition_sql.cpp makes, with
-- its values as further parameters. Whoever was picked by hand stands before them.
INSERT INTO {list} (campaign_no, seq, screen, phone, user_id, customer_no, name, variables, place)
SELECT $1::int, (SELECT count(*) FROM {list}) + row_number() OVER (ORDER BY k.no), 0, k.phone, k.user_id, k.no, k.name, ({{customer_variables}})::text, coalesce(k.place, 0)
FROM customer k WHERE k.organization_no = $2::int AND {{customer_agrees}} AND {condition}

-- fragment: list_expect
-- How many PostgreSQL thinks it would be: asks nobody.
EXPLAIN (FORMAT JSON)
SELECT FROM customer k WHERE $1::int IS NOT NULL AND k.organization_no = $2::int AND {{customer_agrees}} AND {condition}

-- name: launch_media
-- The media that its headers name, with each number that it would send from.
SELECT named.slot, named.id, m.mime, n.phone_number_id, {{media_is_there}} AS is_there, CASE WHEN u.refused AND u.tries > 0 THEN u.sentence END AS refused
FROM campaign c CROSS JOIN LATERAL media_named(c.template_variables) named
LEFT JOIN media m ON m.id = named.id AND m.organization_no = c.organization_no
LEFT JOIN number n ON {{sends_from}}
LEFT JOIN media_upload u ON u.media_no = m.no AND u.number_no = n.no
WHERE c.no = $1::int4 ORDER BY named.slot, n.phone_number_id
