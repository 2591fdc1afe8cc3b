"""Statements."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_writes, own, reading_policy, sql_migration

ID = "2026-11-23T06:14:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Closed months and statements that never change"

SQL = """
CREATE SCHEMA settlement;
GRANT USAGE ON SCHEMA settlement TO maillage_app, maillage_audit;

CREATE TABLE settlement.month_close (
  month date PRIMARY KEY CHECK (extract(day FROM month) = 1),
  closed_at timestamptz NOT NULL,
  actor text NOT NULL,
  minimum_hundredths bigint NOT NULL CHECK (minimum_hundredths >= 0),
  statement_count integer NOT NULL,
  line_count bigint NOT NULL
);

CREATE TABLE settlement.statement (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  number text NOT NULL UNIQUE,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  month date NOT NULL REFERENCES settlement.month_close,
  currency core.currency NOT NULL,
  opening_minor bigint NOT NULL,
  sales_minor bigint NOT NULL CHECK (sales_minor >= 0),
  refunds_minor bigint NOT NULL CHECK (refunds_minor <= 0),
  vat_minor bigint NOT NULL,
  due_minor bigint NOT NULL CHECK (due_minor >= 0),
  closing_minor bigint NOT NULL,
  net_minor bigint NOT NULL,
  operator_minor bigint NOT NULL,
  line_count integer NOT NULL CHECK (line_count >= 0),
  hold_until timestamptz,
  closed_at timestamptz NOT NULL,
  UNIQUE (organisation_id, month, currency),
  UNIQUE (id, organisation_id, currency),
  CONSTRAINT balances CHECK
    (opening_minor + sales_minor + refunds_minor + vat_minor = due_minor + closing_minor),
  CONSTRAINT shared CHECK (net_minor = sales_minor + refunds_minor + operator_minor),
  CONSTRAINT paid_or_carried CHECK (due_minor = 0 OR closing_minor = 0)
);
CREATE INDEX statement_month ON settlement.statement (month, currency);

CREATE TABLE settlement.statement_vat (
  statement_id uuid NOT NULL REFERENCES settlement.statement,
  category text NOT NULL,
  rate_bp integer NOT NULL,
  base_minor bigint NOT NULL,
  vat_minor bigint NOT NULL,
  PRIMARY KEY (statement_id, category, rate_bp)
);

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement.month_close
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement.statement
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement.statement_vat
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

-- A closed month takes no statement more, a written statement no VAT more.
CREATE TRIGGER guard AFTER INSERT ON settlement.month_close REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_month();
CREATE TRIGGER guard AFTER INSERT ON settlement.statement REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_month();
CREATE FUNCTION settlement.guard_vat() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM added JOIN settlement.statement s ON s.id = added.statement_id
             WHERE s.month <= (SELECT closed_through FROM ledger.book)) THEN
    RAISE EXCEPTION 'the month of the statement is closed' USING ERRCODE = '55000';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard AFTER INSERT ON settlement.statement_vat REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION settlement.guard_vat();

-- Whoever closes a month has drawn its statements: all that was earned up to it is payable. What
-- an earlier close has looked at is closed, and was nil.
CREATE FUNCTION settlement.guard_book() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM settlement.month_close WHERE month = NEW.closed_through)
     OR EXISTS (SELECT FROM ledger.balance b JOIN ledger.account a ON a.id = b.account_id
                WHERE b.month > coalesce(OLD.closed_through, '-infinity')
                  AND b.month <= NEW.closed_through AND a.code LIKE 'partner:%:earned'
                GROUP BY b.account_id HAVING sum(b.debit_minor) <> sum(b.credit_minor)) THEN
    RAISE EXCEPTION 'month % has not all its statements', to_char(NEW.closed_through, 'YYYY-MM')
      USING ERRCODE = '55000', HINT = 'Close it by settlement.close_month.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER statements AFTER UPDATE ON ledger.book
  FOR EACH ROW EXECUTE FUNCTION settlement.guard_book();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA settlement FROM PUBLIC;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA settlement TO maillage_app;
GRANT SELECT ON ALL TABLES IN SCHEMA settlement TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    walls = reading_policy("settlement.statement", own("organisation_id")) + reading_policy(
        "settlement.statement_vat", "statement_id IN (SELECT id FROM settlement.statement)"
    )
    walls += operator_writes("settlement.month_close", "INSERT")
    return sql_migration("settlement", ID, DESCRIPTION, SQL + walls)
