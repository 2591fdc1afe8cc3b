"""Closings that were asked for, and how far they are."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_policy, sql_migration

ID = "2026-11-23T06:14:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "Closings asked for by people, with their progress"

# Progress only: that a month is closed is said by settlement.month_close, in the closing's own
# transaction.
SQL = """
CREATE TABLE settlement.closing (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  actor text NOT NULL,
  minimum_hundredths bigint NOT NULL CHECK (minimum_hundredths >= 0),
  asked_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'running', 'done', 'failed')),
  phase text NOT NULL DEFAULT 'asked' CHECK (phase IN ('asked', 'waiting', 'drawing', 'writing',
    'posting', 'sealing')),
  done_count integer NOT NULL DEFAULT 0,
  total_count integer NOT NULL DEFAULT 0,
  statement_count integer,
  line_count bigint,
  is_new boolean,
  problem_code text,
  problem_detail text,
  claimed_until timestamptz,
  changed_at timestamptz NOT NULL,
  CONSTRAINT done_says_what CHECK ((state = 'done') = (statement_count IS NOT NULL)),
  CONSTRAINT failed_says_why CHECK ((state = 'failed') = (problem_code IS NOT NULL))
);
CREATE UNIQUE INDEX one_closing_at_a_time ON settlement.closing (month)
  WHERE state IN ('asked', 'running');
CREATE INDEX closing_month ON settlement.closing (month, id);

CREATE FUNCTION settlement.guard_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('done', 'failed') OR (OLD.id, OLD.month, OLD.actor, OLD.asked_at)
     IS DISTINCT FROM (NEW.id, NEW.month, NEW.actor, NEW.asked_at) THEN
    RAISE EXCEPTION 'closing % has ended or its facts are frozen', OLD.id USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON settlement.closing
  FOR EACH ROW EXECUTE FUNCTION settlement.guard_closing();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON settlement.closing
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON FUNCTION settlement.guard_closing FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON settlement.closing TO maillage_app;
GRANT SELECT ON settlement.closing TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    return sql_migration("settlement", ID, DESCRIPTION, SQL + operator_policy("settlement.closing"))
