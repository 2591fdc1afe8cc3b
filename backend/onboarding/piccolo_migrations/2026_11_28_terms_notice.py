"""A change of terms begins after fifteen whole days at the earliest (legal.md 6)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-28T14:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The notice of a new version of the agreement or of the mandate"

# Days are those of the operator's calendar, and the day of the announcement does not count. The
# first version changes nothing for anybody. NOT VALID: what was announced before stays as it is.
SQL = """
ALTER TABLE onboarding.agreement ADD CONSTRAINT terms_are_announced CHECK (
  version = 1 OR valid_from >= onboarding.end_of(onboarding.day_of(announced_at) + 15)) NOT VALID;
COMMENT ON CONSTRAINT terms_are_announced ON onboarding.agreement IS
  'Between the day of the announcement and the first day lie fifteen whole days (legal.md 6).';
"""


async def forwards() -> MigrationManager:
    return sql_migration("onboarding", ID, DESCRIPTION, SQL)
