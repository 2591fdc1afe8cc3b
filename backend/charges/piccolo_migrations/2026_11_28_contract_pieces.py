"""A piece is priced by the contract of its own party, while that is in force."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-28T06:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Pieces by contract belong to its party; the contract of a moment"

# `began_at` is when the use began: who stood above then does all through it (decision 0042).
SQL = """
CREATE FUNCTION charges.contract_at(buyer uuid, at timestamptz, began_at timestamptz)
RETURNS uuid LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT newest.id
  FROM (SELECT c.id, c.ends_on FROM charges.contract c
        WHERE c.organisation_id = buyer
          AND c.starts_on <= (at AT TIME ZONE 'Europe/Paris')::date
        ORDER BY c.starts_on DESC, c.id DESC LIMIT 1) AS newest
  WHERE (newest.ends_on IS NULL OR newest.ends_on >= (at AT TIME ZONE 'Europe/Paris')::date)
    AND NOT EXISTS (SELECT FROM network.membership m
                    WHERE m.organisation_id = buyer AND m.during @> began_at)
$$;

CREATE FUNCTION charges.guard_contract_pieces() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE bad bigint;
BEGIN
  SELECT l.id INTO bad
    FROM added p JOIN charges.charge_line l ON l.id = p.line_id
    WHERE p.contract_id IS NOT NULL AND (
      p.contract_id IS DISTINCT FROM charges.contract_at(l.consumer_id, p.starts_at, l.used_from)
      OR p.contract_id IS DISTINCT FROM charges.contract_at(
           l.consumer_id, p.ends_at - interval '1 microsecond', l.used_from))
    LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'a piece of charge % is priced by a contract that does not hold for it', bad
      USING ERRCODE = '23514', CONSTRAINT = 'piece_by_own_contract';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard_contract_pieces AFTER INSERT ON charges.charge_piece
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION charges.guard_contract_pieces();

-- What was signed before stays as it is.
ALTER TABLE charges.contract ADD CONSTRAINT a_person_signs
  CHECK (actor NOT LIKE 'key:%') NOT VALID;

REVOKE ALL ON FUNCTION charges.contract_at, charges.guard_contract_pieces FROM PUBLIC;
GRANT EXECUTE ON FUNCTION charges.contract_at TO maillage_app, maillage_audit;
"""


async def forwards() -> MigrationManager:
    return sql_migration("charges", ID, DESCRIPTION, SQL)
