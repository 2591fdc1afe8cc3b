"""What was announced and has not begun can be withdrawn; what has begun never is."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T07:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Announced rules may be withdrawn before they begin"

GUARD = """
CREATE FUNCTION programmes.guard_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE told text[] := ARRAY['withdrawn_at', 'withdrawn_by', 'withdrawn_reason'];
BEGIN
  IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
     OR to_jsonb(NEW) - told IS DISTINCT FROM to_jsonb(OLD) - told THEN
    RAISE EXCEPTION 'an announced rule never changes; before it begins it may be withdrawn, once'
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION programmes.guard_withdrawal FROM PUBLIC;
CREATE INDEX benefit_level ON programmes.benefit (programme, level);
"""

BEGINNINGS = {
    "setting": ("setting_name_valid_from_key", "name, valid_from"),
    "matrix": ("matrix_valid_from_key", "valid_from"),
    "tier_table": ("tier_table_currency_valid_from_key", "currency, valid_from"),
    "benefit": (
        "benefit_programme_level_kind_valid_from_key",
        "programme, level, kind, valid_from",
    ),
    "price_floor": ("", "resource, currency, valid_from"),
}
"""The constraint that kept two from beginning at one moment, and of what."""


def withdrawable(table: str, constraint: str, columns: str) -> str:
    """SQL: rows of `table` may be withdrawn, and another may begin at the same moment then."""
    dropped = (
        f"ALTER TABLE {table} DROP CONSTRAINT {constraint}; DROP TRIGGER no_change ON {table}; "
        if constraint
        else ""
    )
    name = table.split(".")[1]
    return dropped + (
        f"ALTER TABLE {table} ADD COLUMN withdrawn_at timestamptz, "
        "ADD COLUMN withdrawn_by text, "
        "ADD COLUMN withdrawn_reason text CHECK (length(withdrawn_reason) BETWEEN 1 AND 500), "
        "ADD CONSTRAINT withdrawn_before_it_began CHECK (withdrawn_at < valid_from), "
        "ADD CONSTRAINT withdrawn_says_who_and_why CHECK "
        "(num_nonnulls(withdrawn_at, withdrawn_by, withdrawn_reason) IN (0, 3)); "
        f"CREATE UNIQUE INDEX {name}_begins ON {table} ({columns}) WHERE withdrawn_at IS NULL; "
        f"CREATE TRIGGER no_change BEFORE DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change(); "
        f"CREATE TRIGGER guard_withdrawal BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION programmes.guard_withdrawal(); "
        f"GRANT UPDATE (withdrawn_at, withdrawn_by, withdrawn_reason) ON {table} TO maillage_app; "
        f"CREATE POLICY withdrawn_rows ON {table} FOR UPDATE TO maillage_app "
        "USING ((SELECT current_setting('maillage.organisation', true)) = 'operator'); "
    )


async def forwards() -> MigrationManager:
    rules = "".join(
        withdrawable(f"programmes.{table}", constraint, columns)
        for table, (constraint, columns) in BEGINNINGS.items()
    )
    return sql_migration("programmes", ID, DESCRIPTION, GUARD + rules)
