"""Who manages a customer."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import reading_policy, sql_migration

ID = "2026-11-27T06:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Relations of customers: the rule of each segment, and the office's decisions"

# Rows are never changed: the newest that has begun counts, so what counted at any past moment can
# be read again.
SQL = """
CREATE SCHEMA relations;
GRANT USAGE ON SCHEMA relations TO maillage_app, maillage_audit;

CREATE TABLE relations.segment_rule (
  segment text NOT NULL CHECK (segment IN ('individual', 'tpe', 'pme', 'eti', 'large_account',
                                           'public_body', 'local_authority')),
  relation text NOT NULL CHECK (relation IN ('self_service', 'account_managed')),
  valid_from timestamptz NOT NULL,
  PRIMARY KEY (segment, valid_from)
);
INSERT INTO relations.segment_rule (segment, relation, valid_from)
SELECT segment, relation, '2000-01-01Z' FROM (VALUES
  ('individual', 'self_service'), ('tpe', 'self_service'), ('pme', 'self_service'),
  ('eti', 'self_service'), ('large_account', 'account_managed'),
  ('public_body', 'account_managed'), ('local_authority', 'account_managed')) s (segment, relation);

CREATE TABLE relations.decision (
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  starts_at timestamptz NOT NULL,
  relation text CHECK (relation IN ('self_service', 'account_managed', 'partner_managed')),
  manager_id uuid REFERENCES identity.person,
  partner_id uuid REFERENCES partners.organisation,
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
  actor text NOT NULL,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, starts_at),
  CONSTRAINT forward_only CHECK (starts_at >= decided_at),
  CONSTRAINT manager_of_the_managed CHECK
    ((relation IS NOT DISTINCT FROM 'account_managed') = (manager_id IS NOT NULL)),
  CONSTRAINT partner_of_the_managed CHECK
    ((relation IS NOT DISTINCT FROM 'partner_managed') = (partner_id IS NOT NULL)),
  CONSTRAINT not_its_own_partner CHECK (partner_id <> organisation_id)
);
COMMENT ON COLUMN relations.decision.relation IS
  'NULL: from then on as the deals, contacts and the segment say.';
CREATE INDEX decision_manager ON relations.decision (manager_id) WHERE manager_id IS NOT NULL;
CREATE INDEX decision_partner ON relations.decision (partner_id) WHERE partner_id IS NOT NULL;

-- An account manager is one of the operator's people, a partner one that sells or brings.
CREATE FUNCTION relations.guard_manager() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.manager_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM identity.membership m WHERE m.person_id = NEW.manager_id
         AND m.organisation_id IS NULL AND m.ended_at IS NULL) THEN
    RAISE EXCEPTION 'person % is none of the operator''s', NEW.manager_id
      USING ERRCODE = '23514', CONSTRAINT = 'manager_is_staff';
  END IF;
  IF NEW.partner_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM partners.organisation_role r WHERE r.organisation_id = NEW.partner_id
         AND r.role NOT IN ('buyer', 'supplier')) THEN
    RAISE EXCEPTION 'organisation % is no partner', NEW.partner_id
      USING ERRCODE = '23514', CONSTRAINT = 'partner_is_one';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_manager BEFORE INSERT ON relations.decision
  FOR EACH ROW EXECUTE FUNCTION relations.guard_manager();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON relations.decision
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON relations.segment_rule
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
REVOKE ALL ON FUNCTION relations.guard_manager FROM PUBLIC;
GRANT SELECT, INSERT ON relations.decision TO maillage_app;
GRANT SELECT ON relations.segment_rule TO maillage_app;
GRANT SELECT ON ALL TABLES IN SCHEMA relations TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    walls = reading_policy("relations.decision")
    return sql_migration("relations", ID, DESCRIPTION, SQL + walls)
