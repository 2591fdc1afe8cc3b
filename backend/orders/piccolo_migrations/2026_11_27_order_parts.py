"""The parts of an order of several, and the deal that says who brought its buyer."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration, tenant_policy

ID = "2026-11-27T09:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Orders of several parts, attributed by evidence"

SQL = """
-- Copied when it is placed: of whom each part is, and for how much. An order of one listing has
-- none. The first, at 0, is the own service of who combined them.
CREATE TABLE orders.part (
  order_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  position integer NOT NULL CHECK (position BETWEEN 0 AND 10),
  listing_id uuid NOT NULL,
  owner_id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
  net_minor bigint NOT NULL CHECK (net_minor > 0),
  vat_minor bigint NOT NULL CHECK (vat_minor >= 0),
  PRIMARY KEY (order_id, position),
  FOREIGN KEY (order_id, organisation_id) REFERENCES orders.order (id, organisation_id),
  FOREIGN KEY (listing_id, owner_id) REFERENCES catalogue.listing (id, organisation_id)
);
CREATE INDEX part_order ON orders.part (order_id, organisation_id);
CREATE INDEX part_organisation ON orders.part (organisation_id);
CREATE INDEX part_listing ON orders.part (listing_id, owner_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON orders.part
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE FUNCTION orders.guard_parts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'order' THEN
    IF EXISTS (SELECT FROM catalogue.bundle WHERE listing_id = NEW.listing_id)
       AND NOT EXISTS (SELECT FROM orders.part WHERE order_id = NEW.id) THEN
      RAISE EXCEPTION 'order % of several parts names none', NEW.id
        USING ERRCODE = '23514', CONSTRAINT = 'parts_are_the_whole';
    END IF;
    RETURN NULL;
  END IF;
  IF EXISTS (
    SELECT FROM orders.order o,
         LATERAL (SELECT sum(p.net_minor) AS net, sum(p.vat_minor) AS vat FROM orders.part p
                  WHERE p.order_id = o.id) AS parts
    WHERE o.id = NEW.order_id AND (o.state NOT IN ('placed', 'checkout_open')
      OR (parts.net, parts.vat) IS DISTINCT FROM (o.net_minor, o.vat_minor))
  ) THEN
    RAISE EXCEPTION 'the parts of order % are not the whole of it', NEW.order_id
      USING ERRCODE = '23514', CONSTRAINT = 'parts_are_the_whole';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER guard_parts AFTER INSERT ON orders.part
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders.guard_parts();
CREATE CONSTRAINT TRIGGER guard_parts AFTER INSERT ON orders.order
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders.guard_parts();

ALTER TABLE orders.order ADD deal_id uuid REFERENCES deals.deal,
  ADD CONSTRAINT brought_by_a_deal CHECK (deal_id IS NULL OR brought_by = 'partner');
COMMENT ON COLUMN orders.order.deal_id IS
  'The accepted deal that protected the buyer when it was placed (money rule c). Never changes.';
CREATE INDEX order_deal ON orders.order (deal_id) WHERE deal_id IS NOT NULL;

CREATE FUNCTION orders.guard_whole_refund() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM orders.part p JOIN orders.order o ON o.id = p.order_id
             WHERE o.id = NEW.order_id AND o.net_minor <> NEW.net_minor) THEN
    RAISE EXCEPTION 'an order of several parts goes back whole'
      USING ERRCODE = '23514', CONSTRAINT = 'several_parts_go_back_whole';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_whole_refund BEFORE INSERT ON orders.refund
  FOR EACH ROW EXECUTE FUNCTION orders.guard_whole_refund();

REVOKE ALL ON FUNCTION orders.guard_parts, orders.guard_whole_refund FROM PUBLIC;
GRANT SELECT, INSERT ON orders.part TO maillage_app;
GRANT SELECT ON orders.part TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    return sql_migration("orders", ID, DESCRIPTION, SQL + tenant_policy("orders.part"))
