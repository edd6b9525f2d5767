-- How fast a number sends, told by its daemon with each renewal, so that people can ask any daemon.

ALTER TABLE number_lease
  ADD COLUMN rate    float8, -- messages a second at that moment, 0 while it is stopped; NULL: not yet told
  ADD COLUMN ceiling float8, -- the highest rate that is taken to be safe
  ADD COLUMN pace    text;   -- why it is what it is, see core::pace_state
