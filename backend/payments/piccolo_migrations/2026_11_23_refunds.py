"""Refunds are operations too."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-23T06:17:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Operations of the kind refund"

SQL = """
ALTER TABLE payments.operation DROP CONSTRAINT operation_kind_check;
ALTER TABLE payments.operation ADD CONSTRAINT operation_kind_check
  CHECK (kind IN ('account', 'transfer', 'payout', 'refund'));
"""


async def forwards() -> MigrationManager:
    return sql_migration("payments", ID, DESCRIPTION, SQL)
