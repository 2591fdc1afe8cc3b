"""Entries of a month are found without reading those of all others."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "An index of entries by month, for the value mesh"


async def forwards() -> MigrationManager:
    sql = "CREATE INDEX entry_month ON ledger.entry (month);"
    return sql_migration("ledger", ID, DESCRIPTION, sql)
