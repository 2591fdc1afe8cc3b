"""What a refund of a joint sale says of the whole is what its lines come to."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-28T06:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The whole of a joint refund"

# After the statement, which writes the lines of both owners (money rule M5).
SQL = """
CREATE FUNCTION sales.guard_joint_refund() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.joint_net_minor IS DISTINCT FROM (
    SELECT sum(l.net_minor) FROM sales.sale_line l
    WHERE l.joint_reference = NEW.joint_reference AND l.kind = 'refund') THEN
    RAISE EXCEPTION 'the lines of refund % are not the whole that they tell', NEW.joint_reference
      USING ERRCODE = '23514', CONSTRAINT = 'joint_refund_is_the_whole';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard_joint_refund AFTER INSERT ON sales.sale_line FOR EACH ROW
  WHEN (NEW.kind = 'refund' AND NEW.joint_offer_id IS NOT NULL)
  EXECUTE FUNCTION sales.guard_joint_refund();
REVOKE ALL ON FUNCTION sales.guard_joint_refund FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("sales", ID, DESCRIPTION, SQL)
