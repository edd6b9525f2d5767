-- The customers that the API gives.

-- fragment: said_last
-- Whether the word that came is the latest one of customer k.
coalesce(CASE WHEN $6::boolean THEN k.marketing_opt_in OR said.at > k.marketing_opt_out_at OR k.marketing_opt_out_at IS NULL
              WHEN NOT $6::boolean THEN NOT k.marketing_opt_in OR said.at >= k.marketing_opt_in_at OR k.marketing_opt_in_at IS NULL END, false)

-- name: customer_upsert
-- $1 = organization, $2 = phone, $3 = user id, $4 = name, $5 = attributes, $6 = agrees to marketing, $7 = when that was said in ms, else now.
-- The update comes first; the insert only happens where it found nobody. Who agrees or refuses anew gets a time. What was said with a time
-- counts only where the person said nothing else later: a caller who gives his whole file each night does not undo what was said in the chat.
WITH said AS (SELECT coalesce(to_timestamp($7::int8 / 1000.0), now()) AS at),
old AS (SELECT no FROM customer WHERE organization_no = $1::int4 AND (phone = $2::int8 OR user_id = $3::text)
             ORDER BY phone = $2::int8 DESC NULLS LAST LIMIT 1 FOR UPDATE),
changed AS (UPDATE customer k SET phone = coalesce($2::int8, k.phone), user_id = coalesce($3::text, k.user_id), name = coalesce($4::text, k.name),
              attributes = k.attributes || $5::jsonb, marketing_opt_in = CASE WHEN {{said_last}} THEN $6::boolean ELSE k.marketing_opt_in END,
              marketing_opt_in_at = CASE WHEN $6::boolean AND {{said_last}}
                                          AND (NOT k.marketing_opt_in OR k.marketing_opt_in_at IS NULL OR $7::int8 IS NOT NULL) THEN said.at
                                         ELSE k.marketing_opt_in_at END,
              marketing_opt_out_at = CASE WHEN NOT $6::boolean AND {{said_last}} AND (k.marketing_opt_in OR $7::int8 IS NOT NULL) THEN said.at
                                          ELSE k.marketing_opt_out_at END,
              updated_at = now()
            FROM old, said WHERE k.no = old.no RETURNING 1),
added AS (INSERT INTO customer (organization_no, phone, user_id, name, attributes, marketing_opt_in, marketing_opt_in_at, marketing_opt_out_at)
          SELECT $1::int4, $2::int8, $3::text, $4::text, $5::jsonb, coalesce($6::boolean, true), CASE WHEN $6::boolean THEN said.at END,
                 CASE WHEN NOT $6::boolean THEN said.at END FROM said WHERE NOT EXISTS (SELECT 1 FROM old) RETURNING 1),
known AS (
  INSERT INTO person_alias AS a (organization_no, user_id, phone, seen_at)
  SELECT $1::int4, $3::text, $2::int8, now() WHERE $2::int8 IS NOT NULL AND $3::text IS NOT NULL
  ON CONFLICT (organization_no, user_id) DO UPDATE SET phone = excluded.phone, seen_at = excluded.seen_at WHERE a.phone <> excluded.phone)
SELECT (SELECT count(*) FROM added) AS added, (SELECT count(*) FROM changed) AS changed

-- fragment: customer_shown
-- A customer k in the API's names.
jsonb_build_object('id', k.id, 'phoneNumber', '+' || k.phone, 'userId', k.user_id, 'name', k.name, 'variables', k.attributes,
  'marketingOptIn', k.marketing_opt_in, 'marketingOptInAt', k.marketing_opt_in_at, 'marketingOptOutAt', k.marketing_opt_out_at,
  'createdAt', k.created_at, 'updatedAt', k.updated_at)

-- name: customer_list
-- $1 = organization, $2 = entries, $3 = entries before them, $4 = the key before them.
WITH keys AS (
  SELECT k.no FROM customer k WHERE k.organization_no = $1::int4 AND ($4::int8 IS NULL OR k.no < $4::int8)
  ORDER BY k.no DESC LIMIT $2::int8 + 1 OFFSET $3::int8),
shown AS (SELECT no FROM keys ORDER BY no DESC LIMIT $2::int8),
counted AS (SELECT count(*) AS n FROM (SELECT FROM customer k WHERE k.organization_no = $1::int4 LIMIT 10001) k)
SELECT coalesce((SELECT jsonb_agg({{customer_shown}} ORDER BY k.no DESC) FROM shown JOIN customer k USING (no)), '[]') AS data,
       {{page_end}}

-- name: customer_show
-- $1 = organization, $2 = the customer's id.
SELECT {{customer_shown}} FROM customer k WHERE k.organization_no = $1::int4 AND k.id::text = lower($2)

-- name: customer_savepoint
SAVEPOINT one_customer

-- name: customer_rollback
ROLLBACK TO one_customer
