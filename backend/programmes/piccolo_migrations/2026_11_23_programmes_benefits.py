"""What levels give, from dates on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import reading_policy, sql_migration

ID = "2026-11-23T12:11:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Benefits: settings, discount matrices, turnover tiers, what each level has"

SQL = """
CREATE TABLE programmes.setting (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL CHECK (name IN (
    'discount_cap_bp', 'wholesaler_points_bp', 'isv_rate_bp', 'startup_credit_minor',
    'startup_credit_months', 'co_marketing_budget_bp', 'co_marketing_share_bp',
    'demotion_notice_days', 'demotion_grace_days')),
  value bigint NOT NULL CHECK (value >= 0),
  valid_from timestamptz NOT NULL,
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (name, valid_from),
  CONSTRAINT begins_in_the_future CHECK (valid_from > recorded_at),
  CONSTRAINT rate_is_a_part CHECK (name NOT LIKE '%\\_bp' OR value <= 10000),
  CONSTRAINT notice_is_given CHECK
    (name <> 'demotion_notice_days' OR value BETWEEN 15 AND 365)
);

CREATE TABLE programmes.matrix (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  valid_from timestamptz NOT NULL UNIQUE,
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT begins_in_the_future CHECK (valid_from > recorded_at)
);
CREATE TABLE programmes.matrix_rate (
  matrix_id uuid NOT NULL REFERENCES programmes.matrix,
  programme text NOT NULL DEFAULT 'reseller_integrator'
    CHECK (programme = 'reseller_integrator'),
  level text NOT NULL,
  environment text NOT NULL CHECK (environment IN ('start', 'enterprise', 'critical')),
  rate_bp integer NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
  PRIMARY KEY (matrix_id, level, environment),
  FOREIGN KEY (programme, level) REFERENCES programmes.level
);
CREATE INDEX matrix_rate_level ON programmes.matrix_rate (programme, level);

-- F-11: whole, and never less for a higher level or a higher-end environment.
CREATE FUNCTION programmes.guard_matrix() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE m uuid := CASE TG_TABLE_NAME WHEN 'matrix' THEN to_jsonb(NEW)->>'id'
                                      ELSE to_jsonb(NEW)->>'matrix_id' END;
  cells integer; wanted integer; bad text;
BEGIN
  SELECT count(*) INTO cells FROM programmes.matrix_rate WHERE matrix_id = m;
  SELECT 3 * count(*) INTO wanted FROM programmes.level WHERE programme = 'reseller_integrator';
  SELECT b.level || '/' || b.environment INTO bad
    FROM programmes.matrix_rate a JOIN programmes.level la
      ON la.programme = a.programme AND la.code = a.level
    JOIN programmes.matrix_rate b ON b.matrix_id = a.matrix_id
    JOIN programmes.level lb ON lb.programme = b.programme AND lb.code = b.level
   WHERE a.matrix_id = m AND b.rate_bp < a.rate_bp AND lb.rank >= la.rank
     AND array_position(ARRAY['start', 'enterprise', 'critical'], b.environment)
         >= array_position(ARRAY['start', 'enterprise', 'critical'], a.environment)
   LIMIT 1;
  IF cells <> wanted OR bad IS NOT NULL THEN
    RAISE EXCEPTION 'discount matrix %: % of % cells, too low at %', m, cells, wanted, bad
      USING ERRCODE = '23514', CONSTRAINT = 'matrix_never_decreases';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER guard_matrix AFTER INSERT ON programmes.matrix
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION programmes.guard_matrix();
CREATE CONSTRAINT TRIGGER guard_matrix AFTER INSERT ON programmes.matrix_rate
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION programmes.guard_matrix();

CREATE TABLE programmes.tier_table (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  mode text NOT NULL CHECK (mode IN ('incremental', 'retroactive')),
  currency core.currency NOT NULL,
  tiers integer NOT NULL CHECK (tiers BETWEEN 1 AND 20),
  valid_from timestamptz NOT NULL,
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (currency, valid_from),
  CONSTRAINT begins_in_the_future CHECK (valid_from > recorded_at)
);
CREATE TABLE programmes.tier (
  tier_table_id uuid NOT NULL REFERENCES programmes.tier_table,
  from_minor bigint NOT NULL CHECK (from_minor BETWEEN 0 AND 1000000000000000),
  rate_bp integer NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
  PRIMARY KEY (tier_table_id, from_minor)
);
CREATE FUNCTION programmes.guard_tiers() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE t uuid := CASE TG_TABLE_NAME WHEN 'tier_table' THEN to_jsonb(NEW)->>'id'
                                      ELSE to_jsonb(NEW)->>'tier_table_id' END;
BEGIN
  -- The head counts them: none is added to one that was announced before.
  IF (SELECT count(*) FROM programmes.tier WHERE tier_table_id = t)
       <> (SELECT tiers FROM programmes.tier_table WHERE id = t)
     OR coalesce((SELECT min(from_minor) FROM programmes.tier WHERE tier_table_id = t), -1) <> 0
     OR EXISTS (SELECT FROM programmes.tier a JOIN programmes.tier b USING (tier_table_id)
                 WHERE tier_table_id = t AND b.from_minor > a.from_minor
                   AND b.rate_bp < a.rate_bp) THEN
    RAISE EXCEPTION 'tiers %: not all there, not from 0, or a later rate is lower', t
      USING ERRCODE = '23514', CONSTRAINT = 'tiers_rise';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER guard_tiers AFTER INSERT ON programmes.tier_table
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION programmes.guard_tiers();
CREATE CONSTRAINT TRIGGER guard_tiers AFTER INSERT ON programmes.tier
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION programmes.guard_tiers();

CREATE TABLE programmes.benefit (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  programme text NOT NULL,
  level text NOT NULL,
  kind text NOT NULL CHECK (kind IN (
    'discount', 'turnover_rebate', 'isv_rate', 'startup_credit', 'co_marketing',
    'joint_offers', 'featured_place', 'sandbox', 'migration_kit', 'mentoring')),
  is_given boolean NOT NULL,
  valid_from timestamptz NOT NULL,
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  FOREIGN KEY (programme, level) REFERENCES programmes.level,
  UNIQUE (programme, level, kind, valid_from),
  CONSTRAINT begins_in_the_future CHECK (valid_from > recorded_at)
);

-- What is shipped (money rules e, j, k, p).
INSERT INTO programmes.setting (name, value, valid_from, actor, recorded_at)
SELECT name, value, '1970-01-02Z', 'system:migration', '1970-01-01Z' FROM (VALUES
  ('discount_cap_bp', 4000), ('wholesaler_points_bp', 500), ('isv_rate_bp', 2000),
  ('startup_credit_minor', 1000000), ('startup_credit_months', 12),
  ('co_marketing_budget_bp', 100), ('co_marketing_share_bp', 5000),
  ('demotion_notice_days', 30), ('demotion_grace_days', 60)) AS shipped (name, value);
INSERT INTO programmes.matrix (id, name, valid_from, actor, recorded_at) VALUES
  ('00000000-0000-7000-8000-00000000e001', 'Level x environment', '1970-01-02Z',
   'system:migration', '1970-01-01Z');
INSERT INTO programmes.matrix_rate (matrix_id, level, environment, rate_bp)
SELECT '00000000-0000-7000-8000-00000000e001', level, environment, rate_bp FROM (VALUES
  ('registered', 'start', 500), ('registered', 'enterprise', 800),
  ('registered', 'critical', 1000), ('certified', 'start', 1000),
  ('certified', 'enterprise', 1500), ('certified', 'critical', 2000),
  ('premium', 'start', 1500), ('premium', 'enterprise', 2200), ('premium', 'critical', 3000)
  ) AS shipped (level, environment, rate_bp);
INSERT INTO programmes.tier_table
  (id, name, mode, currency, tiers, valid_from, actor, recorded_at)
VALUES ('00000000-0000-7000-8000-00000000b001', 'Quarterly turnover', 'incremental', 'EUR',
        4, '1970-01-02Z', 'system:migration', '1970-01-01Z');
INSERT INTO programmes.tier VALUES
  ('00000000-0000-7000-8000-00000000b001', 0, 0),
  ('00000000-0000-7000-8000-00000000b001', 1000000, 300),
  ('00000000-0000-7000-8000-00000000b001', 5000000, 500),
  ('00000000-0000-7000-8000-00000000b001', 10000000, 800);
INSERT INTO programmes.benefit (programme, level, kind, is_given, valid_from, actor, recorded_at)
SELECT programme, level, kind, true, '1970-01-02Z', 'system:migration', '1970-01-01Z'
  FROM (VALUES
  ('reseller_integrator', 'registered', 'discount'),
  ('reseller_integrator', 'certified', 'discount'),
  ('reseller_integrator', 'certified', 'turnover_rebate'),
  ('reseller_integrator', 'certified', 'co_marketing'),
  ('reseller_integrator', 'premium', 'discount'),
  ('reseller_integrator', 'premium', 'turnover_rebate'),
  ('reseller_integrator', 'premium', 'co_marketing'),
  ('reseller_integrator', 'premium', 'joint_offers'),
  ('software_editor', 'selected', 'isv_rate'),
  ('software_editor', 'selected', 'featured_place'),
  ('technology_partner', 'member', 'startup_credit'),
  ('technology_partner', 'member', 'mentoring'),
  ('technology_partner', 'member', 'sandbox'),
  ('technical', 'member', 'sandbox'),
  ('technical', 'member', 'migration_kit'),
  ('business_model', 'member', 'featured_place'),
  ('business_model', 'member', 'co_marketing')) AS shipped (programme, level, kind);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

REVOKE ALL ON FUNCTION programmes.guard_matrix, programmes.guard_tiers
  FROM PUBLIC;
"""

TABLES = ("setting", "matrix", "matrix_rate", "tier_table", "tier", "benefit")


async def forwards() -> MigrationManager:
    # Everybody may read what is offered; only the operator announces another.
    walls = "".join(
        f"CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON programmes.{table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change(); "
        f"GRANT SELECT, INSERT ON programmes.{table} TO maillage_app; "
        f"GRANT SELECT ON programmes.{table} TO maillage_audit; "
        + reading_policy(f"programmes.{table}", "true")
        for table in TABLES
    )
    return sql_migration("programmes", ID, DESCRIPTION, SQL + walls)
