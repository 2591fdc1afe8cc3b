"""What is owed by a rule, and rebates on turnover, on statements."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import reading_policy, sql_migration

ID = "2026-11-24T12:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Awards and rebates on statements"

SQL = """
ALTER TABLE settlement.statement
  ADD awards_minor bigint NOT NULL DEFAULT 0,
  ADD rebates_minor bigint NOT NULL DEFAULT 0,
  ADD rebates_vat_minor bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT balances,
  ADD CONSTRAINT balances CHECK
    (opening_minor + sales_minor + refunds_minor + margins_minor + awards_minor + vat_minor
     - charges_minor - charges_vat_minor + rebates_minor + rebates_vat_minor
     = due_minor + closing_minor);

CREATE TABLE settlement.statement_rebates_vat (
  statement_id uuid NOT NULL REFERENCES settlement.statement,
  category text NOT NULL,
  rate_bp integer NOT NULL,
  base_minor bigint NOT NULL,
  vat_minor bigint NOT NULL,
  PRIMARY KEY (statement_id, category, rate_bp)
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement.statement_rebates_vat
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER guard AFTER INSERT ON settlement.statement_rebates_vat
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlement.guard_vat();
GRANT SELECT, INSERT ON settlement.statement_rebates_vat TO maillage_app;
GRANT SELECT ON settlement.statement_rebates_vat TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    walls = reading_policy(
        "settlement.statement_rebates_vat", "statement_id IN (SELECT id FROM settlement.statement)"
    )
    return sql_migration("settlement", ID, DESCRIPTION, SQL + walls)
