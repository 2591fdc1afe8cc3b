"""Days of people are days of our time; a partner sees who works for it to the last day."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, sql_migration

ID = "2026-11-23T17:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Days of our time; people are seen to their last day"

SQL = """
-- 'infinity' and the last day that a calendar has are one to a client: no page could show them.
ALTER TABLE programmes.employment ADD CONSTRAINT days_of_our_time CHECK
  (lower(during) >= '1950-01-01'
   AND (upper_inf(during) OR upper(during) BETWEEN '1950-01-01' AND '2200-01-01'));
ALTER TABLE programmes.certificate ADD CONSTRAINT days_of_our_time CHECK
  (issued_on >= '1950-01-01' AND expires_on < '2200-01-01');
ALTER TABLE programmes.achievement ADD CONSTRAINT days_of_our_time CHECK
  (achieved_on BETWEEN '1950-01-01' AND '2199-12-31' AND expires_on < '2200-01-01');
ALTER TABLE programmes.declaration ADD CONSTRAINT days_of_our_time CHECK
  (from_on BETWEEN '1950-01-01' AND '2199-12-31' AND expires_on < '2200-01-01'
   AND works_from BETWEEN '1950-01-01' AND '2199-12-31');
"""

OPERATOR = "(SELECT current_setting('maillage.organisation', true)) = 'operator'"


async def forwards() -> MigrationManager:
    # Whoever is known to leave on a later day works there until then.
    theirs = (
        "EXISTS (SELECT FROM programmes.employment e WHERE e.person_id = {} "
        "AND (upper_inf(e.during) "
        "OR upper(e.during) > (now() AT TIME ZONE 'Europe/Paris')::date) "
        f"AND {own('e.organisation_id')})"
    )
    walls = "".join(
        f"ALTER POLICY seen_rows ON {table} USING ({OPERATOR} OR {theirs.format(column)}); "
        for table, column in (
            ("programmes.person", "person.id"),
            ("programmes.certificate", "certificate.person_id"),
        )
    )
    return sql_migration("programmes", ID, DESCRIPTION, SQL + walls)
