"""The file of an organisation: what is required of it, what it supplied, what was decided."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration, tenant_policy

ID = "2026-11-23T12:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Requirements, evidence, reviews, answers of VIES"

SQL = """
CREATE SCHEMA onboarding;
GRANT USAGE ON SCHEMA onboarding TO maillage_app, maillage_audit;

CREATE DOMAIN onboarding.item AS text CHECK (VALUE IN (
  'legal_identity', 'register_extract', 'vat_number', 'directors', 'beneficial_owners',
  'einvoicing_address', 'bank_holder', 'agreement', 'self_billing_mandate'));
CREATE DOMAIN onboarding.sha256 AS text CHECK (VALUE ~ '^[0-9a-f]{64}$');

-- The operator's calendar decides when a day ends (money rule i).
CREATE FUNCTION onboarding.day_of(at timestamptz) RETURNS date LANGUAGE sql STABLE AS
  $$ SELECT (at AT TIME ZONE 'Europe/Paris')::date $$;
CREATE FUNCTION onboarding.end_of(day date) RETURNS timestamptz LANGUAGE sql STABLE AS
  $$ SELECT (day + 1)::timestamp AT TIME ZONE 'Europe/Paris' $$;
CREATE FUNCTION onboarding.in_eu(country text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
  $$ SELECT country IN ('AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR',
     'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK') $$;

CREATE TABLE onboarding.requirement (
  role text NOT NULL CHECK (role IN ('isv', 'vai', 'wholesaler', 'reseller', 'startup', 'buyer',
                                     'supplier')),
  place text NOT NULL CHECK (place ~ '^([A-Z]{2}|[*])$'),
  item onboarding.item NOT NULL,
  valid_from timestamptz NOT NULL,
  needed boolean NOT NULL,
  max_age_days integer CHECK (max_age_days > 0),
  valid_days integer CHECK (valid_days > 0),
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (role, place, item, valid_from),
  CONSTRAINT begins_in_the_future CHECK (valid_from > recorded_at)
);
COMMENT ON COLUMN onboarding.requirement.place IS
  'A country, EU for its members, * for all; the narrowest that fits decides.';
COMMENT ON COLUMN onboarding.requirement.max_age_days IS 'Of a document on the day it is supplied.';
COMMENT ON COLUMN onboarding.requirement.valid_days IS 'So long an accepted document holds.';
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON onboarding.requirement
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE onboarding.document (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200 AND name !~ '[/\\\\[:cntrl:]]'),
  media_type text NOT NULL,
  content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 5000000),
  sha256 onboarding.sha256 NOT NULL,
  supplied_at timestamptz NOT NULL,
  UNIQUE (id, organisation_id),
  CONSTRAINT sha256_is_of_content CHECK (sha256 = encode(sha256(content), 'hex')),
  CONSTRAINT content_is_of_its_type CHECK (CASE media_type
    WHEN 'application/pdf' THEN substr(content, 1, 5) = '\\x255044462d'
    WHEN 'image/png' THEN substr(content, 1, 8) = '\\x89504e470d0a1a0a'
    WHEN 'image/jpeg' THEN substr(content, 1, 3) = '\\xffd8ff'
    ELSE false END)
);
ALTER TABLE onboarding.document ALTER content SET STORAGE EXTERNAL;
CREATE INDEX ON onboarding.document (organisation_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON onboarding.document
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE onboarding.evidence (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  item onboarding.item NOT NULL
    CHECK (item NOT IN ('bank_holder', 'agreement', 'self_billing_mandate')),
  value text CHECK (length(value) BETWEEN 1 AND 2000),
  people text[] NOT NULL DEFAULT '{}'
    CHECK (cardinality(people) <= 20 AND length(array_to_string(people, '')) <= 4000),
  shares_bp integer[] NOT NULL DEFAULT '{}'
    CHECK (2500 <= ALL (shares_bp) AND 10000 >= ALL (shares_bp)),
  document_id uuid,
  issued_on date,
  supplied_by text NOT NULL,
  supplied_at timestamptz NOT NULL,
  UNIQUE (id, organisation_id),
  FOREIGN KEY (document_id, organisation_id) REFERENCES onboarding.document (id, organisation_id),
  CONSTRAINT says_what_it_is CHECK (CASE item
    WHEN 'register_extract' THEN document_id IS NOT NULL AND issued_on IS NOT NULL
    WHEN 'directors' THEN cardinality(people) > 0
    WHEN 'beneficial_owners' THEN true
    ELSE value IS NOT NULL END),
  CONSTRAINT owners_have_shares CHECK (cardinality(shares_bp) =
    CASE item WHEN 'beneficial_owners' THEN cardinality(people) ELSE 0 END)
);
COMMENT ON COLUMN onboarding.evidence.shares_bp IS
  'Of each beneficial owner: a quarter or more of capital or votes (legal.md 8).';
COMMENT ON COLUMN onboarding.evidence.number IS
  'In the order of an item''s evidence: the largest is the one that counts.';
CREATE INDEX ON onboarding.evidence (organisation_id, item, number DESC);
CREATE INDEX ON onboarding.evidence (document_id, organisation_id);
CREATE INDEX ON onboarding.evidence (item) WHERE item = 'vat_number';

CREATE TABLE onboarding.review (
  evidence_id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL,
  item onboarding.item NOT NULL,
  decision text NOT NULL CHECK (decision IN ('accepted', 'refused')),
  reason text CHECK (length(reason) BETWEEN 1 AND 500),
  expires_on date,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL,
  FOREIGN KEY (evidence_id, organisation_id) REFERENCES onboarding.evidence (id, organisation_id),
  CONSTRAINT refused_says_why CHECK (decision = 'accepted' OR reason IS NOT NULL),
  CONSTRAINT refused_does_not_expire CHECK (decision = 'accepted' OR expires_on IS NULL)
);
COMMENT ON COLUMN onboarding.review.expires_on IS 'The last day on which it holds; NULL: no end.';
CREATE INDEX ON onboarding.review (evidence_id, organisation_id);
CREATE INDEX ON onboarding.review (organisation_id, item, decided_at DESC);

-- Whoever supplies and whoever decides on the same item come one after the other: nothing is
-- accepted that was replaced meanwhile.
CREATE FUNCTION onboarding.hold_item(whose uuid, item text) RETURNS void LANGUAGE sql AS
  $$ SELECT pg_advisory_xact_lock(hashtextextended(whose::text || ':' || item, 7)) $$;

CREATE FUNCTION onboarding.guard_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE oldest integer;
BEGIN
  PERFORM onboarding.hold_item(NEW.organisation_id, NEW.item);
  IF NEW.issued_on > onboarding.day_of(NEW.supplied_at) THEN
    RAISE EXCEPTION 'evidence was issued on %, after it was supplied', NEW.issued_on
      USING ERRCODE = '23514', CONSTRAINT = 'issued_in_the_past';
  END IF;
  SELECT max_age_days INTO oldest
    FROM onboarding.required_of(NEW.organisation_id, NEW.supplied_at) WHERE item = NEW.item;
  IF NEW.issued_on < onboarding.day_of(NEW.supplied_at) - oldest THEN
    RAISE EXCEPTION 'evidence was issued on %, more than % days before', NEW.issued_on, oldest
      USING ERRCODE = '23514', CONSTRAINT = 'issued_lately';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON onboarding.evidence
  FOR EACH ROW EXECUTE FUNCTION onboarding.guard_evidence();

CREATE FUNCTION onboarding.guard_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record; days integer;
BEGIN
  PERFORM onboarding.hold_item(NEW.organisation_id, NEW.item);
  SELECT e.id, e.supplied_at INTO last FROM onboarding.evidence e
   WHERE e.organisation_id = NEW.organisation_id AND e.item = NEW.item
   ORDER BY e.number DESC LIMIT 1;
  IF last.id IS DISTINCT FROM NEW.evidence_id THEN
    RAISE EXCEPTION 'evidence % was replaced', NEW.evidence_id
      USING ERRCODE = '55000', CONSTRAINT = 'newest_is_reviewed';
  END IF;
  IF NEW.decided_at < last.supplied_at THEN
    RAISE EXCEPTION 'evidence % is decided on before it was supplied', NEW.evidence_id
      USING ERRCODE = '55000', CONSTRAINT = 'decided_afterwards';
  END IF;
  SELECT valid_days INTO days
    FROM onboarding.required_of(NEW.organisation_id, NEW.decided_at) WHERE item = NEW.item;
  IF NEW.decision = 'accepted' AND days IS NOT NULL AND NEW.expires_on IS NULL THEN
    RAISE EXCEPTION 'evidence % holds for % days at most: say until when', NEW.evidence_id, days
      USING ERRCODE = '23514', CONSTRAINT = 'accepted_expires';
  END IF;
  IF NEW.expires_on < onboarding.day_of(NEW.decided_at) THEN
    RAISE EXCEPTION 'evidence % expired on %', NEW.evidence_id, NEW.expires_on
      USING ERRCODE = '23514', CONSTRAINT = 'expires_later';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON onboarding.review
  FOR EACH ROW EXECUTE FUNCTION onboarding.guard_review();

CREATE TABLE onboarding.vies_answer (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  vat_number text NOT NULL CHECK (length(vat_number) BETWEEN 4 AND 20),
  outcome text NOT NULL CHECK (outcome IN ('valid', 'invalid', 'unavailable')),
  consultation_number text CHECK (length(consultation_number) BETWEEN 1 AND 100),
  name text CHECK (length(name) <= 500),
  address text CHECK (length(address) <= 1000),
  source text NOT NULL CHECK (source IN ('vies', 'simulator', 'none')),
  answered_at timestamptz NOT NULL,
  CONSTRAINT proof_is_of_validity CHECK (outcome = 'valid' OR consultation_number IS NULL)
);
COMMENT ON COLUMN onboarding.vies_answer.consultation_number IS
  'Given where the requester''s own number was sent: evidence, not full proof (legal.md 4).';
CREATE INDEX ON onboarding.vies_answer (organisation_id, vat_number, answered_at DESC);

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON onboarding.evidence
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON onboarding.review
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON onboarding.vies_answer
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

-- What is required of an organisation: of each of its roles, by the narrowest place that fits.
CREATE FUNCTION onboarding.required_of(whose uuid, at timestamptz)
RETURNS TABLE (item text, max_age_days integer, valid_days integer)
LANGUAGE sql STABLE AS $$
  SELECT r.item::text, min(r.max_age_days), min(r.valid_days)
    FROM (SELECT DISTINCT ON (q.role, q.item) q.item, q.needed, q.max_age_days, q.valid_days
            FROM partners.organisation o
            JOIN partners.organisation_role p ON p.organisation_id = o.id
            JOIN onboarding.requirement q ON q.role = p.role AND q.valid_from <= at
             AND (q.place IN (o.country, '*')
                  OR q.place = 'EU' AND onboarding.in_eu(o.country))
           WHERE o.id = whose
             AND (q.item <> 'vat_number' OR o.vat_regime IN ('fr_registered', 'eu_reverse_charge'))
           ORDER BY q.role, q.item, q.place = '*', q.place = 'EU', q.valid_from DESC) r
   WHERE r.needed GROUP BY r.item
$$;

GRANT SELECT, INSERT ON onboarding.requirement, onboarding.document, onboarding.evidence,
  onboarding.review, onboarding.vies_answer TO maillage_app;
GRANT SELECT ON onboarding.requirement, onboarding.evidence, onboarding.review,
  onboarding.vies_answer TO maillage_audit;
GRANT SELECT (id, organisation_id, name, media_type, sha256, supplied_at) ON onboarding.document
  TO maillage_audit;
"""

SELLERS = "isv vai wholesaler startup"
"""Whom the operator pays through its own invoice (legal.md 2)."""

REQUIRED = (
    # roles, place, item, oldest day of issue, days that it holds
    ("isv vai wholesaler startup reseller supplier", "*", "legal_identity", None, None),
    ("isv vai wholesaler startup reseller supplier", "*", "register_extract", 92, 365),
    ("isv vai wholesaler startup reseller supplier", "EU", "vat_number", None, None),
    ("isv vai wholesaler startup reseller", "*", "directors", None, None),
    ("isv vai wholesaler startup reseller", "*", "beneficial_owners", None, 730),
    ("isv vai wholesaler startup reseller supplier", "FR", "einvoicing_address", None, None),
    (SELLERS, "*", "bank_holder", None, None),
    ("isv vai wholesaler startup reseller", "*", "agreement", None, None),
    (SELLERS, "*", "self_billing_mandate", None, None),
)
"""legal.md 8. How long an extract and a declaration of owners hold is our choice."""


def shipped() -> str:
    rows = [
        f"('{role}', '{place}', '{item}', '2020-01-01T00:00+01', true, {age or 'NULL'}, "
        f"{days or 'NULL'}, '2019-12-15T00:00+01')"
        for roles, place, item, age, days in REQUIRED
        for role in roles.split()
    ]
    return f"INSERT INTO onboarding.requirement VALUES {', '.join(rows)};"  # noqa: S608


async def forwards() -> MigrationManager:
    walls = (
        reading_policy("onboarding.requirement", "true")
        + tenant_policy("onboarding.document")
        + tenant_policy("onboarding.evidence")
        + reading_policy("onboarding.review", own("organisation_id"))
        + reading_policy("onboarding.vies_answer", own("organisation_id"))
    )
    return sql_migration("onboarding", ID, DESCRIPTION, SQL + shipped() + walls)
