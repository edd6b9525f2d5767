-- Who goes first: a campaign's canary, and the gates that decide by what became of them (core/delivery/gate).

-- Stages of a list: the people of a later one wait for the decision about an earlier one.
ALTER TABLE campaign_part ADD COLUMN stage smallint NOT NULL DEFAULT 2; -- 0 canary, 1 test, 2 rest

ALTER TABLE campaign
  ADD COLUMN canary            text CHECK (canary IN ('waiting', 'open', 'stopped', 'unsure')), -- NULL: nobody goes first
  ADD COLUMN canary_claimed_at timestamptz, -- when the last of them was claimed, as it was seen
  ADD COLUMN canary_decided_at timestamptz,
  ADD COLUMN canary_sentence   jsonb,       -- why it was decided so
  ADD COLUMN gates_judged      jsonb;       -- what was counted when a person let it go on: gates count from there

-- Of delivery_hour: those of whom it is known what became of them, and those of the failed whom Meta keeps back (131049). Its part is the real
-- one for a campaign that has stages.
ALTER TABLE delivery_hour ADD COLUMN ended int NOT NULL DEFAULT 0, ADD COLUMN capped int NOT NULL DEFAULT 0;
UPDATE delivery_hour h SET ended = d.ended, capped = d.capped
FROM (SELECT campaign_no, least(coalesce(coalesce(accepted_ms, sent_ms, delivered_ms, read_ms) / 3600000, 0), 2147483647) AS hour,
             count(*) FILTER (WHERE state_name(state) IN ('delivered', 'read', 'responded', 'failed', 'opted_out')) AS ended,
             count(*) FILTER (WHERE state_name(state) = 'failed' AND error_code = 131049) AS capped
      FROM delivery GROUP BY 1, 2) d
WHERE h.campaign_no = d.campaign_no AND h.hour = d.hour;
