"""Who may have something on sale, and until when; letters before evidence expires."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-23T18:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The shelf follows from the file; reminders"

SQL = """
-- What keeps its listings from the store: NULL is nothing. The account at Stripe may come later:
-- Stripe checks it, and payouts wait for it. Organisations that were imported have no file yet.
CREATE FUNCTION onboarding.listing_bar(whose uuid, at timestamptz)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN onboarding.is_restricted(whose, 'listing', at) THEN 'restricted'
    WHEN (SELECT origin FROM partners.organisation WHERE id = whose) = 'application'
     AND EXISTS (SELECT FROM onboarding.items_of(whose, at) i
                  WHERE NOT i.held AND i.item <> 'bank_holder')
    THEN 'file_incomplete' END
$$;

CREATE TABLE onboarding.shelf (
  organisation_id uuid PRIMARY KEY REFERENCES partners.organisation,
  closes_at timestamptz NOT NULL
);
COMMENT ON TABLE onboarding.shelf IS
  'What listing_bar answers, made ready for the store: no row, nothing of it is on sale.';
COMMENT ON COLUMN onboarding.shelf.closes_at IS
  'When what is written already closes it: evidence expires, a restriction or requirement begins.';

-- The store is of the real world: it closes by PostgreSQL's own clock, with no job between.
CREATE VIEW onboarding.open_shelf AS
  SELECT organisation_id FROM onboarding.shelf WHERE closes_at > now();

-- Whoever writes about the same organisation renews its shelf one after the other, so the last one
-- sees what all have written.
CREATE FUNCTION onboarding.renew_shelf(whose uuid, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ends timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('shelf:' || whose::text, 7));
  IF onboarding.listing_bar(whose, at) IS NOT NULL THEN
    DELETE FROM onboarding.shelf WHERE organisation_id = whose;
    RETURN;
  END IF;
  SELECT min(m.moment) INTO ends FROM (
    SELECT i.holds_until AS moment FROM onboarding.items_of(whose, at) i WHERE i.held
    UNION
    SELECT d.starts_at FROM onboarding.decision d WHERE d.organisation_id = whose
       AND d.kind IN ('restriction', 'termination') AND d.scope IN ('listing', 'account')
    UNION
    SELECT q.valid_from FROM onboarding.requirement q
      JOIN partners.organisation_role r ON r.role = q.role AND r.organisation_id = whose) m
   WHERE m.moment > at AND onboarding.listing_bar(whose, m.moment) IS NOT NULL;
  INSERT INTO onboarding.shelf VALUES (whose, coalesce(ends, 'infinity'))
  ON CONFLICT (organisation_id) DO UPDATE SET closes_at = EXCLUDED.closes_at;
END $$;

CREATE FUNCTION onboarding.renew_one() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM onboarding.renew_shelf(NEW.organisation_id,
    greatest(now(), (to_jsonb(NEW) ->> TG_ARGV[0])::timestamptz));
  RETURN NULL;
END $$;
CREATE TRIGGER renew_shelf AFTER INSERT ON onboarding.review
  FOR EACH ROW EXECUTE FUNCTION onboarding.renew_one('decided_at');
CREATE TRIGGER renew_shelf AFTER INSERT ON onboarding.vies_answer
  FOR EACH ROW EXECUTE FUNCTION onboarding.renew_one('answered_at');
CREATE TRIGGER renew_shelf AFTER INSERT ON onboarding.acceptance
  FOR EACH ROW EXECUTE FUNCTION onboarding.renew_one('accepted_at');
CREATE TRIGGER renew_shelf AFTER INSERT ON onboarding.revocation
  FOR EACH ROW EXECUTE FUNCTION onboarding.renew_one('revoked_at');
CREATE TRIGGER renew_shelf AFTER INSERT ON onboarding.decision
  FOR EACH ROW WHEN (NEW.kind IN ('restriction', 'termination'))
  EXECUTE FUNCTION onboarding.renew_one('decided_at');
CREATE TRIGGER renew_shelf AFTER INSERT ON onboarding.lifting
  FOR EACH ROW EXECUTE FUNCTION onboarding.renew_one('lifted_at');

-- A new version or requirement concerns everybody who sells.
CREATE FUNCTION onboarding.renew_all() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM onboarding.renew_shelf(s.organisation_id, now())
     FROM (SELECT organisation_id FROM onboarding.shelf ORDER BY 1) s;
  RETURN NULL;
END $$;
CREATE TRIGGER renew_shelves AFTER INSERT ON onboarding.agreement
  FOR EACH STATEMENT EXECUTE FUNCTION onboarding.renew_all();
CREATE TRIGGER renew_shelves AFTER INSERT ON onboarding.requirement
  FOR EACH STATEMENT EXECUTE FUNCTION onboarding.renew_all();

-- What is required follows from the roles. Imports come by thousands: they have no file to look at.
CREATE FUNCTION onboarding.renew_roles() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO onboarding.shelf SELECT DISTINCT o.id, 'infinity'::timestamptz FROM added a
    JOIN partners.organisation o ON o.id = a.organisation_id WHERE o.origin = 'import'
  ON CONFLICT (organisation_id) DO NOTHING;
  PERFORM onboarding.renew_shelf(o.id, greatest(now(), o.created_at))
     FROM (SELECT DISTINCT organisation_id FROM added ORDER BY 1) a
     JOIN partners.organisation o ON o.id = a.organisation_id WHERE o.origin = 'application';
  RETURN NULL;
END $$;
CREATE TRIGGER renew_shelf AFTER INSERT ON partners.organisation_role
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION onboarding.renew_roles();

SELECT onboarding.renew_shelf(id, now()) FROM partners.organisation;

CREATE TABLE onboarding.reminder (
  evidence_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  days integer NOT NULL CHECK (days IN (30, 7)),
  letter_id uuid,
  sent_at timestamptz NOT NULL,
  PRIMARY KEY (evidence_id, days),
  FOREIGN KEY (evidence_id, organisation_id) REFERENCES onboarding.evidence (id, organisation_id)
);
COMMENT ON TABLE onboarding.reminder IS 'Each once: so many days before the evidence expires.';
COMMENT ON COLUMN onboarding.reminder.letter_id IS 'In the outbox; NULL: no address was known.';
CREATE INDEX ON onboarding.reminder (evidence_id, organisation_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON onboarding.reminder
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON FUNCTION onboarding.renew_one, onboarding.renew_all, onboarding.renew_roles
  FROM PUBLIC;
GRANT SELECT ON onboarding.shelf, onboarding.open_shelf TO maillage_app, maillage_audit;
GRANT SELECT, INSERT ON onboarding.reminder TO maillage_app;
GRANT SELECT ON onboarding.reminder TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    walls = reading_policy("onboarding.shelf", "true") + reading_policy(
        "onboarding.reminder", own("organisation_id")
    )
    return sql_migration("onboarding", ID, DESCRIPTION, SQL + walls)
