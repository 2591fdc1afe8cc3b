"""Infrastructure on statements, set off against what is payable."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import reading_policy, sql_migration

ID = "2026-11-24T06:14:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Charges and margins on statements"

SQL = """
ALTER TABLE settlement.statement
  ADD margins_minor bigint NOT NULL DEFAULT 0,
  ADD charges_minor bigint NOT NULL DEFAULT 0,
  ADD charges_vat_minor bigint NOT NULL DEFAULT 0,
  ADD charge_count integer NOT NULL DEFAULT 0 CHECK (charge_count >= 0),
  DROP CONSTRAINT balances,
  ADD CONSTRAINT balances CHECK
    (opening_minor + sales_minor + refunds_minor + margins_minor + vat_minor
     - charges_minor - charges_vat_minor = due_minor + closing_minor);

CREATE TABLE settlement.statement_charges_vat (
  statement_id uuid NOT NULL REFERENCES settlement.statement,
  category text NOT NULL,
  rate_bp integer NOT NULL,
  base_minor bigint NOT NULL,
  vat_minor bigint NOT NULL,
  PRIMARY KEY (statement_id, category, rate_bp)
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement.statement_charges_vat
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER guard AFTER INSERT ON settlement.statement_charges_vat
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlement.guard_vat();

-- Whoever closes a month has drawn its statements: all that was earned up to it is payable, all
-- that was owed is set off. What an earlier close has looked at is closed, and was nil.
CREATE OR REPLACE FUNCTION settlement.guard_book() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM settlement.month_close WHERE month = NEW.closed_through)
     OR EXISTS (SELECT FROM ledger.balance b JOIN ledger.account a ON a.id = b.account_id
                WHERE b.month > coalesce(OLD.closed_through, '-infinity')
                  AND b.month <= NEW.closed_through AND a.code ~ '^partner:.*:(earned|owed)$'
                GROUP BY b.account_id HAVING sum(b.debit_minor) <> sum(b.credit_minor)) THEN
    RAISE EXCEPTION 'month % has not all its statements', to_char(NEW.closed_through, 'YYYY-MM')
      USING ERRCODE = '55000', HINT = 'Close it by settlement.close_month.';
  END IF;
  RETURN NULL;
END $$;

GRANT SELECT, INSERT ON settlement.statement_charges_vat TO maillage_app;
GRANT SELECT ON settlement.statement_charges_vat TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    walls = reading_policy(
        "settlement.statement_charges_vat", "statement_id IN (SELECT id FROM settlement.statement)"
    )
    return sql_migration("settlement", ID, DESCRIPTION, SQL + walls)
