"""Nobody orders an offer of several parts of which one changes in the same moment."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T12:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Orders of several parts as their parts stand"

SQL = """
-- Whoever changes the offer or one of its parts waits for this order, or this order for them.
CREATE FUNCTION orders.guard_bundle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE stands text;
BEGIN
  IF NOT EXISTS (SELECT FROM catalogue.bundle WHERE listing_id = NEW.listing_id) THEN
    RETURN NEW;
  END IF;
  SELECT status INTO stands FROM catalogue.listing WHERE id = NEW.listing_id FOR SHARE;
  PERFORM FROM catalogue.listing c WHERE c.id IN (
    SELECT component_id FROM catalogue.bundle_part WHERE bundle_id = NEW.listing_id)
    ORDER BY c.id FOR SHARE;
  IF stands <> 'published'
     OR EXISTS (SELECT FROM catalogue.barred_bundle WHERE listing_id = NEW.listing_id) THEN
    RAISE EXCEPTION 'a part of % is not what it was', NEW.listing_id
      USING ERRCODE = '23514', CONSTRAINT = 'ordered_bundle_is_on_sale';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_bundle BEFORE INSERT ON orders.order
  FOR EACH ROW EXECUTE FUNCTION orders.guard_bundle();
REVOKE ALL ON FUNCTION orders.guard_bundle FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("orders", ID, DESCRIPTION, SQL)
