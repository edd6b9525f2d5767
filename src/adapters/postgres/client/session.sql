-- What every session sets (connection.cpp, migrations.cpp).

-- script: session_settings
-- The same reading of times everywhere.
SET timezone='UTC'; SET jit=off; SET idle_in_transaction_session_timeout=0;
-- What was said to be durable is durable, however the server, the role or the database is set up.
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')

-- script: session_server
-- Which cluster this is, and the timeline it writes on (eight hexadecimal digits).
SELECT system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline FROM pg_control_system()

-- script: session_plans_per_call
SET plan_cache_mode=force_custom_plan

-- script: session_plans_by_key
-- The planner knows nothing about how many rows an unnest gives. What it must do is known: look rows up by key or by place, in order, and never
-- scan or hash a whole table.
SET enable_seqscan=off; SET enable_hashjoin=off; SET enable_mergejoin=off; SET enable_bitmapscan=off;
SET plan_cache_mode=force_generic_plan

-- script: session_idle_limits
-- $1 = inside a transaction, $2 = at all, in milliseconds; 0: none.
SELECT set_config('idle_in_transaction_session_timeout', $1, false), set_config('idle_session_timeout', $2, false)

-- script: session_timeouts
-- $1 = of a statement, $2 = of a lock, in milliseconds; 0: none.
SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false)
