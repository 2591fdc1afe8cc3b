"""What partners paid of what they owe, on statements."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-24T12:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Receipts on statements"

SQL = """
ALTER TABLE settlement.statement
  ADD receipts_minor bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT balances,
  ADD CONSTRAINT balances CHECK
    (opening_minor + sales_minor + refunds_minor + margins_minor + awards_minor + vat_minor
     - charges_minor - charges_vat_minor + rebates_minor + rebates_vat_minor + receipts_minor
     = due_minor + closing_minor);
"""


async def forwards() -> MigrationManager:
    return sql_migration("settlement", ID, DESCRIPTION, SQL)
