-- What Meta says of a business number, beside its quality.

ALTER TABLE number ADD COLUMN display_phone_number text,
                   ADD COLUMN verified_name        text,
                   ADD COLUMN meta_status          text,        -- CONNECTED, FLAGGED, RESTRICTED, …
                   ADD COLUMN throughput           text,        -- STANDARD, HIGH, …
                   ADD COLUMN messaging_limit      text,        -- TIER_250 … TIER_UNLIMITED
                   ADD COLUMN facts_at             timestamptz; -- when Meta said so
