"""Applications' projects, credits given on coming in, graduations."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_writes, own, reading_policy, sql_migration, tenant_policy

ID = "2026-11-23T15:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The journey of start-ups"

SQL = """
CREATE SCHEMA startups;
GRANT USAGE ON SCHEMA startups TO maillage_app, maillage_audit;

CREATE TABLE startups.project (
  application_id uuid PRIMARY KEY REFERENCES programmes.application,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  project text NOT NULL CHECK (length(project) BETWEEN 1 AND 2000),
  technology text NOT NULL CHECK (length(technology) BETWEEN 1 AND 2000),
  team text NOT NULL CHECK (length(team) BETWEEN 1 AND 2000),
  written_at timestamptz NOT NULL
);
CREATE INDEX project_organisation ON startups.project (organisation_id);

-- One row an organisation: who leaves and comes again is given no second credit.
CREATE TABLE startups.welcome (
  organisation_id uuid PRIMARY KEY REFERENCES partners.organisation,
  grant_id uuid NOT NULL UNIQUE REFERENCES charges.credit_grant,
  granted_at timestamptz NOT NULL
);

CREATE TABLE startups.graduation (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  words text NOT NULL CHECK (length(words) BETWEEN 1 AND 2000),
  asked_at timestamptz NOT NULL,
  asked_by text NOT NULL,
  state text NOT NULL DEFAULT 'asked' CHECK
    (state IN ('asked', 'accepted', 'refused', 'withdrawn', 'done', 'cancelled')),
  reason text CHECK (length(reason) BETWEEN 1 AND 2000),
  decided_at timestamptz CHECK (decided_at >= asked_at),
  decided_by text,
  effective_at timestamptz,
  done_at timestamptz,
  CONSTRAINT decided_says_when_and_who CHECK
    ((state = 'asked') = (decided_at IS NULL) AND (state = 'asked') = (decided_by IS NULL)),
  CONSTRAINT decided_says_why CHECK (state IN ('asked', 'withdrawn') OR reason IS NOT NULL),
  CONSTRAINT accepted_has_a_date CHECK
    ((state IN ('accepted', 'done', 'cancelled')) = (effective_at IS NOT NULL)),
  CONSTRAINT not_before_it_was_accepted CHECK (effective_at >= decided_at - interval '1 second'),
  CONSTRAINT over_says_when CHECK ((state IN ('done', 'cancelled')) = (done_at IS NOT NULL)),
  CONSTRAINT not_before_its_date CHECK (state <> 'done' OR done_at >= effective_at)
);
CREATE INDEX graduation_organisation ON startups.graduation (organisation_id);
CREATE UNIQUE INDEX one_graduation ON startups.graduation (organisation_id)
  WHERE state IN ('asked', 'accepted');
CREATE INDEX graduation_due ON startups.graduation (effective_at) WHERE state = 'accepted';
CREATE FUNCTION startups.guard_graduation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.state, NEW.state) NOT IN (('asked', 'accepted'), ('asked', 'refused'),
       ('asked', 'withdrawn'), ('accepted', 'done'), ('accepted', 'cancelled'))
     OR (NEW.id, NEW.organisation_id, NEW.words, NEW.asked_at, NEW.asked_by)
        IS DISTINCT FROM (OLD.id, OLD.organisation_id, OLD.words, OLD.asked_at, OLD.asked_by)
     OR OLD.state = 'accepted' AND (NEW.decided_at, NEW.decided_by, NEW.effective_at)
        IS DISTINCT FROM (OLD.decided_at, OLD.decided_by, OLD.effective_at) THEN
    RAISE EXCEPTION 'graduation % may not go %>%', OLD.id, OLD.state, NEW.state
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_graduation BEFORE UPDATE ON startups.graduation
  FOR EACH ROW EXECUTE FUNCTION startups.guard_graduation();
CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON startups.graduation
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA startups FROM PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA startups TO maillage_app, maillage_audit;
GRANT INSERT ON startups.project, startups.welcome, startups.graduation TO maillage_app;
GRANT UPDATE (state, reason, decided_at, decided_by, effective_at, done_at)
  ON startups.graduation TO maillage_app;
"""


async def forwards() -> MigrationManager:
    # A start-up writes and asks; what is given and decided is the operator's.
    walls = "".join(
        f"CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON startups.{table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change(); "
        for table in ("project", "welcome")
    )
    walls += tenant_policy("startups.project")
    walls += reading_policy("startups.welcome", own("organisation_id"))
    walls += tenant_policy("startups.graduation")
    walls += operator_writes("startups.graduation", "INSERT", "NEW.state <> 'asked'")
    walls += (
        "CREATE TRIGGER operator_decides BEFORE UPDATE ON startups.graduation "
        "FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();"
    )
    return sql_migration("startups", ID, DESCRIPTION, SQL + walls)
