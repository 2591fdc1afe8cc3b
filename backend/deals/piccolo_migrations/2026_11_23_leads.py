"""Leads, to whom they were offered, and what partners look for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-24T09:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Leads and the directory that routes them"

SQL = """
CREATE TABLE deals.profile (
  organisation_id uuid PRIMARY KEY REFERENCES partners.organisation,
  takes_leads boolean NOT NULL,
  segments text[] NOT NULL CHECK (segments <@ ARRAY['individual', 'tpe', 'pme', 'eti',
    'large_account', 'public_body', 'local_authority']),
  countries text[] NOT NULL CHECK (cardinality(countries) <= 60),
  regions text[] NOT NULL CHECK (cardinality(regions) <= 30),
  kinds text[] NOT NULL CHECK (kinds <@ ARRAY['infrastructure', 'listing', 'integration']),
  email text CHECK (length(email) BETWEEN 3 AND 254),
  changed_at timestamptz NOT NULL
);

CREATE TABLE deals.lead (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  reference text UNIQUE CHECK (length(reference) BETWEEN 1 AND 100),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  region text CHECK (length(region) BETWEEN 1 AND 10),
  segment text NOT NULL CHECK (segment IN (
    'individual', 'tpe', 'pme', 'eti', 'large_account', 'public_body', 'local_authority')),
  siren text CHECK (siren ~ '^[0-9]{9}$'),
  vat_number text CHECK (length(vat_number) BETWEEN 4 AND 20),
  domain text CHECK (length(domain) BETWEEN 3 AND 253),
  contact_name text NOT NULL DEFAULT '' CHECK (length(contact_name) <= 200),
  contact_email text NOT NULL DEFAULT '' CHECK (length(contact_email) <= 254),
  contact_phone text NOT NULL DEFAULT '' CHECK (length(contact_phone) <= 40),
  kind text NOT NULL CHECK (kind IN ('infrastructure', 'listing', 'integration')),
  need text NOT NULL CHECK (length(need) BETWEEN 1 AND 2000),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency core.currency NOT NULL,
  follows_on boolean NOT NULL DEFAULT true,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'offered', 'accepted', 'closed')),
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
  accepted_by uuid REFERENCES partners.organisation,
  deal_id uuid REFERENCES deals.deal,
  created_at timestamptz NOT NULL,
  actor text NOT NULL,
  CONSTRAINT accepted_by_somebody CHECK ((state = 'accepted') = (accepted_by IS NOT NULL)),
  CONSTRAINT becomes_a_deal CHECK ((state = 'accepted') = (deal_id IS NOT NULL)),
  CONSTRAINT closed_with_reason CHECK (state <> 'closed' OR length(reason) > 0)
);
CREATE INDEX lead_state ON deals.lead (state, number);
CREATE INDEX lead_accepted ON deals.lead (accepted_by);
CREATE INDEX lead_deal ON deals.lead (deal_id);

CREATE TABLE deals.lead_offer (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  lead_id uuid NOT NULL REFERENCES deals.lead,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  state text NOT NULL DEFAULT 'offered' CHECK (state IN
    ('offered', 'accepted', 'declined', 'expired', 'taken_back')),
  score int NOT NULL,
  offered_at timestamptz NOT NULL,
  respond_by timestamptz NOT NULL CHECK (respond_by > offered_at),
  answered_at timestamptz,
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
  actor text NOT NULL,
  CONSTRAINT answered_once CHECK ((state = 'offered') = (answered_at IS NULL)),
  CONSTRAINT answered_in_time CHECK (state NOT IN ('accepted', 'declined')
                                     OR answered_at < respond_by),
  CONSTRAINT expired_after CHECK (state <> 'expired' OR answered_at >= respond_by),
  CONSTRAINT declined_with_reason CHECK (state <> 'declined' OR length(reason) > 0)
);
CREATE UNIQUE INDEX one_offer_at_a_time ON deals.lead_offer (lead_id)
  WHERE state IN ('offered', 'accepted');
CREATE INDEX lead_offer_lead ON deals.lead_offer (lead_id);
CREATE INDEX lead_offer_organisation ON deals.lead_offer (organisation_id, offered_at);
CREATE INDEX lead_offer_due ON deals.lead_offer (respond_by) WHERE state = 'offered';

CREATE FUNCTION deals.guard_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('accepted', 'closed') OR OLD.state <> NEW.state
     AND (OLD.state, NEW.state) NOT IN (('open', 'offered'), ('open', 'closed'),
       ('offered', 'open'), ('offered', 'accepted'), ('offered', 'closed')) THEN
    RAISE EXCEPTION 'a lead does not go from % to %', OLD.state, NEW.state USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_lead BEFORE UPDATE ON deals.lead
  FOR EACH ROW EXECUTE FUNCTION deals.guard_lead();
CREATE FUNCTION deals.guard_offer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'offered' OR (OLD.lead_id, OLD.organisation_id, OLD.offered_at, OLD.respond_by)
     IS DISTINCT FROM (NEW.lead_id, NEW.organisation_id, NEW.offered_at, NEW.respond_by) THEN
    RAISE EXCEPTION 'the offer of lead % was answered', OLD.lead_id USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_offer BEFORE UPDATE ON deals.lead_offer
  FOR EACH ROW EXECUTE FUNCTION deals.guard_offer();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON deals.lead
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON deals.lead_offer
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON FUNCTION deals.guard_lead, deals.guard_offer FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON deals.profile, deals.lead, deals.lead_offer TO maillage_app;
GRANT SELECT ON deals.profile, deals.lead, deals.lead_offer TO maillage_audit;
"""

BY_OPERATOR = "(SELECT current_setting('maillage.organisation', true)) = 'operator'"
CHANGED = "".join(
    f"CREATE POLICY changed_rows ON deals.{table} FOR UPDATE TO maillage_app USING ({BY_OPERATOR});"
    for table in ("profile", "lead", "lead_offer")
)
# A lead is somebody's personal facts: only who accepted it reads the row; before, the package's own
# query shows what is needed to decide.
WALLS = (
    reading_policy("deals.profile", own("organisation_id"))
    + reading_policy("deals.lead_offer", own("organisation_id"))
    + reading_policy("deals.lead", own("accepted_by"))
    + CHANGED
)


async def forwards() -> MigrationManager:
    return sql_migration("deals", ID, DESCRIPTION, SQL + WALLS)
