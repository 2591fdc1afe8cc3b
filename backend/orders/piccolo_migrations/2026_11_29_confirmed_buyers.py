"""Only who is known to be in a segment orders what is offered to that segment."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-29T02:49:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Orders within the audience, of buyers whose segment was confirmed"

SQL = """
-- Whoever changes the audience, or the segment, waits for this order, or this order for them.
CREATE OR REPLACE FUNCTION orders.guard_audience() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE offered text[];
BEGIN
  SELECT segments INTO offered FROM catalogue.listing WHERE id = NEW.listing_id FOR SHARE;
  IF offered = '{}' THEN
    RETURN NEW;
  END IF;
  PERFORM FROM partners.organisation o
   WHERE o.id = NEW.organisation_id AND o.segment = NEW.buyer_segment
     AND o.segment = ANY (offered) AND o.segment_confirmed_at IS NOT NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'listing % is not offered to the segment %', NEW.listing_id, NEW.buyer_segment
      USING ERRCODE = '23514', CONSTRAINT = 'order_within_audience';
  END IF;
  RETURN NEW;
END $$;
"""


async def forwards() -> MigrationManager:
    return sql_migration("orders", ID, DESCRIPTION, SQL)
