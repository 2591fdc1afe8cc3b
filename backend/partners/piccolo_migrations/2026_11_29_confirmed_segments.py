"""Whether anybody but the organisation itself has said which segment it is in."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-29T02:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Segments that the operator has confirmed"

# The application may say it of a new organisation only; later, a check of the office does
# (`relations.segment_check`). Another segment is not the one that was confirmed.
SQL = """
ALTER TABLE partners.organisation ADD segment_confirmed_at timestamptz;
COMMENT ON COLUMN partners.organisation.segment_confirmed_at IS
  'NULL: its segment is what it says of itself; it does not see offers for that segment only.';
UPDATE partners.organisation SET segment_confirmed_at = created_at WHERE origin = 'application';
CREATE INDEX organisation_unconfirmed ON partners.organisation (segment)
  WHERE segment_confirmed_at IS NULL;

CREATE FUNCTION partners.forget_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.segment_confirmed_at := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER forget_confirmed BEFORE UPDATE OF segment ON partners.organisation FOR EACH ROW
  WHEN (NEW.segment <> OLD.segment
        AND NEW.segment_confirmed_at IS NOT DISTINCT FROM OLD.segment_confirmed_at)
  EXECUTE FUNCTION partners.forget_confirmed();
REVOKE ALL ON FUNCTION partners.forget_confirmed FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("partners", ID, DESCRIPTION, SQL)
