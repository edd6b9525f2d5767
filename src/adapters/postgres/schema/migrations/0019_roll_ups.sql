-- Figures of a campaign that are kept instead of counted: the fold adds to them what its rows add, in its own transaction (core/delivery/roll_up),
-- so that reports read hundreds of rows whatever the length of the list. Each is a sum over the rows of `delivery`; the statements below are that sum.

-- part is for campaigns that are sent in parts; until then it is 0. hour counts from 1970; 0 holds those whom Meta has not accepted.
CREATE TABLE delivery_hour (
  campaign_no   int NOT NULL,
  part          smallint NOT NULL DEFAULT 0,
  hour          int NOT NULL,              -- of acceptance
  accepted      int NOT NULL DEFAULT 0,
  delivered     int NOT NULL DEFAULT 0,
  read          int NOT NULL DEFAULT 0,
  responded     int NOT NULL DEFAULT 0,
  opted_out     int NOT NULL DEFAULT 0,
  failed        int NOT NULL DEFAULT 0,
  delivery_ms   bigint NOT NULL DEFAULT 0, -- from acceptance, summed over delivery_n people; so are the next two
  delivery_n    int NOT NULL DEFAULT 0,
  read_ms       bigint NOT NULL DEFAULT 0,
  read_n        int NOT NULL DEFAULT 0,
  response_ms   bigint NOT NULL DEFAULT 0,
  response_n    int NOT NULL DEFAULT 0,
  first_ms      bigint,                    -- nobody was accepted before, and nobody after last_ms; NULL as long as nobody was
  last_ms       bigint,
  PRIMARY KEY (campaign_no, part, hour)
) WITH (fillfactor = 50);

CREATE TABLE delivery_number (
  campaign_no   int NOT NULL,
  number_no     int NOT NULL,
  hour          int NOT NULL,              -- as in delivery_hour
  accepted      int NOT NULL DEFAULT 0,
  delivered     int NOT NULL DEFAULT 0,
  read          int NOT NULL DEFAULT 0,
  failed        int NOT NULL DEFAULT 0,
  PRIMARY KEY (campaign_no, number_no, hour)
) WITH (fillfactor = 50);

CREATE TABLE delivery_error (
  campaign_no   int NOT NULL,
  part          smallint NOT NULL DEFAULT 0,
  code          int NOT NULL,              -- Meta's, or a local_code
  failed        int NOT NULL DEFAULT 0,    -- people who failed with it
  waiting       int NOT NULL DEFAULT 0,    -- people whose last try was refused with it and who wait for the next
  PRIMARY KEY (campaign_no, part, code)
) WITH (fillfactor = 50);

CREATE TABLE delivery_state_count (
  campaign_no   int NOT NULL,
  state         smallint NOT NULL,         -- delivery.state
  n             int NOT NULL DEFAULT 0,
  PRIMARY KEY (campaign_no, state)
) WITH (fillfactor = 50);

-- What a campaign does at the moment: kept for ten minutes.
CREATE TABLE campaign_second (
  campaign_no   int NOT NULL,
  second        bigint NOT NULL,           -- Unix time at which it happened
  accepted      int NOT NULL DEFAULT 0,
  delivered     int NOT NULL DEFAULT 0,
  read          int NOT NULL DEFAULT 0,
  failed        int NOT NULL DEFAULT 0,
  PRIMARY KEY (campaign_no, second)
) WITH (fillfactor = 50);
CREATE INDEX campaign_second_by_time ON campaign_second (second);

-- How many of the list are left out, by screen_reason: {"4": 12}. Its sum is screened_count.
ALTER TABLE campaign ADD COLUMN screened jsonb NOT NULL DEFAULT '{}';

-- The names of delivery.state and of delivery_state_count.state.
CREATE FUNCTION state_name(state smallint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT ('{pending,sending,sent,delivered,read,responded,failed,opted_out,in_doubt,held,cancelled,expired,retracted}'::text[])[state + 1] $$;
CREATE OR REPLACE FUNCTION delivery_state(d delivery) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT state_name(d.state) $$;

INSERT INTO delivery_hour
SELECT campaign_no, 0, least(coalesce(coalesce(accepted_ms, sent_ms, delivered_ms, read_ms) / 3600000, 0), 2147483647),
       count(coalesce(accepted_ms, sent_ms, delivered_ms, read_ms)), count(coalesce(delivered_ms, read_ms)), count(read_ms),
       count(responded_ms), count(opted_out_ms), count(*) FILTER (WHERE state = 6),
       coalesce(sum(greatest(delivered_ms - coalesce(accepted_ms, sent_ms), 0)), 0), count(delivered_ms - coalesce(accepted_ms, sent_ms)),
       coalesce(sum(greatest(read_ms - coalesce(accepted_ms, sent_ms), 0)), 0), count(read_ms - coalesce(accepted_ms, sent_ms)),
       coalesce(sum(greatest(responded_ms - coalesce(accepted_ms, sent_ms), 0)), 0), count(responded_ms - coalesce(accepted_ms, sent_ms)),
       min(coalesce(accepted_ms, sent_ms)), max(coalesce(accepted_ms, sent_ms))
FROM delivery GROUP BY 1, 2, 3;

INSERT INTO delivery_number
SELECT campaign_no, number_no, least(coalesce(coalesce(accepted_ms, sent_ms, delivered_ms, read_ms) / 3600000, 0), 2147483647),
       count(coalesce(accepted_ms, sent_ms, delivered_ms, read_ms)), count(coalesce(delivered_ms, read_ms)), count(read_ms),
       count(*) FILTER (WHERE state = 6)
FROM delivery WHERE number_no <> 0 GROUP BY 1, 2, 3;

INSERT INTO delivery_error
SELECT campaign_no, 0, error_code, count(*) FILTER (WHERE state = 6), count(*) FILTER (WHERE state = 1)
FROM delivery WHERE state IN (1, 6) GROUP BY 1, 2, 3;

INSERT INTO delivery_state_count SELECT campaign_no, state, count(*) FROM delivery GROUP BY 1, 2;

UPDATE campaign c SET screened = s.counts
FROM (SELECT campaign_no, jsonb_object_agg(screen, n) AS counts
      FROM (SELECT campaign_no, screen, count(*) AS n FROM campaign_recipient WHERE screen <> 0 GROUP BY 1, 2) r GROUP BY 1) s
WHERE s.campaign_no = c.no;
