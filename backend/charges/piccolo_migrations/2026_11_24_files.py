"""Files of charges that the office brings in: what they would do, then what they did."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_policy, sql_migration

ID = "2026-11-24T16:02:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Files of charges, with their progress and their outcome"

# The charges themselves are said by charges.charge_line. `shown` is the beginning of what would
# land or landed, and of what was refused; `rejected` is all that was refused, as a CSV.
SQL = """
CREATE TABLE charges.charge_file (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 16000000),
  actor text NOT NULL,
  added_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'checking'
    CHECK (state IN ('checking', 'checked', 'importing', 'imported', 'failed', 'dropped')),
  read_bytes bigint NOT NULL DEFAULT 0,
  tries integer NOT NULL DEFAULT 0,
  decided_by text,
  decided_at timestamptz,
  read_count integer,
  recorded_count integer,
  already_count integer,
  refused_count integer,
  late_count integer,
  ignored_columns text[] NOT NULL DEFAULT '{}',
  totals jsonb NOT NULL DEFAULT '[]',
  shown jsonb NOT NULL DEFAULT '{"landed": [], "refused": []}',
  rejected bytea,
  problem_code text,
  problem_detail text,
  claimed_until timestamptz,
  changed_at timestamptz NOT NULL,
  CONSTRAINT outcome_says_how_many CHECK (state NOT IN ('checked', 'imported')
    OR read_count = recorded_count + already_count + refused_count AND late_count IS NOT NULL),
  CONSTRAINT failed_says_why CHECK ((state = 'failed') = (problem_code IS NOT NULL)),
  CONSTRAINT decided_by_somebody CHECK (state NOT IN ('importing', 'imported', 'dropped')
    OR decided_by IS NOT NULL AND decided_at IS NOT NULL)
);
CREATE INDEX charge_file_under_way ON charges.charge_file (id)
  WHERE state IN ('checking', 'importing');

CREATE FUNCTION charges.guard_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.name, OLD.content, OLD.actor, OLD.added_at)
     IS DISTINCT FROM (NEW.id, NEW.name, NEW.content, NEW.actor, NEW.added_at)
     OR (OLD.decided_by IS NOT NULL AND (OLD.decided_by, OLD.decided_at)
         IS DISTINCT FROM (NEW.decided_by, NEW.decided_at)) THEN
    RAISE EXCEPTION 'the facts of file % are frozen', OLD.id USING ERRCODE = '55000';
  END IF;
  IF NOT (CASE OLD.state WHEN 'checking' THEN NEW.state IN ('checking', 'checked', 'failed')
                         WHEN 'checked' THEN NEW.state IN ('importing', 'dropped')
                         WHEN 'importing' THEN NEW.state IN ('importing', 'imported', 'failed')
                         ELSE false END) THEN
    RAISE EXCEPTION 'file % does not go from % to %', OLD.id, OLD.state, NEW.state
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON charges.charge_file
  FOR EACH ROW EXECUTE FUNCTION charges.guard_file();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON charges.charge_file
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON FUNCTION charges.guard_file FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON charges.charge_file TO maillage_app;
GRANT SELECT ON charges.charge_file TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    return sql_migration("charges", ID, DESCRIPTION, SQL + operator_policy("charges.charge_file"))
