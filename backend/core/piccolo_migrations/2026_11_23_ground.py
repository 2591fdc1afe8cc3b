"""What every other migration stands on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-23T06:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Extensions, the currency type, the refusal to change past rows"

SQL = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE SCHEMA core;
GRANT USAGE ON SCHEMA core TO maillage_app, maillage_audit;

CREATE DOMAIN core.currency AS text
  CHECK (VALUE IN ('CHF', 'EUR', 'GBP', 'JPY', 'KWD', 'USD'));

CREATE FUNCTION core.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of %.% is refused: its rows never change',
    TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = '55000',
    HINT = 'Write a new row that corrects the old one.';
END $$;
-- A session of the API acts for one organisation, or for nobody yet; this is not its to do. The
-- owner migrates and needs not say so. It is told by who logged in or was taken on since:
-- current_user is the owner inside every function that is run with the owner's rights.
CREATE FUNCTION core.check_operator() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('maillage.organisation', true) IS DISTINCT FROM 'operator'
     AND coalesce(nullif(current_setting('role', true), 'none'), session_user) IS DISTINCT FROM
         (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'core') THEN
    RAISE EXCEPTION 'only the operator''s own work does this' USING ERRCODE = '42501';
  END IF;
END $$;
CREATE FUNCTION core.refuse_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM core.check_operator();
  RETURN NEW;
END $$;
-- An embedded server often stops before autovacuum comes by; a plan without statistics is a guess.
CREATE FUNCTION core.gather_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE name text;
BEGIN
  FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
              WHERE tableowner = current_user AND schemaname <> 'public' LOOP
    EXECUTE 'ANALYZE ' || name;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION core.gather_statistics FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core.gather_statistics TO maillage_app;

COMMENT ON FUNCTION core.refuse_change IS 'Statement trigger of append-only tables.';
"""


async def forwards() -> MigrationManager:
    return sql_migration("core", ID, DESCRIPTION, SQL)
