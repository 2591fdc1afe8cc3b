"""Nobody orders what is not offered to their segment."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T09:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Orders within the audience of what is ordered"

SQL = """
-- Whoever changes the audience waits for this order, or this order for them.
CREATE FUNCTION orders.guard_audience() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE offered text[];
BEGIN
  SELECT segments INTO offered FROM catalogue.listing WHERE id = NEW.listing_id FOR SHARE;
  IF offered <> '{}' AND NEW.buyer_segment <> ALL (offered) THEN
    RAISE EXCEPTION 'listing % is not offered to the segment %', NEW.listing_id, NEW.buyer_segment
      USING ERRCODE = '23514', CONSTRAINT = 'order_within_audience';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_audience BEFORE INSERT ON orders.order
  FOR EACH ROW EXECUTE FUNCTION orders.guard_audience();
REVOKE ALL ON FUNCTION orders.guard_audience FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("orders", ID, DESCRIPTION, SQL)
