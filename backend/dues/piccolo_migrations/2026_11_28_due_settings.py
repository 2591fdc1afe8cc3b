"""Limits of receipts are of a currency, and of one payment; letters follow each other."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-28T09:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "A limit for each currency, over what one person recorded of one bank payment"

SETTINGS = """
ALTER TABLE dues.setting ADD currency core.currency;
ALTER TABLE dues.setting DISABLE TRIGGER no_change;
UPDATE dues.setting SET currency = 'EUR' WHERE name = 'receipt_limit_minor';
ALTER TABLE dues.setting ENABLE TRIGGER no_change;
ALTER TABLE dues.setting DROP CONSTRAINT setting_name_valid_from_key,
  ADD CONSTRAINT one_value_at_a_time UNIQUE NULLS NOT DISTINCT (name, currency, valid_from),
  ADD CONSTRAINT limit_is_money CHECK
    ((name = 'receipt_limit_minor') = (currency IS NOT NULL));

-- At the commit, as the days of three letters are three rows.
CREATE FUNCTION dues.guard_letter_days() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  begins record;
BEGIN
  FOR begins IN SELECT DISTINCT t.valid_from,
      (SELECT s.value FROM dues.setting s WHERE s.name = 'first_reminder_days'
        AND s.valid_from <= t.valid_from ORDER BY s.valid_from DESC LIMIT 1) AS first,
      (SELECT s.value FROM dues.setting s WHERE s.name = 'second_reminder_days'
        AND s.valid_from <= t.valid_from ORDER BY s.valid_from DESC LIMIT 1) AS second,
      (SELECT s.value FROM dues.setting s WHERE s.name = 'last_reminder_days'
        AND s.valid_from <= t.valid_from ORDER BY s.valid_from DESC LIMIT 1) AS last
    FROM dues.setting t
    WHERE t.name <> 'receipt_limit_minor' AND t.valid_from >= NEW.valid_from
  LOOP
    IF NOT (begins.first < begins.second AND begins.second < begins.last) THEN
      RAISE EXCEPTION 'from % on the letters would not follow each other', begins.valid_from
        USING ERRCODE = '23514', CONSTRAINT = 'letters_follow_each_other';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION dues.guard_letter_days FROM PUBLIC;
CREATE CONSTRAINT TRIGGER letters_follow_each_other AFTER INSERT ON dues.setting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.name <> 'receipt_limit_minor')
  EXECUTE FUNCTION dues.guard_letter_days();
"""

LIMIT = """
-- What arrived of one organisation on one day in one currency is one payment, in however many
-- lines it is written down. What two people approved is not what one recorded alone.
CREATE FUNCTION dues.recorded_alone(of uuid, in_currency text, on_day date) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(sum(r.amount_minor), 0)::bigint FROM receipts.receipt r
  WHERE r.organisation_id = of AND r.currency::text = in_currency AND r.received_on = on_day
    AND r.kind = 'receipt' AND r.held_at = 'bank'
    AND NOT EXISTS (SELECT FROM receipts.receipt b WHERE b.original_id = r.id)
    AND NOT EXISTS (SELECT FROM dues.proposal p
      WHERE p.receipt_id = r.id AND p.state = 'approved')
$$;
REVOKE ALL ON FUNCTION dues.recorded_alone FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dues.recorded_alone TO maillage_app;

-- Nothing is converted: where no limit stands in a currency, each line of it needs two people.
CREATE OR REPLACE FUNCTION dues.guard_large_receipt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The lock of `dues.actions.lock_debt`: lines of one payment at once are seen by each other.
  PERFORM pg_advisory_xact_lock(hashtextextended('dues:' || NEW.organisation_id, 0));
  IF NOT EXISTS (SELECT FROM dues.proposal p
      WHERE p.receipt_id = NEW.id AND p.state = 'approved')
    AND NOT EXISTS (SELECT FROM receipts.receipt b WHERE b.original_id = NEW.id)
    AND dues.recorded_alone(NEW.organisation_id, NEW.currency::text, NEW.received_on) >
      coalesce((SELECT s.value FROM dues.setting s
        WHERE s.name = 'receipt_limit_minor' AND s.currency::text = NEW.currency::text
          AND s.valid_from <= NEW.recorded_at ORDER BY s.valid_from DESC LIMIT 1), 0) THEN
    RAISE EXCEPTION 'receipt % is above the limit, and nobody approved it', NEW.id
      USING ERRCODE = '23514', CONSTRAINT = 'large_is_approved';
  END IF;
  RETURN NULL;
END $$;
"""


async def forwards() -> MigrationManager:
    return sql_migration("dues", ID, DESCRIPTION, SETTINGS + LIMIT)
