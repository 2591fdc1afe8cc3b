"""A listing passes the gate of its partner's technical checklist, whoever writes it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T07:31:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Listings wait for the technical checklist"

SQL = """
CREATE FUNCTION catalogue.guard_gate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE lacks text;
BEGIN
  SELECT string_agg(m, ', ') INTO lacks
    FROM checklists.missing_at_gates(NEW.organisation_id) AS m;
  IF lacks IS NOT NULL THEN
    RAISE EXCEPTION 'the technical checklist of its partner lacks %', lacks
      USING ERRCODE = '23514', CONSTRAINT = 'checklist_is_done';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_gate BEFORE UPDATE OF status ON catalogue.listing FOR EACH ROW
  WHEN (NEW.status = 'submitted' AND OLD.status <> 'submitted'
        OR OLD.status = 'submitted' AND NEW.status = 'published')
  EXECUTE FUNCTION catalogue.guard_gate();
REVOKE ALL ON FUNCTION catalogue.guard_gate FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("catalogue", ID, DESCRIPTION, SQL)
