-- What every session sets (connection.cpp, migrations.cpp).

-- script: session_settings
-- The same reading of times everywhere.
SET timezone='UTC'; SET jit=off; SET idle_in_transaction_session_timeout=0

-- script: session_plans_per_call
SET plan_cache_mode=force_custom_plan

-- script: session_plans_by_key
-- The planner knows nothing about how many rows an unnest gives. What it must do is known: look rows up by key or by place, in order, and never
-- scan or hash a whole table.
SET enable_seqscan=off; SET enable_hashjoin=off; SET enable_mergejoin=off; SET enable_bitmapscan=off;
SET plan_cache_mode=force_generic_plan

-- script: session_timeouts
-- $1 = of a statement, $2 = of a lock, in milliseconds; 0: none.
SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false)
