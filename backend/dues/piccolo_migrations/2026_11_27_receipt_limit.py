"""PostgreSQL keeps no large receipt of one person."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T12:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "A receipt of the bank's above the limit was approved by a second person"

# At the commit, as the proposal names its receipt after it is made.
SQL = """
CREATE FUNCTION dues.guard_large_receipt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.amount_minor > (SELECT s.value FROM dues.setting s
      WHERE s.name = 'receipt_limit_minor' AND s.valid_from <= NEW.recorded_at
      ORDER BY s.valid_from DESC LIMIT 1)
     AND NOT EXISTS (SELECT FROM dues.proposal p
       WHERE p.receipt_id = NEW.id AND p.state = 'approved') THEN
    RAISE EXCEPTION 'receipt % is above the limit, and nobody approved it', NEW.id
      USING ERRCODE = '23514', CONSTRAINT = 'large_is_approved';
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION dues.guard_large_receipt FROM PUBLIC;
CREATE CONSTRAINT TRIGGER large_is_approved AFTER INSERT ON receipts.receipt
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.kind = 'receipt' AND NEW.held_at = 'bank')
  EXECUTE FUNCTION dues.guard_large_receipt();
"""


async def forwards() -> MigrationManager:
    return sql_migration("dues", ID, DESCRIPTION, SQL)
