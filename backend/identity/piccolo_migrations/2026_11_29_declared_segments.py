"""Who signed up, or was invited with its organisation, said its segment itself."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-29T02:46:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Segments that organisations declared at sign-up"

# Both are written in the transaction, and at the moment, that makes the organisation.
SQL = """
UPDATE partners.organisation o SET segment_confirmed_at = NULL
 WHERE EXISTS (SELECT FROM identity.membership m
               WHERE m.organisation_id = o.id AND m.created_at = o.created_at)
    OR EXISTS (SELECT FROM identity.invitation i
               WHERE i.organisation_id = o.id AND i.created_at = o.created_at);
"""


async def forwards() -> MigrationManager:
    return sql_migration("identity", ID, DESCRIPTION, SQL)
