-- How migrations are applied and noted (migrations.cpp). None of it can be prepared at the start, because the table may not be there yet.

-- script: migration_lock
-- One process at a time migrates a database. Any constant does as long as nobody else uses it here: "stentor" in hexadecimal, shortened.
SELECT pg_advisory_lock(x'7374656e746f'::bigint)

-- script: migration_unlock
SELECT pg_advisory_unlock(x'7374656e746f'::bigint)

-- script: migration_table
CREATE TABLE IF NOT EXISTS schema_migration (
  number int PRIMARY KEY,
  name text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)

-- script: migration_version
SELECT coalesce(max(number), 0) AS version FROM schema_migration

-- script: migration_note
INSERT INTO schema_migration (number, name) VALUES ($1, $2)

-- name: installation_of
-- Reads only. The secret that signs callback data, made when the database was; and what names the database, its server's timeline and how
-- often it was restored: where one of them is another, the same ids can mean something else.
SELECT callback_key, system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '/' || current_database() || '/' || generation AS database
FROM installation, pg_control_system()

-- name: durability_settings_off
-- Settings without which a commit is none (durability.cpp).
SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' ORDER BY name
