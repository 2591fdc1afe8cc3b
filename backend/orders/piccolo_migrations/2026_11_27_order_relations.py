"""Who managed the customer, kept on each order."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T06:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Orders keep who managed the customer when they were placed"

SQL = """
ALTER TABLE orders.order
  ADD COLUMN relation text
    CHECK (relation IN ('self_service', 'account_managed', 'partner_managed')),
  ADD COLUMN manager_id uuid REFERENCES identity.person,
  ADD COLUMN managing_partner_id uuid REFERENCES partners.organisation,
  ADD COLUMN managed_by text CHECK (length(managed_by) BETWEEN 1 AND 200),
  ADD CONSTRAINT manager_fits_relation CHECK (CASE coalesce(relation, '')
    WHEN 'account_managed' THEN
      managing_partner_id IS NULL AND (manager_id IS NULL) = (managed_by IS NULL)
    WHEN 'partner_managed' THEN
      manager_id IS NULL AND managing_partner_id IS NOT NULL AND managed_by IS NOT NULL
    ELSE manager_id IS NULL AND managing_partner_id IS NULL AND managed_by IS NULL END);
COMMENT ON COLUMN orders.order.relation IS 'NULL: placed before this was kept.';
COMMENT ON COLUMN orders.order.managed_by IS 'The name, as it was when the order was placed.';
CREATE INDEX order_manager ON orders.order (manager_id) WHERE manager_id IS NOT NULL;
CREATE INDEX order_managing_partner ON orders.order (managing_partner_id)
  WHERE managing_partner_id IS NOT NULL;

CREATE FUNCTION orders.guard_relation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'who managed the customer when it ordered never changes' USING ERRCODE = '55000';
END $$;
CREATE TRIGGER guard_relation BEFORE UPDATE ON orders.order FOR EACH ROW
  WHEN ((OLD.relation, OLD.manager_id, OLD.managing_partner_id, OLD.managed_by)
        IS DISTINCT FROM (NEW.relation, NEW.manager_id, NEW.managing_partner_id, NEW.managed_by))
  EXECUTE FUNCTION orders.guard_relation();
REVOKE ALL ON FUNCTION orders.guard_relation FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("orders", ID, DESCRIPTION, SQL)
