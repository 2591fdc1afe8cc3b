"""The office confirms or corrects a segment, and says who manages customers of one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-29T02:47:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Checks of segments, and new rules of segments"

# A check is what makes a segment confirmed: nothing else may write that of an organisation.
SQL = """
CREATE TABLE relations.segment_check (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  declared text NOT NULL,
  segment text NOT NULL,
  reason text NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 500),
  actor text NOT NULL,
  checked_at timestamptz NOT NULL
);
COMMENT ON COLUMN relations.segment_check.declared IS 'What it was until this check.';
CREATE INDEX segment_check_organisation ON relations.segment_check (organisation_id, id);

CREATE FUNCTION relations.hold_segment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE partners.organisation
     SET segment = NEW.segment, segment_confirmed_at = NEW.checked_at
   WHERE id = NEW.organisation_id AND segment = NEW.declared
     AND segment_confirmed_at IS DISTINCT FROM NEW.checked_at;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'organisation % is not in segment % any more', NEW.organisation_id, NEW.declared
      USING ERRCODE = '23514', CONSTRAINT = 'segment_as_looked_at';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hold_segment BEFORE INSERT ON relations.segment_check
  FOR EACH ROW EXECUTE FUNCTION relations.hold_segment();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON relations.segment_check
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER operator_writes BEFORE INSERT ON relations.segment_check
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();
REVOKE ALL ON FUNCTION relations.hold_segment FROM PUBLIC;
GRANT SELECT, INSERT ON relations.segment_check TO maillage_app;
GRANT SELECT ON relations.segment_check TO maillage_audit;

ALTER TABLE relations.segment_rule
  ADD reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
  ADD actor text NOT NULL DEFAULT 'system:migration';
COMMENT ON COLUMN relations.segment_rule.reason IS 'Empty: the rule as it was delivered.';
ALTER TABLE relations.segment_rule ALTER reason DROP DEFAULT, ALTER actor DROP DEFAULT;
-- The newest that has begun counts; one that began before another was written would change a past.
CREATE FUNCTION relations.guard_rule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM relations.segment_rule
             WHERE segment = NEW.segment AND valid_from >= NEW.valid_from) THEN
    RAISE EXCEPTION 'a later rule of segment % stands', NEW.segment
      USING ERRCODE = '23514', CONSTRAINT = 'forward_only';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_rule BEFORE INSERT ON relations.segment_rule
  FOR EACH ROW EXECUTE FUNCTION relations.guard_rule();
CREATE TRIGGER operator_writes BEFORE INSERT ON relations.segment_rule
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();
REVOKE ALL ON FUNCTION relations.guard_rule FROM PUBLIC;
GRANT INSERT ON relations.segment_rule TO maillage_app;
"""


async def forwards() -> MigrationManager:
    walls = reading_policy("relations.segment_check", own("organisation_id"))
    return sql_migration("relations", ID, DESCRIPTION, SQL + walls)
