"""Who stands above whom, and when."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-24T06:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The network of wholesalers and resellers"

# Only what is running now may end, and only from the moment on at which that is said: who stood
# above whom in the past never changes, so no past margin moves (invariant 9 of the peers' list).
SQL = """
CREATE SCHEMA network;
GRANT USAGE ON SCHEMA network TO maillage_app, maillage_audit;

CREATE TABLE network.membership (
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  parent_id uuid NOT NULL REFERENCES partners.organisation,
  billing text NOT NULL CHECK (billing IN ('wholesaler', 'operator')),
  during tstzrange NOT NULL,
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
  actor text NOT NULL,
  joined_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (organisation_id, during WITHOUT OVERLAPS),
  CONSTRAINT not_above_itself CHECK (organisation_id <> parent_id),
  CONSTRAINT whole CHECK (NOT isempty(during) AND lower_inc(during) AND NOT lower_inf(during)
                          AND NOT upper_inc(during)),
  CONSTRAINT begins_when_said CHECK (lower(during) = joined_at),
  CONSTRAINT ends_when_said CHECK (upper(during) IS NOT DISTINCT FROM ended_at)
);
CREATE INDEX membership_organisation ON network.membership (organisation_id);
CREATE INDEX membership_parent ON network.membership (parent_id);

CREATE FUNCTION network.guard_tree() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  above integer;
  below integer;
BEGIN
  IF NEW.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'a membership begins open' USING ERRCODE = '55000';
  END IF;
  -- Two joins at once could close a circle that neither sees.
  PERFORM pg_advisory_xact_lock(4170310);
  WITH RECURSIVE up (id, steps) AS (
    SELECT NEW.parent_id, 1
    UNION ALL
    SELECT m.parent_id, up.steps + 1 FROM up
    JOIN network.membership m ON m.organisation_id = up.id AND upper_inf(m.during)
    WHERE up.id <> NEW.organisation_id AND up.steps <= 100
  )
  SELECT CASE WHEN bool_or(id = NEW.organisation_id) THEN NULL ELSE max(steps) END
  INTO above FROM up;
  IF above IS NULL THEN
    RAISE EXCEPTION 'organisation % would stand above itself', NEW.organisation_id
      USING ERRCODE = '23514', CONSTRAINT = 'no_cycle';
  END IF;
  WITH RECURSIVE down (id, steps) AS (
    SELECT NEW.organisation_id, 0
    UNION ALL
    SELECT m.organisation_id, down.steps + 1 FROM down
    JOIN network.membership m ON m.parent_id = down.id AND upper_inf(m.during)
    WHERE down.steps <= 100
  )
  SELECT max(steps) INTO below FROM down;
  IF above + below > 4 THEN
    RAISE EXCEPTION 'the branch would have % organisations below its root', above + below
      USING ERRCODE = '23514', CONSTRAINT = 'not_too_deep';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_tree BEFORE INSERT ON network.membership
  FOR EACH ROW EXECUTE FUNCTION network.guard_tree();

CREATE FUNCTION network.guard_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
     OR (OLD.organisation_id, OLD.parent_id, OLD.billing, lower(OLD.during), OLD.reason, OLD.actor,
         OLD.joined_at)
        IS DISTINCT FROM
        (NEW.organisation_id, NEW.parent_id, NEW.billing, lower(NEW.during), NEW.reason, NEW.actor,
         NEW.joined_at) THEN
    RAISE EXCEPTION 'who stood above organisation % is history', OLD.organisation_id
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_past BEFORE UPDATE ON network.membership
  FOR EACH ROW EXECUTE FUNCTION network.guard_past();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON network.membership
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER operator_writes BEFORE INSERT OR UPDATE ON network.membership
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();

REVOKE ALL ON FUNCTION network.guard_tree, network.guard_past FROM PUBLIC;
GRANT SELECT, INSERT ON network.membership TO maillage_app;
GRANT UPDATE (during, ended_at) ON network.membership TO maillage_app;
GRANT SELECT ON network.membership TO maillage_audit;
"""

# A wholesaler's session sees those right below it; deeper ones come through the tree's own query,
# which acts for the operator. Nobody sees a sibling.
SEEN = f"{own('organisation_id')} OR {own('parent_id')}"
ENDING = """
CREATE POLICY ended_rows ON network.membership FOR UPDATE TO maillage_app
  USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');
"""


async def forwards() -> MigrationManager:
    walls = reading_policy("network.membership", SEEN) + ENDING
    return sql_migration("network", ID, DESCRIPTION, SQL + walls)
