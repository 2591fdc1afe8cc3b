"""Co-marketing funds: budgets that approvals reserve, requests, proofs, and every step."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-24T12:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Co-marketing: budgets, requests, claims with proof"

BUDGETS = """
CREATE SCHEMA funds;
GRANT USAGE ON SCHEMA funds TO maillage_app, maillage_audit;

-- Measured on what was invoiced in the quarter before, anew until that quarter is closed. Only
-- the trigger below reserves.
CREATE TABLE funds.budget (
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  quarter date NOT NULL
    CHECK (extract(day FROM quarter) = 1 AND extract(month FROM quarter) IN (1, 4, 7, 10)),
  currency core.currency NOT NULL,
  turnover_minor bigint NOT NULL,
  rate_bp integer NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
  budget_minor bigint NOT NULL,
  reserved_minor bigint NOT NULL DEFAULT 0,
  is_final boolean NOT NULL,
  measured_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, quarter, currency),
  CONSTRAINT never_over_reserved CHECK (reserved_minor BETWEEN 0 AND budget_minor)
);
CREATE INDEX budget_quarter ON funds.budget (quarter);
CREATE FUNCTION funds.guard_budget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.organisation_id, NEW.quarter, NEW.currency::text)
       IS DISTINCT FROM (OLD.organisation_id, OLD.quarter, OLD.currency::text)
     OR (OLD.is_final AND (NEW.turnover_minor, NEW.rate_bp, NEW.budget_minor, NEW.is_final)
         IS DISTINCT FROM (OLD.turnover_minor, OLD.rate_bp, OLD.budget_minor, true)) THEN
    RAISE EXCEPTION 'the budget of % is final', NEW.quarter USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON funds.budget
  FOR EACH ROW EXECUTE FUNCTION funds.guard_budget();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON funds.budget
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
"""

REQUESTS = """
CREATE FUNCTION funds.part(minor bigint, rate_bp integer) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT div(2::numeric * minor * rate_bp + 10000, 20000)::bigint $$;

-- Amounts are before VAT. `reason` and `changed_by` are of the last step; `step` has them all.
CREATE TABLE funds.request (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL,
  quarter date NOT NULL,
  currency core.currency NOT NULL,
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  activity text NOT NULL
    CHECK (activity IN ('event', 'campaign', 'content', 'training', 'other')),
  description text NOT NULL CHECK (length(description) BETWEEN 1 AND 2000),
  starts_on date NOT NULL,
  ends_on date NOT NULL CHECK (ends_on >= starts_on),
  planned_minor bigint NOT NULL CHECK (planned_minor BETWEEN 1 AND 1000000000000),
  share_bp integer NOT NULL CHECK (share_bp BETWEEN 1 AND 10000),
  asked_minor bigint NOT NULL,
  state text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'approved', 'declined',
    'withdrawn', 'claimed', 'reimbursed', 'expired')),
  approved_minor bigint,
  claim_due_on date,
  spent_minor bigint CHECK (spent_minor BETWEEN 1 AND 1000000000000),
  claimed_on date,
  accepted_minor bigint,
  reimbursed_minor bigint,
  award_id uuid REFERENCES awards.award,
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
  requested_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  changed_by text NOT NULL,
  UNIQUE (id, organisation_id),
  FOREIGN KEY (organisation_id, quarter, currency) REFERENCES funds.budget,
  CONSTRAINT asks_for_its_part CHECK (asked_minor = funds.part(planned_minor, share_bp)),
  CONSTRAINT approved_says_how_much_until_when CHECK (
    CASE WHEN state IN ('approved', 'claimed', 'reimbursed', 'expired')
         THEN approved_minor BETWEEN 1 AND asked_minor AND claim_due_on >= ends_on
              AND approved_minor IS NOT NULL AND claim_due_on IS NOT NULL
         ELSE state = 'withdrawn' OR (approved_minor IS NULL AND claim_due_on IS NULL) END),
  CONSTRAINT claimed_says_what_was_spent CHECK
    (state NOT IN ('claimed', 'reimbursed') OR (spent_minor IS NOT NULL
      AND claimed_on IS NOT NULL AND claimed_on <= claim_due_on)),
  CONSTRAINT reimbursed_within_what_was_approved CHECK (
    CASE WHEN state = 'reimbursed'
         THEN accepted_minor BETWEEN 1 AND spent_minor AND award_id IS NOT NULL
              AND reimbursed_minor = least(approved_minor, funds.part(accepted_minor, share_bp))
              AND accepted_minor IS NOT NULL AND reimbursed_minor > 0
         ELSE accepted_minor IS NULL AND reimbursed_minor IS NULL AND award_id IS NULL END)
);
CREATE INDEX request_budget ON funds.request (organisation_id, quarter, currency);
CREATE INDEX request_state ON funds.request (state, id);
CREATE INDEX request_award ON funds.request (award_id);

CREATE TABLE funds.step (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  from_state text,
  to_state text NOT NULL,
  amount_minor bigint,
  reason text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL,
  FOREIGN KEY (request_id, organisation_id) REFERENCES funds.request (id, organisation_id)
);
CREATE INDEX step_request ON funds.step (request_id, organisation_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON funds.step
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE funds.proof (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  request_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200 AND name !~ '[/\\\\[:cntrl:]]'),
  media_type text NOT NULL,
  content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 5000000),
  sha256 text NOT NULL CHECK (sha256 = encode(sha256(content), 'hex')),
  actor text NOT NULL,
  added_at timestamptz NOT NULL,
  FOREIGN KEY (request_id, organisation_id) REFERENCES funds.request (id, organisation_id),
  CONSTRAINT content_is_of_its_type CHECK (CASE media_type
    WHEN 'application/pdf' THEN substr(content, 1, 5) = '\\x255044462d'
    WHEN 'image/png' THEN substr(content, 1, 8) = '\\x89504e470d0a1a0a'
    WHEN 'image/jpeg' THEN substr(content, 1, 3) = '\\xffd8ff'
    ELSE false END)
);
ALTER TABLE funds.proof ALTER content SET STORAGE EXTERNAL;
CREATE INDEX proof_request ON funds.proof (request_id, organisation_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON funds.proof
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE FUNCTION funds.guard_proof() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (SELECT state FROM funds.request WHERE id = NEW.request_id FOR UPDATE) <> 'approved'
     OR (SELECT count(*) FROM funds.proof WHERE request_id = NEW.request_id) >= 20 THEN
    RAISE EXCEPTION 'request % takes no proof', NEW.request_id
      USING ERRCODE = '23514', CONSTRAINT = 'proof_before_the_claim';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON funds.proof
  FOR EACH ROW EXECUTE FUNCTION funds.guard_proof();

CREATE FUNCTION funds.guard_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'requested' THEN
      RAISE EXCEPTION 'a request begins as requested' USING ERRCODE = '55000';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.organisation_id, NEW.quarter, NEW.currency::text, NEW.title, NEW.activity,
      NEW.description, NEW.starts_on, NEW.ends_on, NEW.planned_minor, NEW.share_bp,
      NEW.asked_minor, NEW.requested_at)
     IS DISTINCT FROM
     (OLD.id, OLD.organisation_id, OLD.quarter, OLD.currency::text, OLD.title, OLD.activity,
      OLD.description, OLD.starts_on, OLD.ends_on, OLD.planned_minor, OLD.share_bp,
      OLD.asked_minor, OLD.requested_at)
     OR (OLD.approved_minor IS NOT NULL
         AND NEW.approved_minor IS DISTINCT FROM OLD.approved_minor)
     OR (OLD.state || '>' || NEW.state) NOT IN (
       'requested>approved', 'requested>declined', 'requested>withdrawn', 'approved>withdrawn',
       'approved>claimed', 'approved>expired', 'claimed>approved', 'claimed>reimbursed') THEN
    RAISE EXCEPTION 'request % may not go %>%', OLD.id, OLD.state, NEW.state
      USING ERRCODE = '55000';
  END IF;
  IF NEW.reason = '' AND (NEW.state IN ('declined', 'withdrawn', 'expired')
       OR OLD.state = 'claimed' AND NEW.state = 'approved'
       OR OLD.state = 'requested' AND NEW.approved_minor < NEW.asked_minor
       OR NEW.accepted_minor < NEW.spent_minor) THEN
    RAISE EXCEPTION 'request %: % says why', OLD.id, NEW.state
      USING ERRCODE = '23514', CONSTRAINT = 'says_why';
  END IF;
  IF NEW.state = 'claimed' AND NOT EXISTS
       (SELECT FROM funds.proof p WHERE p.request_id = NEW.id) THEN
    RAISE EXCEPTION 'request % is claimed without proof', NEW.id
      USING ERRCODE = '23514', CONSTRAINT = 'claim_has_proof';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON funds.request
  FOR EACH ROW EXECUTE FUNCTION funds.guard_request();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON funds.request
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE FUNCTION funds.held(state text, approved bigint, reimbursed bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN state IN ('approved', 'claimed') THEN approved
              WHEN state = 'reimbursed' THEN reimbursed ELSE 0 END $$;

-- Every step is kept, and holds of the budget what the request is good for from then on.
CREATE FUNCTION funds.follow_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE before text; moved bigint := 0;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    before := OLD.state;
    moved := funds.held(NEW.state, NEW.approved_minor, NEW.reimbursed_minor)
           - funds.held(OLD.state, OLD.approved_minor, OLD.reimbursed_minor);
  END IF;
  IF moved <> 0 THEN
    UPDATE funds.budget b SET reserved_minor = b.reserved_minor + moved
     WHERE (b.organisation_id, b.quarter, b.currency::text)
           = (NEW.organisation_id, NEW.quarter, NEW.currency::text);
  END IF;
  INSERT INTO funds.step (request_id, organisation_id, from_state, to_state, amount_minor, reason,
                          actor, at)
  VALUES (NEW.id, NEW.organisation_id, before, NEW.state,
          CASE NEW.state WHEN 'requested' THEN NEW.asked_minor WHEN 'approved' THEN
            NEW.approved_minor WHEN 'claimed' THEN NEW.spent_minor
            WHEN 'reimbursed' THEN NEW.reimbursed_minor END,
          NEW.reason, NEW.changed_by, NEW.changed_at);
  RETURN NULL;
END $$;
CREATE TRIGGER follow AFTER INSERT OR UPDATE ON funds.request
  FOR EACH ROW EXECUTE FUNCTION funds.follow_request();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA funds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION funds.part TO maillage_app;
GRANT SELECT, INSERT ON funds.budget, funds.request, funds.proof TO maillage_app;
GRANT SELECT ON funds.step TO maillage_app;
GRANT UPDATE (turnover_minor, rate_bp, budget_minor, is_final, measured_at) ON funds.budget
  TO maillage_app;
GRANT UPDATE (state, approved_minor, claim_due_on, spent_minor, claimed_on, accepted_minor,
  reimbursed_minor, award_id, reason, changed_at, changed_by) ON funds.request TO maillage_app;
GRANT SELECT ON funds.budget, funds.request, funds.step TO maillage_audit;
GRANT SELECT (id, request_id, organisation_id, name, media_type, sha256, actor, added_at)
  ON funds.proof TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    # Whoever asks, the operator's own work writes: it has looked at what the caller may do.
    walls = "".join(
        reading_policy(f"funds.{table}", own("organisation_id"))
        for table in ("budget", "request", "step", "proof")
    )
    walls += "".join(
        f"CREATE POLICY changed_rows ON funds.{table} FOR UPDATE TO maillage_app "
        "USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');"
        for table in ("budget", "request")
    )
    return sql_migration("funds", ID, DESCRIPTION, BUDGETS + REQUESTS + walls)
