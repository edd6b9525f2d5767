-- Which messaging limit holds for a lease, without anybody waiting for anybody: a claim that stands still may hold its portfolio and the keys
-- of its leases, and neither a change of the limit nor the renewals behind that may wait for it with a lease in hand.

-- The portfolio of a number, if that has a limit. Volatile, so that it looks anew each time: a renewal that waited for a row sees what was
-- written meanwhile.
CREATE FUNCTION portfolio_limiting(number_no int) RETURNS int LANGUAGE plpgsql VOLATILE AS
$$
BEGIN
  RETURN (SELECT p.no FROM number n JOIN portfolio p ON p.no = n.portfolio_no AND p.unique_limit IS NOT NULL WHERE n.no = number_no);
END $$;

-- Takes over what the numbers of an organization were told, and tells their leases: those are locked last, when nothing is waited for any more.
CREATE OR REPLACE FUNCTION portfolio_refresh(organization int) RETURNS void LANGUAGE plpgsql AS
$$
BEGIN
  PERFORM FROM portfolio WHERE organization_no = organization ORDER BY no FOR NO KEY UPDATE;
  UPDATE portfolio p SET tier = f.tier, told_limit = tier_limit(f.tier)
  FROM (SELECT n.portfolio_no AS no, (array_agg(n.messaging_limit ORDER BY tier_limit(n.messaging_limit) NULLS LAST, n.messaging_limit))[1] AS tier
        FROM number n WHERE n.organization_no = organization AND n.active GROUP BY n.portfolio_no) f
  WHERE p.no = f.no AND p.tier IS DISTINCT FROM f.tier;
  -- Most often nothing is new: every number that is read comes here.
  IF NOT EXISTS (
    SELECT FROM number_lease l JOIN number n ON n.no = l.number_no LEFT JOIN portfolio p ON p.no = n.portfolio_no
    WHERE n.organization_no = organization AND l.limited_by IS DISTINCT FROM CASE WHEN p.unique_limit IS NOT NULL THEN p.no END) THEN
    RETURN;
  END IF;
  PERFORM FROM number_lease l JOIN number n ON n.no = l.number_no WHERE n.organization_no = organization ORDER BY l.number_no FOR NO KEY UPDATE OF l;
  UPDATE number_lease l SET limited_by = CASE WHEN p.unique_limit IS NOT NULL THEN p.no END
  FROM number n LEFT JOIN portfolio p ON p.no = n.portfolio_no
  WHERE n.no = l.number_no AND n.organization_no = organization
    AND l.limited_by IS DISTINCT FROM CASE WHEN p.unique_limit IS NOT NULL THEN p.no END;
END $$;

CREATE OR REPLACE FUNCTION portfolio_set(organization int, people int, headroom int, period int) RETURNS void LANGUAGE plpgsql AS
$$
BEGIN
  PERFORM FROM portfolio WHERE organization_no = organization ORDER BY no FOR NO KEY UPDATE;
  UPDATE portfolio SET set_limit = people, headroom_percent = headroom, period_minutes = period
  WHERE organization_no = organization AND (set_limit, headroom_percent, period_minutes) IS DISTINCT FROM (people, headroom, period);
  PERFORM portfolio_refresh(organization);
END $$;
