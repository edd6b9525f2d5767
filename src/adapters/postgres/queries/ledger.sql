-- The commit point (ledger.cpp). Every statement takes arrays, so that one commit is a handful of statements however many events it has.

-- name: ledger_append
-- Writes one batch: all events of a commit as columns of one row.
INSERT INTO delivery_batch (writer, batch, campaign, seq, attempt, kind, code, number, at_ms, text)
VALUES ($1::int4, $2::int8, $3::int4[], $4::int4[], $5::int2[], $6::int2[], $7::int4[], $8::int4[], $9::int8[], $10::text[])
