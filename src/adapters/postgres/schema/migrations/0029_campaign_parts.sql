-- A campaign's list lies in parts: ranges of seq, each with a cursor of its own. So far each campaign has one, which grows with its imports.
CREATE TABLE campaign_part (
  campaign_no int NOT NULL REFERENCES campaign (no) ON DELETE CASCADE,
  part        int NOT NULL,              -- from 1 on, in the order of seq
  from_seq    int NOT NULL,
  to_seq      int NOT NULL,
  next_seq    int NOT NULL,              -- everything of the part below it is claimed
  PRIMARY KEY (campaign_no, part),
  CHECK (from_seq <= next_seq AND next_seq <= to_seq + 1)
) WITH (fillfactor = 50);

INSERT INTO campaign_part (campaign_no, part, from_seq, to_seq, next_seq)
SELECT no, 1, 1, total_recipients, next_seq FROM campaign WHERE total_recipients > 0;

-- With parts it is a count, and whoever reads it as a cursor must notice.
ALTER TABLE campaign RENAME COLUMN next_seq TO claimed_count;
ALTER TABLE campaign ALTER COLUMN claimed_count SET DEFAULT 0;
UPDATE campaign SET claimed_count = claimed_count - 1;
COMMENT ON COLUMN campaign.claimed_count IS 'recipients of its parts that were claimed at least once';
-- In parts; what is not can't be claimed.
ALTER TABLE campaign ADD COLUMN plannable_count int NOT NULL DEFAULT 0;
UPDATE campaign SET plannable_count = total_recipients;
