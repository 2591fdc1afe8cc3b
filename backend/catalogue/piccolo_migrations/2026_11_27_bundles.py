"""Offers of several parts: an integrator's own service together with listings of others."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, sql_migration, writing_policy

ID = "2026-11-27T09:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Bundles of an own service and listings on sale"

SQL = """
-- A listing with such a row is a bundle: its price is that of the own service and of each part.
CREATE TABLE catalogue.bundle (
  listing_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  service_fr text NOT NULL CHECK (length(service_fr) BETWEEN 1 AND 500),
  service_en text NOT NULL CHECK (length(service_en) BETWEEN 1 AND 500),
  service_minor bigint NOT NULL CHECK (service_minor BETWEEN 1 AND 1000000000000),
  UNIQUE (listing_id, organisation_id),
  FOREIGN KEY (listing_id, organisation_id) REFERENCES catalogue.listing (id, organisation_id)
);
CREATE INDEX bundle_organisation ON catalogue.bundle (organisation_id);
COMMENT ON COLUMN catalogue.bundle.service_fr IS 'The value that its maker adds (seed row D-06).';

-- `price_minor` is what the component cost in the store when it was chosen. Where it costs
-- something else by now the bundle is off the shelf: nobody is sold for less than their own price.
CREATE TABLE catalogue.bundle_part (
  bundle_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  position integer NOT NULL CHECK (position BETWEEN 1 AND 10),
  component_id uuid NOT NULL,
  owner_id uuid NOT NULL,
  price_minor bigint NOT NULL CHECK (price_minor > 0),
  PRIMARY KEY (bundle_id, position),
  UNIQUE (bundle_id, component_id),
  CHECK (bundle_id <> component_id),
  FOREIGN KEY (bundle_id, organisation_id)
    REFERENCES catalogue.bundle (listing_id, organisation_id),
  FOREIGN KEY (component_id, owner_id) REFERENCES catalogue.listing (id, organisation_id)
);
CREATE INDEX bundle_part_bundle ON catalogue.bundle_part (bundle_id, organisation_id);
CREATE INDEX bundle_part_component ON catalogue.bundle_part (component_id, owner_id);
CREATE INDEX bundle_part_organisation ON catalogue.bundle_part (organisation_id);

CREATE FUNCTION catalogue.guard_bundle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE bundle uuid; stands text;
BEGIN
  IF TG_TABLE_NAME = 'bundle' THEN
    bundle := NEW.listing_id;
  ELSE
    bundle := coalesce(NEW.bundle_id, OLD.bundle_id);
  END IF;
  -- Whoever submits it, or puts it on sale, holds its row: one of the two comes first.
  SELECT status INTO stands FROM catalogue.listing WHERE id = bundle FOR UPDATE;
  IF stands NOT IN ('draft', 'action_required', 'paused', 'withdrawn') THEN
    RAISE EXCEPTION 'bundle % is %: its parts do not change now', bundle, stands
      USING ERRCODE = '55000';
  END IF;
  IF TG_TABLE_NAME = 'bundle' AND TG_OP = 'INSERT' AND (NOT EXISTS (
       SELECT FROM partners.organisation_role WHERE organisation_id = NEW.organisation_id
       AND role = 'vai') OR EXISTS (SELECT FROM catalogue.joint_offer WHERE listing_id = bundle))
  THEN
    RAISE EXCEPTION 'only an integrator combines, and alone' USING ERRCODE = '55000';
  END IF;
  -- Of other parts it is another offer: the office reads it before it is on sale.
  UPDATE catalogue.listing SET revision = revision + 1 WHERE id = bundle;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER guard_bundle BEFORE INSERT OR UPDATE ON catalogue.bundle
  FOR EACH ROW EXECUTE FUNCTION catalogue.guard_bundle();
CREATE TRIGGER guard_bundle BEFORE INSERT OR UPDATE OR DELETE ON catalogue.bundle_part
  FOR EACH ROW EXECUTE FUNCTION catalogue.guard_bundle();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON catalogue.bundle
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE FUNCTION catalogue.guard_bundle_sum() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE bundle uuid;
BEGIN
  bundle := CASE TG_TABLE_NAME WHEN 'listing' THEN (to_jsonb(NEW) ->> 'id')::uuid
    WHEN 'bundle' THEN (to_jsonb(NEW) ->> 'listing_id')::uuid
    ELSE (coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'bundle_id')::uuid END;
  IF EXISTS (
    SELECT FROM catalogue.bundle b JOIN catalogue.listing l ON l.id = b.listing_id,
         LATERAL (SELECT sum(p.price_minor) AS minor FROM catalogue.bundle_part p
                  WHERE p.bundle_id = b.listing_id) AS parts
    WHERE b.listing_id = bundle
      AND l.price_minor IS DISTINCT FROM b.service_minor + parts.minor) THEN
    RAISE EXCEPTION 'the price of bundle % is not that of its parts', bundle
      USING ERRCODE = '23514', CONSTRAINT = 'bundle_price_is_of_its_parts';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bundle_sum AFTER INSERT OR UPDATE ON catalogue.bundle
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalogue.guard_bundle_sum();
CREATE CONSTRAINT TRIGGER bundle_sum AFTER INSERT OR UPDATE OR DELETE ON catalogue.bundle_part
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalogue.guard_bundle_sum();
CREATE CONSTRAINT TRIGGER bundle_sum AFTER UPDATE ON catalogue.listing
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.price_minor IS DISTINCT FROM NEW.price_minor)
  EXECUTE FUNCTION catalogue.guard_bundle_sum();

CREATE FUNCTION catalogue.guard_joint_of_one() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM catalogue.bundle WHERE listing_id = NEW.listing_id) THEN
    RAISE EXCEPTION 'bundle % has the owners of its parts', NEW.listing_id USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_joint_of_one BEFORE INSERT ON catalogue.joint_offer
  FOR EACH ROW EXECUTE FUNCTION catalogue.guard_joint_of_one();

-- Why a part keeps its bundle from the shelf; NULL where it does not.
CREATE VIEW catalogue.bundle_standing AS
  SELECT p.bundle_id, p.position, p.component_id, CASE
    WHEN c.status <> 'published'
      OR c.organisation_id NOT IN (SELECT organisation_id FROM onboarding.open_shelf) THEN 'gone'
    WHEN EXISTS (SELECT FROM catalogue.joint_offer j
                 WHERE j.listing_id = c.id AND j.during @> now()) THEN 'joint'
    WHEN EXISTS (SELECT FROM catalogue.bundle b WHERE b.listing_id = c.id) THEN 'bundle'
    WHEN (c.price_minor, c.currency::text) IS DISTINCT FROM (p.price_minor, l.currency::text)
      THEN 'price'
    WHEN c.vat_rate_bp <> l.vat_rate_bp THEN 'vat'
    WHEN c.segments <> '{}' AND (l.segments = '{}' OR NOT l.segments <@ c.segments) THEN 'audience'
    END AS bar
  FROM catalogue.bundle_part p
  JOIN catalogue.listing c ON c.id = p.component_id
  JOIN catalogue.listing l ON l.id = p.bundle_id;
-- Of whoever sells in the store the name is public, also to who may see nothing else of them.
CREATE VIEW catalogue.part_owner AS
  SELECT p.bundle_id, p.position, o.name, o.reference
  FROM catalogue.bundle_part p JOIN partners.organisation o ON o.id = p.owner_id;
CREATE VIEW catalogue.barred_bundle AS
  SELECT DISTINCT bundle_id AS listing_id FROM catalogue.bundle_standing WHERE bar IS NOT NULL;

CREATE OR REPLACE FUNCTION catalogue.on_sale(viewer uuid, by_operator boolean)
RETURNS SETOF catalogue.listing LANGUAGE sql STABLE AS $$
  SELECT l.* FROM catalogue.listing l
  WHERE l.status = 'published'
    AND l.organisation_id IN (SELECT organisation_id FROM onboarding.open_shelf)
    AND l.id NOT IN (SELECT listing_id FROM catalogue.barred_joint)
    AND l.id NOT IN (SELECT listing_id FROM catalogue.barred_bundle)
    AND (l.segments = '{}' OR by_operator OR l.organisation_id = viewer
         OR (SELECT o.segment FROM partners.organisation o WHERE o.id = viewer) = ANY (l.segments))
$$;

REVOKE ALL ON FUNCTION catalogue.guard_bundle, catalogue.guard_bundle_sum,
  catalogue.guard_joint_of_one FROM PUBLIC;
GRANT SELECT ON catalogue.bundle, catalogue.bundle_part, catalogue.bundle_standing,
  catalogue.barred_bundle, catalogue.part_owner TO maillage_app, maillage_audit;
GRANT INSERT, UPDATE (service_fr, service_en, service_minor) ON catalogue.bundle TO maillage_app;
GRANT INSERT, DELETE ON catalogue.bundle_part TO maillage_app;
"""


async def forwards() -> MigrationManager:
    walls = writing_policy("catalogue.bundle") + writing_policy("catalogue.bundle_part")
    walls += (
        "CREATE POLICY own_parts ON catalogue.bundle_part FOR DELETE TO maillage_app "
        "USING ((SELECT current_setting('maillage.organisation', true)) = 'operator' "
        f"OR {own('organisation_id')});"
    )
    return sql_migration("catalogue", ID, DESCRIPTION, SQL + walls)
