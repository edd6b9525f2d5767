-- Saved segments: queries by name (core/audience/condition).

CREATE TABLE segment (
  no               int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id               uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  organization_no  int NOT NULL REFERENCES organization(no),
  name             text NOT NULL,
  description      text,
  query            jsonb NOT NULL,
  people           bigint,               -- as the last count found it; NULL: nobody counted yet
  exact            boolean,
  counted_at       timestamptz,
  created_by       text,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_no, name)
);

-- Whom a campaign is for, and whom it leaves out.
ALTER TABLE campaign ADD COLUMN segment_id uuid REFERENCES segment(id) ON DELETE SET NULL,
                     ADD COLUMN exclude_segments uuid[],  -- segment.id
                     ADD COLUMN exclude_query jsonb;
CREATE INDEX campaign_segment ON campaign (segment_id) WHERE segment_id IS NOT NULL;

INSERT INTO screen_reason VALUES (8, 'excluded', 'The campaign leaves this person out: one of its exclusions fits.');
