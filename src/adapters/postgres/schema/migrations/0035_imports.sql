-- One table and one road for lists of every kind.

ALTER TABLE import
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  ADD COLUMN kind text NOT NULL DEFAULT 'recipients',  -- recipients, customers, events
  ADD COLUMN organization_no int REFERENCES organization(no),
  ADD COLUMN state text NOT NULL DEFAULT 'done' CHECK (state IN ('running', 'done', 'failed')),
  ADD COLUMN position bigint NOT NULL DEFAULT 0,       -- every line up to here is stored, or is a problem
  ADD COLUMN rows_changed bigint NOT NULL DEFAULT 0,   -- were known, and are different now
  ADD COLUMN rows_unchanged bigint NOT NULL DEFAULT 0, -- were like that already
  ADD COLUMN reason text,                              -- why it failed
  ADD COLUMN actor text,
  ADD COLUMN ended_at timestamptz,
  ALTER COLUMN campaign_no DROP NOT NULL;
UPDATE import i SET organization_no = c.organization_no, ended_at = i.created_at FROM campaign c WHERE c.no = i.campaign_no;
ALTER TABLE import ALTER COLUMN organization_no SET NOT NULL;
CREATE INDEX import_by_organization ON import (organization_no, no);

-- What is wrong with lines, the first 100,000 of an import.
CREATE TABLE import_problem (
  import_no  int NOT NULL REFERENCES import(no) ON DELETE CASCADE,
  line       bigint NOT NULL,
  problem    jsonb NOT NULL              -- a sentence
);
CREATE INDEX import_problem_line ON import_problem (import_no, line);
INSERT INTO import_problem (import_no, line, problem)
SELECT i.no, (p->>'line')::bigint, p->'problem' FROM import i CROSS JOIN LATERAL jsonb_array_elements(i.problems) p;
ALTER TABLE import ALTER COLUMN problems SET DEFAULT '[]', ALTER COLUMN screened SET DEFAULT '{}';
