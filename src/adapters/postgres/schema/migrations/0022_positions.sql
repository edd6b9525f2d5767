-- Where the ledger stood when recipients were handed out: whatever tells of them came later. After the death of their owner only the batches
-- behind it are read, however far the fold lags. No clock is asked, since two servers' clocks may differ.

-- The newest batch of each writer, by the writer's number. A batch becomes visible after all earlier ones of its writer.
CREATE FUNCTION ledger_now() RETURNS bigint[] LANGUAGE sql STABLE AS
$$ SELECT array_agg(coalesce(greatest((SELECT max(b.batch) FROM delivery_batch b WHERE b.writer = n), w.folded), 0) ORDER BY n)
   FROM generate_series(1, (SELECT max(writer) FROM ledger_writer)) n LEFT JOIN ledger_writer w ON w.writer = n $$;

-- NULL: handed out before this column was there.
ALTER TABLE dispatch_claim ADD COLUMN ledger_from bigint[];
ALTER TABLE dispatch_claim ALTER COLUMN ledger_from SET DEFAULT ledger_now();
ALTER TABLE retry_queue ADD COLUMN ledger_from bigint[]; -- while state = 1

-- Lists are shown newest first and go on behind an entry's key.
CREATE INDEX campaign_by_no ON campaign (organization_no, no);
CREATE INDEX customer_by_no ON customer (organization_no, no);
CREATE INDEX suppression_by_no ON suppression (organization_no, no);
CREATE INDEX audit_log_by_no ON audit_log (organization_no, no);
