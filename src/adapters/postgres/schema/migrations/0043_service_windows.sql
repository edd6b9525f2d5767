-- Until when a person may be written to without a template: 24 hours behind what he wrote last to the number (Meta's customer service window).
CREATE TABLE service_window (
  number_no       int NOT NULL REFERENCES number (no) ON DELETE CASCADE,
  person          bigint NOT NULL, -- person_key of the phone number, and of the user id: the greater one of both holds
  open_until      timestamptz NOT NULL,
  last_message_id text NOT NULL,
  PRIMARY KEY (number_no, person)
);
CREATE INDEX service_window_of_person ON service_window (person);
CREATE INDEX service_window_by_end ON service_window (open_until); -- for the retention
