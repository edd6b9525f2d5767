-- What Meta thinks of numbers and templates, and what has become of it.

CREATE TABLE quality_history (
  no               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_no  int NOT NULL REFERENCES organization(no),
  subject          text NOT NULL,            -- number, template, portfolio
  name             text NOT NULL,            -- phone_number_id, the template's name, Meta's id of the portfolio (empty: of all numbers)
  language         text,                     -- of a template
  account          text,                     -- Meta's id of the account
  fact             text NOT NULL,            -- quality, status, throughput, category, messagingLimit
  was              text,                     -- NULL: nobody knew; of a limit: none
  became           text,
  at               timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX quality_history_list ON quality_history (organization_no, no DESC);
CREATE INDEX quality_history_of ON quality_history (organization_no, subject, name, no DESC);

CREATE FUNCTION number_quality_changed() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
  INSERT INTO quality_history (organization_no, subject, name, account, fact, was, became)
  SELECT new.organization_no, 'number', new.phone_number_id, new.waba_id, f.fact, f.was, f.became
  FROM (VALUES ('quality', old.quality_rating, new.quality_rating), ('status', old.meta_status, new.meta_status),
               ('throughput', old.throughput, new.throughput)) AS f(fact, was, became)
  WHERE f.was IS DISTINCT FROM f.became;
  IF old.quality_rating IN ('YELLOW', 'RED') OR new.quality_rating IN ('YELLOW', 'RED') THEN
    PERFORM pg_notify('stentor', 'lease');  -- whoever sends from it hears of its share with the renewal
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER number_quality_changed AFTER UPDATE OF quality_rating, meta_status, throughput ON number FOR EACH ROW
WHEN ((old.quality_rating, old.meta_status, old.throughput) IS DISTINCT FROM (new.quality_rating, new.meta_status, new.throughput))
EXECUTE FUNCTION number_quality_changed();

CREATE FUNCTION template_quality_changed() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
  INSERT INTO quality_history (organization_no, subject, name, language, account, fact, was, became)
  SELECT new.organization_no, 'template', new.name, new.language, new.waba_id, f.fact, f.was, f.became
  FROM (VALUES ('quality', old.quality_score, new.quality_score), ('status', old.status, new.status), ('category', old.category, new.category))
       AS f(fact, was, became)
  WHERE f.was IS DISTINCT FROM f.became;
  RETURN NULL;
END $$;
CREATE TRIGGER template_quality_changed AFTER UPDATE OF quality_score, status, category ON template FOR EACH ROW
WHEN ((old.quality_score, old.status, old.category) IS DISTINCT FROM (new.quality_score, new.status, new.category))
EXECUTE FUNCTION template_quality_changed();

-- A limit has a name at Meta (TIER_10K) unless the configuration sets it.
CREATE FUNCTION portfolio_limit_changed() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
  INSERT INTO quality_history (organization_no, subject, name, fact, was, became)
  VALUES (new.organization_no, 'portfolio', new.meta_id, 'messagingLimit', coalesce(old.set_limit::text, old.tier), coalesce(new.set_limit::text, new.tier));
  RETURN NULL;
END $$;
CREATE TRIGGER portfolio_limit_changed AFTER UPDATE OF tier, set_limit ON portfolio FOR EACH ROW
WHEN (coalesce(old.set_limit::text, old.tier) IS DISTINCT FROM coalesce(new.set_limit::text, new.tier))
EXECUTE FUNCTION portfolio_limit_changed();

-- How much of its rate a number may use for marketing by Meta's rating, and a template by its score. rules: the organization's policy
-- `quality`, or NULL before a daemon has written it. What Meta doesn't say costs nothing.
CREATE FUNCTION number_share(rating text, rules jsonb) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE rating WHEN 'YELLOW' THEN coalesce((rules ->> 'yellow')::float8, 0.5) WHEN 'RED' THEN coalesce((rules ->> 'red')::float8, 0)
          ELSE 1 END $$;
CREATE FUNCTION template_share(score text, rules jsonb) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE score WHEN 'RED' THEN coalesce((rules ->> 'templateRed')::float8, 0.1) ELSE 1 END $$;
