"""Which segments a listing is offered to."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Listings for some segments only"

SQL = """
ALTER TABLE catalogue.listing
  ADD segments text[] NOT NULL DEFAULT '{}' CHECK (segments <@ ARRAY['individual', 'tpe', 'pme',
    'eti', 'large_account', 'public_body', 'local_authority']
    AND array_position(segments, NULL) IS NULL AND cardinality(segments) <= 7);
COMMENT ON COLUMN catalogue.listing.segments IS
  'To whom it is offered; empty: to everybody (seed row O-02).';
GRANT UPDATE (segments) ON catalogue.listing TO maillage_app;

-- What the store may show: read by every query of it, so that none forgets a condition. `viewer` is
-- who looks, NULL a visitor; a partner sees its own, the operator all.
CREATE FUNCTION catalogue.shown_to(l catalogue.listing, viewer uuid, by_operator boolean)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT l.segments = '{}' OR by_operator OR coalesce(l.organisation_id = viewer, false)
    OR coalesce((SELECT o.segment FROM partners.organisation o WHERE o.id = viewer)
                = ANY (l.segments), false)
$$;
CREATE FUNCTION catalogue.on_sale(viewer uuid, by_operator boolean)
RETURNS SETOF catalogue.listing LANGUAGE sql STABLE AS $$
  SELECT l.* FROM catalogue.listing l
  WHERE l.status = 'published'
    AND l.organisation_id IN (SELECT organisation_id FROM onboarding.open_shelf)
    AND l.id NOT IN (SELECT listing_id FROM catalogue.barred_joint)
    AND (l.segments = '{}' OR by_operator OR l.organisation_id = viewer
         OR (SELECT o.segment FROM partners.organisation o WHERE o.id = viewer) = ANY (l.segments))
$$;

-- To whom it is offered is part of what the office reads.
DROP TRIGGER a_count_revision ON catalogue.listing;
CREATE TRIGGER a_count_revision BEFORE UPDATE ON catalogue.listing FOR EACH ROW
  WHEN (OLD.status <> 'published' AND (OLD.price_minor, OLD.currency, OLD.vat_rate_bp)
        IS DISTINCT FROM (NEW.price_minor, NEW.currency, NEW.vat_rate_bp)
        OR (OLD.name, OLD.summary, OLD.category, OLD.service_model, OLD.data_location, OLD.sla_bp,
         OLD.summary_fr, OLD.summary_en, OLD.description_fr, OLD.description_en, OLD.segments)
        IS DISTINCT FROM
        (NEW.name, NEW.summary, NEW.category, NEW.service_model, NEW.data_location, NEW.sla_bp,
         NEW.summary_fr, NEW.summary_en, NEW.description_fr, NEW.description_en, NEW.segments))
  EXECUTE FUNCTION catalogue.count_revision();

CREATE OR REPLACE FUNCTION catalogue.guard_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM catalogue.review r WHERE r.listing_id = NEW.id
      AND r.verb = 'describe' AND r.revision = NEW.revision AND r.said @> jsonb_build_object(
        'name', NEW.name, 'summary', NEW.summary, 'category', NEW.category,
        'service_model', NEW.service_model, 'data_location', NEW.data_location,
        'sla_bp', NEW.sla_bp, 'summary_fr', NEW.summary_fr, 'summary_en', NEW.summary_en,
        'description_fr', NEW.description_fr, 'description_en', NEW.description_en,
        'segments', array_to_string(NEW.segments, ' '))) THEN
    RAISE EXCEPTION 'listing % is on sale: what it says is written to its history first', NEW.id
      USING ERRCODE = '55000';
  END IF;
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION catalogue.shown_to, catalogue.on_sale FROM PUBLIC;
GRANT EXECUTE ON FUNCTION catalogue.shown_to, catalogue.on_sale TO maillage_app;
"""


async def forwards() -> MigrationManager:
    return sql_migration("catalogue", ID, DESCRIPTION, SQL)
