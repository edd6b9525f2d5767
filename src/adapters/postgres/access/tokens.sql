-- Tokens of the API and the organizations they belong to.

-- name: token_organization
INSERT INTO organization (name) VALUES ($1) ON CONFLICT (name) DO NOTHING

-- name: token_create
-- $1 = organization, $2 = name, $3 = role, $4 = hash, $5 = when it expires.
INSERT INTO api_token (organization_no, name, role, hash, expires_at)
SELECT no, $2, $3, $4::bytea, $5::timestamptz FROM organization WHERE name = $1
RETURNING id, organization_no, coalesce(expires_at <= now(), false) AS is_over

-- name: token_list
-- $1 = organization; empty: all.
SELECT coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'role', t.role, 'organization', o.name, 'createdAt', t.created_at,
         'lastUsedAt', t.last_used_at, 'expiresAt', t.expires_at, 'revokedAt', t.revoked_at, 'expired', coalesce(t.expires_at <= now(), false)) ORDER BY t.created_at), '[]')
FROM api_token t JOIN organization o ON o.no = t.organization_no WHERE $1::text IN ('', o.name)

-- name: token_revoke
UPDATE api_token SET revoked_at = now() WHERE id::text = lower($1) AND revoked_at IS NULL RETURNING id, organization_no

-- name: token_find
-- $1 = hash. Its last use is written once a minute at most.
SELECT id, organization_no, role, name, coalesce(last_used_at < now() - interval '1 minute', true) AS use_is_old
FROM api_token WHERE hash = $1::bytea AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())

-- name: token_used
UPDATE api_token SET last_used_at = now() WHERE id = $1::uuid
