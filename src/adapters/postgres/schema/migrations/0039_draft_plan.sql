-- What people wish of the planner, as core::to_json(plan_options) writes it: {"spread":{"over":"6h"}}. A spreading counts from the start on, without
-- the times in which the campaign was paused. It takes the place of spread_until, which nothing reads any more.
ALTER TABLE campaign
  ADD COLUMN plan jsonb,
  ADD COLUMN paused_at timestamptz,                -- while it is paused
  ADD COLUMN pauses int8[] NOT NULL DEFAULT '{}';  -- since it started, from and until in milliseconds, in turn
