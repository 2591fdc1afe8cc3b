"""What a unit of a resource costs the operator: below it no discount goes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import reading_policy, sql_migration

ID = "2026-11-27T07:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Price floors from occupancy, cost and capacity"

# Money rule l: a month's cost over the units sold at an occupancy, rounded up. `div` is exact.
SQL = """
CREATE TABLE programmes.price_floor (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  pool text NOT NULL CHECK (length(pool) BETWEEN 1 AND 100),
  resource text NOT NULL CHECK (length(resource) BETWEEN 1 AND 100),
  currency core.currency NOT NULL,
  cost_minor bigint NOT NULL CHECK (cost_minor BETWEEN 1 AND 1000000000000),
  units bigint NOT NULL CHECK (units BETWEEN 1 AND 1000000000000),
  planned_bp integer NOT NULL CHECK (planned_bp BETWEEN 1 AND 10000),
  observed_bp integer CHECK (observed_bp BETWEEN 1 AND 10000),
  basis text NOT NULL CHECK (basis IN ('planned', 'observed')),
  markup_bp integer NOT NULL CHECK (markup_bp BETWEEN 0 AND 100000),
  decimals smallint NOT NULL CHECK (decimals BETWEEN 0 AND 6),
  floor_price numeric(18, 6) NOT NULL CHECK (floor_price > 0),
  valid_from timestamptz NOT NULL,
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT begins_in_the_future CHECK (valid_from > recorded_at),
  CONSTRAINT observed_is_told CHECK (basis <> 'observed' OR observed_bp IS NOT NULL),
  CONSTRAINT cost_is_rounded_up CHECK (
    floor_price * (10::numeric ^ decimals) = div(
      cost_minor::numeric * 10000 * (10::numeric ^ decimals)
        + (CASE currency::text WHEN 'JPY' THEN 1 WHEN 'KWD' THEN 1000 ELSE 100 END
           * units::numeric * CASE basis WHEN 'planned' THEN planned_bp ELSE observed_bp END) - 1,
      CASE currency::text WHEN 'JPY' THEN 1 WHEN 'KWD' THEN 1000 ELSE 100 END
        * units::numeric * CASE basis WHEN 'planned' THEN planned_bp ELSE observed_bp END))
);
GRANT SELECT, INSERT ON programmes.price_floor TO maillage_app;
GRANT SELECT ON programmes.price_floor TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    # What the operator's own units cost is nobody else's to read.
    return sql_migration(
        "programmes", ID, DESCRIPTION, SQL + reading_policy("programmes.price_floor")
    )
