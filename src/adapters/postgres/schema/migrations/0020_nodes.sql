-- Several daemons on one database: who they are, and how they tell each other. Everything is told by one channel, `stentor`, whose
-- payload is only what to look at; what holds is in the tables, so that a word that was lost costs a second.

-- A daemon. Its id lies in its state folder; a row that is over belongs to one that has ended or hangs.
CREATE TABLE node (
  id          text PRIMARY KEY,
  owner       text NOT NULL,                  -- <id>#<start>: as number_lease has it
  host        text NOT NULL,
  version     text NOT NULL,
  numbers     int[] NOT NULL DEFAULT '{}',    -- those that its configuration lets it send from
  started_at  timestamptz NOT NULL DEFAULT now(),
  seen_at     timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL
) WITH (fillfactor = 50);

-- What became of stops, for the memory of every daemon. Read by transaction id: a reader that keeps the oldest transaction that was open at
-- its last look misses none, whatever the order of commits.
CREATE TABLE stop_feed (
  no               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid              xid8 NOT NULL DEFAULT pg_current_xact_id(),
  organization_no  int NOT NULL,
  phone            bigint,
  user_id          text,
  lifted           boolean NOT NULL,
  at               timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX stop_feed_by_xid ON stop_feed (xid);
CREATE INDEX stop_feed_by_time ON stop_feed USING brin (at);

CREATE FUNCTION tell_of_stops() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stop_feed (organization_no, phone, user_id, lifted) SELECT organization_no, phone, user_id, TG_OP = 'DELETE' FROM told;
  IF FOUND THEN
    PERFORM pg_notify('stentor', 'stop');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER stops_are_told AFTER INSERT ON suppression REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION tell_of_stops();
CREATE TRIGGER lifts_are_told AFTER DELETE ON suppression REFERENCING OLD TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION tell_of_stops();

-- An operator's orders to a number are counted, so that its daemon can tell a new one, whoever took it.
ALTER TABLE number ADD COLUMN order_no bigint NOT NULL DEFAULT 0, ADD COLUMN ordered_pause boolean NOT NULL DEFAULT false;
UPDATE number SET ordered_pause = true, order_no = 1 WHERE stopped_sentence ->> 'code' = 'number_paused_by_operator';

-- Whether its owner gave it up: then the next one need not wait for requests that are still on their way.
ALTER TABLE number_lease ADD COLUMN released boolean NOT NULL DEFAULT false;

CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('stentor', TG_ARGV[0]);
  RETURN NULL;
END $$;
CREATE TRIGGER orders_are_told AFTER UPDATE OF order_no ON number FOR EACH ROW EXECUTE FUNCTION tell('number');
CREATE TRIGGER states_are_told AFTER UPDATE OF status ON campaign FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION tell('campaign');
CREATE TRIGGER freed_leases_are_told AFTER UPDATE OF expires_at ON number_lease FOR EACH ROW WHEN (NEW.expires_at < OLD.expires_at)
  EXECUTE FUNCTION tell('lease');
CREATE TRIGGER new_nodes_are_told AFTER INSERT ON node FOR EACH ROW EXECUTE FUNCTION tell('node');
CREATE TRIGGER nodes_are_told AFTER UPDATE OF owner, expires_at ON node FOR EACH ROW
  WHEN (OLD.owner <> NEW.owner OR NEW.expires_at < OLD.expires_at OR NOT (OLD.numbers @> NEW.numbers)) EXECUTE FUNCTION tell('node');
