"""Requirements, and what each evaluation measured."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-23T12:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Dated requirements of levels; scorecards that explain each point"

SQL = """
CREATE SCHEMA scorecards;
GRANT USAGE ON SCHEMA scorecards TO maillage_app, maillage_audit;

CREATE TABLE scorecards.measure (
  code text PRIMARY KEY,
  position integer NOT NULL UNIQUE,
  unit text NOT NULL CHECK (unit IN ('money', 'bp', 'count')),
  name_fr text NOT NULL,
  name_en text NOT NULL
);
INSERT INTO scorecards.measure VALUES
  ('turnover_12m', 1, 'money', 'Chiffre d''affaires sur 12 mois', 'Turnover over 12 months'),
  ('retention', 2, 'bp', 'Clients gardés', 'Customers kept'),
  ('environment_mix', 3, 'bp', 'Part des environnements entreprise et critique',
   'Share of enterprise and critical environments'),
  ('certified_people', 4, 'count', 'Personnes certifiées', 'Certified people'),
  ('references', 5, 'count', 'Références clients', 'Customer references'),
  ('training_done', 6, 'count', 'Formations suivies', 'Trainings done'),
  ('support_contract', 7, 'count', 'Contrat de support', 'Support contract');

CREATE TABLE scorecards.requirement_set (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  programme text NOT NULL REFERENCES programmes.programme,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  requirements integer NOT NULL CHECK (requirements > 0),
  valid_from timestamptz NOT NULL,
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (programme, valid_from),
  CONSTRAINT begins_in_the_future CHECK (valid_from > recorded_at)
);
CREATE TABLE scorecards.requirement (
  set_id uuid NOT NULL REFERENCES scorecards.requirement_set,
  programme text NOT NULL,
  level text NOT NULL,
  measure text NOT NULL REFERENCES scorecards.measure,
  at_least bigint NOT NULL CHECK (at_least > 0),
  PRIMARY KEY (set_id, level, measure),
  FOREIGN KEY (programme, level) REFERENCES programmes.level
);
CREATE INDEX requirement_level ON scorecards.requirement (programme, level);
CREATE INDEX requirement_measure ON scorecards.requirement (measure);
CREATE FUNCTION scorecards.guard_set() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s uuid := CASE TG_TABLE_NAME WHEN 'requirement_set' THEN to_jsonb(NEW)->>'id'
                                      ELSE to_jsonb(NEW)->>'set_id' END;
BEGIN
  -- The head counts them: none is added to a set that was announced before.
  IF (SELECT count(*) FROM scorecards.requirement r JOIN scorecards.requirement_set h
        ON h.id = r.set_id AND h.programme = r.programme WHERE r.set_id = s)
     <> (SELECT requirements FROM scorecards.requirement_set WHERE id = s) THEN
    RAISE EXCEPTION 'requirements % are not all there', s
      USING ERRCODE = '23514', CONSTRAINT = 'requirements_are_whole';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER guard_set AFTER INSERT ON scorecards.requirement_set
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION scorecards.guard_set();
CREATE CONSTRAINT TRIGGER guard_set AFTER INSERT ON scorecards.requirement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION scorecards.guard_set();

CREATE TABLE scorecards.run (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  programme text NOT NULL REFERENCES programmes.programme,
  kind text NOT NULL CHECK (kind IN ('quarterly', 'promotions')),
  set_id uuid NOT NULL REFERENCES scorecards.requirement_set,
  from_on date NOT NULL,
  to_on date NOT NULL CHECK (to_on > from_on),
  organisations integer NOT NULL CHECK (organisations >= 0),
  evaluated_at timestamptz NOT NULL,
  actor text NOT NULL,
  UNIQUE (programme, kind, to_on)
);
CREATE INDEX run_set ON scorecards.run (set_id);

CREATE TABLE scorecards.scorecard (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  run_id uuid NOT NULL REFERENCES scorecards.run,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  programme text NOT NULL,
  held text NOT NULL,
  level text NOT NULL,
  follows text CHECK (follows IN ('keep', 'promote', 'announce', 'announce_anew', 'cancel',
                                  'cancel_and_promote', 'left')),
  settled_at timestamptz,
  FOREIGN KEY (programme, level) REFERENCES programmes.level,
  UNIQUE (run_id, organisation_id),
  CONSTRAINT settled_says_what CHECK ((follows IS NULL) = (settled_at IS NULL))
);
CREATE INDEX scorecard_organisation ON scorecards.scorecard (organisation_id, id);
CREATE INDEX scorecard_level ON scorecards.scorecard (programme, level);
CREATE INDEX scorecard_open ON scorecards.scorecard (run_id) WHERE settled_at IS NULL;
CREATE FUNCTION scorecards.guard_scorecard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.settled_at IS NOT NULL OR NEW.settled_at IS NULL
     OR (NEW.id, NEW.run_id, NEW.organisation_id, NEW.programme, NEW.held, NEW.level)
        IS DISTINCT FROM
        (OLD.id, OLD.run_id, OLD.organisation_id, OLD.programme, OLD.held, OLD.level) THEN
    RAISE EXCEPTION 'scorecard % never changes; it may only be settled', OLD.id
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_scorecard BEFORE UPDATE ON scorecards.scorecard
  FOR EACH ROW EXECUTE FUNCTION scorecards.guard_scorecard();

CREATE TABLE scorecards.point (
  scorecard_id uuid NOT NULL REFERENCES scorecards.scorecard,
  level text NOT NULL,
  measure text NOT NULL REFERENCES scorecards.measure,
  at_least bigint NOT NULL,
  value bigint,
  is_met boolean NOT NULL GENERATED ALWAYS AS (coalesce(value >= at_least, false)) STORED,
  PRIMARY KEY (scorecard_id, level, measure)
);

-- What is shipped: our choice, the paper names no figures.
INSERT INTO scorecards.requirement_set
  (id, programme, name, requirements, valid_from, actor, recorded_at)
VALUES ('00000000-0000-7000-8000-00000000c001', 'reseller_integrator', 'Levels', 12,
        '1970-01-02Z', 'system:migration', '1970-01-01Z');
INSERT INTO scorecards.requirement
SELECT '00000000-0000-7000-8000-00000000c001', 'reseller_integrator', level, measure, at_least
  FROM (VALUES
  ('certified', 'turnover_12m', 5000000), ('certified', 'retention', 7000),
  ('certified', 'certified_people', 2), ('certified', 'references', 1),
  ('certified', 'training_done', 1),
  ('premium', 'turnover_12m', 20000000), ('premium', 'retention', 8000),
  ('premium', 'environment_mix', 3000), ('premium', 'certified_people', 5),
  ('premium', 'references', 3), ('premium', 'training_done', 2),
  ('premium', 'support_contract', 1)) AS shipped (level, measure, at_least);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA scorecards FROM PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA scorecards TO maillage_app, maillage_audit;
GRANT INSERT ON scorecards.requirement_set, scorecards.requirement, scorecards.run,
  scorecards.scorecard, scorecards.point TO maillage_app;
GRANT UPDATE (follows, settled_at) ON scorecards.scorecard TO maillage_app;
CREATE POLICY settled_rows ON scorecards.scorecard FOR UPDATE TO maillage_app
  USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');
"""

FIXED = ("requirement_set", "requirement", "run", "point")
SEEN = {
    "requirement_set": "true",
    "requirement": "true",
    "run": "true",
    "scorecard": own("organisation_id"),
    "point": "EXISTS (SELECT FROM scorecards.scorecard s WHERE s.id = point.scorecard_id "
    f"AND {own('s.organisation_id')})",
}


async def forwards() -> MigrationManager:
    walls = "".join(
        f"CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON scorecards.{table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change(); "
        for table in FIXED
    )
    walls += (
        "CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON scorecards.scorecard "
        "FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change(); "
    )
    walls += "".join(reading_policy(f"scorecards.{table}", seen) for table, seen in SEEN.items())
    return sql_migration("scorecards", ID, DESCRIPTION, SQL + walls)
