-- What an organization lays down for its campaigns (policy.cpp).

-- name: policy_save
-- $1 = the organization's name, $2 = names, $3 = values.
INSERT INTO policy AS p (organization_no, name, value)
SELECT o.no, u.name, u.value::jsonb FROM organization o CROSS JOIN unnest($2::text[], $3::text[]) AS u(name, value) WHERE o.name = $1
ON CONFLICT (organization_no, name) DO UPDATE SET value = EXCLUDED.value, updated_at = now() WHERE p.value <> EXCLUDED.value

-- name: policy_by_name
-- Reads only: of the organization with this name.
SELECT p.name, p.value FROM policy p JOIN organization o ON o.no = p.organization_no WHERE o.name = $1

-- name: policy_by_no
-- Reads only.
SELECT name, value FROM policy WHERE organization_no = $1::int4

-- name: policy_tier
-- What is said of messaging limits holds for the portfolios, where claims look at it: $1 = the organization's name, $2 = people, or NULL for
-- what Meta tells, $3 = percent unused, $4 = minutes.
SELECT portfolio_set(o.no, $2::int4, $3::int4, $4::int4) FROM organization o WHERE o.name = $1
