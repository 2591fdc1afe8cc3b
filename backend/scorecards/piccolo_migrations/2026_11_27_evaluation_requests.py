"""Evaluations that the office asked for, done by the worker; requirements that are withdrawn."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_policy, sql_migration

ID = "2026-11-27T07:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Evaluations as jobs; requirements may be withdrawn before they begin"

REQUESTS = """
CREATE TABLE scorecards.request (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  programme text NOT NULL REFERENCES programmes.programme,
  kind text NOT NULL CHECK (kind IN ('quarterly', 'promotions')),
  to_on date NOT NULL,
  state text NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'measuring', 'settling', 'done', 'failed')),
  run_id uuid REFERENCES scorecards.run,
  organisations integer CHECK (organisations >= 0),
  reason text CHECK (length(reason) BETWEEN 1 AND 500),
  asked_at timestamptz NOT NULL,
  asked_by text NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  claimed_until timestamptz,
  tries smallint NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 10),
  CONSTRAINT failed_says_why CHECK ((state = 'failed') = (reason IS NOT NULL)),
  CONSTRAINT over_says_when CHECK ((state IN ('done', 'failed')) = (ended_at IS NOT NULL)),
  CONSTRAINT done_has_a_run CHECK (state NOT IN ('settling', 'done') OR run_id IS NOT NULL)
);
CREATE INDEX request_programme ON scorecards.request (programme, id);
CREATE INDEX request_run ON scorecards.request (run_id);
CREATE UNIQUE INDEX one_request ON scorecards.request (programme)
  WHERE state IN ('waiting', 'measuring', 'settling');
CREATE FUNCTION scorecards.guard_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.programme, OLD.kind, OLD.to_on, OLD.asked_at, OLD.asked_by)
     IS DISTINCT FROM (NEW.id, NEW.programme, NEW.kind, NEW.to_on, NEW.asked_at, NEW.asked_by)
     OR NOT (CASE OLD.state WHEN 'waiting' THEN NEW.state IN ('waiting', 'measuring', 'failed')
               WHEN 'measuring' THEN NEW.state IN ('measuring', 'settling', 'failed')
               WHEN 'settling' THEN NEW.state IN ('measuring', 'settling', 'done', 'failed')
               ELSE false END) THEN
    RAISE EXCEPTION 'evaluation % does not go from % to %', OLD.id, OLD.state, NEW.state
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON scorecards.request
  FOR EACH ROW EXECUTE FUNCTION scorecards.guard_request();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON scorecards.request
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
REVOKE ALL ON FUNCTION scorecards.guard_request FROM PUBLIC;
GRANT SELECT, INSERT ON scorecards.request TO maillage_app;
GRANT UPDATE (state, run_id, organisations, reason, started_at, ended_at, claimed_until, tries)
  ON scorecards.request TO maillage_app;
GRANT SELECT ON scorecards.request TO maillage_audit;
"""

WITHDRAWN = """
ALTER TABLE scorecards.requirement_set
  DROP CONSTRAINT requirement_set_programme_valid_from_key,
  ADD COLUMN withdrawn_at timestamptz,
  ADD COLUMN withdrawn_by text,
  ADD COLUMN withdrawn_reason text CHECK (length(withdrawn_reason) BETWEEN 1 AND 500),
  ADD CONSTRAINT withdrawn_before_it_began CHECK (withdrawn_at < valid_from),
  ADD CONSTRAINT withdrawn_says_who_and_why CHECK
    (num_nonnulls(withdrawn_at, withdrawn_by, withdrawn_reason) IN (0, 3));
CREATE INDEX requirement_set_programme ON scorecards.requirement_set (programme);
CREATE UNIQUE INDEX requirement_set_begins ON scorecards.requirement_set (programme, valid_from)
  WHERE withdrawn_at IS NULL;
DROP TRIGGER no_change ON scorecards.requirement_set;
CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON scorecards.requirement_set
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER guard_withdrawal BEFORE UPDATE ON scorecards.requirement_set
  FOR EACH ROW EXECUTE FUNCTION programmes.guard_withdrawal();
GRANT UPDATE (withdrawn_at, withdrawn_by, withdrawn_reason)
  ON scorecards.requirement_set TO maillage_app;
CREATE POLICY withdrawn_rows ON scorecards.requirement_set FOR UPDATE TO maillage_app
  USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');
"""


async def forwards() -> MigrationManager:
    walls = operator_policy("scorecards.request")
    return sql_migration("scorecards", ID, DESCRIPTION, REQUESTS + walls + WITHDRAWN)
