"""What the operator owes by a rule: rebates on turnover, suppliers' shares, co-marketing."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-24T12:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Awards: turnover rebates, shares of suppliers, reimbursed co-marketing"

SQL = """
CREATE SCHEMA awards;
GRANT USAGE ON SCHEMA awards TO maillage_app, maillage_audit;

-- One amount, before VAT, and the document that it stands on: a rebate is a credit note of the
-- operator's, the others are invoices that the operator writes for the partner.
CREATE TABLE awards.award (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  kind text NOT NULL CHECK (kind IN ('rebate', 'supplier_share', 'co_marketing')),
  reference text NOT NULL UNIQUE CHECK (length(reference) BETWEEN 1 AND 200),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  currency core.currency NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  from_on date NOT NULL,
  to_on date NOT NULL,
  contract_number text CHECK (length(contract_number) BETWEEN 1 AND 200),
  document_type text NOT NULL,
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 300),
  vat_category text NOT NULL CHECK (vat_category IN ('S', 'AE', 'O', 'E', 'Z', 'G')),
  vat_rate_bp integer NOT NULL CHECK (vat_rate_bp BETWEEN 0 AND 10000),
  actor text NOT NULL,
  awarded_at timestamptz NOT NULL,
  CONSTRAINT period_lasts CHECK (from_on <= to_on),
  -- BR-FR-CO-03: a global rebate names its contract and its period.
  CONSTRAINT rebate_names_its_contract CHECK
    (kind = 'co_marketing' OR contract_number IS NOT NULL),
  CONSTRAINT type_of_document CHECK (document_type =
    CASE WHEN kind = 'rebate' THEN CASE WHEN amount_minor > 0 THEN '262' ELSE '380' END
         ELSE CASE WHEN amount_minor > 0 THEN '389' ELSE '261' END END)
);
COMMENT ON COLUMN awards.award.month IS 'On whose statement it is; from_on to to_on is what for.';
CREATE INDEX award_statement ON awards.award (organisation_id, month, currency);
CREATE INDEX award_month ON awards.award (month, currency);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON awards.award
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER guard_month AFTER INSERT ON awards.award REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_month();

-- Of one quarter: what was invoiced, and the whole rebate on it, as known at each posting. The
-- first posting has the number 1; later ones only take back what refunds took (money rule M5).
CREATE TABLE awards.rebate (
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  quarter date NOT NULL
    CHECK (extract(day FROM quarter) = 1 AND extract(month FROM quarter) IN (1, 4, 7, 10)),
  currency core.currency NOT NULL,
  number integer NOT NULL CHECK (number > 0),
  tier_table_id uuid NOT NULL REFERENCES programmes.tier_table,
  turnover_minor bigint NOT NULL,
  rebate_minor bigint NOT NULL CHECK (rebate_minor >= 0),
  amount_minor bigint NOT NULL,
  award_id uuid REFERENCES awards.award,
  posted_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, quarter, currency, number),
  CONSTRAINT money_moves_by_an_award CHECK ((amount_minor = 0) = (award_id IS NULL)),
  CONSTRAINT no_turnover_no_rebate CHECK (turnover_minor > 0 OR rebate_minor = 0),
  CONSTRAINT only_refunds_correct CHECK (number = 1 OR amount_minor <= 0)
);
CREATE INDEX rebate_quarter ON awards.rebate (quarter, currency);
CREATE INDEX rebate_tiers ON awards.rebate (tier_table_id);
CREATE INDEX rebate_award ON awards.rebate (award_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON awards.rebate
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE FUNCTION awards.guard_rebate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE before awards.rebate; paid bigint;
BEGIN
  SELECT * INTO before FROM awards.rebate r
   WHERE (r.organisation_id, r.quarter, r.currency::text)
         = (NEW.organisation_id, NEW.quarter, NEW.currency::text)
   ORDER BY r.number DESC LIMIT 1;
  SELECT a.amount_minor INTO paid FROM awards.award a
   WHERE a.id = NEW.award_id AND a.kind = 'rebate' AND a.organisation_id = NEW.organisation_id
     AND a.currency::text = NEW.currency::text;
  IF NEW.number <> coalesce(before.number, 0) + 1
     OR NEW.amount_minor <> NEW.rebate_minor - coalesce(before.rebate_minor, 0)
     OR NEW.amount_minor <> coalesce(paid, 0)
     OR NEW.turnover_minor > coalesce(before.turnover_minor, NEW.turnover_minor)
     OR NEW.tier_table_id <> coalesce(before.tier_table_id, NEW.tier_table_id) THEN
    RAISE EXCEPTION 'rebate % of % does not follow the one before', NEW.number, NEW.quarter
      USING ERRCODE = '23514', CONSTRAINT = 'rebate_follows';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_rebate BEFORE INSERT ON awards.rebate
  FOR EACH ROW EXECUTE FUNCTION awards.guard_rebate();

-- What a supplier has of a month's revenue of its pool, for each share of its contract in force.
CREATE TABLE awards.supplier_share (
  contract_id uuid NOT NULL,
  valid_from date NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  currency core.currency NOT NULL,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  contract_reference text NOT NULL,
  base text NOT NULL,
  rate_bp integer NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
  revenue_minor bigint NOT NULL,
  share_minor bigint NOT NULL,
  award_id uuid REFERENCES awards.award,
  posted_at timestamptz NOT NULL,
  PRIMARY KEY (contract_id, valid_from, month, currency),
  FOREIGN KEY (contract_id, valid_from) REFERENCES partners.supply_share,
  CONSTRAINT money_moves_by_an_award CHECK ((share_minor = 0) = (award_id IS NULL)),
  CONSTRAINT rounded_half_up CHECK (share_minor = sign(revenue_minor)
    * div(2::numeric * abs(revenue_minor) * rate_bp + 10000, 20000))
);
CREATE INDEX supplier_share_month ON awards.supplier_share (month, currency);
CREATE INDEX supplier_share_organisation ON awards.supplier_share (organisation_id);
CREATE INDEX supplier_share_award ON awards.supplier_share (award_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON awards.supplier_share
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA awards FROM PUBLIC;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA awards TO maillage_app;
GRANT SELECT ON ALL TABLES IN SCHEMA awards TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    walls = "".join(
        reading_policy(f"awards.{table}", own("organisation_id"))
        for table in ("award", "rebate", "supplier_share")
    )
    return sql_migration("awards", ID, DESCRIPTION, SQL + walls)
