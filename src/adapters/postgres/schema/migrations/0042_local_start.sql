-- Campaigns that start by each recipient's own clock.
ALTER TABLE campaign
  ADD COLUMN scheduled_local text,  -- 2026-12-01T10:00; a launch writes the first place's moment into scheduled_for
  ADD COLUMN past_places text CHECK (past_places IN ('next_day', 'send', 'skip'));

INSERT INTO screen_reason VALUES (14, 'past_place', 'The time at which the campaign starts was past where the person is.');
