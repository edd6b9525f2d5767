-- A receipt that comes late, when a later try was refused already, tells that the person has a message.

-- core/delivery/told_tries.hpp, packed. NULL: what the other columns tell; of a row from before this column with several tries, nothing.
ALTER TABLE delivery ADD COLUMN told_tries bigint;

-- retry_queue.state is 3, beside 0 waiting, 1 claimed and 2 done, for a try that was never made because an earlier one turned out to have
-- arrived. It waits again when that one fails.
COMMENT ON COLUMN retry_queue.state IS '0 waiting, 1 claimed, 2 done, 3 needless';
