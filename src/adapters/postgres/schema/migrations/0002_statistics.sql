-- ANALYZE takes the sampled arrays of the ledger apart, element by element: 2 us per message of a long campaign, for statistics that no
-- query uses, since batches are only ever found by their key. The same of texts that nothing searches for.
ALTER TABLE delivery_batch
  ALTER campaign SET STATISTICS 0, ALTER seq SET STATISTICS 0, ALTER attempt SET STATISTICS 0, ALTER kind SET STATISTICS 0,
  ALTER code SET STATISTICS 0, ALTER number SET STATISTICS 0, ALTER at_ms SET STATISTICS 0, ALTER text SET STATISTICS 0;
ALTER TABLE delivery
  ALTER message_id SET STATISTICS 0, ALTER error_text SET STATISTICS 0, ALTER response_text SET STATISTICS 0;
