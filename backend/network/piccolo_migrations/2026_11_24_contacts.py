"""Who looks after a reseller."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-24T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The named contact of a reseller at its wholesaler"

# The newest row counts, while the parent is still the parent (seed row D-11).
SQL = """
CREATE TABLE network.contact (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  parent_id uuid NOT NULL REFERENCES partners.organisation,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
  actor text NOT NULL,
  named_at timestamptz NOT NULL,
  CONSTRAINT not_its_own CHECK (organisation_id <> parent_id)
);
CREATE INDEX contact_organisation ON network.contact (organisation_id, named_at);
CREATE INDEX contact_parent ON network.contact (parent_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON network.contact
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER operator_writes BEFORE INSERT ON network.contact
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();
GRANT SELECT, INSERT ON network.contact TO maillage_app;
GRANT SELECT ON network.contact TO maillage_audit;
"""
SEEN = f"{own('organisation_id')} OR {own('parent_id')}"


async def forwards() -> MigrationManager:
    return sql_migration("network", ID, DESCRIPTION, SQL + reading_policy("network.contact", SEEN))
