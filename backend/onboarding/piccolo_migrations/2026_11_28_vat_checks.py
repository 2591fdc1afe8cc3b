"""What the office looked up at VIES itself is kept beside what VIES told us (legal.md 4)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-28T14:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Consultation numbers that the office brings"

SQL = """
ALTER TABLE onboarding.vies_answer DROP CONSTRAINT vies_answer_source_check;
ALTER TABLE onboarding.vies_answer ADD CONSTRAINT vies_answer_source_check
  CHECK (source IN ('vies', 'simulator', 'office', 'none'));
ALTER TABLE onboarding.vies_answer ADD CONSTRAINT the_office_brings_its_proof
  CHECK (source <> 'office' OR outcome = 'valid' AND consultation_number IS NOT NULL);
"""


async def forwards() -> MigrationManager:
    return sql_migration("onboarding", ID, DESCRIPTION, SQL)
