-- Who may not be written to. This is the one home of that rule: the import and the launch screen by it, claims and retries ask it
-- again before each message.

-- fragment: campaign_is_marketing
-- Of a campaign c: accounts can have different templates under its name, and the strictest counts. One that nobody knows, or of a category that
-- nobody knows, is taken for marketing, so that nobody gets anything that he has not agreed to.
coalesce((SELECT bool_or(t.category NOT IN ('UTILITY', 'AUTHENTICATION')) FROM template t WHERE t.organization_no = c.organization_no
            AND t.name = c.template_name AND t.language = ANY ({{campaign_languages}})), true)

-- fragment: blocked
-- Everybody whom a campaign may not write to, with the reason as a screen code: 4, the person said stop; 3, the person has not agreed to
-- marketing. Somebody may say stop under the user id and stand on a list with the phone number, or the other way round: a stop holds
-- for both keys of the customer who has it. Phone numbers are in the one spelling that phone_key gives, as stops and customers are kept.
-- What else is known of a person (another user id, a changed number) is no matter here: a stop is written under every key of the person
-- when it comes, and under a new key when that becomes known (people.sql: people_follow_stops). Needs a row `terms` in sight: organization_no, marketing, and since (NULL: ever), from when
-- on stops and withdrawals are looked for.
SELECT s.phone, s.user_id, 4::int2 AS screen
FROM terms JOIN suppression s ON s.organization_no = terms.organization_no AND (terms.since IS NULL OR s.created_at >= terms.since)
UNION ALL
SELECT k.phone, k.user_id, 4::int2
FROM terms JOIN suppression s ON s.organization_no = terms.organization_no AND (terms.since IS NULL OR s.created_at >= terms.since)
JOIN customer k ON k.organization_no = terms.organization_no AND k.phone = s.phone
UNION ALL
SELECT k.phone, k.user_id, 4::int2
FROM terms JOIN suppression s ON s.organization_no = terms.organization_no AND (terms.since IS NULL OR s.created_at >= terms.since)
JOIN customer k ON k.organization_no = terms.organization_no AND k.user_id = s.user_id
UNION ALL
SELECT k.phone, k.user_id, 3::int2
FROM terms JOIN customer k ON k.organization_no = terms.organization_no AND NOT k.marketing_opt_in
 AND (terms.since IS NULL OR k.marketing_opt_out_at >= terms.since)
WHERE terms.marketing

-- fragment: customer_is_reachable
-- The same for marketing, of a customer k: the row has both keys.
(k.marketing_opt_in AND NOT EXISTS (SELECT FROM suppression s WHERE s.organization_no = k.organization_no AND s.phone = k.phone)
 AND NOT EXISTS (SELECT FROM suppression s WHERE s.organization_no = k.organization_no AND s.user_id = k.user_id))

-- fragment: customer_agrees
-- The same of who is drawn: for a message that is no marketing ($3 = false) nobody needs to have agreed to any.
(k.marketing_opt_in OR NOT $3::bool)

-- fragment: campaign_terms
-- The terms of campaign $1 without a beginning, for a few recipients that are looked up one by one.
terms AS MATERIALIZED (
  SELECT c.organization_no, {{campaign_is_marketing}} AS marketing, NULL::timestamptz AS since FROM campaign c WHERE c.no = $1::int4)

-- fragment: recipient_is_blocked
-- Of a recipient r.
(EXISTS (SELECT FROM ({{blocked}}) b WHERE b.phone = phone_key(r.phone)) OR EXISTS (SELECT FROM ({{blocked}}) b WHERE b.user_id = r.user_id))
