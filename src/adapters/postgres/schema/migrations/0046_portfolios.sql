-- Meta's messaging limit: so many unique people in a moving 24 hours, outside of their service windows, for all numbers of a portfolio.

-- How many people a limit as Meta spells it lets through: TIER_2K, TIER_250, or a bare number; NULL: no limit, or nothing that is known.
CREATE FUNCTION tier_limit(tier text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT ((regexp_match(tier, '^(?:TIER_)?([0-9]{1,6})K?$'))[1])::int * CASE WHEN tier LIKE '%K' THEN 1000 ELSE 1 END $$;

CREATE TABLE portfolio (
  no               int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_no  int NOT NULL REFERENCES organization(no),
  meta_id          text NOT NULL DEFAULT '',  -- Meta's id; empty: all numbers of the organization are taken for one portfolio
  tier             text,                      -- as Meta spells it: TIER_10K
  told_limit       int,                       -- what that means; NULL: no limit
  set_limit        int,                       -- by the configuration, which wins
  unique_limit     int GENERATED ALWAYS AS (coalesce(set_limit, told_limit)) STORED,  -- NULL: unlimited
  headroom_percent int NOT NULL DEFAULT 5,    -- of the limit that is left unused
  period_minutes   int NOT NULL DEFAULT 1500, -- how long a person counts: Meta counts from the delivery, which comes later
  closed_until     timestamptz,               -- Meta refused as if the limit were reached
  UNIQUE (organization_no, meta_id)
);

ALTER TABLE number ADD COLUMN portfolio_no int REFERENCES portfolio(no);
INSERT INTO portfolio (organization_no) SELECT DISTINCT organization_no FROM number;
UPDATE number n SET portfolio_no = p.no FROM portfolio p WHERE p.organization_no = n.organization_no;

-- The number's portfolio if that has a limit. Claims lock this row anyway, so an unlimited portfolio costs them nothing.
ALTER TABLE number_lease ADD COLUMN limited_by int;

-- Who counts, since the minute (of the epoch) of the last claim. With the recipient for whom the place was taken: if he fails for good, it
-- is free again. campaign_no 0: several messages share the place, and nothing frees it but time.
CREATE TABLE tier_person (
  portfolio_no  int NOT NULL REFERENCES portfolio(no) ON DELETE CASCADE,
  person        bigint NOT NULL,              -- person_key
  minute        int NOT NULL,
  campaign_no   int NOT NULL,
  seq           int NOT NULL,
  PRIMARY KEY (portfolio_no, person)
) WITH (fillfactor = 80);
CREATE INDEX tier_person_recipient ON tier_person (campaign_no, seq);

-- The same people, counted: what is used is a sum over some hundred rows.
CREATE TABLE tier_minute (
  portfolio_no  int NOT NULL REFERENCES portfolio(no) ON DELETE CASCADE,
  minute        int NOT NULL,
  people        int NOT NULL,
  PRIMARY KEY (portfolio_no, minute)
) WITH (fillfactor = 50);

-- Takes over what the numbers of an organization were told, and tells their leases. The leases are locked before the portfolio, as claims do.
CREATE FUNCTION portfolio_refresh(organization int) RETURNS void LANGUAGE plpgsql AS
$$
BEGIN
  PERFORM FROM number_lease l JOIN number n ON n.no = l.number_no WHERE n.organization_no = organization ORDER BY l.number_no FOR UPDATE OF l;
  UPDATE portfolio p SET tier = f.tier, told_limit = tier_limit(f.tier)
  FROM (SELECT n.portfolio_no AS no, (array_agg(n.messaging_limit ORDER BY tier_limit(n.messaging_limit) NULLS LAST, n.messaging_limit))[1] AS tier
        FROM number n WHERE n.organization_no = organization AND n.active GROUP BY n.portfolio_no) f
  WHERE p.no = f.no AND p.tier IS DISTINCT FROM f.tier;
  UPDATE number_lease l SET limited_by = CASE WHEN p.unique_limit IS NOT NULL THEN p.no END
  FROM number n LEFT JOIN portfolio p ON p.no = n.portfolio_no
  WHERE n.no = l.number_no AND n.organization_no = organization
    AND l.limited_by IS DISTINCT FROM CASE WHEN p.unique_limit IS NOT NULL THEN p.no END;
END $$;

-- What the configuration says of an organization's limits.
CREATE FUNCTION portfolio_set(organization int, people int, headroom int, period int) RETURNS void LANGUAGE plpgsql AS
$$
BEGIN
  PERFORM FROM number_lease l JOIN number n ON n.no = l.number_no WHERE n.organization_no = organization ORDER BY l.number_no FOR UPDATE OF l;
  UPDATE portfolio SET set_limit = people, headroom_percent = headroom, period_minutes = period
  WHERE organization_no = organization AND (set_limit, headroom_percent, period_minutes) IS DISTINCT FROM (people, headroom, period);
  PERFORM portfolio_refresh(organization);
END $$;
