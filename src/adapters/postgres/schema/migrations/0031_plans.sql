-- When whom: parts of a list have a place and a time of their own, and organizations lay down rules for all of their campaigns.
ALTER TABLE campaign_part ADD COLUMN place    int NOT NULL DEFAULT 0, -- place.no; 0: anywhere
                          ADD COLUMN opens_at timestamptz;            -- NULL: with the campaign
ALTER TABLE campaign_recipient ADD COLUMN place int NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN spread_until timestamptz;             -- by when its last message should leave

-- What an organization lays down: written by the daemons from their configuration, read by all of them.
CREATE TABLE policy (
  organization_no int NOT NULL REFERENCES organization (no),
  name            text NOT NULL,         -- time_zone, quiet_hours, main_zones, frequency
  value           jsonb NOT NULL,
  updated_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_no, name)
);
