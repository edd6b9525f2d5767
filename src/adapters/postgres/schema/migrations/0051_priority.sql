-- Campaigns that share a person whom the frequency caps would keep from one of them: whoever has the lower priority gives him up
-- (core/campaign/arbitration).
ALTER TABLE campaign
  ADD COLUMN priority    smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 1 AND 9), -- 9 goes first
  ADD COLUMN ignore_caps boolean  NOT NULL DEFAULT false;                              -- an administrator's word

-- To whom somebody was given up, who has the screen 6 then.
ALTER TABLE campaign_recipient ADD COLUMN by_campaign int;

-- How many people one campaign gave up to another one, before any message of theirs was claimed.
CREATE TABLE retraction (
  campaign_no int NOT NULL REFERENCES campaign (no) ON DELETE CASCADE,
  by_campaign int NOT NULL REFERENCES campaign (no) ON DELETE CASCADE,
  reason      smallint NOT NULL REFERENCES screen_reason (code),
  people      int NOT NULL,
  at          timestamptz NOT NULL DEFAULT now(), -- the latest
  PRIMARY KEY (campaign_no, by_campaign)
);
CREATE INDEX retraction_by ON retraction (by_campaign);
