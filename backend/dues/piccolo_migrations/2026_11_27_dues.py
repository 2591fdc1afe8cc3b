"""What partners owe: paid online, asked for by letter, recorded by two people where it is much."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-27T09:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Payments online, reminders, and receipts that a second person approves"

PAYMENTS = """
CREATE SCHEMA dues;
GRANT USAGE ON SCHEMA dues TO maillage_app, maillage_audit;

CREATE TABLE dues.setting (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL CHECK (name IN
    ('first_reminder_days', 'second_reminder_days', 'last_reminder_days', 'receipt_limit_minor')),
  value bigint NOT NULL,
  valid_from timestamptz NOT NULL,
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (name, valid_from),
  CONSTRAINT begins_in_the_future CHECK (valid_from > recorded_at),
  CONSTRAINT within_reason CHECK (CASE name WHEN 'receipt_limit_minor'
    THEN value BETWEEN 1 AND 1000000000000 ELSE value BETWEEN 1 AND 366 END)
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON dues.setting
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
INSERT INTO dues.setting (name, value, valid_from, note, actor, recorded_at)
SELECT name, value, '2000-01-01Z', '', 'system:migration', '1999-12-31Z'
  FROM (VALUES ('first_reminder_days', 30), ('second_reminder_days', 60),
    ('last_reminder_days', 90), ('receipt_limit_minor', 1000000)) AS s (name, value);

-- One page at Stripe on which a partner pays what it owes in one currency.
CREATE TABLE dues.payment (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  statement_id uuid NOT NULL REFERENCES settlement.statement,
  currency core.currency NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor BETWEEN 1 AND 1000000000000),
  state text NOT NULL DEFAULT 'planned'
    CHECK (state IN ('planned', 'open', 'processing', 'paid', 'failed', 'expired')),
  attempt int NOT NULL DEFAULT 1 CHECK (attempt > 0),
  session_id text UNIQUE,
  url text,
  intent_id text UNIQUE,
  receipt_id uuid UNIQUE REFERENCES receipts.receipt,
  fee_minor bigint CHECK (fee_minor >= 0),
  reversal_id uuid UNIQUE REFERENCES receipts.receipt,
  actor text NOT NULL,
  asked_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  look_at timestamptz,
  CONSTRAINT open_has_its_page CHECK
    (state <> 'open' OR (session_id IS NOT NULL AND url IS NOT NULL)),
  CONSTRAINT paid_has_its_receipt CHECK ((state = 'paid') = (receipt_id IS NOT NULL)
    AND (receipt_id IS NULL OR intent_id IS NOT NULL)),
  CONSTRAINT taken_back_was_paid CHECK (reversal_id IS NULL OR receipt_id IS NOT NULL)
);
CREATE INDEX payment_organisation ON dues.payment (organisation_id, currency);
CREATE INDEX payment_statement ON dues.payment (statement_id);
CREATE INDEX payment_look ON dues.payment (look_at) WHERE look_at IS NOT NULL;
CREATE UNIQUE INDEX one_page_at_a_time ON dues.payment (organisation_id, currency)
  WHERE state IN ('planned', 'open', 'processing');

CREATE FUNCTION dues.guard_payment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.organisation_id, NEW.statement_id, NEW.currency::text, NEW.amount_minor,
      NEW.actor, NEW.asked_at)
     IS DISTINCT FROM
     (OLD.id, OLD.organisation_id, OLD.statement_id, OLD.currency::text, OLD.amount_minor,
      OLD.actor, OLD.asked_at)
     OR (OLD.receipt_id IS NOT NULL AND NEW.receipt_id IS DISTINCT FROM OLD.receipt_id)
     OR (OLD.reversal_id IS NOT NULL AND NEW.reversal_id IS DISTINCT FROM OLD.reversal_id)
     OR (OLD.fee_minor IS NOT NULL AND NEW.fee_minor IS DISTINCT FROM OLD.fee_minor)
     OR (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN (
       'planned>open', 'planned>processing', 'planned>paid', 'planned>failed', 'planned>expired',
       'open>processing', 'open>paid', 'open>failed', 'open>expired',
       'processing>paid', 'processing>failed',
       'failed>paid', 'expired>paid')) THEN
    RAISE EXCEPTION 'payment % may not go %>%', OLD.id, OLD.state, NEW.state
      USING ERRCODE = '55000';
  END IF;
  IF NEW.receipt_id IS NOT NULL AND OLD.receipt_id IS NULL AND NOT EXISTS (
      SELECT FROM receipts.receipt r WHERE r.id = NEW.receipt_id AND r.held_at = 'stripe'
        AND r.kind = 'receipt' AND (r.organisation_id, r.currency::text, r.amount_minor)
          = (NEW.organisation_id, NEW.currency::text, NEW.amount_minor)) THEN
    RAISE EXCEPTION 'payment % is not its receipt', NEW.id
      USING ERRCODE = '23514', CONSTRAINT = 'receipt_is_the_payment';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON dues.payment
  FOR EACH ROW EXECUTE FUNCTION dues.guard_payment();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON dues.payment
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
"""

REMINDERS = """
CREATE TABLE dues.reminder (
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  currency core.currency NOT NULL,
  owed_since date NOT NULL,
  number int NOT NULL CHECK (number BETWEEN 1 AND 3),
  statement_id uuid NOT NULL REFERENCES settlement.statement,
  left_minor bigint NOT NULL CHECK (left_minor > 0),
  age_days int NOT NULL CHECK (age_days > 0),
  sent_to text NOT NULL,
  sent_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, currency, owed_since, number)
);
COMMENT ON TABLE dues.reminder IS 'One of three letters about one debt, each written once.';
CREATE INDEX reminder_statement ON dues.reminder (statement_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON dues.reminder
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
"""

PROPOSALS = """
CREATE TABLE dues.proposal (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
  received_on date NOT NULL,
  currency core.currency NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor BETWEEN 1 AND 1000000000000),
  means text NOT NULL CHECK (means IN ('bank_transfer', 'direct_debit', 'card', 'cheque')),
  note text NOT NULL CHECK (length(note) <= 500),
  owed_minor bigint NOT NULL CHECK (owed_minor >= 0),
  why text NOT NULL CHECK (why IN ('above_debt', 'above_limit')),
  asked_by uuid NOT NULL REFERENCES identity.person,
  asked_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'asked'
    CHECK (state IN ('asked', 'approved', 'refused', 'withdrawn')),
  decided_by uuid REFERENCES identity.person,
  decided_at timestamptz,
  decided_note text NOT NULL DEFAULT '' CHECK (length(decided_note) <= 500),
  receipt_id uuid UNIQUE REFERENCES receipts.receipt,
  CONSTRAINT decided_by_somebody CHECK
    ((state = 'asked') = (decided_by IS NULL) AND (state = 'asked') = (decided_at IS NULL)),
  CONSTRAINT four_eyes CHECK (CASE state WHEN 'approved' THEN decided_by <> asked_by
    WHEN 'refused' THEN decided_by <> asked_by
    WHEN 'withdrawn' THEN decided_by = asked_by ELSE true END),
  CONSTRAINT approved_is_recorded CHECK ((state = 'approved') = (receipt_id IS NOT NULL))
);
CREATE UNIQUE INDEX one_proposal_of_a_reference ON dues.proposal (reference)
  WHERE state IN ('asked', 'approved');
CREATE INDEX proposal_organisation ON dues.proposal (organisation_id);
CREATE INDEX proposal_asked_by ON dues.proposal (asked_by);
CREATE INDEX proposal_decided_by ON dues.proposal (decided_by);
CREATE INDEX proposal_state ON dues.proposal (state, id);

CREATE FUNCTION dues.guard_proposal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.state <> 'asked' OR (OLD.id, OLD.organisation_id, OLD.reference, OLD.received_on,
      OLD.currency::text, OLD.amount_minor, OLD.means, OLD.note, OLD.owed_minor, OLD.why,
      OLD.asked_by, OLD.asked_at)
     IS DISTINCT FROM (NEW.id, NEW.organisation_id, NEW.reference, NEW.received_on,
      NEW.currency::text, NEW.amount_minor, NEW.means, NEW.note, NEW.owed_minor, NEW.why,
      NEW.asked_by, NEW.asked_at) THEN
    RAISE EXCEPTION 'proposal % is decided or its facts are frozen', OLD.id
      USING ERRCODE = '55000';
  END IF;
  IF NEW.state = 'approved' AND (
      NOT EXISTS (SELECT FROM identity.membership m WHERE m.person_id = NEW.decided_by
        AND m.organisation_id IS NULL AND m.ended_at IS NULL)
      OR EXISTS (SELECT FROM identity.membership m WHERE m.person_id = NEW.decided_by
        AND m.organisation_id = NEW.organisation_id
        AND (m.ended_at IS NULL OR m.ended_at >= NEW.asked_at))) THEN
    RAISE EXCEPTION 'proposal %: nobody approves what their own organisation paid', OLD.id
      USING ERRCODE = '42501';
  END IF;
  IF NEW.state = 'approved' AND NOT EXISTS (
      SELECT FROM receipts.receipt r WHERE r.id = NEW.receipt_id AND r.kind = 'receipt'
        AND (r.organisation_id, r.currency::text, r.amount_minor, r.reference)
          = (NEW.organisation_id, NEW.currency::text, NEW.amount_minor, NEW.reference)) THEN
    RAISE EXCEPTION 'proposal % is not its receipt', OLD.id
      USING ERRCODE = '23514', CONSTRAINT = 'receipt_is_the_proposal';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON dues.proposal
  FOR EACH ROW EXECUTE FUNCTION dues.guard_proposal();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON dues.proposal
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA dues FROM PUBLIC;
GRANT SELECT, INSERT ON dues.setting, dues.payment, dues.reminder, dues.proposal TO maillage_app;
GRANT UPDATE (state, attempt, session_id, url, intent_id, receipt_id, fee_minor, reversal_id,
  changed_at, look_at) ON dues.payment TO maillage_app;
GRANT UPDATE (state, decided_by, decided_at, decided_note, receipt_id) ON dues.proposal
  TO maillage_app;
GRANT SELECT ON dues.setting, dues.payment, dues.reminder, dues.proposal TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    # Whoever pays, the operator's own work writes: it has looked at what is owed.
    walls = "".join(
        reading_policy(f"dues.{table}", own("organisation_id")) for table in ("payment", "reminder")
    )
    walls += reading_policy("dues.proposal") + reading_policy("dues.setting")
    walls += "".join(
        f"CREATE POLICY changed_rows ON dues.{table} FOR UPDATE TO maillage_app "
        "USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');"
        for table in ("payment", "proposal")
    )
    return sql_migration("dues", ID, DESCRIPTION, PAYMENTS + REMINDERS + PROPOSALS + walls)
