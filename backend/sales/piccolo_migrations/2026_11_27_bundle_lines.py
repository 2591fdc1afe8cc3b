"""An order of several parts is a line of each owner; together they are the order, to the cent."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T09:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Sale lines of the parts of one order"

SQL = """
ALTER TABLE sales.sale_line ADD bundle_reference text
  CHECK (length(bundle_reference) BETWEEN 1 AND 150),
  ADD CONSTRAINT part_of_one_owner CHECK (bundle_reference IS NULL OR joint_offer_id IS NULL);
COMMENT ON COLUMN sales.sale_line.bundle_reference IS
  'The order of several parts of which it is one; its VAT is a part of the VAT of the whole (M6).';
CREATE INDEX sale_line_bundle ON sales.sale_line (bundle_reference)
  WHERE bundle_reference IS NOT NULL;

CREATE FUNCTION sales.guard_bundle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE whole record; o sales.sale_line;
BEGIN
  IF NEW.kind = 'refund' THEN
    SELECT * INTO o FROM sales.sale_line WHERE id = NEW.original_id;
    IF (o.bundle_reference, -o.net_minor, -o.vat_minor, -o.partner_minor, -o.operator_minor)
       IS DISTINCT FROM
       (NEW.bundle_reference, NEW.net_minor, NEW.vat_minor, NEW.partner_minor, NEW.operator_minor)
    THEN
      RAISE EXCEPTION 'part % of an order goes back whole', o.reference
        USING ERRCODE = '23514', CONSTRAINT = 'bundle_part_goes_back_whole';
    END IF;
    RETURN NULL;
  END IF;
  SELECT sum(l.net_minor) AS net, sum(l.vat_minor) AS vat, min(l.vat_rate_bp) AS least,
         max(l.vat_rate_bp) AS most, count(DISTINCT l.currency::text) AS currencies INTO whole
    FROM sales.sale_line l WHERE l.bundle_reference = NEW.bundle_reference AND l.kind = 'sale';
  IF whole.least <> whole.most OR whole.currencies <> 1
     OR whole.vat <> sales.first_part(whole.net, whole.least) THEN
    RAISE EXCEPTION 'the parts of % are not the whole of it', NEW.bundle_reference
      USING ERRCODE = '23514', CONSTRAINT = 'bundle_parts_are_the_whole';
  END IF;
  RETURN NULL;
END $$;
-- After the statement, which writes all parts.
CREATE TRIGGER guard_bundle AFTER INSERT ON sales.sale_line FOR EACH ROW
  WHEN (NEW.bundle_reference IS NOT NULL) EXECUTE FUNCTION sales.guard_bundle();
REVOKE ALL ON FUNCTION sales.guard_bundle FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("sales", ID, DESCRIPTION, SQL)
