-- Recurring campaigns: a parent with a rule, whose runs are campaigns of their own; and what becomes of a time that nobody was there for.

ALTER TABLE campaign
  ADD COLUMN kind text NOT NULL DEFAULT 'once' CHECK (kind IN ('once', 'recurring', 'stream')),
  -- of a run: whose it is, and which
  ADD COLUMN parent_no int REFERENCES campaign (no) ON DELETE SET NULL,
  ADD COLUMN occurrence_at timestamptz,
  -- of a parent
  ADD COLUMN recurrence jsonb,                      -- as core::to_json writes it
  ADD COLUMN next_run_at timestamptz,               -- NULL: it isn't started, or has ended
  ADD COLUMN next_run_since timestamptz,            -- when that was found, by the clock of the daemon that did
  ADD COLUMN overlap text CHECK (overlap IN ('skip', 'allow')),
  -- of both: NULL is the default of its kind
  ADD COLUMN on_missed text CHECK (on_missed IN ('pause', 'send', 'skip', 'run_latest')),
  ADD COLUMN lateness text CHECK (lateness ~ '^[0-9]+[smhd]$');

-- Which makes a second run of one occurrence impossible, whoever tries.
CREATE UNIQUE INDEX campaign_run ON campaign (parent_no, occurrence_at) WHERE parent_no IS NOT NULL;
CREATE INDEX campaign_open_run ON campaign (parent_no) WHERE parent_no IS NOT NULL AND status IN ('draft', 'scheduled', 'sending', 'paused');
CREATE INDEX campaign_next_run ON campaign (next_run_at) WHERE kind = 'recurring' AND status = 'scheduled';
CREATE INDEX campaign_next_run_since ON campaign (next_run_since) WHERE kind = 'recurring' AND status = 'scheduled';
