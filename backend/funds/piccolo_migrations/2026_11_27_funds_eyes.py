"""Four eyes: who approved a request does not reimburse its claim."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T09:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Who approves a request and who reimburses its claim are two"

SQL = """
-- The person behind an actor; a program is the person who made its key. The worker is nobody.
CREATE FUNCTION funds.person_of(actor text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE split_part(actor, ':', 1)
    WHEN 'person' THEN split_part(actor, ':', 2)
    WHEN 'key' THEN (SELECT k.created_by::text FROM identity.api_key k
                      WHERE k.id = split_part(actor, ':', 2)) END
$$;
CREATE FUNCTION funds.guard_two() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM funds.step s WHERE s.request_id = NEW.id
      AND s.from_state = 'requested' AND s.to_state = 'approved'
      AND funds.person_of(s.actor) = funds.person_of(NEW.changed_by)) THEN
    RAISE EXCEPTION 'request % is reimbursed by who approved it', NEW.id
      USING ERRCODE = '23514', CONSTRAINT = 'four_eyes';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_two BEFORE UPDATE ON funds.request
  FOR EACH ROW WHEN (OLD.state = 'claimed' AND NEW.state = 'reimbursed')
  EXECUTE FUNCTION funds.guard_two();
REVOKE ALL ON FUNCTION funds.person_of, funds.guard_two FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("funds", ID, DESCRIPTION, SQL)
