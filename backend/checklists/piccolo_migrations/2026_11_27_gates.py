"""Whether a gate stands open, for PostgreSQL's own walls."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T07:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "A gate's missing items"

# Required items of the version in force, of the gates whose programme it is in, that are not
# accepted (seed row R-08).
SQL = """
CREATE FUNCTION checklists.missing_at_gates(whose uuid) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.code FROM checklists.checklist c
  JOIN programmes.level_period p ON p.organisation_id = whose AND p.programme = c.programme
    AND p.ended_at IS NULL
  JOIN checklists.item i ON i.checklist = c.code AND i.is_required AND i.number = (
    SELECT v.number FROM checklists.version v WHERE v.checklist = c.code AND v.valid_from <= now()
    ORDER BY v.valid_from DESC LIMIT 1)
  WHERE c.is_gate AND (SELECT s.verb FROM checklists.step s
    WHERE s.organisation_id = whose AND s.checklist = c.code AND s.item = i.code
    ORDER BY s.number DESC LIMIT 1) IS DISTINCT FROM 'accept'
$$;
REVOKE ALL ON FUNCTION checklists.missing_at_gates FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("checklists", ID, DESCRIPTION, SQL)
