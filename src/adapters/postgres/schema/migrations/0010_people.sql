-- One person is one person: under every spelling of the phone number, under phone number and user id, and behind a changed one.

-- A phone number in the one spelling by which people are compared (core/contact/contact_key: one_spelling). Brazil's ninth digit,
-- Mexico's 1 and Argentina's 9 come and go in what Meta sends.
CREATE FUNCTION phone_key(p bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE
     WHEN p / 10000000000 = 55 AND p / 1000000000 % 10 >= 1 AND p / 100000000 % 10 >= 1 AND p / 10000000 % 10 IN (1, 6, 7, 8, 9)
       THEN p / 100000000 * 1000000000 + 900000000 + p % 100000000
     WHEN p / 10000000000 = 521 AND p / 1000000000 % 10 >= 2 THEN 520000000000 + p % 10000000000
     WHEN p / 10000000000 = 54 AND p / 1000000000 % 10 BETWEEN 1 AND 3 THEN 5490000000000 + p % 10000000000
     ELSE p END $$;

-- The other spelling of a number that phone_key gives; NULL where there is none (core: other_spelling).
CREATE FUNCTION phone_other(p bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE
     WHEN p / 100000000000 = 55 AND p / 10000000000 % 10 >= 1 AND p / 1000000000 % 10 >= 1 AND p / 100000000 % 10 = 9
          AND p / 10000000 % 10 IN (1, 6, 7, 8, 9)
       THEN p / 1000000000 * 100000000 + p % 100000000
     WHEN p / 10000000000 = 52 AND p / 1000000000 % 10 >= 2 THEN 5210000000000 + p % 10000000000
     WHEN p / 10000000000 = 549 AND p / 1000000000 % 10 BETWEEN 1 AND 3 THEN 540000000000 + p % 10000000000
     END $$;

-- The key of a person (core/contact/contact_key: person_key): the phone number in its one spelling, else a hash of the user id, FNV-1a of
-- 64 bits with the top bit set. The hash is multiplied in halves of 32 bits, since bigint refuses what overflows.
CREATE FUNCTION person_key(phone bigint, user_id text) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
DECLARE
  bytes bytea;
  high  bigint := 3421674724; -- 0xCBF29CE4
  low   bigint := 2216829733; -- 0x84222325
  sum   bigint;
BEGIN
  IF phone IS NOT NULL THEN
    RETURN phone_key(phone);
  END IF;
  IF coalesce(user_id, '') = '' THEN
    RETURN NULL;
  END IF;
  bytes := convert_to(user_id, 'UTF8');
  FOR i IN 0 .. length(bytes) - 1 LOOP
    low := low # get_byte(bytes, i);
    sum := low * 435; -- the prime is 2^40 + 435
    high := (high * 435 + (sum >> 32) + (low << 8)) & 4294967295;
    low := sum & 4294967295;
  END LOOP;
  RETURN ((high | 2147483648) << 32) | low;
END $$;

-- Which phone number a user id has, as Meta's receipts and messages name both. A person can have several ids in turn.
CREATE TABLE person_alias (
  organization_no  int NOT NULL REFERENCES organization(no),
  user_id          text NOT NULL,
  phone            bigint NOT NULL,      -- in its one spelling
  seen_at          timestamptz NOT NULL,
  PRIMARY KEY (organization_no, user_id)
);
CREATE INDEX person_alias_phone ON person_alias (organization_no, phone);

-- "I have another number now": what holds for the old identity holds for the new one, not the other way round.
CREATE TABLE person_change (
  organization_no  int NOT NULL REFERENCES organization(no),
  old_phone        bigint,
  old_user_id      text,
  phone            bigint,
  user_id          text,
  changed_at       timestamptz NOT NULL,
  CHECK (old_phone IS NOT NULL OR old_user_id IS NOT NULL),
  CHECK (phone IS NOT NULL OR user_id IS NOT NULL)
);
CREATE UNIQUE INDEX person_change_once ON person_change
  (organization_no, coalesce(old_phone, 0), coalesce(old_user_id, ''), coalesce(phone, 0), coalesce(user_id, ''));
CREATE INDEX person_change_of_phone ON person_change (organization_no, old_phone) WHERE old_phone IS NOT NULL;
CREATE INDEX person_change_of_user ON person_change (organization_no, old_user_id) WHERE old_user_id IS NOT NULL;

-- Every phone number and user id by which a person is known, one a row.
CREATE FUNCTION person_keys(organization int, p bigint, u text) RETURNS TABLE (phone bigint, user_id text)
LANGUAGE sql STABLE PARALLEL SAFE AS
$$
WITH RECURSIVE known(phone, user_id) AS (
  SELECT v.phone, v.user_id FROM (VALUES (phone_key(p), NULL::text), (NULL::bigint, u)) v(phone, user_id)
  WHERE v.phone IS NOT NULL OR v.user_id IS NOT NULL
  UNION
  SELECT n.phone, n.user_id FROM known k CROSS JOIN LATERAL (
    SELECT a.phone, NULL::text FROM person_alias a WHERE a.organization_no = organization AND a.user_id = k.user_id
    UNION ALL
    SELECT NULL, a.user_id FROM person_alias a WHERE a.organization_no = organization AND a.phone = k.phone
    UNION ALL
    SELECT c.phone, NULL FROM customer c WHERE c.organization_no = organization AND c.user_id = k.user_id AND c.phone IS NOT NULL
    UNION ALL
    SELECT NULL, c.user_id FROM customer c WHERE c.organization_no = organization AND c.phone = k.phone AND c.user_id IS NOT NULL
    UNION ALL
    SELECT side.phone, side.user_id FROM person_change x
    CROSS JOIN LATERAL (VALUES (x.phone, NULL::text), (NULL::bigint, x.user_id)) side(phone, user_id)
    WHERE x.organization_no = organization AND (x.old_phone = k.phone OR x.old_user_id = k.user_id)
      AND (side.phone IS NOT NULL OR side.user_id IS NOT NULL)
  ) n(phone, user_id))
SELECT k.phone, k.user_id FROM known k
$$;

-- Stops and customers are kept in the one spelling. Of two stops of one person the stronger one stays.
UPDATE suppression s SET reason = o.reason, evidence = o.evidence, stopped_at = o.stopped_at
FROM suppression o
WHERE s.organization_no = o.organization_no AND s.phone = phone_key(o.phone) AND o.phone <> s.phone
  AND s.reason <> 'operator' AND (o.reason = 'operator' OR o.stopped_at > s.stopped_at);
DELETE FROM suppression o
USING suppression s
WHERE s.organization_no = o.organization_no AND s.phone = phone_key(o.phone) AND o.phone <> s.phone;
UPDATE suppression SET phone = phone_key(phone) WHERE phone <> phone_key(phone);

-- Of two customers who are one person the one with the newer spelling stays, and whatever either refused.
UPDATE customer k
SET name = coalesce(k.name, o.name), attributes = o.attributes || k.attributes, marketing_opt_in = k.marketing_opt_in AND o.marketing_opt_in,
    marketing_opt_out_at = CASE WHEN NOT o.marketing_opt_in AND k.marketing_opt_in THEN coalesce(o.marketing_opt_out_at, now())
                                ELSE k.marketing_opt_out_at END, updated_at = now()
FROM customer o
WHERE k.organization_no = o.organization_no AND k.phone = phone_key(o.phone) AND o.phone <> k.phone;
INSERT INTO person_alias (organization_no, user_id, phone, seen_at)
SELECT organization_no, user_id, phone_key(phone), updated_at FROM customer WHERE phone IS NOT NULL AND user_id IS NOT NULL;
DELETE FROM customer o USING customer k
WHERE k.organization_no = o.organization_no AND k.phone = phone_key(o.phone) AND o.phone <> k.phone;
UPDATE customer SET phone = phone_key(phone) WHERE phone <> phone_key(phone);
