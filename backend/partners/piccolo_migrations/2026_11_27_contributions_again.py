"""What was withdrawn can be recorded again, as it should have been."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T12:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "A contribution is one of its order and project among those that count"

SQL = """
ALTER TABLE partners.contribution
  DROP CONSTRAINT contribution_organisation_id_order_reference_project_key;
CREATE UNIQUE INDEX contribution_counts_once
  ON partners.contribution (organisation_id, order_reference, project) WHERE withdrawn_at IS NULL;
"""


async def forwards() -> MigrationManager:
    return sql_migration("partners", ID, DESCRIPTION, SQL)
