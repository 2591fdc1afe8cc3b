"""Four eyes: what one person asks for about a payout, another one approves."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import reading_policy, sql_migration

ID = "2026-11-23T06:18:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "Requests to retry or cancel a payout, decided by another person"

SQL = """
CREATE TABLE payouts.approval (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  payout_id uuid NOT NULL REFERENCES payouts.payout,
  verb text NOT NULL CHECK (verb IN ('retry', 'cancel')),
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  state text NOT NULL DEFAULT 'asked'
    CHECK (state IN ('asked', 'approved', 'refused', 'withdrawn')),
  asked_by uuid NOT NULL REFERENCES identity.person,
  asked_at timestamptz NOT NULL,
  decided_by uuid REFERENCES identity.person,
  decided_at timestamptz,
  decided_note text NOT NULL DEFAULT '' CHECK (length(decided_note) <= 500),
  CONSTRAINT decided_says_who CHECK
    ((state = 'asked') = (decided_by IS NULL) AND (state = 'asked') = (decided_at IS NULL)),
  CONSTRAINT four_eyes CHECK (CASE state WHEN 'withdrawn' THEN decided_by = asked_by
    WHEN 'asked' THEN true ELSE decided_by <> asked_by END)
);
CREATE INDEX approval_payout ON payouts.approval (payout_id);
CREATE INDEX approval_asked_by ON payouts.approval (asked_by);
CREATE INDEX approval_decided_by ON payouts.approval (decided_by);
CREATE UNIQUE INDEX one_request_at_a_time ON payouts.approval (payout_id) WHERE state = 'asked';

CREATE FUNCTION payouts.guard_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'asked' OR (OLD.id, OLD.payout_id, OLD.verb, OLD.note, OLD.asked_by, OLD.asked_at)
     IS DISTINCT FROM (NEW.id, NEW.payout_id, NEW.verb, NEW.note, NEW.asked_by, NEW.asked_at) THEN
    RAISE EXCEPTION 'approval % is decided or its facts are frozen', OLD.id USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON payouts.approval
  FOR EACH ROW EXECUTE FUNCTION payouts.guard_approval();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON payouts.approval
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON FUNCTION payouts.guard_approval FROM PUBLIC;
GRANT SELECT, INSERT ON payouts.approval TO maillage_app;
GRANT UPDATE (state, decided_by, decided_at, decided_note) ON payouts.approval TO maillage_app;
GRANT SELECT ON payouts.approval TO maillage_audit;

CREATE POLICY decided_rows ON payouts.approval FOR UPDATE TO maillage_app
  USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');
"""


async def forwards() -> MigrationManager:
    return sql_migration("payouts", ID, DESCRIPTION, SQL + reading_policy("payouts.approval"))
