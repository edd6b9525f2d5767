-- What was in flight: places of claims, for marks and the black box.

ALTER TABLE installation ADD COLUMN generation int NOT NULL DEFAULT 1; -- grows whenever the database is restored: claim ids come again then
