-- Whoever had enough marketing may wait until he may get some again (plan.onCap): the people of one moment are parts of their own.
ALTER TABLE campaign_recipient ADD COLUMN waits_until timestamptz;
