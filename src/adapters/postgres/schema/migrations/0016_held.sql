-- How many of a campaign's doubts wait for an operator's word.

ALTER TABLE campaign ADD COLUMN held_count int NOT NULL DEFAULT 0; -- of in_doubt_count
UPDATE campaign c SET held_count = (SELECT count(*) FROM delivery d WHERE d.campaign_no = c.no AND d.state = 9)
WHERE c.in_doubt_count > 0;
