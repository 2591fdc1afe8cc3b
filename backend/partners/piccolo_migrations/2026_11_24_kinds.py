"""What kind of partner or supplier an organisation is, and what a supplier is paid for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_policy, own, reading_policy, sql_migration

ID = "2026-11-23T12:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Sub-types, SIRET, contracts of suppliers"

SQL = """
ALTER TABLE partners.organisation
  ADD siret text CHECK (siret ~ '^[0-9]{14}$'),
  ADD CONSTRAINT siret_is_of_siren CHECK (siret IS NULL OR siren = left(siret, 9));
GRANT UPDATE (siret) ON partners.organisation TO maillage_app;
CREATE TRIGGER operator_numbers BEFORE UPDATE OF siret ON partners.organisation
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();

CREATE TABLE partners.role_kind (
  organisation_id uuid NOT NULL,
  role text NOT NULL,
  kind text NOT NULL,
  PRIMARY KEY (organisation_id, role, kind),
  FOREIGN KEY (organisation_id, role) REFERENCES partners.organisation_role,
  CONSTRAINT kind_is_of_role CHECK (CASE role
    WHEN 'isv' THEN kind IN ('software_house', 'open_source_editor')
    WHEN 'vai' THEN kind IN ('esn', 'consulting', 'integrator', 'web_agency', 'hoster')
    WHEN 'wholesaler' THEN kind = 'distributor'
    WHEN 'reseller' THEN kind IN ('esn', 'consulting', 'hoster', 'web_agency', 'retailer')
    WHEN 'supplier' THEN kind IN ('manufacturer', 'house_provider', 'proprietary_editor',
                                  'open_source_community')
    ELSE false END)
);

CREATE TABLE partners.supply_contract (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL,
  role text NOT NULL DEFAULT 'supplier' CHECK (role = 'supplier'),
  kind text NOT NULL,
  reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
  starts_on date NOT NULL,
  ends_on date CHECK (ends_on >= starts_on),
  recorded_at timestamptz NOT NULL,
  UNIQUE (organisation_id, reference),
  FOREIGN KEY (organisation_id, role, kind) REFERENCES partners.role_kind
);
COMMENT ON COLUMN partners.supply_contract.ends_on IS 'The last day; NULL: until it is ended.';
CREATE INDEX ON partners.supply_contract (organisation_id, role, kind);

CREATE FUNCTION partners.guard_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ends_on IS NOT NULL THEN
    RAISE EXCEPTION 'contract % ends on %: that is written once', OLD.id, OLD.ends_on
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON partners.supply_contract
  FOR EACH ROW EXECUTE FUNCTION partners.guard_contract();
REVOKE ALL ON FUNCTION partners.guard_contract FROM PUBLIC;

-- Costs and shares are in force from a day on until the next row of the same contract begins.
CREATE TABLE partners.supply_cost (
  contract_id uuid NOT NULL REFERENCES partners.supply_contract,
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
  valid_from date NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency core.currency NOT NULL,
  per text NOT NULL CHECK (per IN ('once', 'month', 'quarter', 'year', 'unit')),
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (contract_id, subject, valid_from)
);
CREATE TABLE partners.supply_share (
  contract_id uuid NOT NULL REFERENCES partners.supply_contract,
  valid_from date NOT NULL,
  rate_bp integer NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
  base text NOT NULL CHECK (length(base) BETWEEN 1 AND 200),
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (contract_id, valid_from)
);
COMMENT ON COLUMN partners.supply_share.base IS 'Of whose revenue: a pool of resources, a product.';

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON partners.supply_cost
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON partners.supply_share
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

GRANT SELECT, INSERT ON partners.role_kind, partners.supply_contract, partners.supply_cost,
  partners.supply_share TO maillage_app;
GRANT UPDATE (ends_on) ON partners.supply_contract TO maillage_app;
GRANT SELECT ON partners.role_kind, partners.supply_contract, partners.supply_cost,
  partners.supply_share TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    walls = (
        reading_policy("partners.role_kind", own("organisation_id"))
        + operator_policy("partners.supply_contract")
        + operator_policy("partners.supply_cost")
        + operator_policy("partners.supply_share")
    )
    return sql_migration("partners", ID, DESCRIPTION, SQL + walls)
