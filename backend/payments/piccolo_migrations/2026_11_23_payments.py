"""What was asked of Stripe, what it told, and whom it may pay."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_policy, operator_writes, sql_migration, tenant_policy

ID = "2026-11-23T06:16:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Operations, connected accounts, the inbox of events"

# Steps, frozen facts and the second transfer are refused here, whatever the program believes
# (stripe.md 3 and 4).
SQL = """
CREATE SCHEMA payments;
GRANT USAGE ON SCHEMA payments TO maillage_app, maillage_audit;

CREATE TABLE payments.operation (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('account', 'transfer', 'payout')),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  account text NOT NULL,
  subject text NOT NULL,
  params text NOT NULL CHECK (params IS JSON OBJECT),
  params_digest bytea NOT NULL,
  state text NOT NULL DEFAULT 'planned'
    CHECK (state IN ('planned', 'sending', 'reconcile', 'done', 'rejected')),
  attempt integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  send_count integer NOT NULL DEFAULT 0 CHECK (send_count >= 0),
  first_sent_at timestamptz,
  next_attempt_at timestamptz NOT NULL,
  leased_until timestamptz,
  left_at timestamptz,
  result_id text,
  error_code text,
  error_message text,
  request_id text,
  replayed boolean NOT NULL DEFAULT false,
  reversed_at timestamptz,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT done_has_result CHECK ((state = 'done') = (result_id IS NOT NULL)),
  CONSTRAINT rejected_says_why CHECK (state <> 'rejected' OR error_code IS NOT NULL),
  CONSTRAINT sent_or_not CHECK ((state = 'planned' AND first_sent_at IS NULL)
    OR (state IN ('sending', 'reconcile') AND first_sent_at IS NOT NULL)
    OR state IN ('done', 'rejected')),
  CONSTRAINT ended CHECK ((state IN ('done', 'rejected')) = (ended_at IS NOT NULL)),
  CONSTRAINT only_done_is_reversed CHECK (reversed_at IS NULL OR state = 'done')
);
COMMENT ON COLUMN payments.operation.account IS 'Stripe-Account; empty is the platform.';
COMMENT ON COLUMN payments.operation.leased_until IS
  'By the clock of PostgreSQL, whatever the sandbox''s says: nobody else touches it before.';
COMMENT ON COLUMN payments.operation.left_at IS
  'When it was last sent, by the same clock.';
COMMENT ON COLUMN payments.operation.subject IS 'What it is for, as noun:id.';
CREATE INDEX operation_organisation ON payments.operation (organisation_id);
CREATE INDEX operation_subject ON payments.operation (subject);
CREATE INDEX operation_live ON payments.operation (next_attempt_at)
  WHERE state IN ('planned', 'sending', 'reconcile');
CREATE UNIQUE INDEX operation_result ON payments.operation (result_id);
CREATE UNIQUE INDEX one_live_payout ON payments.operation (account)
  WHERE kind = 'payout' AND state IN ('planned', 'sending', 'reconcile');
CREATE UNIQUE INDEX one_transfer ON payments.operation (subject)
  WHERE kind = 'transfer' AND state <> 'rejected' AND reversed_at IS NULL;
CREATE UNIQUE INDEX one_account ON payments.operation (subject)
  WHERE kind = 'account' AND state <> 'rejected';

CREATE FUNCTION payments.guard_operation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE step text := OLD.state || '>' || NEW.state;
BEGIN
  IF (OLD.id, OLD.kind, OLD.organisation_id, OLD.account, OLD.subject, OLD.params,
      OLD.params_digest, OLD.created_at)
     IS DISTINCT FROM
     (NEW.id, NEW.kind, NEW.organisation_id, NEW.account, NEW.subject, NEW.params,
      NEW.params_digest, NEW.created_at) THEN
    RAISE EXCEPTION 'the facts of operation % are frozen', OLD.id USING ERRCODE = '55000';
  END IF;
  IF step NOT IN ('planned>planned', 'planned>sending', 'planned>rejected', 'planned>done',
                  'sending>sending', 'sending>done', 'sending>rejected', 'sending>reconcile',
                  'sending>planned', 'reconcile>reconcile', 'reconcile>done',
                  'reconcile>planned', 'done>done')
     AND NOT (step = 'rejected>done' AND OLD.first_sent_at IS NOT NULL) THEN
    RAISE EXCEPTION 'operation % may not go %', OLD.id, step USING ERRCODE = '55000';
  END IF;
  IF NEW.attempt <> OLD.attempt + (step IN ('sending>planned', 'reconcile>planned'))::int THEN
    RAISE EXCEPTION 'operation %: attempt % after % on %', OLD.id, NEW.attempt, OLD.attempt, step
      USING ERRCODE = '55000';
  END IF;
  IF OLD.first_sent_at IS DISTINCT FROM NEW.first_sent_at
     AND step NOT IN ('planned>sending', 'sending>planned', 'reconcile>planned') THEN
    RAISE EXCEPTION 'operation %: first_sent_at is frozen on %', OLD.id, step
      USING ERRCODE = '55000';
  END IF;
  IF step = 'done>done' AND (OLD.reversed_at IS NOT NULL OR to_jsonb(OLD) - 'reversed_at'
                             IS DISTINCT FROM to_jsonb(NEW) - 'reversed_at') THEN
    RAISE EXCEPTION 'operation % is done', OLD.id USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON payments.operation
  FOR EACH ROW EXECUTE FUNCTION payments.guard_operation();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON payments.operation
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE payments.connected_account (
  organisation_id uuid PRIMARY KEY REFERENCES partners.organisation,
  stripe_account text UNIQUE,
  operation_id uuid NOT NULL REFERENCES payments.operation,
  transfers_status text NOT NULL DEFAULT 'unknown',
  payouts_status text NOT NULL DEFAULT 'unknown',
  schedule text NOT NULL DEFAULT 'unknown',
  requirements text[] NOT NULL DEFAULT '{}',
  closed boolean NOT NULL DEFAULT false,
  iban_last4 text CHECK (length(iban_last4) <= 4),
  holder text,
  checked_at timestamptz,
  created_at timestamptz NOT NULL
);
CREATE INDEX connected_account_operation ON payments.connected_account (operation_id);

CREATE FUNCTION payments.guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.organisation_id <> NEW.organisation_id
     OR (OLD.stripe_account IS NOT NULL AND OLD.stripe_account IS DISTINCT FROM NEW.stripe_account)
  THEN
    RAISE EXCEPTION 'the account of organisation % is written once', OLD.organisation_id
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON payments.connected_account
  FOR EACH ROW EXECUTE FUNCTION payments.guard_account();

CREATE TABLE payments.stripe_event (
  account text NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  payload text NOT NULL CHECK (payload IN ('snapshot', 'thin')),
  object_id text NOT NULL,
  created_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  source text NOT NULL CHECK (source IN ('webhook', 'backfill')),
  body text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'done', 'unknown', 'foreign', 'refused')),
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL,
  handled_at timestamptz,
  PRIMARY KEY (account, id),
  CONSTRAINT handled CHECK ((state IN ('done', 'foreign', 'refused')) = (handled_at IS NOT NULL))
);
COMMENT ON COLUMN payments.stripe_event.state IS
  'unknown: of a type that nothing here is moved by; foreign: of an object that is not ours; '
  'refused: an alarm says why it was not applied';
CREATE INDEX stripe_event_waiting ON payments.stripe_event (next_attempt_at)
  WHERE state = 'waiting';
CREATE INDEX stripe_event_object ON payments.stripe_event (object_id);

CREATE TABLE payments.event_backfill (
  account text PRIMARY KEY,
  asked_at timestamptz NOT NULL
);
COMMENT ON TABLE payments.event_backfill IS
  'Up to when Stripe was asked for events that it could not deliver; empty is the platform.';

CREATE TABLE payments.event_destination (
  id text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  url text NOT NULL,
  secret text NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE payments.event_destination IS 'Made by Maillage itself at the sandbox.';

CREATE TABLE payments.balance_entry (
  id text PRIMARY KEY,
  account text NOT NULL,
  type text NOT NULL,
  amount_minor bigint NOT NULL,
  fee_minor bigint NOT NULL,
  net_minor bigint NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  source_id text,
  origin_id text,
  created_at timestamptz NOT NULL,
  matched text
);
COMMENT ON TABLE payments.balance_entry IS
  'Balance transactions as Stripe lists them: every move of a balance there.';
COMMENT ON COLUMN payments.balance_entry.currency IS 'Any: Stripe keeps more than we do.';
COMMENT ON COLUMN payments.balance_entry.account IS 'Empty is the platform.';
COMMENT ON COLUMN payments.balance_entry.origin_id IS
  'The payment intent of a charge or refund; the transfer of a reversal or of what a partner got.';
COMMENT ON COLUMN payments.balance_entry.matched IS 'What of ours it is, as noun:id; written once.';
CREATE INDEX balance_entry_account ON payments.balance_entry (account, created_at);
CREATE INDEX balance_entry_source ON payments.balance_entry (source_id);

CREATE FUNCTION payments.guard_balance_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.matched IS NOT NULL
     OR to_jsonb(OLD) - 'matched' IS DISTINCT FROM to_jsonb(NEW) - 'matched' THEN
    RAISE EXCEPTION 'what Stripe moved never changes: %', OLD.id USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON payments.balance_entry
  FOR EACH ROW EXECUTE FUNCTION payments.guard_balance_entry();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON payments.balance_entry
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE payments.balance_listing (
  account text PRIMARY KEY,
  listed_to timestamptz,
  reconciled_at timestamptz
);
COMMENT ON COLUMN payments.balance_listing.listed_to IS
  'By Stripe''s clock: every balance transaction before it is in balance_entry.';

GRANT SELECT, INSERT, UPDATE (matched) ON payments.balance_entry TO maillage_app;
GRANT SELECT, INSERT, UPDATE ON payments.balance_listing TO maillage_app;
GRANT SELECT ON payments.balance_entry, payments.balance_listing TO maillage_audit;
GRANT SELECT, INSERT, UPDATE ON payments.operation, payments.connected_account,
  payments.stripe_event, payments.event_backfill TO maillage_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON payments.event_destination TO maillage_app;
GRANT SELECT ON payments.operation, payments.connected_account, payments.stripe_event,
  payments.event_backfill TO maillage_audit;
"""

OF_OPERATOR = (
    "stripe_event",
    "event_backfill",
    "event_destination",
    "balance_entry",
    "balance_listing",
)


async def forwards() -> MigrationManager:
    policies = tenant_policy("payments.operation") + tenant_policy("payments.connected_account")
    policies += "".join(operator_policy(f"payments.{table}") for table in OF_OPERATOR)
    # A partner opens its account; no money moves because its session says so.
    told = "transfers_status, payouts_status, schedule, requirements, closed, iban_last4, holder"
    policies += operator_writes("payments.operation", rows="NEW.kind <> 'account'")
    policies += operator_writes("payments.connected_account", f"UPDATE OF {told}, checked_at")
    return sql_migration("payments", ID, DESCRIPTION, SQL + policies)
