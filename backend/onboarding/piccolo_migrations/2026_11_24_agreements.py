"""Agreements and mandates, who signed them; decisions and their reasons; when a file is whole."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration, tenant_policy
from backend.onboarding.texts import first_versions

ID = "2026-11-23T12:21:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Agreements, mandates, decisions, the state of a file"

SQL = """
CREATE TABLE onboarding.agreement (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  kind text NOT NULL CHECK (kind IN ('partner', 'self_billing')),
  version integer NOT NULL CHECK (version > 0),
  text_fr text NOT NULL CHECK (length(text_fr) BETWEEN 1 AND 200000),
  text_en text NOT NULL CHECK (length(text_en) BETWEEN 1 AND 200000),
  sha256_fr onboarding.sha256 NOT NULL,
  sha256_en onboarding.sha256 NOT NULL,
  valid_from timestamptz NOT NULL,
  notice_days integer NOT NULL CHECK (notice_days BETWEEN 0 AND 365),
  contest_days integer CHECK (contest_days BETWEEN 1 AND 90),
  announced_by text NOT NULL,
  announced_at timestamptz NOT NULL,
  UNIQUE (kind, version),
  CONSTRAINT begins_in_the_future CHECK (valid_from > announced_at),
  CONSTRAINT sha256_is_of_text CHECK (
    sha256_fr = encode(sha256(convert_to(text_fr, 'UTF8')), 'hex')
    AND sha256_en = encode(sha256(convert_to(text_en, 'UTF8')), 'hex')),
  CONSTRAINT a_mandate_is_contested CHECK ((kind = 'self_billing') = (contest_days IS NOT NULL))
);
COMMENT ON COLUMN onboarding.agreement.notice_days IS
  'After it began, who accepted the one before has so long to accept this one.';
COMMENT ON COLUMN onboarding.agreement.contest_days IS
  'So long the mandator may contest a self-billed invoice (legal.md 2).';

CREATE FUNCTION onboarding.guard_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('agreement:' || NEW.kind, 7));
  SELECT version, valid_from INTO last FROM onboarding.agreement
   WHERE kind = NEW.kind ORDER BY version DESC LIMIT 1;
  IF NEW.version <> coalesce(last.version, 0) + 1 OR NEW.valid_from <= last.valid_from THEN
    RAISE EXCEPTION 'version % of % does not follow version %', NEW.version, NEW.kind, last.version
      USING ERRCODE = '55000', CONSTRAINT = 'versions_follow';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON onboarding.agreement
  FOR EACH ROW EXECUTE FUNCTION onboarding.guard_agreement();

CREATE TABLE onboarding.acceptance (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  agreement_id uuid NOT NULL REFERENCES onboarding.agreement,
  language text NOT NULL CHECK (language IN ('fr', 'en')),
  sha256 onboarding.sha256 NOT NULL,
  person_id uuid REFERENCES identity.person,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  accepted_by text NOT NULL,
  accepted_at timestamptz NOT NULL,
  CONSTRAINT a_person_signs CHECK (accepted_by =
    coalesce('person:' || person_id::text, accepted_by)
    AND (person_id IS NOT NULL OR accepted_by LIKE 'system:%'))
);
COMMENT ON COLUMN onboarding.acceptance.name IS 'As the person typed it.';
COMMENT ON COLUMN onboarding.acceptance.person_id IS 'NULL: in the sandbox, nobody.';
CREATE INDEX ON onboarding.acceptance (organisation_id, agreement_id, accepted_at DESC);
CREATE INDEX ON onboarding.acceptance (agreement_id);
CREATE INDEX ON onboarding.acceptance (person_id) WHERE person_id IS NOT NULL;

CREATE TABLE onboarding.revocation (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  kind text NOT NULL DEFAULT 'self_billing' CHECK (kind = 'self_billing'),
  reason text CHECK (length(reason) BETWEEN 1 AND 500),
  revoked_by text NOT NULL,
  revoked_at timestamptz NOT NULL
);
COMMENT ON TABLE onboarding.revocation IS 'The mandate signed before it holds no more.';
CREATE INDEX ON onboarding.revocation (organisation_id, revoked_at DESC);

-- What somebody signs is what they were shown, and is in force or announced.
CREATE FUNCTION onboarding.guard_acceptance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE signed onboarding.agreement;
BEGIN
  SELECT * INTO signed FROM onboarding.agreement WHERE id = NEW.agreement_id;
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('agreement:' || signed.kind, 7));
  IF NEW.sha256 <>
     (CASE NEW.language WHEN 'fr' THEN signed.sha256_fr ELSE signed.sha256_en END) THEN
    RAISE EXCEPTION 'another text of % is signed than version %', signed.kind, signed.version
      USING ERRCODE = '55000', CONSTRAINT = 'text_is_the_one_shown';
  END IF;
  IF signed.announced_at > NEW.accepted_at OR EXISTS (
    SELECT FROM onboarding.agreement n WHERE n.kind = signed.kind AND n.version > signed.version
       AND n.valid_from <= NEW.accepted_at) THEN
    RAISE EXCEPTION 'version % of % is not to be signed', signed.version, signed.kind
      USING ERRCODE = '55000', CONSTRAINT = 'version_is_current';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON onboarding.acceptance
  FOR EACH ROW EXECUTE FUNCTION onboarding.guard_acceptance();

CREATE TABLE onboarding.decision (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  kind text NOT NULL
    CHECK (kind IN ('evidence_refused', 'application_refused', 'restriction', 'termination')),
  scope text NOT NULL CHECK (scope IN ('evidence', 'application', 'listing', 'payout', 'account')),
  what text NOT NULL CHECK (length(what) BETWEEN 1 AND 500),
  why text NOT NULL CHECK (length(why) BETWEEN 1 AND 2000),
  rule text NOT NULL CHECK (length(rule) BETWEEN 1 AND 500),
  contest text NOT NULL CHECK (length(contest) BETWEEN 1 AND 1000),
  notice_days integer NOT NULL CHECK (notice_days BETWEEN 0 AND 365),
  starts_at timestamptz NOT NULL,
  evidence_id uuid REFERENCES onboarding.evidence,
  letter_id uuid,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL,
  CONSTRAINT notice_is_given CHECK (starts_at >= decided_at + make_interval(days => notice_days)),
  CONSTRAINT an_end_has_thirty_days CHECK (kind <> 'termination' OR notice_days >= 30),
  CONSTRAINT scope_is_of_kind CHECK (CASE kind
    WHEN 'evidence_refused' THEN scope = 'evidence' AND evidence_id IS NOT NULL
    WHEN 'application_refused' THEN scope = 'application'
    WHEN 'termination' THEN scope = 'account'
    ELSE scope IN ('listing', 'payout', 'account') END)
);
COMMENT ON TABLE onboarding.decision IS
  'A statement of reasons: what, why, by which rule, from when, how to contest (legal.md 6).';
COMMENT ON COLUMN onboarding.decision.letter_id IS 'In the outbox; NULL: no address was known.';
CREATE INDEX ON onboarding.decision (organisation_id, starts_at);
CREATE INDEX ON onboarding.decision (evidence_id) WHERE evidence_id IS NOT NULL;

CREATE TABLE onboarding.lifting (
  decision_id uuid PRIMARY KEY REFERENCES onboarding.decision,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  why text NOT NULL CHECK (length(why) BETWEEN 1 AND 2000),
  lifted_by text NOT NULL,
  lifted_at timestamptz NOT NULL
);
CREATE INDEX ON onboarding.lifting (organisation_id);

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON onboarding.agreement
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON onboarding.acceptance
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON onboarding.revocation
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON onboarding.decision
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON onboarding.lifting
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

-- missing > supplied > accepted | refused; accepted > expired when its last day is over. `held`
-- is what counts: what was accepted holds on while its renewal waits.
CREATE FUNCTION onboarding.evidence_state(whose uuid, wanted text, at timestamptz)
RETURNS TABLE (state text, held boolean, holds_until timestamptz, evidence_id uuid, reason text)
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN e.id IS NULL THEN 'missing'
              WHEN v.outcome = 'invalid' THEN 'refused'
              WHEN r.decision IS NULL THEN 'supplied'
              WHEN r.decision = 'refused' THEN 'refused'
              WHEN onboarding.end_of(r.expires_on) <= at THEN 'expired'
              ELSE 'accepted' END,
         a.evidence_id IS NOT NULL AND v.outcome IS DISTINCT FROM 'invalid'
           AND (a.expires_on IS NULL OR at < onboarding.end_of(a.expires_on)),
         onboarding.end_of(a.expires_on), e.id,
         CASE WHEN v.outcome = 'invalid' THEN 'vies' ELSE r.reason END
    FROM (SELECT) AS one
    LEFT JOIN LATERAL (
      SELECT id, value FROM onboarding.evidence
       WHERE organisation_id = whose AND item = wanted AND supplied_at <= at
       ORDER BY number DESC LIMIT 1) e ON true
    LEFT JOIN onboarding.review r ON r.evidence_id = e.id AND r.decided_at <= at
    LEFT JOIN LATERAL (
      SELECT w.evidence_id, w.expires_on, w.decided_at, s.value FROM onboarding.review w
        JOIN onboarding.evidence s ON s.id = w.evidence_id
       WHERE w.organisation_id = whose AND w.item = wanted AND w.decision = 'accepted'
         AND w.decided_at <= at ORDER BY s.number DESC LIMIT 1) a ON true
    LEFT JOIN LATERAL (
      SELECT outcome, answered_at FROM onboarding.vies_answer
       WHERE wanted = 'vat_number' AND organisation_id = whose AND vat_number = a.value
         AND outcome <> 'unavailable' AND answered_at > a.decided_at AND answered_at <= at
       ORDER BY answered_at DESC LIMIT 1) v ON true
$$;

-- Of the versions newer than the last one accepted, the first whose notice is over blocks.
CREATE FUNCTION onboarding.agreement_state(whose uuid, wanted text, at timestamptz)
RETURNS TABLE (state text, held boolean, holds_until timestamptz)
LANGUAGE sql STABLE AS $$
  WITH signed AS (
    SELECT max(g.version) AS version
      FROM onboarding.acceptance a JOIN onboarding.agreement g ON g.id = a.agreement_id
     WHERE a.organisation_id = whose AND g.kind = wanted AND a.accepted_at <= at
       AND NOT EXISTS (SELECT FROM onboarding.revocation v
                        WHERE v.organisation_id = whose AND v.kind = wanted
                          AND v.revoked_at >= a.accepted_at AND v.revoked_at <= at)),
  asked AS (
    SELECT min(onboarding.end_of(onboarding.day_of(g.valid_from) + g.notice_days)) AS blocks_at
      FROM onboarding.agreement g, signed s
     WHERE g.kind = wanted AND g.announced_at <= at AND g.version > s.version)
  SELECT CASE WHEN s.version IS NULL THEN 'missing' WHEN q.blocks_at <= at THEN 'expired'
              ELSE 'accepted' END,
         s.version IS NOT NULL AND (q.blocks_at IS NULL OR at < q.blocks_at), q.blocks_at
    FROM signed s, asked q
$$;

-- Stripe says who holds the bank account; it is asked again before each payout, and only the
-- present is known.
CREATE FUNCTION onboarding.holder_state(whose uuid)
RETURNS TABLE (state text, held boolean)
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN a.stripe_account IS NULL OR a.closed THEN 'missing'
              WHEN a.transfers_status = 'active' AND a.payouts_status = 'active' THEN 'accepted'
              ELSE 'supplied' END,
         coalesce(NOT a.closed AND a.transfers_status = 'active' AND a.payouts_status = 'active',
                  false)
    FROM (SELECT) AS one
    LEFT JOIN payments.connected_account a ON a.organisation_id = whose
$$;

CREATE FUNCTION onboarding.items_of(whose uuid, at timestamptz)
RETURNS TABLE (item text, state text, held boolean, holds_until timestamptz, evidence_id uuid,
               reason text)
LANGUAGE sql STABLE AS $$
  SELECT q.item, s.state, s.held, s.holds_until, s.evidence_id, s.reason
    FROM onboarding.required_of(whose, at) q
    CROSS JOIN LATERAL (
      SELECT * FROM onboarding.evidence_state(whose, q.item, at)
       WHERE q.item NOT IN ('bank_holder', 'agreement', 'self_billing_mandate')
      UNION ALL
      SELECT a.state, a.held, a.holds_until, NULL, NULL FROM onboarding.agreement_state(
        whose, CASE q.item WHEN 'agreement' THEN 'partner' ELSE 'self_billing' END, at) a
       WHERE q.item IN ('agreement', 'self_billing_mandate')
      UNION ALL
      SELECT h.state, h.held, NULL, NULL, NULL FROM onboarding.holder_state(whose) h
       WHERE q.item = 'bank_holder') s
$$;

CREATE FUNCTION onboarding.is_restricted(whose uuid, wanted text, at timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM onboarding.decision d LEFT JOIN onboarding.lifting l ON l.decision_id = d.id
     WHERE d.organisation_id = whose AND d.kind IN ('restriction', 'termination')
       AND d.scope IN (wanted, 'account') AND d.starts_at <= at
       AND (l.lifted_at IS NULL OR l.lifted_at > at))
$$;

-- What keeps money from it: NULL is nothing. Organisations that were imported have no file yet.
CREATE FUNCTION onboarding.payout_bar(whose uuid, at timestamptz)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN onboarding.is_restricted(whose, 'payout', at) THEN 'restricted'
    WHEN (SELECT origin FROM partners.organisation WHERE id = whose) = 'application'
     AND EXISTS (SELECT FROM onboarding.items_of(whose, at) i WHERE NOT i.held)
    THEN 'file_incomplete' END
$$;

GRANT SELECT, INSERT ON onboarding.agreement, onboarding.acceptance, onboarding.revocation,
  onboarding.decision, onboarding.lifting TO maillage_app;
GRANT SELECT ON onboarding.agreement, onboarding.acceptance, onboarding.revocation,
  onboarding.decision, onboarding.lifting TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    walls = (
        reading_policy("onboarding.agreement", "true")
        + tenant_policy("onboarding.acceptance")
        + tenant_policy("onboarding.revocation")
        + reading_policy("onboarding.decision", own("organisation_id"))
        + reading_policy("onboarding.lifting", own("organisation_id"))
    )
    return sql_migration("onboarding", ID, DESCRIPTION, SQL + first_versions() + walls)
