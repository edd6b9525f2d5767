-- Lists of all customers or of a segment are drawn by a job when their campaign starts.
ALTER TABLE campaign
  ADD COLUMN audience_drawn_at timestamptz,     -- NULL: it has not been, or is not
  ADD COLUMN lead_s int NOT NULL DEFAULT 60;    -- so long before the start
-- Until now they were drawn by the launch.
UPDATE campaign SET audience_drawn_at = coalesce(started_at, updated_at)
WHERE kind = 'once' AND target_type IN ('all', 'segment') AND (status <> 'draft' OR total_recipients > 0);

-- The few that wait or run.
CREATE INDEX job_open ON job (kind, due_at) WHERE state IN ('waiting', 'running');

INSERT INTO screen_reason VALUES (12, 'over_maximum', 'The campaign goes to so many people at most, and chance chose others.');
