"""Programmes, applications, and the levels held over time."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_writes, own, reading_policy, sql_migration, tenant_policy

ID = "2026-11-23T12:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Programmes as rows; applications; levels as a temporal table"

SQL = """
CREATE SCHEMA programmes;
GRANT USAGE ON SCHEMA programmes TO maillage_app, maillage_audit;

CREATE TABLE programmes.programme (
  code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z_]{1,39}$'),
  position integer NOT NULL UNIQUE,
  is_track boolean NOT NULL,
  roles text[] NOT NULL CHECK (cardinality(roles) > 0),
  name_fr text NOT NULL CHECK (length(name_fr) BETWEEN 1 AND 100),
  name_en text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 100),
  summary_fr text NOT NULL CHECK (length(summary_fr) <= 500),
  summary_en text NOT NULL CHECK (length(summary_en) <= 500)
);
CREATE TABLE programmes.level (
  programme text NOT NULL REFERENCES programmes.programme,
  code text NOT NULL CHECK (code ~ '^[a-z][a-z_]{1,39}$'),
  rank integer NOT NULL CHECK (rank > 0),
  name_fr text NOT NULL CHECK (length(name_fr) BETWEEN 1 AND 100),
  name_en text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 100),
  PRIMARY KEY (programme, code),
  UNIQUE (programme, rank)
);
INSERT INTO programmes.programme VALUES
  ('reseller_integrator', 1, true, '{reseller,vai,wholesaler}',
   'Revendeurs et intégrateurs', 'Resellers and integrators',
   'Trois niveaux ; la remise suit le niveau et l''environnement vendu.',
   'Three levels; the discount follows the level and the environment sold.'),
  ('software_editor', 2, true, '{isv}', 'Éditeurs de logiciels', 'Software editors',
   'Les éditeurs mis en avant sur la place de marché, à un tarif préférentiel.',
   'The editors put forward on the marketplace, at a preferential rate.'),
  ('technology_partner', 3, true, '{startup}',
   'Partenaires technologiques', 'Technology partners',
   'Des crédits et un accompagnement pour les jeunes pousses.',
   'Credits and guidance for start-ups.'),
  ('technical', 4, false, '{isv,vai,startup}', 'Programme technique', 'Technical programme',
   'Une intégration vérifiée, un bac à sable, un nécessaire de migration.',
   'A verified integration, a sandbox, a migration kit.'),
  ('business_model', 5, false, '{isv}', 'Programme modèle économique',
   'Business-model programme',
   'Une facturation à l''usage accordée à celle de l''opérateur, et de la visibilité.',
   'Pay-per-use billing aligned with the operator''s, and visibility.');
INSERT INTO programmes.level VALUES
  ('reseller_integrator', 'registered', 1, 'Enregistré', 'Registered'),
  ('reseller_integrator', 'certified', 2, 'Certifié', 'Certified'),
  ('reseller_integrator', 'premium', 3, 'Premium', 'Premium'),
  ('software_editor', 'selected', 1, 'Sélectionné', 'Selected'),
  ('technology_partner', 'member', 1, 'Membre', 'Member'),
  ('technical', 'member', 1, 'Membre', 'Member'),
  ('business_model', 'member', 1, 'Membre', 'Member');
CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON programmes.programme
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON programmes.level
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE programmes.application (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  programme text NOT NULL REFERENCES programmes.programme,
  message text NOT NULL DEFAULT '' CHECK (length(message) <= 2000),
  applied_at timestamptz NOT NULL,
  applied_by text NOT NULL,
  state text NOT NULL DEFAULT 'open'
    CHECK (state IN ('open', 'accepted', 'refused', 'withdrawn')),
  reason text CHECK (length(reason) BETWEEN 1 AND 2000),
  decided_at timestamptz CHECK (decided_at >= applied_at),
  decided_by text,
  CONSTRAINT decided_says_when_and_who CHECK
    ((state = 'open') = (decided_at IS NULL) AND (state = 'open') = (decided_by IS NULL)),
  CONSTRAINT decided_says_why CHECK (state IN ('open', 'withdrawn') OR reason IS NOT NULL)
);
CREATE INDEX application_organisation ON programmes.application (organisation_id);
CREATE INDEX application_programme ON programmes.application (programme);
CREATE UNIQUE INDEX one_open_application ON programmes.application (organisation_id, programme)
  WHERE state = 'open';
CREATE FUNCTION programmes.guard_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'open' OR NEW.state = 'open'
     OR (NEW.id, NEW.organisation_id, NEW.programme, NEW.message, NEW.applied_at, NEW.applied_by)
        IS DISTINCT FROM (OLD.id, OLD.organisation_id, OLD.programme, OLD.message,
                          OLD.applied_at, OLD.applied_by) THEN
    RAISE EXCEPTION 'application % may not go %>%', OLD.id, OLD.state, NEW.state
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_application BEFORE UPDATE ON programmes.application
  FOR EACH ROW EXECUTE FUNCTION programmes.guard_application();

-- The level at any past moment is one look into one index. A change takes effect when it is
-- recorded, or on its announced date if the job that carries it out is a little late.
CREATE TABLE programmes.level_period (
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  programme text NOT NULL,
  level text NOT NULL,
  during tstzrange NOT NULL CONSTRAINT from_a_moment_to_a_moment CHECK (
    NOT isempty(during) AND NOT lower_inf(during) AND lower_inc(during)
    AND NOT upper_inc(during)),
  is_track boolean NOT NULL,
  kind text NOT NULL CHECK (kind IN ('entry', 'promotion', 'demotion', 'override', 'fallback')),
  override_until timestamptz,
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
  evidence text NOT NULL DEFAULT '' CHECK (length(evidence) <= 200),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (organisation_id, programme, during WITHOUT OVERLAPS),
  FOREIGN KEY (programme, level) REFERENCES programmes.level,
  CONSTRAINT one_track_at_a_time
    EXCLUDE USING gist (organisation_id WITH =, during WITH &&) WHERE (is_track),
  CONSTRAINT override_has_an_end CHECK ((kind = 'override') = (override_until IS NOT NULL)),
  CONSTRAINT override_lasts CHECK (override_until > lower(during)),
  CONSTRAINT begins_when_recorded CHECK
    (lower(during) BETWEEN recorded_at - interval '7 days' AND recorded_at + interval '1 second'),
  CONSTRAINT open_until_ended CHECK (upper_inf(during) = (ended_at IS NULL)),
  CONSTRAINT ends_when_recorded CHECK
    (upper(during) BETWEEN ended_at - interval '7 days' AND ended_at + interval '1 second')
);
CREATE INDEX level_period_level ON programmes.level_period (programme, level);
CREATE INDEX level_period_override ON programmes.level_period (override_until)
  WHERE kind = 'override' AND ended_at IS NULL;

CREATE FUNCTION programmes.guard_new_period() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE before_rank integer; new_rank integer;
BEGIN
  SELECT p.is_track INTO NEW.is_track FROM programmes.programme p WHERE p.code = NEW.programme;
  SELECT l.rank INTO new_rank FROM programmes.level l
   WHERE l.programme = NEW.programme AND l.code = NEW.level;
  SELECT l.rank INTO before_rank FROM programmes.level_period p
    JOIN programmes.level l ON l.programme = p.programme AND l.code = p.level
   WHERE p.organisation_id = NEW.organisation_id AND p.programme = NEW.programme
     AND p.during -|- NEW.during AND upper(p.during) = lower(NEW.during);
  IF NOT upper_inf(NEW.during) OR (CASE NEW.kind
       WHEN 'entry' THEN false
       WHEN 'promotion' THEN coalesce(before_rank >= new_rank, true)
       WHEN 'demotion' THEN coalesce(before_rank <= new_rank, true)
       ELSE before_rank IS NULL END) THEN
    RAISE EXCEPTION 'a % to % does not follow what was held', NEW.kind, NEW.level
      USING ERRCODE = '23514', CONSTRAINT = 'period_follows';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_new_period BEFORE INSERT ON programmes.level_period
  FOR EACH ROW EXECUTE FUNCTION programmes.guard_new_period();

CREATE FUNCTION programmes.guard_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT upper_inf(OLD.during) OR upper_inf(NEW.during)
     OR lower(NEW.during) <> lower(OLD.during)
     OR (NEW.organisation_id, NEW.programme, NEW.level, NEW.is_track, NEW.kind,
         NEW.override_until, NEW.reason, NEW.evidence, NEW.actor, NEW.recorded_at)
        IS DISTINCT FROM
        (OLD.organisation_id, OLD.programme, OLD.level, OLD.is_track, OLD.kind,
         OLD.override_until, OLD.reason, OLD.evidence, OLD.actor, OLD.recorded_at) THEN
    RAISE EXCEPTION 'a past level never changes; the present one may only end'
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_period BEFORE UPDATE ON programmes.level_period
  FOR EACH ROW EXECUTE FUNCTION programmes.guard_period();
CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON programmes.level_period
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE programmes.demotion (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  programme text NOT NULL,
  from_level text NOT NULL,
  to_level text NOT NULL,
  announced_at timestamptz NOT NULL,
  effective_at timestamptz NOT NULL,
  reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
  evidence text NOT NULL DEFAULT '' CHECK (length(evidence) <= 200),
  actor text NOT NULL,
  state text NOT NULL DEFAULT 'announced'
    CHECK (state IN ('announced', 'carried_out', 'cancelled')),
  closed_at timestamptz,
  closed_reason text CHECK (length(closed_reason) BETWEEN 1 AND 2000),
  FOREIGN KEY (programme, from_level) REFERENCES programmes.level,
  FOREIGN KEY (programme, to_level) REFERENCES programmes.level,
  CONSTRAINT notice_is_given CHECK (effective_at >= announced_at + interval '15 days'),
  CONSTRAINT open_until_closed CHECK ((state = 'announced') = (closed_at IS NULL)),
  CONSTRAINT cancelled_says_why CHECK (state <> 'cancelled' OR closed_reason IS NOT NULL),
  CONSTRAINT not_before_its_date CHECK (state <> 'carried_out' OR closed_at >= effective_at)
);
CREATE INDEX demotion_organisation ON programmes.demotion (organisation_id);
CREATE INDEX demotion_from ON programmes.demotion (programme, from_level);
CREATE INDEX demotion_to ON programmes.demotion (programme, to_level);
CREATE INDEX demotion_due ON programmes.demotion (effective_at) WHERE state = 'announced';
CREATE UNIQUE INDEX one_demotion ON programmes.demotion (organisation_id, programme)
  WHERE state = 'announced';
CREATE FUNCTION programmes.guard_demotion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'announced' OR NEW.state = 'announced'
     OR (NEW.id, NEW.organisation_id, NEW.programme, NEW.from_level, NEW.to_level,
         NEW.announced_at, NEW.effective_at, NEW.reason, NEW.evidence, NEW.actor)
        IS DISTINCT FROM
        (OLD.id, OLD.organisation_id, OLD.programme, OLD.from_level, OLD.to_level,
         OLD.announced_at, OLD.effective_at, OLD.reason, OLD.evidence, OLD.actor) THEN
    RAISE EXCEPTION 'demotion % may not go %>%', OLD.id, OLD.state, NEW.state
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_demotion BEFORE UPDATE ON programmes.demotion
  FOR EACH ROW EXECUTE FUNCTION programmes.guard_demotion();
CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON programmes.demotion
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

-- What the facts said at each evaluation: the level on which an exception falls back.
CREATE TABLE programmes.evaluation (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  programme text NOT NULL,
  level text NOT NULL,
  evaluated_at timestamptz NOT NULL,
  evidence text NOT NULL CHECK (length(evidence) BETWEEN 1 AND 200),
  actor text NOT NULL,
  FOREIGN KEY (programme, level) REFERENCES programmes.level
);
CREATE INDEX evaluation_latest
  ON programmes.evaluation (organisation_id, programme, evaluated_at, id);
CREATE INDEX evaluation_level ON programmes.evaluation (programme, level);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON programmes.evaluation
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA programmes FROM PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA programmes TO maillage_app, maillage_audit;
GRANT INSERT ON programmes.application, programmes.level_period, programmes.demotion,
  programmes.evaluation TO maillage_app;
GRANT UPDATE (state, reason, decided_at, decided_by) ON programmes.application TO maillage_app;
GRANT UPDATE (during, ended_at) ON programmes.level_period TO maillage_app;
GRANT UPDATE (state, closed_at, closed_reason) ON programmes.demotion TO maillage_app;
"""


async def forwards() -> MigrationManager:
    # An organisation applies by itself; all else is the operator's to write.
    walls = tenant_policy("programmes.application") + operator_writes(
        "programmes.application", "INSERT", "NEW.state <> 'open'"
    )
    walls += (
        "CREATE TRIGGER operator_decides BEFORE UPDATE ON programmes.application "
        "FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();"
    )
    for table in ("programmes.level_period", "programmes.demotion", "programmes.evaluation"):
        walls += reading_policy(table, own("organisation_id"))
        walls += (
            f"CREATE POLICY ended_rows ON {table} FOR UPDATE TO maillage_app "
            "USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');"
        )
    return sql_migration("programmes", ID, DESCRIPTION, SQL + walls)
