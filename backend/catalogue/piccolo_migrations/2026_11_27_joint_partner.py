"""With whom a joint offer is owned, by name: each owner may read that of the other."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, sql_migration

ID = "2026-11-27T20:31:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The other owner of a joint offer, by name"

# The view reads as its owner does: of the other organisation a session learns the name, no more.
SQL = f"""
CREATE VIEW catalogue.joint_partner WITH (security_barrier) AS
  SELECT e.offer_id, e.organisation_id, o.name
  FROM (SELECT id AS offer_id, organisation_id, second_id AS other FROM catalogue.joint_offer
        UNION ALL SELECT id, second_id, organisation_id FROM catalogue.joint_offer) e
  JOIN partners.organisation o ON o.id = e.other
  WHERE (SELECT current_setting('maillage.organisation', true)) = 'operator'
    OR {own("e.organisation_id")};
GRANT SELECT ON catalogue.joint_partner TO maillage_app, maillage_audit;
"""  # noqa: S608  (our own words)


async def forwards() -> MigrationManager:
    return sql_migration("catalogue", ID, DESCRIPTION, SQL)
