"""Dated settings."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import reading_policy, sql_migration

ID = "2026-11-23T06:06:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Dated settings that never change"

SQL = """
CREATE SCHEMA terms;
GRANT USAGE ON SCHEMA terms TO maillage_app, maillage_audit;

CREATE TABLE terms.term (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL CHECK (name IN ('payout_minimum', 'hold_days')),
  value bigint NOT NULL CHECK (value >= 0),
  valid_from timestamptz NOT NULL,
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (name, valid_from),
  CONSTRAINT begins_in_the_future CHECK (valid_from > recorded_at),
  CONSTRAINT days_are_few CHECK (name <> 'hold_days' OR value <= 90)
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON terms.term
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

GRANT SELECT, INSERT ON terms.term TO maillage_app;
GRANT SELECT ON terms.term TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    # Everybody's sales need the hold in force; only the operator announces another.
    return sql_migration("terms", ID, DESCRIPTION, SQL + reading_policy("terms.term", "true"))
