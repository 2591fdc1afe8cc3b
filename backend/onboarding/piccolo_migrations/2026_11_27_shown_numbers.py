"""The SIREN of an organisation is that of the SIRET that it showed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-27T11:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "SIREN and SIRET belong together, whichever comes first"

# Both sides lock the organisation, so that of two at the same time the second sees the first.
SQL = """
CREATE FUNCTION onboarding.shown_siren(whose uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT left(e.value, 9) FROM onboarding.evidence e
    JOIN partners.organisation o ON o.id = e.organisation_id AND o.country = 'FR'
    LEFT JOIN onboarding.review r ON r.evidence_id = e.id
   WHERE e.organisation_id = whose AND e.item = 'legal_identity'
     AND r.decision IS DISTINCT FROM 'refused'
   ORDER BY e.number DESC LIMIT 1
$$;

-- Only what was open is completed by it: a SIREN that is known, the operator corrects.
CREATE FUNCTION onboarding.guard_siren() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.siren <> onboarding.shown_siren(NEW.id) THEN
    RAISE EXCEPTION 'SIREN % is not of the SIRET that was shown', NEW.siren
      USING ERRCODE = '23514', CONSTRAINT = 'siren_is_the_one_shown';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER siren_is_the_one_shown BEFORE UPDATE OF siren ON partners.organisation
  FOR EACH ROW WHEN (OLD.siren IS NULL AND NEW.siren IS NOT NULL)
  EXECUTE FUNCTION onboarding.guard_siren();

CREATE FUNCTION onboarding.guard_shown() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE known text; shown text;
BEGIN
  SELECT siren INTO known FROM partners.organisation
   WHERE id = NEW.organisation_id AND country = 'FR' FOR NO KEY UPDATE;
  SELECT left(value, 9) INTO shown FROM onboarding.evidence WHERE id = NEW.evidence_id;
  IF known <> shown THEN
    RAISE EXCEPTION 'SIREN % is known, % was shown', known, shown
      USING ERRCODE = '23514', CONSTRAINT = 'shown_number_is_ours';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_shown BEFORE INSERT ON onboarding.review
  FOR EACH ROW WHEN (NEW.item = 'legal_identity' AND NEW.decision = 'accepted')
  EXECUTE FUNCTION onboarding.guard_shown();
REVOKE ALL ON FUNCTION onboarding.shown_siren, onboarding.guard_siren, onboarding.guard_shown
  FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("onboarding", ID, DESCRIPTION, SQL)
