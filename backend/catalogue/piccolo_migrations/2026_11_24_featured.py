"""Featured places of the store: who holds which from which day to which, and why."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-24T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Featured places"

SQL = """
CREATE TABLE catalogue.featured_slot (
  code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{1,39}$'),
  page text NOT NULL CHECK (page IN ('home', 'directory')),
  position integer NOT NULL,
  UNIQUE (page, position),
  UNIQUE (code, page)
);
INSERT INTO catalogue.featured_slot VALUES
  ('home_1', 'home', 1), ('home_2', 'home', 2), ('home_3', 'home', 3),
  ('directory_1', 'directory', 1), ('directory_2', 'directory', 2);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON catalogue.featured_slot
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

-- Whole days in Paris, both included. One that was ended early ends on the day before.
CREATE TABLE catalogue.featured_place (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  slot text NOT NULL,
  page text NOT NULL,
  listing_id uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  criterion text NOT NULL CHECK (criterion IN ('sovereign', 'newcomer', 'integration', 'need')),
  reason_fr text NOT NULL CHECK (length(reason_fr) BETWEEN 1 AND 300),
  reason_en text NOT NULL CHECK (length(reason_en) BETWEEN 1 AND 300),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  ended_on date,
  ended_at timestamptz,
  ended_reason text CHECK (length(ended_reason) BETWEEN 1 AND 1000),
  days daterange NOT NULL GENERATED ALWAYS AS (
    CASE WHEN ended_on < starts_on THEN 'empty'::daterange
         ELSE daterange(starts_on, coalesce(ended_on, ends_on), '[]') END) STORED,
  FOREIGN KEY (slot, page) REFERENCES catalogue.featured_slot (code, page),
  FOREIGN KEY (listing_id, organisation_id) REFERENCES catalogue.listing (id, organisation_id),
  CONSTRAINT lasts CHECK (ends_on BETWEEN starts_on AND starts_on + 91),
  CONSTRAINT begins_today_or_later CHECK
    (starts_on >= (recorded_at AT TIME ZONE 'Europe/Paris')::date),
  CONSTRAINT ended_says_why CHECK
    ((ended_on IS NULL) = (ended_at IS NULL) AND (ended_on IS NULL) = (ended_reason IS NULL)),
  CONSTRAINT ended_before_its_end CHECK (ended_on < ends_on),
  CONSTRAINT one_in_a_slot EXCLUDE USING gist (slot WITH =, days WITH &&),
  CONSTRAINT one_place_of_a_page EXCLUDE USING gist
    (page WITH =, organisation_id WITH =, days WITH &&)
);
CREATE INDEX featured_place_slot ON catalogue.featured_place (slot, page);
CREATE INDEX featured_place_listing ON catalogue.featured_place (listing_id, organisation_id);
CREATE INDEX featured_place_organisation ON catalogue.featured_place (organisation_id);
CREATE FUNCTION catalogue.guard_featured() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_on IS NOT NULL OR NEW.ended_on IS NULL
     OR (NEW.id, NEW.slot, NEW.page, NEW.listing_id, NEW.organisation_id, NEW.starts_on,
         NEW.ends_on, NEW.criterion, NEW.reason_fr, NEW.reason_en, NEW.actor, NEW.recorded_at)
        IS DISTINCT FROM
        (OLD.id, OLD.slot, OLD.page, OLD.listing_id, OLD.organisation_id, OLD.starts_on,
         OLD.ends_on, OLD.criterion, OLD.reason_fr, OLD.reason_en, OLD.actor, OLD.recorded_at) THEN
    RAISE EXCEPTION 'a featured place may only be ended, once' USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_featured BEFORE UPDATE ON catalogue.featured_place
  FOR EACH ROW EXECUTE FUNCTION catalogue.guard_featured();
CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON catalogue.featured_place
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
REVOKE ALL ON FUNCTION catalogue.guard_featured FROM PUBLIC;
GRANT SELECT ON catalogue.featured_slot, catalogue.featured_place
  TO maillage_app, maillage_audit;
GRANT INSERT ON catalogue.featured_place TO maillage_app;
GRANT UPDATE (ended_on, ended_at, ended_reason) ON catalogue.featured_place TO maillage_app;
"""


async def forwards() -> MigrationManager:
    walls = reading_policy("catalogue.featured_place", own("organisation_id"))
    walls += (
        "CREATE POLICY ended_rows ON catalogue.featured_place FOR UPDATE TO maillage_app "
        "USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');"
    )
    return sql_migration("catalogue", ID, DESCRIPTION, SQL + walls)
