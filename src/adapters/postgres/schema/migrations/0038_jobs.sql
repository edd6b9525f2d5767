-- Work that outlives its request, and its one face.
CREATE TABLE job (
  no              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id              uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  organization_no int NOT NULL REFERENCES organization (no),
  kind            text NOT NULL,               -- freeze: the list of a campaign is drawn
  campaign_no     int REFERENCES campaign (no) ON DELETE CASCADE,
  state           text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  done            bigint NOT NULL DEFAULT 0,   -- steps, of `total`
  total           bigint NOT NULL DEFAULT 0,   -- 0: nobody knows yet
  due_at          timestamptz,                 -- when it begins; NULL: as soon as it can
  result          jsonb,
  problem         jsonb,                       -- a sentence: why it failed
  actor           text NOT NULL DEFAULT '',
  created_at      timestamptz NOT NULL DEFAULT now(),
  started_at      timestamptz,
  ended_at        timestamptz
);
CREATE INDEX job_by_organization ON job (organization_no, no);
-- A campaign has one open job at most.
CREATE UNIQUE INDEX job_open_of_campaign ON job (campaign_no, kind) WHERE state IN ('waiting', 'running');
CREATE INDEX job_of_campaign ON job (campaign_no) WHERE campaign_no IS NOT NULL;
