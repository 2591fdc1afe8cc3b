"""An organisation may be refused, with a reason that it reads."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-23T06:03:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "Refused organisations"

SQL = """
ALTER TABLE partners.organisation
  ADD refused_because text CHECK (length(refused_because) BETWEEN 1 AND 500),
  DROP CONSTRAINT organisation_verification_check,
  ADD CONSTRAINT organisation_verification_check
    CHECK (verification IN ('unverified', 'verified', 'refused')),
  ADD CONSTRAINT refused_says_why
    CHECK ((verification = 'refused') = (refused_because IS NOT NULL));
GRANT UPDATE (refused_because) ON partners.organisation TO maillage_app;

CREATE FUNCTION partners.guard_verification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.verification = 'verified' OR NEW.verification = 'unverified' THEN
    RAISE EXCEPTION 'organisation % may not go %>%', OLD.id, OLD.verification, NEW.verification
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_verification BEFORE UPDATE OF verification ON partners.organisation
  FOR EACH ROW WHEN (OLD.verification <> NEW.verification)
  EXECUTE FUNCTION partners.guard_verification();
REVOKE ALL ON FUNCTION partners.guard_verification FROM PUBLIC;
CREATE TRIGGER operator_refuses BEFORE UPDATE OF refused_because ON partners.organisation
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();
"""


async def forwards() -> MigrationManager:
    return sql_migration("partners", ID, DESCRIPTION, SQL)
