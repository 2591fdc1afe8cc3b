"""A row of a file makes one deal, however often and however many at once read the file."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-28T00:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "One deal for each row of a file"

# What was withdrawn is as if it had never been sent: the row makes another deal then.
SQL = """
ALTER TABLE deals.deal ADD row_key text CHECK (row_key ~ '^[0-9a-f]{64}$');
COMMENT ON COLUMN deals.deal.row_key IS 'SHA-256 of what the row of a file said that made it.';
CREATE UNIQUE INDEX one_deal_each_row ON deals.deal (organisation_id, row_key)
  WHERE review <> 'withdrawn';
"""


async def forwards() -> MigrationManager:
    return sql_migration("deals", ID, DESCRIPTION, SQL)
