"""Statements that their partners contest, and the office's answers."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-28T23:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Contests of statements, each answered once"

SQL = """
-- The mandate that the organisation had signed as the statement was closed says for how many days
-- it may be contested; without one, the version then in force. Those days are whole ones in Paris.
CREATE FUNCTION settlement.contest_until(of uuid, closed timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT ((closed AT TIME ZONE 'Europe/Paris')::date + 1 + coalesce(
    (SELECT g.contest_days FROM onboarding.acceptance a
       JOIN onboarding.agreement g ON g.id = a.agreement_id
      WHERE a.organisation_id = of AND g.kind = 'self_billing'
        AND a.accepted_at <= closed AND g.valid_from <= closed
        AND NOT EXISTS (SELECT FROM onboarding.revocation v WHERE v.organisation_id = of
          AND v.kind = g.kind AND v.revoked_at BETWEEN a.accepted_at AND closed)
      ORDER BY g.version DESC LIMIT 1),
    (SELECT contest_days FROM onboarding.agreement
      WHERE kind = 'self_billing' ORDER BY valid_from <= closed DESC,
        CASE WHEN valid_from <= closed THEN -version ELSE version END LIMIT 1)
  ))::timestamp AT TIME ZONE 'Europe/Paris'
$$;
COMMENT ON FUNCTION settlement.contest_until IS
  'The first moment at which it is too late (legal.md 2).';

CREATE TABLE settlement.contest (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  statement_id uuid NOT NULL UNIQUE REFERENCES settlement.statement,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000 AND reason ~ '[^[:space:]]'),
  contested_by text NOT NULL,
  contested_at timestamptz NOT NULL
);
CREATE INDEX contest_organisation ON settlement.contest (organisation_id);
CREATE FUNCTION settlement.guard_contest() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE closed timestamptz;
BEGIN
  SELECT closed_at INTO closed FROM settlement.statement
   WHERE id = NEW.statement_id AND organisation_id = NEW.organisation_id;
  IF closed IS NULL THEN
    RAISE EXCEPTION 'statement % is not of %', NEW.statement_id, NEW.organisation_id
      USING ERRCODE = '23503';
  END IF;
  IF NEW.contested_at < closed
     OR NEW.contested_at >= settlement.contest_until(NEW.organisation_id, closed) THEN
    RAISE EXCEPTION 'statement % cannot be contested at %', NEW.statement_id, NEW.contested_at
      USING ERRCODE = '23514', CONSTRAINT = 'contest_in_time';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON settlement.contest
  FOR EACH ROW EXECUTE FUNCTION settlement.guard_contest();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement.contest
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

-- Nothing of the statement changes: whoever accepts says by which line of an open month it is
-- put right.
CREATE TABLE settlement.contest_answer (
  contest_id uuid PRIMARY KEY REFERENCES settlement.contest,
  verdict text NOT NULL CHECK (verdict IN ('accepted', 'refused')),
  means text CHECK (means IN ('refund', 'sale', 'charge')),
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000 AND reason ~ '[^[:space:]]'),
  answered_by text NOT NULL,
  answered_at timestamptz NOT NULL,
  CONSTRAINT accepted_says_how CHECK ((verdict = 'accepted') = (means IS NOT NULL))
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement.contest_answer
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON FUNCTION settlement.contest_until, settlement.guard_contest FROM PUBLIC;
GRANT EXECUTE ON FUNCTION settlement.contest_until TO maillage_app;
GRANT SELECT, INSERT ON settlement.contest, settlement.contest_answer TO maillage_app;
GRANT SELECT ON settlement.contest, settlement.contest_answer TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    walls = reading_policy("settlement.contest", own("organisation_id")) + reading_policy(
        "settlement.contest_answer", "contest_id IN (SELECT id FROM settlement.contest)"
    )
    return sql_migration("settlement", ID, DESCRIPTION, SQL + walls)
