"""Reading one listing on sale costs the parts of that one, not those of every bundle."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T12:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Shelf read by row"

# NOT EXISTS: PostgreSQL may ask for one row by its index, or join all at once.
SQL = """
CREATE OR REPLACE FUNCTION catalogue.on_sale(viewer uuid, by_operator boolean)
RETURNS SETOF catalogue.listing LANGUAGE sql STABLE AS $$
  SELECT l.* FROM catalogue.listing l
  WHERE l.status = 'published'
    AND l.organisation_id IN (SELECT organisation_id FROM onboarding.open_shelf)
    AND l.id NOT IN (SELECT listing_id FROM catalogue.barred_joint)
    AND NOT EXISTS (SELECT FROM catalogue.bundle_standing s
                    WHERE s.bundle_id = l.id AND s.bar IS NOT NULL)
    AND (l.segments = '{}' OR by_operator OR l.organisation_id = viewer
         OR (SELECT o.segment FROM partners.organisation o WHERE o.id = viewer) = ANY (l.segments))
$$;
"""


async def forwards() -> MigrationManager:
    return sql_migration("catalogue", ID, DESCRIPTION, SQL)
