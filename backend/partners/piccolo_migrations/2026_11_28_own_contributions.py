"""Nobody records what was given to their own community, or takes it back."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-28T00:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Contributions are decided on by others than the community's own people"

# As identity asks of every decision on an organisation: also through a key that the person made.
SQL = """
CREATE FUNCTION partners.guard_own_contribution() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor text := CASE TG_OP WHEN 'INSERT' THEN NEW.actor ELSE NEW.withdrawn_by END;
BEGIN
  IF EXISTS (SELECT FROM identity.membership m
             WHERE m.organisation_id = NEW.organisation_id
               AND (m.ended_at IS NULL OR TG_OP = 'UPDATE' AND m.ended_at >= NEW.recorded_at)
               AND m.person_id::text = CASE split_part(actor, ':', 1)
                 WHEN 'person' THEN split_part(actor, ':', 2)
                 WHEN 'key' THEN (SELECT k.created_by::text FROM identity.api_key k
                                  WHERE k.id = split_part(actor, ':', 2)) END) THEN
    RAISE EXCEPTION 'nobody decides on what their own community is given' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_own_contribution BEFORE INSERT OR UPDATE ON partners.contribution
  FOR EACH ROW EXECUTE FUNCTION partners.guard_own_contribution();
REVOKE ALL ON FUNCTION partners.guard_own_contribution FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("partners", ID, DESCRIPTION, SQL)
