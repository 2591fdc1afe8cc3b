"""What organisations paid the operator of what they owe."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-24T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Receipts, and reversals of those that bounced"

SQL = """
CREATE SCHEMA receipts;
GRANT USAGE ON SCHEMA receipts TO maillage_app, maillage_audit;

CREATE TABLE receipts.receipt (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('receipt', 'reversal')),
  original_id uuid UNIQUE REFERENCES receipts.receipt,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  reference text NOT NULL UNIQUE CHECK (length(reference) BETWEEN 1 AND 150),
  received_on date NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  is_late boolean NOT NULL,
  currency core.currency NOT NULL,
  amount_minor bigint NOT NULL CHECK (abs(amount_minor) <= 1000000000000),
  means text NOT NULL CHECK (means IN ('bank_transfer', 'direct_debit', 'card', 'cheque')),
  note text NOT NULL CHECK (length(note) <= 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT signs CHECK (CASE kind
    WHEN 'receipt' THEN amount_minor > 0 AND original_id IS NULL
    ELSE amount_minor < 0 AND original_id IS NOT NULL AND note <> '' END)
);
CREATE INDEX receipt_statement ON receipts.receipt (organisation_id, month, currency);
CREATE INDEX receipt_month ON receipts.receipt (month, currency);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts.receipt
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER guard_month AFTER INSERT ON receipts.receipt REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger.guard_month();

-- What bounced is what arrived, whole.
CREATE FUNCTION receipts.guard_reversal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM receipts.receipt o WHERE o.id = NEW.original_id
      AND o.kind = 'receipt' AND (o.organisation_id, o.currency::text, -o.amount_minor)
        = (NEW.organisation_id, NEW.currency::text, NEW.amount_minor)) THEN
    RAISE EXCEPTION 'a reversal takes back its receipt, whole'
      USING ERRCODE = '23514', CONSTRAINT = 'reversal_is_whole';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_reversal BEFORE INSERT ON receipts.receipt FOR EACH ROW
  WHEN (NEW.kind = 'reversal') EXECUTE FUNCTION receipts.guard_reversal();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA receipts FROM PUBLIC;
GRANT SELECT, INSERT ON receipts.receipt TO maillage_app;
GRANT SELECT ON receipts.receipt TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    wall = reading_policy("receipts.receipt", own("organisation_id"))
    return sql_migration("receipts", ID, DESCRIPTION, SQL + wall)
