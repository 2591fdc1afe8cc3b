"""More roles at the operator."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-24T07:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Roles for the operator's people"

# The constraint had no name of its own: it is the one that speaks of administrators.
SQL = """
DO $$
DECLARE old name;
BEGIN
  SELECT conname INTO STRICT old FROM pg_constraint
    WHERE conrelid = 'identity.membership'::regclass AND contype = 'c'
      AND pg_get_constraintdef(oid) LIKE '%partner_manager%';
  EXECUTE format('ALTER TABLE identity.membership DROP CONSTRAINT %I', old);
END $$;
ALTER TABLE identity.membership ADD CONSTRAINT a_role_of_theirs CHECK (
  CASE WHEN organisation_id IS NULL
       THEN role IN ('admin', 'partner_manager', 'isv_manager', 'vai_manager', 'product',
                     'operations', 'finance', 'security', 'marketing', 'executive', 'auditor')
       ELSE role IN ('owner', 'finance', 'member', 'buyer') END);
"""


async def forwards() -> MigrationManager:
    return sql_migration("identity", ID, DESCRIPTION, SQL)
