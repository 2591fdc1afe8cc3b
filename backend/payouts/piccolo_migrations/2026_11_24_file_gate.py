"""A payout waits for the organisation's file, and for a restriction to be lifted."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-23T12:22:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Payouts held for an incomplete file or a restriction"

SQL = """
ALTER TABLE payouts.payout
  DROP CONSTRAINT payout_held_reason_check,
  ADD CONSTRAINT payout_held_reason_check CHECK (held_reason IN ('currency',
    'organisation_unverified', 'no_account', 'account_closed', 'account_not_payable',
    'schedule_not_manual', 'hold', 'file_incomplete', 'restricted', 'not_owed',
    'transfer_reversed', 'ready'));
"""


async def forwards() -> MigrationManager:
    return sql_migration("payouts", ID, DESCRIPTION, SQL)
