-- People of whom Meta says that they had enough marketing (meta_cap.cpp, and whoever claims). Where an organization has laid down nothing yet,
-- the defaults are those of core's recovery_rules.

-- fragment: recovery_spacing
-- Of a campaign c, in milliseconds: from a 131049 to the next try, never shorter than its organization's.
greatest(coalesce((SELECT (p.value ->> 'spacingMs')::int8 FROM policy p WHERE p.organization_no = c.organization_no AND p.name = 'recovery'), 86400000),
         (extract(epoch FROM (c.plan #>> '{recovery,spacing}')::interval) * 1000)::int8)

-- fragment: recovery_tries
-- Of a campaign c: how often it tries again. Its own word counts for more than its maxRetries.
CASE WHEN c.recovery_ended_at IS NOT NULL THEN 0
     ELSE coalesce((c.plan #>> '{recovery,tries}')::int4,
                   least(c.max_retries, coalesce((SELECT (p.value ->> 'tries')::int4 FROM policy p
                                                  WHERE p.organization_no = c.organization_no AND p.name = 'recovery'), 2))) END

-- fragment: recipient_person
-- Of a recipient r: person_key, without a call where there is a phone number.
CASE WHEN r.phone IS NOT NULL THEN phone_key(r.phone) ELSE person_key(NULL, r.user_id) END

-- fragment: withheld
-- Of a recipient r under terms: the reason why he must not get this message, which is one for marketing, or 0. The first look says for all
-- rows whether anybody at all is closed to marketing.
CASE WHEN NOT (SELECT marketing FROM terms) THEN 0
     WHEN r.marketing_screen <> 0 THEN r.marketing_screen
     WHEN (SELECT EXISTS (SELECT FROM meta_cap m WHERE m.organization_no = (SELECT organization_no FROM terms) AND m.until > now()))
          AND EXISTS (SELECT FROM meta_cap m WHERE m.organization_no = (SELECT organization_no FROM terms)
                        AND m.person = {{recipient_person}} AND m.until > now()) THEN 9
     ELSE 0 END

-- name: meta_cap_records
-- Locked: what these campaigns have seen, and the organization's rule.
SELECT c.no, c.capped_count, c.recovered_count, c.recovery_failed_count, c.recovery_latest, c.recovery_by_try, c.recovery_ended_at IS NOT NULL AS has_ended,
       coalesce((SELECT (p.value ->> 'leastDeliveredPercent')::int4 FROM policy p
                 WHERE p.organization_no = c.organization_no AND p.name = 'recovery'), 15) AS least_percent
FROM campaign c WHERE c.no = ANY ($1::int4[]) ORDER BY c.no FOR NO KEY UPDATE OF c

-- name: meta_cap_record
-- $6 = why it tries nobody again, or empty; $7 = its tries, the first ones first.
UPDATE campaign SET capped_count = $2::int4, recovered_count = $3::int4, recovery_failed_count = $4::int4, recovery_latest = $5, recovery_by_try = $7::jsonb,
       recovery_ended_at = CASE WHEN $6 <> '' THEN now() ELSE recovery_ended_at END,
       recovery_sentence = CASE WHEN $6 <> '' THEN $6::jsonb ELSE recovery_sentence END
WHERE no = $1::int4

-- name: meta_cap_tries
-- Of the people $2 of campaign $1: how many of their later tries had an end.
SELECT seq, tries FROM capped_recipient WHERE campaign_no = $1::int4 AND seq = ANY ($2::int4[])

-- name: meta_cap_tries_write
INSERT INTO capped_recipient AS r (campaign_no, seq, tries) SELECT $1::int4, seq, tries FROM unnest($2::int4[], $3::int2[]) AS u(seq, tries)
ON CONFLICT (campaign_no, seq) DO UPDATE SET tries = excluded.tries WHERE r.tries <> excluded.tries

-- fragment: meta_cap_close
-- $1 = places on the list, $2 = when Meta said so, in milliseconds; $3, $4 = how many in a row close for how many times longer. Only marketing
-- meets this limit of Meta's.
INSERT INTO meta_cap AS m (organization_no, person, until, in_a_row, capped_at)
SELECT DISTINCT ON (organization_no, person) organization_no, person, at + spacing, 1, at
FROM (SELECT c.organization_no, {{recipient_person}} AS person, to_timestamp(u.at_ms / 1000.0) AS at,
             {{recovery_spacing}} * interval '1 millisecond' AS spacing
      FROM unnest($1::int4[], $2::int8[]) AS u(seq, at_ms) JOIN campaign_recipient_{campaign} r ON r.seq = u.seq
      JOIN campaign c ON c.no = {campaign} WHERE {{campaign_is_marketing}}) said
ORDER BY organization_no, person, at DESC
ON CONFLICT (organization_no, person) DO UPDATE
SET in_a_row = m.in_a_row + 1, capped_at = excluded.capped_at,
    until = greatest(m.until, excluded.capped_at + (excluded.until - excluded.capped_at) * CASE WHEN m.in_a_row + 1 >= $3::int4 THEN $4::int4 ELSE 1 END)
WHERE m.capped_at < excluded.capped_at

-- fragment: meta_cap_open
-- Somebody on the list got a message ($2 = when) since Meta refused one: it begins anew.
DELETE FROM meta_cap m USING unnest($1::int4[], $2::int8[]) AS u(seq, at_ms) JOIN campaign_recipient_{campaign} r ON r.seq = u.seq
JOIN campaign c ON c.no = {campaign}
WHERE m.organization_no = c.organization_no AND m.person = {{recipient_person}} AND m.capped_at < to_timestamp(u.at_ms / 1000.0)
