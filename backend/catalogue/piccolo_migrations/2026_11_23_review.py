"""What is on sale was read by the office first."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-23T06:10:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "Steps of a listing, and who took each of them, why"

SQL = """
-- What PostgreSQL counts itself nobody can forget to count: each change of what a reader sees.
CREATE FUNCTION catalogue.count_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := OLD.revision + 1;
  RETURN NEW;
END $$;
-- The price of what is on sale changes at once; before that, it is part of what is read.
CREATE TRIGGER a_count_revision BEFORE UPDATE ON catalogue.listing FOR EACH ROW
  WHEN (OLD.status <> 'published' AND (OLD.price_minor, OLD.currency, OLD.vat_rate_bp)
        IS DISTINCT FROM (NEW.price_minor, NEW.currency, NEW.vat_rate_bp)
        OR (OLD.name, OLD.summary, OLD.category, OLD.service_model, OLD.data_location, OLD.sla_bp,
         OLD.summary_fr, OLD.summary_en, OLD.description_fr, OLD.description_en)
        IS DISTINCT FROM
        (NEW.name, NEW.summary, NEW.category, NEW.service_model, NEW.data_location, NEW.sla_bp,
         NEW.summary_fr, NEW.summary_en, NEW.description_fr, NEW.description_en))
  EXECUTE FUNCTION catalogue.count_revision();

CREATE FUNCTION catalogue.guard_listing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status NOT IN ('draft', 'imported') OR NEW.revision <> 1 OR NEW.reviewed_at IS NOT NULL
    THEN
      RAISE EXCEPTION 'a listing begins as a draft that nobody has read' USING ERRCODE = '55000';
    END IF;
    IF NEW.status = 'imported' THEN
      PERFORM core.check_operator();
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.status, NEW.status) NOT IN (
      ('draft', 'submitted'), ('submitted', 'draft'), ('submitted', 'published'),
      ('submitted', 'action_required'), ('action_required', 'submitted'),
      ('published', 'paused'), ('published', 'withdrawn'), ('paused', 'published'),
      ('paused', 'submitted'), ('paused', 'withdrawn'), ('withdrawn', 'submitted')) THEN
    RAISE EXCEPTION 'a listing does not go from % to %', OLD.status, NEW.status
      USING ERRCODE = '55000';
  END IF;
  -- What was read may be paused and put back by its partner; every other word is the operator's.
  IF NEW.status IN ('action_required', 'withdrawn')
     OR (OLD.status, NEW.status) = ('submitted', 'published') THEN
    PERFORM core.check_operator();
  END IF;
  IF NEW.status = 'published' AND NEW.reviewed_revision IS DISTINCT FROM NEW.revision THEN
    RAISE EXCEPTION 'listing % was changed since it was read', NEW.id USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_new BEFORE INSERT ON catalogue.listing
  FOR EACH ROW EXECUTE FUNCTION catalogue.guard_listing();
CREATE TRIGGER guard_step BEFORE UPDATE OF status ON catalogue.listing
  FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION catalogue.guard_listing();
CREATE TRIGGER operator_reads BEFORE UPDATE OF reviewed_revision, reviewed_at ON catalogue.listing
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();

CREATE TABLE catalogue.review (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  listing_id uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  verb text NOT NULL CHECK (verb IN ('submit', 'take_back', 'pause', 'resume', 'approve',
    'ask_change', 'withdraw', 'describe')),
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 2000),
  revision integer NOT NULL,
  said jsonb NOT NULL,
  actor text NOT NULL CHECK (actor <> ''),
  at timestamptz NOT NULL,
  FOREIGN KEY (listing_id, organisation_id) REFERENCES catalogue.listing (id, organisation_id),
  CONSTRAINT decided_says_why
    CHECK (verb NOT IN ('approve', 'ask_change', 'withdraw') OR reason ~ '[^[:space:]]')
);
COMMENT ON COLUMN catalogue.review.said IS 'Words, facts and price of the listing from then on.';
CREATE INDEX review_listing ON catalogue.review (listing_id, organisation_id, id);
CREATE INDEX review_organisation ON catalogue.review (organisation_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON catalogue.review
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

-- What a buyer could read stays in the history, also if it stood there for a minute only.
CREATE FUNCTION catalogue.guard_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM catalogue.review r WHERE r.listing_id = NEW.id
      AND r.verb = 'describe' AND r.revision = NEW.revision AND r.said @> jsonb_build_object(
        'name', NEW.name, 'summary', NEW.summary, 'category', NEW.category,
        'service_model', NEW.service_model, 'data_location', NEW.data_location,
        'sla_bp', NEW.sla_bp, 'summary_fr', NEW.summary_fr, 'summary_en', NEW.summary_en,
        'description_fr', NEW.description_fr, 'description_en', NEW.description_en)) THEN
    RAISE EXCEPTION 'listing % is on sale: what it says is written to its history first', NEW.id
      USING ERRCODE = '55000';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER words_are_kept AFTER UPDATE ON catalogue.listing FOR EACH ROW
  WHEN (OLD.status = 'published' AND OLD.revision <> NEW.revision)
  EXECUTE FUNCTION catalogue.guard_words();

-- The person behind an actor, and behind its key, belongs to the listing's partner, or did at some
-- moment since it was submitted for the first time.
CREATE FUNCTION catalogue.acted_for(actor text, listing uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM catalogue.listing l
    JOIN identity.membership m ON m.organisation_id = l.organisation_id
    WHERE l.id = listing AND m.person_id = CASE split_part(actor, ':', 1)
        WHEN 'person' THEN split_part(actor, ':', 2)::uuid
        WHEN 'key' THEN (SELECT k.created_by FROM identity.api_key k
                         WHERE k.id = split_part(actor, ':', 2)) END
      AND (m.ended_at IS NULL OR m.ended_at >= (SELECT min(r.at) FROM catalogue.review r
             WHERE r.listing_id = l.id AND r.verb = 'submit')))
$$;
CREATE FUNCTION catalogue.guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.verb = 'approve' AND NEW.actor LIKE 'key:%' THEN
    RAISE EXCEPTION 'a person approves listing %, not a key', NEW.listing_id
      USING ERRCODE = '42501';
  END IF;
  IF catalogue.acted_for(NEW.actor, NEW.listing_id) THEN
    RAISE EXCEPTION 'listing %: nobody decides on what is their own', NEW.listing_id
      USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decided_by_others BEFORE INSERT ON catalogue.review FOR EACH ROW
  WHEN (NEW.verb IN ('approve', 'ask_change', 'withdraw'))
  EXECUTE FUNCTION catalogue.guard_decision();

REVOKE ALL ON FUNCTION catalogue.count_revision, catalogue.guard_listing, catalogue.guard_words,
  catalogue.acted_for, catalogue.guard_decision FROM PUBLIC;
GRANT EXECUTE ON FUNCTION catalogue.acted_for TO maillage_app;
GRANT SELECT, INSERT ON catalogue.review TO maillage_app;
GRANT SELECT ON catalogue.review TO maillage_audit;
"""

OWN = own("organisation_id")
# The partner takes its own steps and writes them down; what is decided is the operator's to write.
PARTNERS_STEPS = f"""
CREATE POLICY own_steps ON catalogue.review FOR INSERT TO maillage_app
  WITH CHECK ((SELECT current_setting('maillage.organisation', true)) = 'operator'
    OR {OWN} AND verb IN ('submit', 'take_back', 'pause', 'resume', 'describe'));
"""


async def forwards() -> MigrationManager:
    walls = reading_policy("catalogue.review", OWN) + PARTNERS_STEPS
    return sql_migration("catalogue", ID, DESCRIPTION, SQL + walls)
