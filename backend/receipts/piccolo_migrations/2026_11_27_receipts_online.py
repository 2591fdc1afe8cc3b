"""Receipts that stand at Stripe, not at the bank."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T09:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Where a receipt's money stands"

SQL = """
ALTER TABLE receipts.receipt ADD held_at text NOT NULL DEFAULT 'bank'
  CHECK (held_at IN ('bank', 'stripe'));

-- What bounced is what arrived, whole, and where it arrived.
CREATE OR REPLACE FUNCTION receipts.guard_reversal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM receipts.receipt o WHERE o.id = NEW.original_id
      AND o.kind = 'receipt' AND (o.organisation_id, o.currency::text, -o.amount_minor, o.held_at)
        = (NEW.organisation_id, NEW.currency::text, NEW.amount_minor, NEW.held_at)) THEN
    RAISE EXCEPTION 'a reversal takes back its receipt, whole'
      USING ERRCODE = '23514', CONSTRAINT = 'reversal_is_whole';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION receipts.guard_reversal FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("receipts", ID, DESCRIPTION, SQL)
