-- What was in flight: places of claims, for marks and the black box.

-- Of a claim on retries: place n (counted from 1, as from_seq, to_seq and mark are then) is seqs[n]. NULL: places are the list's.
ALTER TABLE dispatch_claim ADD COLUMN seqs int[];
-- That has taken it, while state = 1; 0: none, or one of an earlier version.
ALTER TABLE retry_queue ADD COLUMN claim bigint NOT NULL DEFAULT 0;
ALTER TABLE installation ADD COLUMN generation int NOT NULL DEFAULT 1; -- grows whenever the database is restored: claim ids come again then
