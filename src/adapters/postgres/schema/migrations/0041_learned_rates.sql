-- What Meta was found to take of a number, below its configured rate, stays known when its owner changes or starts again.
ALTER TABLE number_lease ADD COLUMN learned float8; -- messages a second; NULL: nothing says that less would be better
