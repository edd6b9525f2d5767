-- Whom Meta keeps marketing from (131049): how long every campaign leaves him alone, and what became of those who were tried again
-- (core/delivery/meta_cap).
CREATE TABLE meta_cap (
  organization_no int NOT NULL REFERENCES organization (no) ON DELETE CASCADE,
  person          bigint NOT NULL,          -- person_key
  until           timestamptz NOT NULL,     -- closed to marketing
  in_a_row        smallint NOT NULL,        -- without a delivered message in between
  capped_at       timestamptz NOT NULL,     -- the latest
  PRIMARY KEY (organization_no, person)
);
CREATE INDEX meta_cap_closed ON meta_cap (organization_no, until);
CREATE INDEX meta_cap_until ON meta_cap (until);

INSERT INTO screen_reason VALUES (9, 'meta_cap', 'Meta said lately that the person had enough marketing (131049).');

ALTER TABLE campaign
  ADD COLUMN capped_count             int NOT NULL DEFAULT 0,  -- people to whom it happened
  ADD COLUMN recovered_count          int NOT NULL DEFAULT 0,  -- of their later tries, those that were delivered
  ADD COLUMN recovery_failed_count    int NOT NULL DEFAULT 0,  -- and those that came to nothing
  ADD COLUMN recovery_latest          text NOT NULL DEFAULT '', -- the latest 200 of these, 1 and 0
  ADD COLUMN recovery_ended_at        timestamptz,             -- too few were delivered: nobody of them is tried again
  ADD COLUMN recovery_sentence        jsonb,
  ADD COLUMN meets_capped             bool NOT NULL DEFAULT false; -- somebody on its list is in meta_cap, so its deliveries are looked up there
