-- The first schema. Names are the seed's in snake_case; the admin API speaks its camelCase.
-- Hot path: dispatch_claim (ranges) and delivery_batch (appends). Everything else is plain rows for people.

-- One row: what all daemons on this database share.
CREATE TABLE installation (
  one           boolean PRIMARY KEY DEFAULT true CHECK (one),
  callback_key  bytea NOT NULL,          -- 16 bytes: signs the callback data that Meta echoes
  created_at    timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installation (callback_key) VALUES (decode(replace(gen_random_uuid()::text, '-', ''), 'hex'));

CREATE TABLE organization (
  no          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id          uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  name        text NOT NULL UNIQUE,
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE number (
  no                  int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_no     int NOT NULL REFERENCES organization(no),
  phone_number_id     text NOT NULL UNIQUE,
  waba_id             text NOT NULL,
  messages_per_second double precision NOT NULL,
  active              boolean NOT NULL DEFAULT true,  -- named by the current configuration
  stopped_reason      text,                           -- why it may not send now, for people; NULL = it may
  quality_rating      text,
  updated_at          timestamptz NOT NULL DEFAULT now()
);

-- Ownership of a number. Every claim and progress mark carries the epoch; a stale epoch changes nothing.
CREATE TABLE number_lease (
  number_no   int PRIMARY KEY REFERENCES number(no) ON DELETE CASCADE,
  owner       text NOT NULL,
  epoch       int NOT NULL,
  expires_at  timestamptz NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE customer (
  no                    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id                    uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  organization_no       int NOT NULL REFERENCES organization(no),
  phone                 bigint,          -- E.164 digits
  user_id               text,            -- business-scoped user id
  name                  text,
  attributes            jsonb NOT NULL DEFAULT '{}',
  marketing_opt_in      boolean NOT NULL DEFAULT true,
  marketing_opt_in_at   timestamptz,
  marketing_opt_out_at  timestamptz,
  created_at            timestamptz NOT NULL DEFAULT now(),
  updated_at            timestamptz NOT NULL DEFAULT now(),
  CHECK (phone IS NOT NULL OR user_id IS NOT NULL)
);
CREATE UNIQUE INDEX customer_phone ON customer (organization_no, phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX customer_user_id ON customer (organization_no, user_id) WHERE user_id IS NOT NULL;
-- Who withdrew lately is looked up by every claim.
CREATE INDEX customer_withdrawn ON customer (organization_no, marketing_opt_out_at) WHERE NOT marketing_opt_in;

CREATE TABLE template (
  no                int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id                text NOT NULL,        -- Meta's id
  organization_no   int NOT NULL REFERENCES organization(no),
  waba_id           text NOT NULL,
  name              text NOT NULL,
  language          text NOT NULL,
  category          text NOT NULL,
  status            text NOT NULL,
  parameter_format  text NOT NULL DEFAULT 'POSITIONAL',
  components        jsonb NOT NULL DEFAULT '[]',
  quality_score     text,
  synced_at         timestamptz NOT NULL DEFAULT now(),
  UNIQUE (waba_id, name, language)
);
CREATE INDEX template_by_organization ON template (organization_no, name, language);

CREATE TABLE campaign (
  no                 int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id                 uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  organization_no    int NOT NULL REFERENCES organization(no),
  name               text NOT NULL,
  description        text,
  template_id        text,
  template_name      text NOT NULL,
  template_language  text NOT NULL DEFAULT 'en_US',
  template_variables jsonb,
  target_type        text NOT NULL DEFAULT 'imported' CHECK (target_type IN ('all', 'segment', 'manual', 'imported')),
  segment_query      jsonb,
  status             text NOT NULL DEFAULT 'draft'
                     CHECK (status IN ('draft', 'scheduled', 'sending', 'paused', 'completed', 'cancelled', 'expired', 'failed')),
  status_reason      text,               -- why it is paused, failed, …, for people
  scheduled_for      timestamptz,
  started_at         timestamptz,
  completed_at       timestamptz,
  expires_at         timestamptz,        -- what is not sent by then ends as expired
  rate_limit         int CHECK (rate_limit > 0),  -- messages per minute; NULL: the numbers' limit
  retry_failed       boolean NOT NULL DEFAULT true,
  max_retries        int NOT NULL DEFAULT 3 CHECK (max_retries BETWEEN 0 AND 20),
  in_doubt_policy    text NOT NULL DEFAULT 'hold' CHECK (in_doubt_policy IN ('hold', 'resend', 'fail')),
  send_window        jsonb,              -- {"days":[1..7],"from":"09:00","until":"21:00","timeZone":"Europe/Berlin"}
  number_ids         text[],             -- phone_number_id of each; NULL: all active ones of the organization
  -- dispatch
  next_seq           int NOT NULL DEFAULT 1,   -- cursor: every recipient below is claimed
  screened_at        timestamptz,              -- stops that came later are looked up when a chunk is read
  -- counters, kept by the projection in the transaction of the fold
  total_recipients   int NOT NULL DEFAULT 0,
  screened_count     int NOT NULL DEFAULT 0,
  sent_count         int NOT NULL DEFAULT 0,   -- accepted by Meta
  delivered_count    int NOT NULL DEFAULT 0,
  read_count         int NOT NULL DEFAULT 0,
  failed_count       int NOT NULL DEFAULT 0,   -- recipients whose state is failed
  responded_count    int NOT NULL DEFAULT 0,
  opted_out_count    int NOT NULL DEFAULT 0,
  in_doubt_count     int NOT NULL DEFAULT 0,   -- in doubt or held
  reached_count      int NOT NULL DEFAULT 0,   -- recipients with at least one event
  --
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now(),
  created_by         text,
  tags               text[] NOT NULL DEFAULT '{}'
) WITH (fillfactor = 50);
CREATE INDEX campaign_by_organization ON campaign (organization_no, created_at DESC);
CREATE INDEX campaign_active ON campaign (status) WHERE status IN ('scheduled', 'sending', 'paused');

-- The list of a campaign: written once, never changed. One partition per campaign (campaign_recipient_<no>), so that an import
-- is a COPY into a bare table and a deletion is a DROP. Each partition has PRIMARY KEY (seq) and an index on phone.
CREATE TABLE campaign_recipient (
  campaign_no  int NOT NULL,
  seq          int NOT NULL,             -- 1..N
  screen       smallint NOT NULL DEFAULT 0,  -- 0: to be sent; otherwise screen_reason.code
  phone        bigint,                   -- E.164 digits
  user_id      text,
  customer_no  bigint,
  name         text,
  variables    text,                     -- JSON object; text because it is only ever handed on
  line         int,                      -- of the imported file
  raw          text                      -- what stood there instead of a valid number
) PARTITION BY LIST (campaign_no);

CREATE TABLE screen_reason (
  code    smallint PRIMARY KEY,
  name    text NOT NULL UNIQUE,
  meaning text NOT NULL
);
INSERT INTO screen_reason VALUES
  (1, 'invalid_number', 'There is no valid phone number and no user id.'),
  (2, 'duplicate', 'The person is already on the list of this campaign.'),
  (3, 'no_consent', 'The person has not agreed to marketing.'),
  (4, 'opted_out', 'The person said stop.'),
  (5, 'united_states', 'Meta does not deliver marketing to numbers in the United States.'),
  (6, 'frequency', 'The person got enough marketing lately.');

CREATE TABLE import (
  no            int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  campaign_no   int NOT NULL REFERENCES campaign(no) ON DELETE CASCADE,
  source        text NOT NULL,           -- csv, api, customers
  rows_read     bigint NOT NULL,
  rows_added    bigint NOT NULL,         -- recipients, screened or not
  rows_bad      bigint NOT NULL,         -- lines that could not be read
  screened      jsonb NOT NULL,          -- reason -> count
  problems      jsonb NOT NULL,          -- the first ones: [{"line":…,"problem":…}]
  created_at    timestamptz NOT NULL DEFAULT now()
);

-- A range of recipients that one number's owner is sending. Recipients above `mark` were surely not sent.
CREATE TABLE dispatch_claim (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  campaign_no  int NOT NULL,
  number_no    int NOT NULL,
  from_seq     int NOT NULL,
  to_seq       int NOT NULL,
  mark         int NOT NULL,             -- from_seq - 1: nothing may have been written yet
  owner        text NOT NULL,
  epoch        int NOT NULL,
  free         boolean NOT NULL DEFAULT false, -- left over by a dead owner, to be handed out again
  created_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
CREATE INDEX dispatch_claim_of_campaign ON dispatch_claim (campaign_no);

-- The ledger: append-only, no index besides the key of a batch. One row is one group commit's events as columns (arrays of the
-- same length), because a row per event costs the server several times as much; the view delivery_event shows one row per event.
CREATE TABLE delivery_batch (
  writer       int NOT NULL,             -- each recorder numbers its own batches without gaps
  batch        bigint NOT NULL,
  campaign     int[] NOT NULL,
  seq          int[] NOT NULL,
  attempt      smallint[] NOT NULL,
  kind         smallint[] NOT NULL,      -- event_kind.code
  code         int[] NOT NULL,
  number       int[] NOT NULL,
  at_ms        bigint[] NOT NULL,
  text         text[] NOT NULL,
  committed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (writer, batch)
);
ALTER TABLE delivery_batch
  ALTER campaign SET STORAGE EXTERNAL, ALTER seq SET STORAGE EXTERNAL, ALTER attempt SET STORAGE EXTERNAL,
  ALTER kind SET STORAGE EXTERNAL, ALTER code SET STORAGE EXTERNAL, ALTER number SET STORAGE EXTERNAL,
  ALTER at_ms SET STORAGE EXTERNAL, ALTER text SET STORAGE EXTERNAL;

CREATE TABLE event_kind (code smallint PRIMARY KEY, name text NOT NULL UNIQUE);
INSERT INTO event_kind VALUES (1, 'accepted'), (2, 'sent'), (3, 'delivered'), (4, 'read'), (5, 'failed'), (6, 'rejected'),
  (7, 'in_doubt'), (8, 'opted_out'), (9, 'expired'), (10, 'cancelled'), (11, 'responded'), (12, 'held'), (13, 'unsendable');

CREATE VIEW delivery_event AS
SELECT b.writer, b.batch, e.ordinality AS position, e.campaign AS campaign_no, e.seq, e.attempt, k.name AS kind, e.code, e.number AS number_no,
       to_timestamp(e.at_ms / 1000.0) AS at, nullif(e.text, '') AS text, b.committed_at
FROM delivery_batch b
CROSS JOIN LATERAL unnest(b.campaign, b.seq, b.attempt, b.kind, b.code, b.number, b.at_ms, b.text)
  WITH ORDINALITY AS e(campaign, seq, attempt, kind, code, number, at_ms, text, ordinality)
JOIN event_kind k ON k.code = e.kind;

-- A writer's number is taken by an advisory lock for the life of its connection.
CREATE TABLE ledger_writer (
  writer       int PRIMARY KEY,
  folded       bigint NOT NULL DEFAULT 0  -- the projection's position: every batch up to here is in `delivery`
) WITH (fillfactor = 50);

-- The projection: one row per recipient with at least one event, as core/delivery.hpp folds it.
CREATE TABLE delivery (
  campaign_no      int NOT NULL,
  seq              int NOT NULL,
  state            smallint NOT NULL,    -- core::delivery_state, see the function delivery_state
  attempt          smallint NOT NULL DEFAULT 0,
  failed_attempt   smallint NOT NULL DEFAULT -1,
  rejected_attempt smallint NOT NULL DEFAULT -1,
  in_doubt_attempt smallint NOT NULL DEFAULT -1,
  held_attempt     smallint NOT NULL DEFAULT -1,
  settled_attempt  smallint NOT NULL DEFAULT -1,
  error_code       int NOT NULL DEFAULT 0,
  number_no        int NOT NULL DEFAULT 0,
  accepted_ms      bigint,               -- Unix milliseconds
  sent_ms          bigint,
  delivered_ms     bigint,
  read_ms          bigint,
  failed_ms        bigint,
  responded_ms     bigint,
  opted_out_ms     bigint,
  cancelled_ms     bigint,
  expired_ms       bigint,
  rejected_ms      bigint,               -- the latest one: lastRetryAt
  message_attempt  smallint NOT NULL DEFAULT -1, -- whose message_id it is
  number_attempt   smallint NOT NULL DEFAULT -1, -- whose number_no it is
  message_id       text,                 -- of the latest attempt
  error_text       text,
  response_text    text,
  PRIMARY KEY (campaign_no, seq)
) WITH (fillfactor = 60);

-- Tries that are due later. A row stays when it is done, so that a repeated webhook cannot queue the same try twice.
CREATE TABLE retry_queue (
  campaign_no  int NOT NULL,
  seq          int NOT NULL,
  attempt      smallint NOT NULL,        -- of the next try
  retries      smallint NOT NULL,        -- those that count against max_retries
  due_ms       bigint NOT NULL,
  number_no    int NOT NULL DEFAULT 0,   -- 0: any number of the campaign
  state        smallint NOT NULL DEFAULT 0, -- 0 waiting, 1 claimed, 2 done
  claimed_number int NOT NULL DEFAULT 0,
  epoch        int NOT NULL DEFAULT 0,
  PRIMARY KEY (campaign_no, seq)
) WITH (fillfactor = 60);
CREATE INDEX retry_queue_due ON retry_queue (campaign_no, due_ms) WHERE state = 0;
CREATE INDEX retry_queue_claimed ON retry_queue (claimed_number) WHERE state = 1;

-- Recipients in doubt, until a webhook or the policy settles them. Small by construction.
CREATE TABLE in_doubt (
  campaign_no  int NOT NULL,
  seq          int NOT NULL,
  attempt      smallint NOT NULL,
  since_ms     bigint NOT NULL,
  code         int NOT NULL DEFAULT 0,   -- Meta answered with this server error; 0: no answer at all
  PRIMARY KEY (campaign_no, seq)
);

CREATE TABLE suppression (
  no               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_no  int NOT NULL REFERENCES organization(no),
  phone            bigint,
  user_id          text,
  reason           text NOT NULL,
  evidence         text,
  stopped_at       timestamptz NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX suppression_phone ON suppression (organization_no, phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX suppression_user_id ON suppression (organization_no, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX suppression_recent ON suppression (organization_no, created_at);

CREATE TABLE inbound_message (
  no               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_no  int NOT NULL,
  phone_number_id  text NOT NULL,
  message_id       text NOT NULL UNIQUE,
  phone            bigint,
  user_id          text,
  context_id       text,
  type             text NOT NULL,
  text             text,
  payload          jsonb NOT NULL,
  received_at      timestamptz NOT NULL,
  stop             boolean NOT NULL DEFAULT false, -- it said stop
  campaign_no      int,                  -- attributed to
  seq              int,
  attributed       boolean NOT NULL DEFAULT false,
  created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbound_message_unattributed ON inbound_message (no) WHERE NOT attributed;
CREATE INDEX inbound_message_of_recipient ON inbound_message (campaign_no, seq) WHERE campaign_no IS NOT NULL;

CREATE TABLE other_webhook (
  no          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  field       text NOT NULL,
  payload     jsonb NOT NULL,
  received_at timestamptz NOT NULL
);

CREATE TABLE api_token (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_no  int NOT NULL REFERENCES organization(no),
  name             text NOT NULL,
  role             text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  hash             bytea NOT NULL UNIQUE, -- of a random 256-bit token, so a plain keyed hash suffices
  created_at       timestamptz NOT NULL DEFAULT now(),
  last_used_at     timestamptz,
  expires_at       timestamptz,
  revoked_at       timestamptz
);

CREATE TABLE audit_log (
  no               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at               timestamptz NOT NULL DEFAULT now(),
  organization_no  int,
  actor            text NOT NULL,         -- token name and id, "cli", or "daemon"
  source           text,                  -- address of the client
  action           text NOT NULL,         -- "campaign.create", …
  subject          text,                  -- what it was done to
  detail           jsonb NOT NULL DEFAULT '{}'
);

-- JSON from outside that jsonb refuses (\u0000, half a surrogate pair) is kept as a string, so that nothing can't be stored.
CREATE FUNCTION json_or_text(t text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS
$$ BEGIN RETURN t::jsonb; EXCEPTION WHEN data_exception THEN RETURN to_jsonb(t); END $$;

-- Everything of the seed's WhatsAppCampaignRecipient. The id is the campaign's UUID with the recipient's seq as its last 32 bits,
-- so that it needs no column and no index.
CREATE FUNCTION recipient_id(campaign uuid, seq int) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT (left(campaign::text, 28) || lpad(to_hex(seq), 8, '0'))::uuid $$;

CREATE FUNCTION delivery_state(d delivery) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT ('{pending,sending,sent,delivered,read,responded,failed,opted_out,in_doubt,held,cancelled,expired}'::text[])[d.state + 1] $$;

CREATE VIEW recipient AS
SELECT recipient_id(c.id, r.seq)                     AS id,
       c.id                                          AS campaign_id,
       r.campaign_no, r.seq,
       CASE WHEN r.phone IS NOT NULL THEN '+' || r.phone ELSE r.raw END AS phone_number,
       r.user_id,
       k.id                                          AS customer_id,
       r.name,
       r.variables::jsonb                            AS variables,
       CASE WHEN s.code IS NOT NULL THEN 'screened'
            WHEN c.status IN ('cancelled', 'expired', 'failed') AND (d.seq IS NULL OR delivery_state(d) IN ('pending', 'sending'))
              THEN CASE c.status WHEN 'expired' THEN 'expired' ELSE 'cancelled' END
            WHEN d.seq IS NOT NULL THEN delivery_state(d)
            ELSE 'pending' END                       AS status,
       s.name                                        AS screen_reason,
       to_timestamp(coalesce(d.accepted_ms, d.sent_ms) / 1000.0) AS sent_at,
       to_timestamp(d.delivered_ms / 1000.0)         AS delivered_at,
       to_timestamp(d.read_ms / 1000.0)              AS read_at,
       to_timestamp(d.failed_ms / 1000.0)            AS failed_at,
       nullif(d.error_code, 0)::text                 AS error_code,
       d.error_text                                  AS error_message,
       coalesce(d.attempt, 0)                        AS retry_count,
       to_timestamp(d.rejected_ms / 1000.0)          AS last_retry_at,
       to_timestamp(d.responded_ms / 1000.0)         AS responded_at,
       d.response_text                               AS response_message,
       d.message_id,
       CASE WHEN d.seq IS NOT NULL THEN c.no || ':' || r.seq || ':' || d.attempt END AS message_sid,
       n.phone_number_id,
       r.line,
       c.created_at,
       coalesce(to_timestamp(greatest(d.accepted_ms, d.sent_ms, d.delivered_ms, d.read_ms, d.failed_ms, d.responded_ms, d.opted_out_ms,
                                      d.rejected_ms) / 1000.0), c.created_at) AS updated_at
FROM campaign_recipient r
JOIN campaign c ON c.no = r.campaign_no
LEFT JOIN delivery d ON d.campaign_no = r.campaign_no AND d.seq = r.seq
LEFT JOIN screen_reason s ON s.code = r.screen
LEFT JOIN number n ON n.no = d.number_no
LEFT JOIN customer k ON k.no = r.customer_no;
