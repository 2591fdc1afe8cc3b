"""Payouts of statements, each bank payout that was tried, and every step with its moment."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_writes, sql_migration, tenant_policy

ID = "2026-11-23T06:18:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Payouts, their bank payouts and their steps"

# The allowed steps are those of stripe.md 3; a payout never goes back from an object of Stripe's
# but through a failure, a cancellation or a confirmed reversal.
SQL = """
CREATE SCHEMA payouts;
GRANT USAGE ON SCHEMA payouts TO maillage_app, maillage_audit;

CREATE TABLE payouts.payout (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  statement_id uuid NOT NULL UNIQUE,
  organisation_id uuid NOT NULL,
  currency core.currency NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'planned', 'transferred',
    'payout_pending', 'in_transit', 'paid', 'final', 'failed', 'canceled')),
  held_reason text CHECK (held_reason IN ('currency', 'organisation_unverified', 'no_account',
    'account_closed', 'account_not_payable', 'schedule_not_manual', 'hold', 'not_owed',
    'transfer_reversed', 'ready')),
  round integer NOT NULL DEFAULT 0,
  stripe_account text,
  transfer_operation_id uuid REFERENCES payments.operation,
  transfer_id text UNIQUE,
  transfer_reversed_minor bigint NOT NULL DEFAULT 0,
  payout_operation_id uuid REFERENCES payments.operation,
  attempt_count integer NOT NULL DEFAULT 0,
  failure_code text,
  failure_message text,
  paid_at timestamptz,
  next_step_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  UNIQUE (id, organisation_id),
  FOREIGN KEY (statement_id, organisation_id, currency)
    REFERENCES settlement.statement (id, organisation_id, currency),
  CONSTRAINT held_says_why CHECK (CASE state WHEN 'held' THEN held_reason IS NOT NULL
    WHEN 'transferred' THEN true ELSE held_reason IS NULL END),
  CONSTRAINT reversed_within_transfer CHECK (transfer_reversed_minor BETWEEN 0 AND amount_minor
    AND (transfer_reversed_minor = 0 OR transfer_id IS NOT NULL)),
  CONSTRAINT planned_has_operation CHECK (state IN ('held', 'canceled', 'failed')
    OR (transfer_operation_id IS NOT NULL AND stripe_account IS NOT NULL)),
  CONSTRAINT sent_has_transfer CHECK
    (state IN ('held', 'planned', 'failed', 'canceled') OR transfer_id IS NOT NULL),
  CONSTRAINT unsent_has_none CHECK (state NOT IN ('held', 'planned') OR transfer_id IS NULL),
  CONSTRAINT failed_says_why CHECK (state <> 'failed' OR failure_code IS NOT NULL),
  CONSTRAINT paid_when CHECK (state NOT IN ('paid', 'final') OR paid_at IS NOT NULL)
);
CREATE INDEX payout_statement ON payouts.payout (statement_id, organisation_id, currency);
CREATE INDEX payout_organisation ON payouts.payout (organisation_id, id);
CREATE INDEX payout_transfer_operation ON payouts.payout (transfer_operation_id);
CREATE INDEX payout_payout_operation ON payouts.payout (payout_operation_id);
CREATE INDEX payout_due ON payouts.payout (next_step_at)
  WHERE state NOT IN ('final', 'failed', 'canceled');

CREATE TABLE payouts.payout_attempt (
  payout_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  number integer NOT NULL,
  operation_id uuid NOT NULL UNIQUE REFERENCES payments.operation,
  stripe_payout_id text NOT NULL UNIQUE,
  state text NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'in_transit', 'paid', 'failed', 'canceled')),
  booked boolean NOT NULL DEFAULT false,
  failure_code text,
  failure_message text,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (payout_id, number),
  FOREIGN KEY (payout_id, organisation_id) REFERENCES payouts.payout (id, organisation_id),
  CONSTRAINT booked_while_paid CHECK (booked = (state = 'paid'))
);
COMMENT ON COLUMN payouts.payout_attempt.booked IS 'The ledger says that it left Stripe.';
CREATE INDEX payout_attempt_payout ON payouts.payout_attempt (payout_id, organisation_id);
CREATE UNIQUE INDEX one_attempt_at_a_time ON payouts.payout_attempt (payout_id)
  WHERE state NOT IN ('failed', 'canceled');

CREATE TABLE payouts.payout_step (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payout_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  state text NOT NULL,
  reason text,
  at timestamptz NOT NULL,
  FOREIGN KEY (payout_id, organisation_id) REFERENCES payouts.payout (id, organisation_id)
);
CREATE INDEX payout_step_payout ON payouts.payout_step (payout_id, organisation_id);

CREATE FUNCTION payouts.guard_payout() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE step text := OLD.state || '>' || NEW.state;
BEGIN
  IF (OLD.id, OLD.statement_id, OLD.organisation_id, OLD.currency, OLD.amount_minor,
      OLD.created_at)
     IS DISTINCT FROM
     (NEW.id, NEW.statement_id, NEW.organisation_id, NEW.currency, NEW.amount_minor,
      NEW.created_at) THEN
    RAISE EXCEPTION 'the facts of payout % are frozen', OLD.id USING ERRCODE = '55000';
  END IF;
  IF OLD.state <> NEW.state AND step NOT IN (
    'held>planned', 'held>transferred', 'held>canceled',
    'planned>held', 'planned>transferred', 'planned>failed', 'planned>canceled',
    'transferred>payout_pending', 'transferred>failed', 'transferred>canceled',
    'payout_pending>in_transit', 'payout_pending>paid', 'payout_pending>failed',
    'payout_pending>canceled', 'in_transit>paid', 'in_transit>failed', 'in_transit>canceled',
    'paid>final', 'paid>failed', 'final>failed',
    'failed>transferred', 'failed>held', 'failed>canceled',
    'canceled>transferred', 'canceled>held') THEN
    RAISE EXCEPTION 'payout % may not go %', OLD.id, step USING ERRCODE = '55000';
  END IF;
  IF OLD.transfer_id IS NOT NULL AND OLD.transfer_id IS DISTINCT FROM NEW.transfer_id
     AND NOT (NEW.transfer_id IS NULL AND NEW.state = 'canceled' AND EXISTS (
       SELECT FROM payments.operation o
       WHERE o.id = OLD.transfer_operation_id AND o.reversed_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'the transfer of payout % is not reversed', OLD.id USING ERRCODE = '55000';
  END IF;
  IF OLD.transfer_id IS NOT NULL AND NEW.transfer_id IS NOT NULL
     AND NEW.transfer_reversed_minor < OLD.transfer_reversed_minor THEN
    RAISE EXCEPTION 'what came back of the transfer of payout % never grows less', OLD.id
      USING ERRCODE = '55000';
  END IF;
  IF step IN ('planned>held', 'planned>canceled', 'planned>failed') AND EXISTS (
       SELECT FROM payments.operation o
       WHERE o.id = OLD.transfer_operation_id AND o.state <> 'rejected') THEN
    RAISE EXCEPTION 'the transfer of payout % may have been made', OLD.id USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON payouts.payout
  FOR EACH ROW EXECUTE FUNCTION payouts.guard_payout();

CREATE FUNCTION payouts.check_amount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.amount_minor IS DISTINCT FROM
     (SELECT due_minor FROM settlement.statement WHERE id = NEW.statement_id) THEN
    RAISE EXCEPTION 'payout of % is not what its statement owes', NEW.amount_minor
      USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER amount BEFORE INSERT ON payouts.payout
  FOR EACH ROW EXECUTE FUNCTION payouts.check_amount();

CREATE FUNCTION payouts.write_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR (OLD.state, OLD.held_reason) IS DISTINCT FROM (NEW.state, NEW.held_reason)
  THEN
    INSERT INTO payouts.payout_step (payout_id, organisation_id, state, reason, at)
    VALUES (NEW.id, NEW.organisation_id, NEW.state,
            CASE NEW.state WHEN 'failed' THEN NEW.failure_code ELSE NEW.held_reason END,
            NEW.changed_at);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER step AFTER INSERT OR UPDATE ON payouts.payout
  FOR EACH ROW EXECUTE FUNCTION payouts.write_step();

CREATE FUNCTION payouts.guard_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ranks CONSTANT jsonb := '{"pending": 1, "in_transit": 2, "paid": 3, "failed": 4, "canceled": 4}';
BEGIN
  IF (OLD.payout_id, OLD.organisation_id, OLD.number, OLD.operation_id, OLD.stripe_payout_id)
     IS DISTINCT FROM
     (NEW.payout_id, NEW.organisation_id, NEW.number, NEW.operation_id, NEW.stripe_payout_id)
     OR (ranks->>NEW.state)::int < (ranks->>OLD.state)::int
     OR (OLD.state IN ('failed', 'canceled') AND NEW.state <> OLD.state) THEN
    RAISE EXCEPTION 'bank payout % may not go %>%', OLD.stripe_payout_id, OLD.state, NEW.state
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON payouts.payout_attempt
  FOR EACH ROW EXECUTE FUNCTION payouts.guard_attempt();

CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON payouts.payout
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON payouts.payout_attempt
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON payouts.payout_step
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

GRANT SELECT, INSERT, UPDATE ON payouts.payout, payouts.payout_attempt TO maillage_app;
GRANT SELECT, INSERT ON payouts.payout_step TO maillage_app;
GRANT SELECT ON ALL TABLES IN SCHEMA payouts TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    policies = "".join(
        tenant_policy(f"payouts.{table}") + operator_writes(f"payouts.{table}")
        for table in ("payout", "payout_attempt", "payout_step")
    )
    return sql_migration("payouts", ID, DESCRIPTION, SQL + policies)
