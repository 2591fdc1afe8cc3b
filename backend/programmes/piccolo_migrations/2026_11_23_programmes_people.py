"""Certified people, whom they work for, references and training."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-23T12:12:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "People with certificates that move with them; references; training"

SQL = """
CREATE TABLE programmes.person (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  email text NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254 AND email = lower(email)),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  recorded_at timestamptz NOT NULL
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON programmes.person
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

-- One person works for one organisation at a time; the certificates stay the person's.
CREATE TABLE programmes.employment (
  person_id uuid NOT NULL REFERENCES programmes.person,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  during daterange NOT NULL CHECK (NOT isempty(during) AND NOT lower_inf(during)),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (person_id, during WITHOUT OVERLAPS)
);
CREATE INDEX employment_organisation ON programmes.employment (organisation_id);
CREATE FUNCTION programmes.guard_employment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upper_inf(OLD.during) OR upper_inf(NEW.during) OR lower(NEW.during) <> lower(OLD.during)
     OR (NEW.person_id, NEW.organisation_id, NEW.actor, NEW.recorded_at)
        IS DISTINCT FROM (OLD.person_id, OLD.organisation_id, OLD.actor, OLD.recorded_at) THEN
    RAISE EXCEPTION 'past employment never changes; the present one may only end'
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_employment BEFORE UPDATE ON programmes.employment
  FOR EACH ROW EXECUTE FUNCTION programmes.guard_employment();
CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON programmes.employment
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE programmes.certificate (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL REFERENCES programmes.person,
  kind text NOT NULL CHECK (kind ~ '^[a-z0-9][a-z0-9_-]{0,49}$'),
  issued_on date NOT NULL,
  expires_on date NOT NULL CHECK (expires_on >= issued_on),
  number text NOT NULL DEFAULT '' CHECK (length(number) <= 100),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (person_id, kind, issued_on)
);
CREATE INDEX certificate_expires ON programmes.certificate (expires_on);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON programmes.certificate
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE programmes.achievement (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  kind text NOT NULL CHECK (kind IN ('reference', 'training', 'support_contract')),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  achieved_on date NOT NULL,
  expires_on date CHECK (expires_on >= achieved_on),
  evidence text NOT NULL CHECK (length(evidence) BETWEEN 1 AND 200),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (organisation_id, kind, title, achieved_on)
);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON programmes.achievement
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON FUNCTION programmes.guard_employment FROM PUBLIC;
GRANT SELECT, INSERT ON programmes.person, programmes.employment, programmes.certificate,
  programmes.achievement TO maillage_app;
GRANT UPDATE (during) ON programmes.employment TO maillage_app;
GRANT SELECT ON programmes.person, programmes.employment, programmes.certificate,
  programmes.achievement TO maillage_audit;
CREATE POLICY ended_rows ON programmes.employment FOR UPDATE TO maillage_app
  USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');
"""


async def forwards() -> MigrationManager:
    # An organisation sees the people that work for it now, and no other's.
    theirs = (
        "EXISTS (SELECT FROM programmes.employment e WHERE e.person_id = {} "
        f"AND upper_inf(e.during) AND {own('e.organisation_id')})"
    )
    walls = (
        reading_policy("programmes.person", theirs.format("person.id"))
        + reading_policy("programmes.certificate", theirs.format("certificate.person_id"))
        + reading_policy("programmes.employment", own("organisation_id"))
        + reading_policy("programmes.achievement", own("organisation_id"))
    )
    return sql_migration("programmes", ID, DESCRIPTION, SQL + walls)
