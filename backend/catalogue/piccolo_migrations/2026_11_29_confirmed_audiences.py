"""What is offered to some segments is for those whom the operator has found to be in them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-29T02:48:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Audiences of confirmed segments"

# A segment that a customer says of itself opens nothing (seed row O-02, decision 0059).
SQL = """
CREATE OR REPLACE FUNCTION catalogue.shown_to(l catalogue.listing, viewer uuid, by_operator boolean)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT l.segments = '{}' OR by_operator OR coalesce(l.organisation_id = viewer, false)
    OR coalesce((SELECT o.segment FROM partners.organisation o
                 WHERE o.id = viewer AND o.segment_confirmed_at IS NOT NULL)
                = ANY (l.segments), false)
$$;
CREATE OR REPLACE FUNCTION catalogue.on_sale(viewer uuid, by_operator boolean)
RETURNS SETOF catalogue.listing LANGUAGE sql STABLE AS $$
  SELECT l.* FROM catalogue.listing l
  WHERE l.status = 'published'
    AND l.organisation_id IN (SELECT organisation_id FROM onboarding.open_shelf)
    AND l.id NOT IN (SELECT listing_id FROM catalogue.barred_joint)
    AND NOT EXISTS (SELECT FROM catalogue.bundle_standing s
                    WHERE s.bundle_id = l.id AND s.bar IS NOT NULL)
    AND (l.segments = '{}' OR by_operator OR l.organisation_id = viewer
         OR (SELECT o.segment FROM partners.organisation o
             WHERE o.id = viewer AND o.segment_confirmed_at IS NOT NULL) = ANY (l.segments))
$$;
"""


async def forwards() -> MigrationManager:
    return sql_migration("catalogue", ID, DESCRIPTION, SQL)
