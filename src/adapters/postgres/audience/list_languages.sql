-- In which of the campaign's languages everybody on a list gets his message (list_languages.cpp). {list} stands for the list's
-- table, so statements with it can't be prepared.

-- fragment: recipient_language
-- Of somebody r on a list and the customer k that he is, if he is one: the language that he speaks. What the list says is the later word.
coalesce(r.language, k.language)

-- name: languages_offered
-- Reads only: none where the campaign has one language only.
SELECT language FROM campaign c CROSS JOIN LATERAL unnest(c.template_languages) WITH ORDINALITY AS l(language, n)
WHERE c.no = $1::int4 ORDER BY l.n

-- fragment: list_languages_spoken
-- $1 = the first place on the list.
SELECT DISTINCT {{recipient_language}} AS language FROM {list} r LEFT JOIN customer k ON k.no = r.customer_no
WHERE r.seq >= $1::int4

-- fragment: list_languages_of_list
-- $1 = the first place on the list, $2 = languages that are spoken, $3 = what somebody gets who speaks that. Nothing is written for those who
-- have it already, so for nobody who gets the first one.
UPDATE {list} r SET lang = v.lang FROM unnest($2::text[], $3::int4[]) AS v(language, lang)
WHERE r.seq >= $1::int4 AND r.language = v.language AND r.lang <> v.lang

-- fragment: list_languages_of_customers
-- The same of those of whom the list says nothing.
UPDATE {list} r SET lang = coalesce(v.lang, 0)
FROM customer k LEFT JOIN unnest($2::text[], $3::int4[]) AS v(language, lang) ON v.language = k.language
WHERE r.seq >= $1::int4 AND r.language IS NULL AND k.no = r.customer_no AND r.lang <> coalesce(v.lang, 0)

-- fragment: list_languages_of_nobody
-- Those of whom nobody says anything get the first language, whatever an earlier launch had for them.
UPDATE {list} r SET lang = 0
WHERE r.seq >= $1::int4 AND r.lang <> 0 AND r.language IS NULL AND r.customer_no IS NULL
