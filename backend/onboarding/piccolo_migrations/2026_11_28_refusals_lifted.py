"""Who refused an application is not who lifts its refusal (legal.md 6)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-28T23:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "A refused application is looked at again by another person"

SQL = """
-- The person behind an actor; a program is the person who made its key. The worker is nobody.
CREATE FUNCTION onboarding.person_of(actor text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE split_part(actor, ':', 1)
    WHEN 'person' THEN split_part(actor, ':', 2)
    WHEN 'key' THEN (SELECT k.created_by::text FROM identity.api_key k
                      WHERE k.id = split_part(actor, ':', 2)) END
$$;
CREATE FUNCTION onboarding.guard_lifting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM onboarding.decision d WHERE d.id = NEW.decision_id
      AND d.kind = 'application_refused'
      AND onboarding.person_of(d.decided_by) = onboarding.person_of(NEW.lifted_by)) THEN
    RAISE EXCEPTION 'refusal % is lifted by who decided it', NEW.decision_id
      USING ERRCODE = '23514', CONSTRAINT = 'another_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON onboarding.lifting
  FOR EACH ROW EXECUTE FUNCTION onboarding.guard_lifting();

-- A refused application becomes a partner when its refusals are lifted, and not before.
CREATE FUNCTION onboarding.guard_verification() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM onboarding.decision d
      LEFT JOIN onboarding.lifting l ON l.decision_id = d.id
      WHERE d.organisation_id = NEW.id AND d.kind = 'application_refused'
        AND l.decision_id IS NULL) THEN
    RAISE EXCEPTION 'the refusal of organisation % is in force', NEW.id
      USING ERRCODE = '23514', CONSTRAINT = 'refusal_in_force';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_refusal BEFORE UPDATE OF verification ON partners.organisation
  FOR EACH ROW WHEN (OLD.verification <> 'verified' AND NEW.verification = 'verified')
  EXECUTE FUNCTION onboarding.guard_verification();
REVOKE ALL ON FUNCTION onboarding.person_of, onboarding.guard_lifting,
  onboarding.guard_verification FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("onboarding", ID, DESCRIPTION, SQL)
