"""What partners say of their people and deeds, and what the office found; warnings of expiry."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_writes, reading_policy, sql_migration, tenant_policy

ID = "2026-11-23T12:13:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Declared certificates, references and trainings; warnings of their expiry"

SQL = """
-- A certificate names its person; everything else has none.
CREATE TABLE programmes.declaration (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  kind text NOT NULL
    CHECK (kind IN ('certificate', 'reference', 'training', 'support_contract')),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  person_email text
    CHECK (length(person_email) BETWEEN 3 AND 254 AND person_email = lower(person_email)),
  person_name text CHECK (length(person_name) BETWEEN 1 AND 200),
  works_from date,
  from_on date NOT NULL,
  expires_on date CHECK (expires_on >= from_on),
  evidence text NOT NULL CHECK (length(evidence) BETWEEN 1 AND 200),
  declared_at timestamptz NOT NULL,
  declared_by text NOT NULL,
  state text NOT NULL DEFAULT 'open'
    CHECK (state IN ('open', 'accepted', 'refused', 'withdrawn')),
  reason text CHECK (length(reason) BETWEEN 1 AND 1000),
  decided_at timestamptz CHECK (decided_at >= declared_at),
  decided_by text,
  CONSTRAINT certificate_is_a_persons CHECK (CASE kind
    WHEN 'certificate' THEN person_email IS NOT NULL AND person_name IS NOT NULL
      AND works_from IS NOT NULL AND expires_on IS NOT NULL
      AND title ~ '^[a-z0-9][a-z0-9_-]{0,49}$'
    ELSE person_email IS NULL AND person_name IS NULL AND works_from IS NULL END),
  CONSTRAINT decided_says_when_and_who CHECK
    ((state = 'open') = (decided_at IS NULL) AND (state = 'open') = (decided_by IS NULL)),
  CONSTRAINT refused_says_why CHECK (state <> 'refused' OR reason IS NOT NULL)
);
CREATE INDEX declaration_organisation ON programmes.declaration (organisation_id, id);
CREATE INDEX declaration_open ON programmes.declaration (id) WHERE state = 'open';
CREATE UNIQUE INDEX one_open_declaration ON programmes.declaration
  (organisation_id, kind, title, from_on, coalesce(person_email, '')) WHERE state = 'open';
CREATE FUNCTION programmes.guard_declaration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'open' OR NEW.state = 'open'
     OR (NEW.id, NEW.organisation_id, NEW.kind, NEW.title, NEW.person_email, NEW.person_name,
         NEW.works_from, NEW.from_on, NEW.expires_on, NEW.evidence, NEW.declared_at,
         NEW.declared_by)
        IS DISTINCT FROM
        (OLD.id, OLD.organisation_id, OLD.kind, OLD.title, OLD.person_email, OLD.person_name,
         OLD.works_from, OLD.from_on, OLD.expires_on, OLD.evidence, OLD.declared_at,
         OLD.declared_by) THEN
    RAISE EXCEPTION 'declaration % may not go %>%', OLD.id, OLD.state, NEW.state
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_declaration BEFORE UPDATE ON programmes.declaration
  FOR EACH ROW EXECUTE FUNCTION programmes.guard_declaration();
CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON programmes.declaration
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

-- Each organisation is told once per stage of what is about to count no more for it.
CREATE TABLE programmes.expiry_warning (
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  subject_id uuid NOT NULL,
  days integer NOT NULL CHECK (days IN (60, 30)),
  expires_on date NOT NULL,
  warned_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, subject_id, days)
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON programmes.expiry_warning
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON FUNCTION programmes.guard_declaration FROM PUBLIC;
GRANT SELECT, INSERT ON programmes.declaration, programmes.expiry_warning TO maillage_app;
GRANT UPDATE (state, reason, decided_at, decided_by) ON programmes.declaration TO maillage_app;
GRANT SELECT ON programmes.declaration, programmes.expiry_warning TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    # An organisation declares by itself; what is found of it is the operator's to write.
    walls = (
        tenant_policy("programmes.declaration")
        + operator_writes("programmes.declaration", "INSERT", "NEW.state <> 'open'")
        + "CREATE TRIGGER operator_decides BEFORE UPDATE ON programmes.declaration "
        "FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();"
        + reading_policy("programmes.expiry_warning")
    )
    return sql_migration("programmes", ID, DESCRIPTION, SQL + walls)
