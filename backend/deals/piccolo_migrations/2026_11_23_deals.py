"""Deals, whom they protect, and what happened to them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-24T09:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Deals and the protection of their customers"

SQL = """
CREATE SCHEMA deals;
GRANT USAGE ON SCHEMA deals TO maillage_app, maillage_audit;

-- Two spellings of one company are one: no accents, no case, no form of company.
CREATE FUNCTION deals.name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(nullif(regexp_replace(regexp_replace(
    regexp_replace(normalize(lower(name), NFKD), '[^a-z0-9 ]', '', 'g'),
    '\\m(sas|sasu|sarl|eurl|sa|sci|snc|scop|gmbh|ag|kg|ltd|limited|plc|inc|llc|bv|nv|spa|srl)\\M',
    '', 'g'), ' ', '', 'g'), ''), lower(name))
$$;

CREATE TABLE deals.setting (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL CHECK (name IN ('protection_days', 'warning_days', 'answer_days')),
  value int NOT NULL CHECK (value BETWEEN 1 AND 366),
  valid_from timestamptz NOT NULL,
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (name, valid_from),
  CONSTRAINT begins_in_the_future CHECK (valid_from > recorded_at)
);

CREATE TABLE deals.deal (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  customer_name text NOT NULL CHECK (length(customer_name) BETWEEN 1 AND 200),
  customer_country text NOT NULL CHECK (customer_country ~ '^[A-Z]{2}$'),
  customer_siren text CHECK (customer_siren ~ '^[0-9]{9}$'),
  customer_vat text CHECK (length(customer_vat) BETWEEN 4 AND 20),
  customer_domain text CHECK (length(customer_domain) BETWEEN 3 AND 253),
  customer_segment text NOT NULL CHECK (customer_segment IN (
    'individual', 'tpe', 'pme', 'eti', 'large_account', 'public_body', 'local_authority')),
  customer_id uuid REFERENCES partners.organisation,
  contact_name text NOT NULL DEFAULT '' CHECK (length(contact_name) <= 200),
  contact_email text NOT NULL DEFAULT '' CHECK (length(contact_email) <= 254),
  listing_id uuid REFERENCES catalogue.listing,
  environment text CHECK (environment IN ('start', 'enterprise', 'critical')),
  plan text NOT NULL DEFAULT '' CHECK (length(plan) <= 2000),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency core.currency NOT NULL,
  target_close_on date NOT NULL,
  next_steps text NOT NULL DEFAULT '' CHECK (length(next_steps) <= 2000),
  review text NOT NULL DEFAULT 'draft' CHECK (review IN (
    'draft', 'submitted', 'in_review', 'action_required', 'approved', 'rejected', 'withdrawn')),
  asked_fields text[] NOT NULL DEFAULT '{}',
  stage text NOT NULL DEFAULT 'prospect' CHECK (stage IN (
    'prospect', 'qualified', 'technical_validation', 'business_validation', 'committed',
    'launched', 'closed_lost')),
  lost_because text CHECK (lost_because IN (
    'price', 'competitor', 'no_budget', 'no_answer', 'technical_fit', 'timing', 'other')),
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
  rule text NOT NULL DEFAULT '' CHECK (length(rule) <= 500),
  has_conflict boolean NOT NULL DEFAULT false,
  revision int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  submitted_at timestamptz,
  decided_at timestamptz,
  protected_until timestamptz,
  renewed_at timestamptz,
  customer_key text GENERATED ALWAYS AS (deals.name_key(customer_name)) STORED,
  product_scope text GENERATED ALWAYS AS
    (coalesce('listing:' || listing_id::text, 'infrastructure')) STORED,
  CONSTRAINT lost_with_its_reason CHECK ((stage = 'closed_lost') = (lost_because IS NOT NULL)),
  CONSTRAINT asked_by_name CHECK ((review = 'action_required') = (cardinality(asked_fields) > 0)),
  CONSTRAINT stages_once_approved CHECK (review = 'approved' OR stage = 'prospect'),
  CONSTRAINT refused_with_reason CHECK (review NOT IN ('rejected', 'action_required')
                                        OR length(reason) > 0),
  CONSTRAINT whole_when_submitted CHECK (review IN ('draft', 'withdrawn') OR (
    contact_name <> '' AND contact_email <> '' AND submitted_at IS NOT NULL
    AND num_nonnulls(customer_siren, customer_vat, customer_domain) > 0
    AND (listing_id IS NOT NULL OR environment IS NOT NULL))),
  UNIQUE (id, organisation_id)
);
CREATE INDEX deal_organisation ON deals.deal (organisation_id, number);
CREATE INDEX deal_customer ON deals.deal (customer_id);
CREATE INDEX deal_listing ON deals.deal (listing_id);
CREATE INDEX deal_customer_key ON deals.deal (customer_key);
CREATE INDEX deal_siren ON deals.deal (customer_siren);
CREATE INDEX deal_vat ON deals.deal (customer_vat);
CREATE INDEX deal_domain ON deals.deal (customer_domain);
CREATE INDEX deal_review ON deals.deal (review, submitted_at);

-- One row a key of the customer: whoever shares one key shares the customer.
CREATE TABLE deals.protection (
  deal_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  customer_key text NOT NULL CHECK (customer_key ~ '^(siren|vat|domain):.+$'),
  product_scope text NOT NULL,
  turn int NOT NULL CHECK (turn IN (0, 1)),
  during tstzrange NOT NULL CHECK (isempty(during) OR NOT lower_inf(during)
    AND NOT upper_inf(during) AND lower_inc(during) AND NOT upper_inc(during)),
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (deal_id, customer_key, turn),
  FOREIGN KEY (deal_id, organisation_id) REFERENCES deals.deal (id, organisation_id),
  CONSTRAINT one_partner_at_a_time EXCLUDE USING gist
    (customer_key WITH =, product_scope WITH =, during WITH &&)
);
CREATE INDEX protection_deal ON deals.protection (deal_id, organisation_id);

CREATE TABLE deals.event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  deal_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  verb text NOT NULL,
  review text NOT NULL,
  stage text NOT NULL,
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
  by text NOT NULL CHECK (by IN ('partner', 'office', 'calendar')),
  actor text NOT NULL,
  happened_at timestamptz NOT NULL,
  FOREIGN KEY (deal_id, organisation_id) REFERENCES deals.deal (id, organisation_id)
);
CREATE INDEX event_deal ON deals.event (deal_id, organisation_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON deals.event
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON deals.protection
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON deals.deal
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON deals.setting
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE FUNCTION deals.guard_steps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed text[];
  free text[] := '{}';
BEGIN
  IF OLD.review <> NEW.review AND (OLD.review, NEW.review) NOT IN (
    ('draft', 'submitted'), ('draft', 'withdrawn'),
    ('submitted', 'draft'), ('submitted', 'withdrawn'), ('submitted', 'in_review'),
    ('submitted', 'action_required'), ('submitted', 'approved'), ('submitted', 'rejected'),
    ('in_review', 'action_required'), ('in_review', 'approved'), ('in_review', 'rejected'),
    ('action_required', 'submitted'), ('action_required', 'withdrawn')) THEN
    RAISE EXCEPTION 'a deal does not go from % to %', OLD.review, NEW.review
      USING ERRCODE = '55000';
  END IF;
  IF OLD.stage <> NEW.stage AND OLD.stage IN ('launched', 'closed_lost') THEN
    RAISE EXCEPTION 'a deal that is % stays so', OLD.stage USING ERRCODE = '55000';
  END IF;
  -- While it is read, and after it was decided, what was read stays what it was.
  IF OLD.review = 'draft' THEN RETURN NEW; END IF;
  IF OLD.review = 'action_required' THEN free := OLD.asked_fields; END IF;
  IF OLD.review = 'approved' THEN
    free := '{next_steps,target_close_on,contact_name,contact_email}';
  END IF;
  SELECT coalesce(array_agg(o.key), '{}') INTO changed
    FROM jsonb_each(to_jsonb(OLD)) o JOIN jsonb_each(to_jsonb(NEW)) n USING (key)
   WHERE o.value IS DISTINCT FROM n.value AND o.key IN (
     'organisation_id', 'number', 'created_at', 'customer_name', 'customer_country',
     'customer_siren', 'customer_vat', 'customer_domain', 'customer_segment', 'contact_name',
     'contact_email', 'listing_id', 'environment', 'plan', 'amount_minor', 'currency',
     'target_close_on', 'next_steps')
     AND o.key <> ALL (free)
     AND NOT (o.key = 'currency' AND 'amount_minor' = ANY (free));
  IF cardinality(changed) > 0 THEN
    RAISE EXCEPTION '% of a deal that is % cannot be changed', changed[1], OLD.review
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_steps BEFORE UPDATE ON deals.deal
  FOR EACH ROW EXECUTE FUNCTION deals.guard_steps();

-- A protection may end early; what it protected until then stays known.
CREATE FUNCTION deals.guard_protection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.deal_id, OLD.organisation_id, OLD.customer_key, OLD.product_scope, OLD.turn,
      OLD.granted_at) IS DISTINCT FROM
     (NEW.deal_id, NEW.organisation_id, NEW.customer_key, NEW.product_scope, NEW.turn,
      NEW.granted_at) OR NOT OLD.during @> NEW.during THEN
    RAISE EXCEPTION 'a protection only ends' USING ERRCODE = '55000';
  END IF;
  IF NOT isempty(NEW.during) AND lower(NEW.during) <> lower(OLD.during) THEN
    RAISE EXCEPTION 'a protection only ends' USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_protection BEFORE UPDATE ON deals.protection
  FOR EACH ROW EXECUTE FUNCTION deals.guard_protection();

INSERT INTO deals.setting (name, value, valid_from, note, actor, recorded_at)
SELECT name, value, '2000-01-01Z', '', 'system:migration', '1999-12-31Z'
  FROM (VALUES ('protection_days', 90), ('warning_days', 14), ('answer_days', 3)) 
    AS s (name, value);

REVOKE ALL ON FUNCTION deals.guard_steps, deals.guard_protection FROM PUBLIC;
GRANT SELECT, INSERT ON deals.deal, deals.protection, deals.event, deals.setting TO maillage_app;
GRANT UPDATE ON deals.deal TO maillage_app;
GRANT UPDATE (during) ON deals.protection TO maillage_app;
GRANT SELECT ON ALL TABLES IN SCHEMA deals TO maillage_audit;
"""

# The whole package writes for the operator: its actions say whose a deal is. A partner's session
# reads its own rows only, so that neither a wholesaler above nor a rival sees a customer (D-11).
CHANGED = "".join(
    f"CREATE POLICY changed_rows ON deals.{table} FOR UPDATE TO maillage_app "
    "USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');"
    for table in ("deal", "protection")
)


async def forwards() -> MigrationManager:
    walls = CHANGED + reading_policy("deals.setting", "true")
    for table in ("deal", "protection", "event"):
        walls += reading_policy(f"deals.{table}", own("organisation_id"))
    return sql_migration("deals", ID, DESCRIPTION, SQL + walls)
