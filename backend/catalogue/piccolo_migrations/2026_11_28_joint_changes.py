"""What a joint listing says and costs changes when both of its owners want it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-28T00:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Changes of a joint listing, proposed by the first owner, accepted by the second"

SQL = """
-- `was` and `becomes` hold the same names, as `catalogue.said` gives them.
CREATE TABLE catalogue.joint_change (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  offer_id uuid NOT NULL,
  listing_id uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  second_id uuid NOT NULL REFERENCES partners.organisation,
  was jsonb NOT NULL,
  becomes jsonb NOT NULL CHECK (becomes <> '{}'),
  state text NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'accepted', 'refused', 'withdrawn')),
  proposed_at timestamptz NOT NULL,
  proposed_by text NOT NULL CHECK (proposed_by <> ''),
  decided_at timestamptz,
  decided_by text,
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
  FOREIGN KEY (offer_id, listing_id) REFERENCES catalogue.joint_offer (id, listing_id),
  CONSTRAINT change_decided_is_dated CHECK ((state = 'waiting') = (decided_at IS NULL)
    AND (state = 'waiting') = (decided_by IS NULL)),
  CONSTRAINT change_accepted_by_a_person CHECK (state <> 'accepted' OR decided_by ~ '^person:'),
  CONSTRAINT change_refused_says_why CHECK (state <> 'refused' OR reason ~ '[^[:space:]]')
);
CREATE INDEX joint_change_offer ON catalogue.joint_change (offer_id, listing_id);
CREATE INDEX joint_change_organisation ON catalogue.joint_change (organisation_id);
CREATE INDEX joint_change_second ON catalogue.joint_change (second_id);
CREATE UNIQUE INDEX one_waiting_change ON catalogue.joint_change (offer_id)
  WHERE state = 'waiting';

-- What both owners agreed about: the words, the facts, for whom, and the price.
CREATE FUNCTION catalogue.said(l catalogue.listing) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object(
    'name', l.name, 'summary', l.summary, 'category', l.category,
    'service_model', l.service_model, 'data_location', l.data_location, 'sla_bp', l.sla_bp,
    'summary_fr', l.summary_fr, 'summary_en', l.summary_en, 'description_fr', l.description_fr,
    'description_en', l.description_en, 'segments', array_to_string(l.segments, ' '),
    'vat_rate_bp', l.vat_rate_bp, 'price', CASE WHEN l.price_minor IS NOT NULL THEN
      jsonb_build_object('amount_minor', l.price_minor, 'currency', l.currency) END)
$$;
-- The joint offer that was accepted and is not over; whoever asks.
CREATE FUNCTION catalogue.agreed_offer(listing uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT j.id FROM catalogue.joint_offer j
  WHERE j.listing_id = listing AND j.state = 'accepted'
    AND (upper(j.during) IS NULL OR upper(j.during) > now())
  ORDER BY j.id DESC LIMIT 1
$$;

CREATE FUNCTION catalogue.guard_agreed_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  offer uuid := catalogue.agreed_offer(NEW.id);
  stood jsonb;
  wanted jsonb;
BEGIN
  IF offer IS NULL THEN
    RETURN NEW;
  END IF;
  SELECT jsonb_object_agg(a.key, b.value), jsonb_object_agg(a.key, a.value) INTO stood, wanted
  FROM jsonb_each(catalogue.said(NEW)) a JOIN jsonb_each(catalogue.said(OLD)) b USING (key)
  WHERE a.value <> b.value;
  -- The last one that was accepted, and the whole of it: an older one is not done again.
  IF wanted IS NOT NULL AND NOT EXISTS (
      SELECT FROM (SELECT c.was, c.becomes FROM catalogue.joint_change c
                   WHERE c.offer_id = offer AND c.state = 'accepted'
                   ORDER BY c.id DESC LIMIT 1) last
      WHERE last.was = stood AND last.becomes = wanted) THEN
    RAISE EXCEPTION 'listing %: its second owner has not agreed to this change', NEW.id
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_agreed_words BEFORE UPDATE OF name, summary, category, service_model,
    data_location, sla_bp, summary_fr, summary_en, description_fr, description_en, segments,
    vat_rate_bp, price_minor, currency ON catalogue.listing
  FOR EACH ROW EXECUTE FUNCTION catalogue.guard_agreed_words();

CREATE FUNCTION catalogue.guard_joint_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'waiting' OR NOT EXISTS (SELECT FROM catalogue.joint_offer j
        WHERE j.id = NEW.offer_id AND j.state = 'accepted'
          AND (j.organisation_id, j.second_id) = (NEW.organisation_id, NEW.second_id)) THEN
      RAISE EXCEPTION 'a change waits for the second owner of an accepted offer'
        USING ERRCODE = '55000';
    END IF;
  ELSIF OLD.state <> 'waiting' OR NEW.state = 'waiting'
     OR (NEW.id, NEW.offer_id, NEW.listing_id, NEW.organisation_id, NEW.second_id, NEW.was,
         NEW.becomes, NEW.proposed_at, NEW.proposed_by)
        IS DISTINCT FROM
        (OLD.id, OLD.offer_id, OLD.listing_id, OLD.organisation_id, OLD.second_id, OLD.was,
         OLD.becomes, OLD.proposed_at, OLD.proposed_by) THEN
    RAISE EXCEPTION 'a change of a joint listing is decided once' USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_joint_change BEFORE INSERT OR UPDATE ON catalogue.joint_change
  FOR EACH ROW EXECUTE FUNCTION catalogue.guard_joint_change();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON catalogue.joint_change
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON FUNCTION catalogue.said, catalogue.agreed_offer, catalogue.guard_agreed_words,
  catalogue.guard_joint_change FROM PUBLIC;
GRANT EXECUTE ON FUNCTION catalogue.agreed_offer TO maillage_app;
GRANT SELECT, INSERT ON catalogue.joint_change TO maillage_app;
GRANT UPDATE (state, decided_at, decided_by, reason) ON catalogue.joint_change TO maillage_app;
GRANT SELECT ON catalogue.joint_change TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    both = f"{own('organisation_id')} OR {own('second_id')}"
    walls = reading_policy("catalogue.joint_change", both)
    walls += (
        "CREATE POLICY changed_rows ON catalogue.joint_change FOR UPDATE TO maillage_app "
        "USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');"
    )
    return sql_migration("catalogue", ID, DESCRIPTION, SQL + walls)
