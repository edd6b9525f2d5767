-- When Meta lets a template be used again, and when it looks at its messages first.
ALTER TABLE template ADD COLUMN usable_since timestamptz;           -- when Meta last said that it may be used
ALTER TABLE campaign_second ADD COLUMN paced int NOT NULL DEFAULT 0; -- of those accepted, held back by Meta

CREATE TABLE template_pacing (
  organization_no int NOT NULL REFERENCES organization (no),
  name            text NOT NULL,
  language        text NOT NULL,
  held_since      timestamptz, -- Meta holds its messages back; NULL: it does not
  let_go_at       timestamptz, -- since when they go through again, slowly at first
  PRIMARY KEY (organization_no, name, language)
);
