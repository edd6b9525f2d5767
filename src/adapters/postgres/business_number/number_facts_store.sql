-- name: number_facts_keep
-- What Meta says of a number; what it doesn't say stays.
UPDATE number SET display_phone_number = coalesce(nullif($2, ''), display_phone_number), verified_name = coalesce(nullif($3, ''), verified_name),
       quality_rating = coalesce(nullif($4, ''), quality_rating), meta_status = coalesce(nullif($5, ''), meta_status),
       throughput = coalesce(nullif($6, ''), throughput), messaging_limit = coalesce(nullif($7, ''), messaging_limit), facts_at = now()
WHERE no = $1::int4

-- name: number_facts_limit
-- All numbers of a portfolio share it: $1 = an account of it, $2 = the limit as Meta spells it.
WITH told AS (
  UPDATE number SET messaging_limit = $2 WHERE portfolio_no IN (SELECT portfolio_no FROM number WHERE waba_id = $1)
  RETURNING organization_no, no)
SELECT organization_no, min(no)::int8 AS any_number FROM told GROUP BY organization_no ORDER BY organization_no

-- name: number_facts_portfolio
-- The portfolio's limit is what its numbers were told.
SELECT portfolio_refresh(organization_no) FROM number WHERE no = $1::int4
