-- Customers follow what becomes known of people.

-- Whether the customer has the new number already.
ALTER TABLE person_change ADD COLUMN followed boolean NOT NULL DEFAULT false;
CREATE INDEX person_change_unfollowed ON person_change (changed_at) WHERE NOT followed;
-- Who is known by user id only is looked for again and again, until the phone number is known too.
CREATE INDEX customer_without_phone ON customer (no) WHERE phone IS NULL;
