-- An order whose answer was lost or slow is written again, and must then do nothing.

ALTER TABLE audit_log ADD COLUMN order_name text; -- the daemon's start and its order's number; NULL: not an order to the engine
CREATE UNIQUE INDEX audit_log_by_order ON audit_log (order_name) WHERE order_name IS NOT NULL;
