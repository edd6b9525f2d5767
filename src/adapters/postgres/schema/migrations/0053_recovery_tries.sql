-- Which of a person's tries after a 131049 it was that had an end (core/delivery/meta_cap).
CREATE TABLE capped_recipient (
  campaign_no int NOT NULL REFERENCES campaign (no) ON DELETE CASCADE,
  seq         int NOT NULL,
  tries       smallint NOT NULL,       -- later ones with an end
  PRIMARY KEY (campaign_no, seq)
);
ALTER TABLE campaign ADD COLUMN recovery_by_try jsonb NOT NULL DEFAULT '[]'; -- [[tried, recovered], ...], the first tries first
