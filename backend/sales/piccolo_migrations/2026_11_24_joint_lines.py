"""A sale of a joint offer is one line of each owner; together they are the sale, to the cent."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-24T17:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Sale lines of two owners"

# (money rules M2, M3) of a sale, and of all refunds of it together (M5): the parts follow from the
# whole, and the owners' from them. `lead` is the first owner, to whom a left-over cent goes.
GUARD_LINES = """
CREATE FUNCTION sales.first_part(minor numeric, bp integer) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$ SELECT div(2 * minor * bp + 10000, 20000) $$;

CREATE FUNCTION sales.guard_joint() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE offer catalogue.joint_offer; sale text; lead record; whole record;
        partner numeric; operator numeric; vat numeric;
BEGIN
  SELECT * INTO offer FROM catalogue.joint_offer WHERE id = NEW.joint_offer_id;
  IF offer.during IS NULL OR lower(offer.during) > NEW.sold_at
     OR (NEW.organisation_id, NEW.joint_bp, NEW.reference) NOT IN (
       (offer.organisation_id, offer.first_bp, NEW.joint_reference),
       (offer.second_id, offer.second_bp, NEW.joint_reference || '#2')) THEN
    RAISE EXCEPTION 'line % is not of an owner of its joint offer', NEW.reference
      USING ERRCODE = '23514', CONSTRAINT = 'joint_line_of_an_owner';
  END IF;
  sale := NEW.joint_reference;
  IF NEW.kind = 'refund' THEN
    SELECT joint_reference INTO sale FROM sales.sale_line WHERE id = NEW.original_id;
  END IF;
  SELECT coalesce(abs(sum(l.net_minor)), 0) AS net, coalesce(abs(sum(l.vat_minor)), 0) AS vat,
         coalesce(abs(sum(l.partner_minor)), 0) AS partner,
         coalesce(abs(sum(l.partner_minor) FILTER (WHERE first)), 0) AS first_partner,
         coalesce(abs(sum(l.operator_minor) FILTER (WHERE first)), 0) AS first_operator,
         coalesce(abs(sum(l.vat_minor) FILTER (WHERE first)), 0) AS first_vat
    INTO whole
    FROM (SELECT x.*, x.organisation_id = offer.organisation_id AS first
          FROM sales.sale_line s JOIN sales.sale_line x
            ON CASE NEW.kind WHEN 'sale' THEN x.id = s.id ELSE x.original_id = s.id END
          WHERE s.joint_reference = sale AND s.kind = 'sale') AS l;
  partner := sales.first_part(whole.net, NEW.partner_bp);
  operator := whole.net - partner;
  vat := sales.first_part(whole.net, NEW.vat_rate_bp);
  IF (NEW.kind = 'sale' AND whole.net <> NEW.joint_net_minor)
     OR (whole.vat, whole.partner, whole.first_partner, whole.first_operator, whole.first_vat)
        IS DISTINCT FROM
        (vat, partner, sales.first_part(partner, offer.first_bp),
         sales.first_part(operator, offer.first_bp), sales.first_part(vat, offer.first_bp)) THEN
    RAISE EXCEPTION 'the lines of % are not the whole of it, shared', NEW.joint_reference
      USING ERRCODE = '23514', CONSTRAINT = 'joint_lines_are_the_whole';
  END IF;
  RETURN NULL;
END $$;
-- After the statement, which writes the lines of both.
CREATE TRIGGER guard_joint AFTER INSERT ON sales.sale_line FOR EACH ROW
  WHEN (NEW.joint_offer_id IS NOT NULL) EXECUTE FUNCTION sales.guard_joint();
"""

SQL = """
ALTER TABLE sales.sale_line
  DROP CONSTRAINT sale_line_listing_id_organisation_id_fkey,
  DROP CONSTRAINT signs,
  ADD joint_offer_id uuid,
  ADD joint_bp integer CHECK (joint_bp BETWEEN 1 AND 9999),
  ADD joint_reference text,
  ADD joint_net_minor bigint,
  ADD sole_owner_id uuid GENERATED ALWAYS AS
    (CASE WHEN joint_offer_id IS NULL THEN organisation_id END) STORED,
  ADD FOREIGN KEY (listing_id, sole_owner_id)
    REFERENCES catalogue.listing (id, organisation_id),
  ADD FOREIGN KEY (joint_offer_id, listing_id) REFERENCES catalogue.joint_offer (id, listing_id),
  ADD CONSTRAINT joint_or_not
    CHECK (num_nonnulls(joint_offer_id, joint_bp, joint_reference, joint_net_minor) IN (0, 4)),
  ADD CONSTRAINT signs CHECK (
    CASE kind WHEN 'sale' THEN original_id IS NULL AND net_minor >= 0 AND vat_minor >= 0
                             AND partner_minor >= 0 AND operator_minor >= 0
              ELSE original_id IS NOT NULL AND net_minor <= 0 AND vat_minor <= 0
                             AND partner_minor <= 0 AND operator_minor <= 0 END
    AND (net_minor <> 0 OR joint_offer_id IS NOT NULL AND vat_minor <> 0));
COMMENT ON COLUMN sales.sale_line.joint_net_minor IS 'Of the whole sale or refund, of both owners.';
CREATE INDEX sale_line_joint_offer ON sales.sale_line (joint_offer_id, listing_id)
  WHERE joint_offer_id IS NOT NULL;
CREATE INDEX sale_line_joint ON sales.sale_line (joint_reference)
  WHERE joint_reference IS NOT NULL;

CREATE OR REPLACE FUNCTION sales.guard_refund() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o sales.sale_line; net bigint; vat bigint; partner bigint; operator bigint;
BEGIN
  SELECT * INTO o FROM sales.sale_line WHERE id = NEW.original_id FOR UPDATE;
  IF o.kind <> 'sale'
     OR (o.organisation_id, o.listing_id, o.currency::text, o.vat_rate_bp, o.share_rule_id,
         o.partner_bp, o.operator_bp, o.partner_vat_category, o.partner_vat_rate_bp,
         o.joint_offer_id, o.joint_bp)
        IS DISTINCT FROM
        (NEW.organisation_id, NEW.listing_id, NEW.currency::text, NEW.vat_rate_bp,
         NEW.share_rule_id, NEW.partner_bp, NEW.operator_bp, NEW.partner_vat_category,
         NEW.partner_vat_rate_bp, NEW.joint_offer_id, NEW.joint_bp) THEN
    RAISE EXCEPTION 'a refund copies the terms of its sale'
      USING ERRCODE = '23514', CONSTRAINT = 'refund_copies_terms';
  END IF;
  IF NEW.sold_at < o.sold_at OR NEW.month < o.month THEN
    RAISE EXCEPTION 'a refund comes after its sale'
      USING ERRCODE = '23514', CONSTRAINT = 'refund_after_sale';
  END IF;
  SELECT sum(l.net_minor), sum(l.vat_minor), sum(l.partner_minor), sum(l.operator_minor)
    INTO net, vat, partner, operator
    FROM sales.sale_line l WHERE l.original_id = o.id;
  net := o.net_minor + coalesce(net, 0) + NEW.net_minor;
  vat := o.vat_minor + coalesce(vat, 0) + NEW.vat_minor;
  partner := o.partner_minor + coalesce(partner, 0) + NEW.partner_minor;
  operator := o.operator_minor + coalesce(operator, 0) + NEW.operator_minor;
  -- Of two owners one may have a cent of tax left before the other: both together are held above.
  IF least(net, vat, partner, operator) < 0
     OR (net = 0 AND NEW.joint_offer_id IS NULL AND (vat, partner, operator) <> (0, 0, 0)) THEN
    RAISE EXCEPTION 'refunds exceed the sale or leave a cent behind'
      USING ERRCODE = '23514', CONSTRAINT = 'refund_within_sale';
  END IF;
  RETURN NEW;
END $$;
"""
RIGHTS = "REVOKE ALL ON FUNCTION sales.guard_joint, sales.guard_refund FROM PUBLIC;"


async def forwards() -> MigrationManager:
    return sql_migration("sales", ID, DESCRIPTION, SQL + GUARD_LINES + RIGHTS)
