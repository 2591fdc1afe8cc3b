"""Four eyes: what one person asks for about a payout, another one approves."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_policy, own, sql_migration

ID = "2026-11-23T06:18:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "Requests to retry or cancel a payout, decided by another person"

SQL = """
CREATE TABLE payouts.approval (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  payout_id uuid NOT NULL REFERENCES payouts.payout,
  organisation_id uuid,
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
  CONSTRAINT four_eyes CHECK (state IN ('asked', 'withdrawn') OR decided_by <> asked_by),
  CONSTRAINT partner_asks_for_its_own FOREIGN KEY (payout_id, organisation_id)
    REFERENCES payouts.payout (id, organisation_id),
  CONSTRAINT partner_asks_to_retry CHECK (organisation_id IS NULL OR verb = 'retry')
);
COMMENT ON COLUMN payouts.approval.organisation_id IS
  'The partner for whom it was asked; null: for the operator.';
CREATE INDEX approval_payout ON payouts.approval (payout_id, organisation_id);
CREATE INDEX approval_asked_by ON payouts.approval (asked_by);
CREATE INDEX approval_decided_by ON payouts.approval (decided_by);
CREATE UNIQUE INDEX one_request_at_a_time ON payouts.approval (payout_id) WHERE state = 'asked';

CREATE FUNCTION payouts.acts_for(person uuid, organisation uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM identity.membership m WHERE m.person_id = person
                 AND m.organisation_id IS NOT DISTINCT FROM organisation AND m.ended_at IS NULL)
$$;
-- Who leaves the partner for a minute is no second pair of eyes for what was owed to it before.
CREATE FUNCTION payouts.acted_for(person uuid, organisation uuid, since timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM identity.membership m WHERE m.person_id = person
                 AND m.organisation_id = organisation
                 AND (m.ended_at IS NULL OR m.ended_at >= since))
$$;
CREATE FUNCTION payouts.guard_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'asked' OR (OLD.id, OLD.payout_id, OLD.verb, OLD.note, OLD.asked_by, OLD.asked_at,
      OLD.organisation_id)
     IS DISTINCT FROM (NEW.id, NEW.payout_id, NEW.verb, NEW.note, NEW.asked_by, NEW.asked_at,
      NEW.organisation_id) THEN
    RAISE EXCEPTION 'approval % is decided or its facts are frozen', OLD.id USING ERRCODE = '55000';
  END IF;
  IF NEW.state = 'approved' AND (payouts.acts_for(NEW.decided_by, NULL) IS NOT TRUE
     OR (SELECT payouts.acted_for(NEW.decided_by, p.organisation_id, p.created_at)
         FROM payouts.payout p WHERE p.id = NEW.payout_id)) THEN
    RAISE EXCEPTION 'approval %: a partner approves nothing that is paid to it', OLD.id
      USING ERRCODE = '42501';
  END IF;
  IF NEW.state = 'withdrawn' AND NEW.decided_by <> NEW.asked_by
     AND (NEW.organisation_id IS NULL
          OR payouts.acts_for(NEW.decided_by, NEW.organisation_id) IS NOT TRUE) THEN
    RAISE EXCEPTION 'approval %: only who asked takes it back', OLD.id USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION payouts.guard_asker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF payouts.acts_for(NEW.asked_by, NEW.organisation_id) IS NOT TRUE THEN
    RAISE EXCEPTION '% does not act for who asks', NEW.asked_by USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER asker BEFORE INSERT ON payouts.approval
  FOR EACH ROW EXECUTE FUNCTION payouts.guard_asker();
CREATE TRIGGER guard BEFORE UPDATE ON payouts.approval
  FOR EACH ROW EXECUTE FUNCTION payouts.guard_approval();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON payouts.approval
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON FUNCTION payouts.guard_approval, payouts.guard_asker, payouts.acts_for,
  payouts.acted_for FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payouts.acts_for, payouts.acted_for TO maillage_app;
GRANT SELECT, INSERT ON payouts.approval TO maillage_app;
GRANT UPDATE (state, decided_by, decided_at, decided_note) ON payouts.approval TO maillage_app;
GRANT SELECT ON payouts.approval TO maillage_audit;
"""


ASKING = f"""
CREATE POLICY seen_rows ON payouts.approval FOR SELECT TO maillage_app
  USING ({own("organisation_id")});
CREATE POLICY asked_rows ON payouts.approval FOR INSERT TO maillage_app WITH CHECK
  ((SELECT current_setting('maillage.organisation', true)) = 'operator'
   OR (state = 'asked' AND {own("organisation_id")}));
"""


async def forwards() -> MigrationManager:
    walls = operator_policy("payouts.approval") + ASKING
    return sql_migration("payouts", ID, DESCRIPTION, SQL + walls)
