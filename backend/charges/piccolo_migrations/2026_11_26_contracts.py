"""Private conditions of large accounts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-26T06:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Contracts: private prices, payment terms, order numbers"

# The newest that has begun counts, until its last day. A price of '' is for every resource that
# has none of its own.
SQL = """
CREATE TABLE charges.contract (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  number text NOT NULL CHECK (length(number) BETWEEN 1 AND 100),
  starts_on date NOT NULL,
  ends_on date,
  payment_days smallint NOT NULL CHECK (payment_days BETWEEN 0 AND 60),
  po_number text NOT NULL CHECK (length(po_number) <= 100),
  grouping_reference text NOT NULL CHECK (length(grouping_reference) <= 100),
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  price_count integer NOT NULL CHECK (price_count BETWEEN 0 AND 200),
  actor text NOT NULL,
  signed_at timestamptz NOT NULL,
  CONSTRAINT lasts CHECK (starts_on <= ends_on),
  CONSTRAINT begins_on_a_day_to_come
    CHECK (starts_on > (signed_at AT TIME ZONE 'Europe/Paris')::date)
);
CREATE INDEX contract_organisation ON charges.contract (organisation_id, starts_on);

CREATE TABLE charges.contract_price (
  contract_id uuid NOT NULL REFERENCES charges.contract,
  resource text NOT NULL CHECK (length(resource) <= 100),
  discount_bp integer CHECK (discount_bp BETWEEN 0 AND 10000),
  unit_price numeric(18, 6) CHECK (unit_price >= 0),
  currency core.currency,
  PRIMARY KEY (contract_id, resource),
  CONSTRAINT discount_or_price CHECK ((discount_bp IS NULL) <> (unit_price IS NULL)),
  CONSTRAINT price_in_a_currency CHECK ((unit_price IS NULL) = (currency IS NULL)),
  CONSTRAINT price_of_one_resource CHECK (unit_price IS NULL OR resource <> '')
);

-- All prices are there when it is signed; none comes later.
CREATE FUNCTION charges.guard_contract() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE signed uuid := CASE TG_TABLE_NAME WHEN 'contract' THEN (to_jsonb(NEW)->>'id')::uuid
                                            ELSE (to_jsonb(NEW)->>'contract_id')::uuid END;
BEGIN
  IF (SELECT price_count FROM charges.contract WHERE id = signed) <>
     (SELECT count(*) FROM charges.contract_price WHERE contract_id = signed) THEN
    RAISE EXCEPTION 'the prices of contract % are not those it was signed with', signed
      USING ERRCODE = '23514', CONSTRAINT = 'signed_with_its_prices';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER guard AFTER INSERT ON charges.contract
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION charges.guard_contract();
CREATE CONSTRAINT TRIGGER guard AFTER INSERT ON charges.contract_price
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION charges.guard_contract();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON charges.contract
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON charges.contract_price
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

-- `fixed_minor` is what a piece costs at the contract's unit price, never above list.
ALTER TABLE charges.charge_piece
  ADD COLUMN contract_id uuid REFERENCES charges.contract,
  ADD COLUMN fixed_minor bigint,
  DROP CONSTRAINT charge_piece_basis_check,
  ADD CONSTRAINT charge_piece_basis_check
    CHECK (basis IN ('list', 'level', 'isv_rate', 'contract')),
  DROP CONSTRAINT rounded_half_up,
  ADD CONSTRAINT rounded_half_up CHECK (CASE
    WHEN fixed_minor IS NOT NULL THEN list_minor - discount_minor = fixed_minor AND points_minor = 0
    ELSE discount_minor
      = div(2::numeric * list_minor * coalesce(sold_bp, least(rate_bp, cap_bp)) + 10000, 20000)
    AND discount_minor + points_minor
      = div(2::numeric * list_minor
            * coalesce(bought_bp, least(rate_bp + points_bp, cap_bp)) + 10000, 20000) END),
  ADD CONSTRAINT by_contract CHECK (
    (basis = 'contract') = (contract_id IS NOT NULL)
    AND (basis <> 'contract' OR points_minor = 0 AND sold_bp IS NULL)
    AND (fixed_minor IS NULL OR basis = 'contract' AND fixed_minor >= 0));
CREATE INDEX charge_piece_contract ON charges.charge_piece (contract_id)
  WHERE contract_id IS NOT NULL;

REVOKE ALL ON FUNCTION charges.guard_contract FROM PUBLIC;
GRANT SELECT, INSERT ON charges.contract, charges.contract_price TO maillage_app;
GRANT SELECT ON charges.contract, charges.contract_price TO maillage_audit;
"""
OF_ONE = "contract_id IN (SELECT id FROM charges.contract)"


async def forwards() -> MigrationManager:
    walls = reading_policy("charges.contract", own("organisation_id")) + reading_policy(
        "charges.contract_price", OF_ONE
    )
    return sql_migration("charges", ID, DESCRIPTION, SQL + walls)
