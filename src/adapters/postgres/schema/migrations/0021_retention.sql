-- The ledger is trimmed: batches that are older than the configuration's retention.ledger and that every consumer has are deleted. Whoever
-- reads the ledger in order for itself adds its positions here.
CREATE VIEW ledger_position AS SELECT 'fold' AS consumer, writer, folded AS position FROM ledger_writer;

-- One entry a group commit: what happened to a recipient is looked for around the times of his row. A BRIN index would be smaller, but new
-- batches go into the space of deleted ones, and its ranges never narrow again.
CREATE INDEX delivery_batch_committed ON delivery_batch (committed_at);

-- Deleted batches are to be made room of soon; the table is as large as all that was sent in the retention.
ALTER TABLE delivery_batch SET (autovacuum_vacuum_scale_factor = 0.02, toast.autovacuum_vacuum_scale_factor = 0.02);
