-- On which side of a campaign somebody is: in its canary or not, under its maximum or above.

-- core/contact/person_mix: 0 to 2^31 - 1, the same for ever for a person_key and a salt. A function of ours, since PostgreSQL's hashes may change
-- with a version. The second factor is 2221713035 - 2^32, because the product of two words must fit into a bigint; the bits are the same.
CREATE FUNCTION person_mix(person bigint, salt bigint) RETURNS int LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$
DECLARE
  x bigint := (person # salt) & 4294967295;
BEGIN
  FOR round IN 1 .. 2 LOOP
    x := x # (x >> 16);
    x := (x * 2146121005) & 4294967295;
    x := x # (x >> 15);
    x := (x * -2073254261) & 4294967295;
    x := x # (x >> 16);
    IF round = 1 THEN
      x := x # (((person # salt) >> 32) & 4294967295);
    END IF;
  END LOOP;
  RETURN x & 2147483647;
END $$;

-- So that the sides of two campaigns have nothing to do with each other.
ALTER TABLE campaign ADD COLUMN salt bigint NOT NULL DEFAULT (random() * 9007199254740992)::bigint;
