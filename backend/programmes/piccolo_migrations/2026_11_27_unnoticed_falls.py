"""An exception lowers a level only for a stated urgent reason; rates are given where they price."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T07:02:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Urgent reasons of exceptions that lower; benefits in their own programme"

SQL = """
ALTER TABLE programmes.level_period
  ADD COLUMN urgent_reason text CHECK (length(urgent_reason) BETWEEN 1 AND 1000),
  ADD CONSTRAINT only_exceptions_are_urgent CHECK (urgent_reason IS NULL OR kind = 'override');

CREATE FUNCTION programmes.guard_urgency() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.urgent_reason IS NULL AND EXISTS (
       SELECT FROM programmes.level_period p
       JOIN programmes.level b ON b.programme = p.programme AND b.code = p.level
       JOIN programmes.level l ON l.programme = NEW.programme AND l.code = NEW.level
       WHERE p.organisation_id = NEW.organisation_id AND p.programme = NEW.programme
         AND upper(p.during) = lower(NEW.during) AND l.rank < b.rank) THEN
    RAISE EXCEPTION 'a lower level needs notice, or an urgent reason'
      USING ERRCODE = '23514', CONSTRAINT = 'falls_after_notice';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_urgency BEFORE INSERT ON programmes.level_period
  FOR EACH ROW WHEN (NEW.kind = 'override') EXECUTE FUNCTION programmes.guard_urgency();
REVOKE ALL ON FUNCTION programmes.guard_urgency FROM PUBLIC;

CREATE FUNCTION programmes.guard_urgent_reason() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a past level never changes' USING ERRCODE = '55000';
END $$;
CREATE TRIGGER guard_urgent_reason BEFORE UPDATE ON programmes.level_period FOR EACH ROW
  WHEN (OLD.urgent_reason IS DISTINCT FROM NEW.urgent_reason)
  EXECUTE FUNCTION programmes.guard_urgent_reason();
REVOKE ALL ON FUNCTION programmes.guard_urgent_reason FROM PUBLIC;

-- Pricing asks for the discount in the resellers' programme, for the editors' rate in theirs, for
-- credits in that of start-ups; elsewhere they would be shown and not given.
ALTER TABLE programmes.benefit ADD CONSTRAINT given_where_it_counts CHECK (NOT is_given OR CASE kind
  WHEN 'discount' THEN programme = 'reseller_integrator'
  WHEN 'isv_rate' THEN programme = 'software_editor'
  WHEN 'startup_credit' THEN programme = 'technology_partner' ELSE true END);
"""


async def forwards() -> MigrationManager:
    return sql_migration("programmes", ID, DESCRIPTION, SQL)
