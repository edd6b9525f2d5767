-- Where customers are, what they were called before, what their attributes are, what they did.

-- Where people are, so that a campaign can keep to their hours. Made as people come, never changed.
CREATE TABLE place (
  no       int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  country  text NOT NULL CHECK (country ~ '^[A-Z]{2}$'), -- ZZ: nobody knows
  zones    text[] NOT NULL,              -- IANA names in ascending order; empty: nobody knows
  UNIQUE (country, zones)
);

-- These follow from phone number, user id and attributes (core/audience/place); NULL where a customer of an older version was not looked at yet.
ALTER TABLE customer ADD COLUMN country text,
                     ADD COLUMN time_zone text,    -- said by the caller, an IANA name
                     ADD COLUMN place int,         -- place.no
                     ADD COLUMN language text,     -- of templates, for example pt_BR
                     ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
                     ADD COLUMN sealed bytea;      -- sensitive attributes

-- What a customer was before: a customer that became one with it, or a phone number or user id that it had.
CREATE TABLE customer_alias (
  no               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_no  int NOT NULL REFERENCES organization(no),
  customer_no      bigint NOT NULL REFERENCES customer(no) ON DELETE CASCADE,
  old_id           uuid UNIQUE,          -- of a customer that is no more; its id answers as the other one
  phone            bigint,               -- in its one spelling
  user_id          text,
  until            timestamptz NOT NULL,
  CHECK (old_id IS NOT NULL OR phone IS NOT NULL OR user_id IS NOT NULL)
);
CREATE INDEX customer_alias_customer ON customer_alias (customer_no);
CREATE INDEX customer_alias_phone ON customer_alias (organization_no, phone) WHERE phone IS NOT NULL;
CREATE INDEX customer_alias_user_id ON customer_alias (organization_no, user_id) WHERE user_id IS NOT NULL;

-- Attributes whose values are held to a type (core/contact/attribute). Others are kept as they come.
CREATE TABLE attribute (
  organization_no  int NOT NULL REFERENCES organization(no),
  name             text NOT NULL,
  type             text NOT NULL CHECK (type IN ('text', 'number', 'boolean', 'time', 'list')),
  sensitive        boolean NOT NULL DEFAULT false,
  required         boolean NOT NULL DEFAULT false,
  updated_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_no, name)
);

-- What customers did: purchases, bookings, visits. A row is never changed, but for whose it is when two customers become one.
-- Whoever writes rows holds their customers' rows (FOR KEY SHARE), in place of a foreign key, which would cost more than the row.
CREATE TABLE customer_event (
  organization_no  int NOT NULL,
  customer_no      bigint NOT NULL,
  name             text NOT NULL,
  at               timestamptz NOT NULL,
  value_micros     bigint,               -- millionths of the currency's major unit
  currency         text,                 -- ISO 4217
  properties       jsonb NOT NULL DEFAULT '{}', -- an object
  source_id        text                  -- the caller's; with `at` it tells that an event is known already
);
CREATE INDEX customer_event_name ON customer_event (organization_no, name, at) INCLUDE (customer_no);
CREATE INDEX customer_event_customer ON customer_event (customer_no, at);
CREATE UNIQUE INDEX customer_event_source ON customer_event (organization_no, source_id, at);

-- How customers reacted to any campaign. Kept up to date by a job, so it lags; who has no row never got a message.
CREATE TABLE engagement (
  customer_no     bigint PRIMARY KEY REFERENCES customer(no) ON DELETE CASCADE,
  received_at     timestamptz,           -- the latest of each
  read_at         timestamptz,
  replied_at      timestamptz,
  clicked_at      timestamptz,
  bought_at       timestamptz,
  received_count  int NOT NULL DEFAULT 0, -- in the last 90 days
  read_count      int NOT NULL DEFAULT 0,
  replied_count   int NOT NULL DEFAULT 0,
  clicked_count   int NOT NULL DEFAULT 0,
  bought_count    int NOT NULL DEFAULT 0,
  hours           bytea,                 -- 24 decayed counters of reactions, by hour in local time
  cap_streak      smallint NOT NULL DEFAULT 0, -- 131049 in a row
  cap_until       timestamptz            -- no marketing until then
) WITH (fillfactor = 70);
