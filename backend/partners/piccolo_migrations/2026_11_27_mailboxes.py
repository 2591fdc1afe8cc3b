"""Organisations are found by their mailbox."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T11:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Index of mailboxes"

# Each page of the portal asks whether a mailbox is one organisation's alone: the bell reads it.
SQL = "CREATE INDEX organisation_mailbox ON partners.organisation (lower(email));"


async def forwards() -> MigrationManager:
    return sql_migration("partners", ID, DESCRIPTION, SQL)
