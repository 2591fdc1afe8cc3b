"""Share rules and sale lines."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-23T06:12:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Dated share rules; sale lines that never change"

SQL = """
CREATE SCHEMA sales;
GRANT USAGE ON SCHEMA sales TO maillage_app, maillage_audit;

CREATE TABLE sales.share_rule (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  organisation_id uuid REFERENCES partners.organisation,
  channel text CHECK (channel IN ('marketplace', 'direct', 'isv', 'vai', 'wholesaler')),
  brought_by text CHECK (brought_by IN ('operator', 'partner')),
  partner_bp integer NOT NULL CHECK (partner_bp >= 0),
  operator_bp integer NOT NULL CHECK (operator_bp >= 0),
  valid_from timestamptz NOT NULL,
  CHECK (partner_bp + operator_bp = 10000),
  UNIQUE NULLS NOT DISTINCT (organisation_id, channel, brought_by, valid_from)
);
CREATE INDEX share_rule_organisation ON sales.share_rule (organisation_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON sales.share_rule
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
-- The paper's rule (F-03, F-04), and its exception: where a partner brought the customer, the
-- operator takes nothing of the editor's revenue (F-09, money rule c).
INSERT INTO sales.share_rule (id, name, channel, brought_by, partner_bp, operator_bp, valid_from)
VALUES
  ('00000000-0000-7000-8000-000000003070', '30/70', NULL, NULL, 7000, 3000, '1970-01-01Z'),
  ('00000000-0000-7000-8000-000000000100', 'VAI brought the customer', 'vai', 'partner',
   10000, 0, '1970-01-01Z');

CREATE TABLE sales.sale_line (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference text NOT NULL UNIQUE CHECK (length(reference) BETWEEN 1 AND 150),
  kind text NOT NULL CHECK (kind IN ('sale', 'refund')),
  original_id bigint REFERENCES sales.sale_line,
  organisation_id uuid NOT NULL,
  listing_id uuid NOT NULL,
  buyer_id uuid REFERENCES partners.organisation,
  buyer_country text NOT NULL CHECK (buyer_country ~ '^[A-Z]{2}$'),
  buyer_segment text NOT NULL CHECK (buyer_segment IN
    ('individual', 'tpe', 'pme', 'eti', 'large_account', 'public_body', 'local_authority')),
  channel text NOT NULL CHECK (channel IN ('marketplace', 'direct', 'isv', 'vai', 'wholesaler')),
  brought_by text NOT NULL CHECK (brought_by IN ('operator', 'partner')),
  stream_code text NOT NULL CHECK (stream_code IN ('DIR', 'MKT', 'E1', 'E2', 'V1', 'V2', 'V3',
                                                   'RSL', 'WHS', 'HWS')),
  capture_mode text NOT NULL CHECK (capture_mode IN ('usage', 'revenue_sharing')),
  sold_at timestamptz NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  is_late boolean NOT NULL,
  currency core.currency NOT NULL,
  net_minor bigint NOT NULL CHECK (abs(net_minor) <= 1000000000000000),
  vat_rate_bp integer NOT NULL CHECK (vat_rate_bp BETWEEN 0 AND 10000),
  vat_minor bigint NOT NULL,
  share_rule_id uuid NOT NULL REFERENCES sales.share_rule,
  partner_bp integer NOT NULL,
  operator_bp integer NOT NULL,
  partner_minor bigint NOT NULL,
  operator_minor bigint NOT NULL,
  partner_vat_category text NOT NULL
    CHECK (partner_vat_category IN ('S', 'AE', 'O', 'E', 'Z', 'G')),
  partner_vat_rate_bp integer NOT NULL CHECK (partner_vat_rate_bp BETWEEN 0 AND 10000),
  hold_until timestamptz NOT NULL,
  source text NOT NULL CHECK (source IN ('import', 'order')),
  collected_in text NOT NULL CHECK (collected_in IN ('bank', 'stripe')),
  recorded_at timestamptz NOT NULL,
  CONSTRAINT parts_sum_to_the_whole CHECK (partner_minor + operator_minor = net_minor),
  CONSTRAINT signs CHECK (
    CASE kind WHEN 'sale' THEN original_id IS NULL AND net_minor > 0 AND vat_minor >= 0
                             AND partner_minor >= 0 AND operator_minor >= 0
              ELSE original_id IS NOT NULL AND net_minor < 0 AND vat_minor <= 0
                             AND partner_minor <= 0 AND operator_minor <= 0 END),
  FOREIGN KEY (listing_id, organisation_id) REFERENCES catalogue.listing (id, organisation_id)
);
CREATE INDEX sale_line_statement ON sales.sale_line (organisation_id, month, currency);
CREATE INDEX sale_line_listing ON sales.sale_line (listing_id);
CREATE INDEX sale_line_original ON sales.sale_line (original_id) WHERE original_id IS NOT NULL;
CREATE INDEX sale_line_buyer ON sales.sale_line (buyer_id) WHERE buyer_id IS NOT NULL;
CREATE INDEX sale_line_month ON sales.sale_line (month, currency);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON sales.sale_line
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER guard_month AFTER INSERT ON sales.sale_line REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_month();

-- Refunds of one sale take turns; together they never exceed it, and the whole leaves no cent.
CREATE FUNCTION sales.guard_refund() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o sales.sale_line; net bigint; vat bigint; partner bigint; operator bigint;
BEGIN
  SELECT * INTO o FROM sales.sale_line WHERE id = NEW.original_id FOR UPDATE;
  IF o.kind <> 'sale'
     OR (o.organisation_id, o.listing_id, o.currency::text, o.vat_rate_bp, o.share_rule_id,
         o.partner_bp, o.operator_bp, o.partner_vat_category, o.partner_vat_rate_bp)
        IS DISTINCT FROM
        (NEW.organisation_id, NEW.listing_id, NEW.currency::text, NEW.vat_rate_bp,
         NEW.share_rule_id, NEW.partner_bp, NEW.operator_bp, NEW.partner_vat_category,
         NEW.partner_vat_rate_bp) THEN
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
  IF least(net, vat, partner, operator) < 0
     OR (net = 0 AND (vat, partner, operator) <> (0, 0, 0)) THEN
    RAISE EXCEPTION 'refunds exceed the sale or leave a cent behind'
      USING ERRCODE = '23514', CONSTRAINT = 'refund_within_sale';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_refund BEFORE INSERT ON sales.sale_line FOR EACH ROW
  WHEN (NEW.kind = 'refund') EXECUTE FUNCTION sales.guard_refund();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sales FROM PUBLIC;
GRANT SELECT, INSERT ON sales.share_rule, sales.sale_line TO maillage_app;
GRANT SELECT ON ALL TABLES IN SCHEMA sales TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    mine = own("organisation_id")
    walls = reading_policy("sales.sale_line", mine) + reading_policy(
        "sales.share_rule", f"organisation_id IS NULL OR {mine}"
    )
    return sql_migration("sales", ID, DESCRIPTION, SQL + walls)
