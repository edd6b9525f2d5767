-- Campaigns that an administrator lets go in quiet hours.
ALTER TABLE campaign ADD COLUMN override_quiet_hours boolean NOT NULL DEFAULT false;
