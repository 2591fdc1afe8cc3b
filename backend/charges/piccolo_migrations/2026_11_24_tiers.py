"""A margin for each tier above who pays."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-24T07:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Margins of every tier of wholesalers"

# `below_id` is the reseller right below who earns: through whom it earns.
SQL = """
ALTER TABLE charges.margin
  DROP CONSTRAINT margin_pkey,
  ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ADD COLUMN below_id uuid NOT NULL REFERENCES partners.organisation,
  ADD CONSTRAINT one_margin_a_tier UNIQUE (line_id, organisation_id),
  ADD CONSTRAINT nobody_earns_of_itself CHECK (
    organisation_id <> below_id AND organisation_id <> consumer_id);
CREATE INDEX margin_below ON charges.margin (below_id);
"""


async def forwards() -> MigrationManager:
    return sql_migration("charges", ID, DESCRIPTION, SQL)
