"""What the operator gives to open-source communities, and what came of it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_policy, sql_migration

ID = "2026-11-27T07:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Contributions to open-source communities by level of involvement"

# «verser une contribution selon le niveau d'implication» (seed row R-12).
SQL = """
CREATE TABLE partners.involvement (
  code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z_]{1,39}$'),
  position integer NOT NULL UNIQUE,
  name_fr text NOT NULL CHECK (length(name_fr) BETWEEN 1 AND 100),
  name_en text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 100)
);
INSERT INTO partners.involvement VALUES
  ('user', 1, 'Utilisateur', 'User'),
  ('reporter', 2, 'Rapporteur d’anomalies', 'Reporter of defects'),
  ('contributor', 3, 'Contributeur de code', 'Contributor of code'),
  ('maintainer', 4, 'Mainteneur', 'Maintainer'),
  ('steward', 5, 'Membre de la gouvernance', 'Member of its governance');

CREATE TABLE partners.contribution (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL,
  role text NOT NULL DEFAULT 'supplier' CHECK (role = 'supplier'),
  kind text NOT NULL DEFAULT 'open_source_community' CHECK (kind = 'open_source_community'),
  project text NOT NULL CHECK (length(project) BETWEEN 1 AND 100),
  involvement text NOT NULL REFERENCES partners.involvement,
  amount_minor bigint NOT NULL CHECK (amount_minor BETWEEN 0 AND 1000000000000),
  currency core.currency NOT NULL,
  order_reference text NOT NULL CHECK (length(order_reference) BETWEEN 1 AND 100),
  from_on date NOT NULL,
  to_on date NOT NULL,
  result text NOT NULL CHECK (length(result) BETWEEN 1 AND 500),
  link text NOT NULL CHECK (length(link) <= 500 AND (link = '' OR link ~ '^https://\\S+$')),
  licence text NOT NULL CHECK (length(licence) <= 100),
  is_public boolean NOT NULL,
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  withdrawn_at timestamptz CHECK (withdrawn_at >= recorded_at),
  withdrawn_by text,
  withdrawn_reason text CHECK (length(withdrawn_reason) BETWEEN 1 AND 500),
  UNIQUE (organisation_id, order_reference, project),
  FOREIGN KEY (organisation_id, role, kind) REFERENCES partners.role_kind,
  CONSTRAINT lasts CHECK (from_on <= to_on),
  CONSTRAINT shared_results_are_found CHECK (NOT is_public OR link <> '' AND licence <> ''),
  CONSTRAINT withdrawn_says_who_and_why CHECK
    (num_nonnulls(withdrawn_at, withdrawn_by, withdrawn_reason) IN (0, 3))
);
CREATE INDEX contribution_kind ON partners.contribution (organisation_id, role, kind);
CREATE INDEX contribution_involvement ON partners.contribution (involvement);
CREATE INDEX contribution_day ON partners.contribution (to_on);
CREATE FUNCTION partners.guard_contribution() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE told text[] := ARRAY['withdrawn_at', 'withdrawn_by', 'withdrawn_reason'];
BEGIN
  IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
     OR to_jsonb(NEW) - told IS DISTINCT FROM to_jsonb(OLD) - told THEN
    RAISE EXCEPTION 'a contribution never changes; it may be withdrawn, once'
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON partners.contribution
  FOR EACH ROW EXECUTE FUNCTION partners.guard_contribution();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON partners.contribution
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON partners.involvement
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
REVOKE ALL ON FUNCTION partners.guard_contribution FROM PUBLIC;
GRANT SELECT ON partners.involvement TO maillage_app, maillage_audit;
GRANT SELECT, INSERT ON partners.contribution TO maillage_app;
GRANT UPDATE (withdrawn_at, withdrawn_by, withdrawn_reason)
  ON partners.contribution TO maillage_app;
GRANT SELECT ON partners.contribution TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    walls = operator_policy("partners.contribution")
    return sql_migration("partners", ID, DESCRIPTION, SQL + walls)
