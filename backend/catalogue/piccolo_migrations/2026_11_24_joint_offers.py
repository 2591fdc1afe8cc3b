"""Joint offers: one listing, two owners, and what each of them gets of the editors' part."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-24T17:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Listings with two owners"

SQL = """
-- `organisation_id` owns the listing and is first where a cent is left over (money rule M3). From
-- `starts_at`, when the second owner accepted, to `ends_at` both are paid.
CREATE TABLE catalogue.joint_offer (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  listing_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  second_id uuid NOT NULL REFERENCES partners.organisation,
  first_bp integer NOT NULL,
  second_bp integer NOT NULL,
  words text NOT NULL CHECK (length(words) BETWEEN 1 AND 2000),
  state text NOT NULL DEFAULT 'proposed'
    CHECK (state IN ('proposed', 'accepted', 'refused', 'withdrawn')),
  proposed_at timestamptz NOT NULL,
  proposed_by text NOT NULL CHECK (proposed_by <> ''),
  decided_at timestamptz,
  decided_by text,
  reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
  ends_on date,
  ended_at timestamptz,
  ended_by text,
  ended_reason text CHECK (length(ended_reason) BETWEEN 1 AND 1000),
  during tstzrange GENERATED ALWAYS AS (CASE WHEN state = 'accepted' THEN
    tstzrange(decided_at, (ends_on::timestamp AT TIME ZONE 'Europe/Paris')) END) STORED,
  UNIQUE (id, listing_id),
  FOREIGN KEY (listing_id, organisation_id) REFERENCES catalogue.listing (id, organisation_id),
  CONSTRAINT two_owners CHECK (organisation_id <> second_id),
  CONSTRAINT shares_sum_to_the_whole
    CHECK (first_bp > 0 AND second_bp > 0 AND first_bp + second_bp = 10000),
  CONSTRAINT decided_is_dated CHECK ((state = 'proposed') = (decided_at IS NULL)
    AND (state = 'proposed') = (decided_by IS NULL)),
  CONSTRAINT accepted_by_a_person CHECK (state <> 'accepted' OR decided_by ~ '^person:'),
  CONSTRAINT refused_says_why CHECK (state <> 'refused' OR reason ~ '[^[:space:]]'),
  CONSTRAINT ended_says_when_and_why CHECK (num_nonnulls(ends_on, ended_at, ended_by, ended_reason)
    IN (0, 4) AND (ends_on IS NULL OR state = 'accepted')),
  CONSTRAINT ends_on_a_day_to_come
    CHECK (ends_on > (ended_at AT TIME ZONE 'Europe/Paris')::date),
  CONSTRAINT one_at_a_time EXCLUDE USING gist (listing_id WITH =, during WITH &&)
);
CREATE INDEX joint_offer_listing ON catalogue.joint_offer (listing_id, organisation_id);
CREATE INDEX joint_offer_organisation ON catalogue.joint_offer (organisation_id);
CREATE INDEX joint_offer_second ON catalogue.joint_offer (second_id);
CREATE UNIQUE INDEX one_open_proposal ON catalogue.joint_offer (listing_id)
  WHERE state = 'proposed';

CREATE FUNCTION catalogue.guard_joint() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE stands text;
BEGIN
  -- Whoever puts the listing on sale holds its row: one of the two comes first.
  SELECT status INTO stands FROM catalogue.listing WHERE id = NEW.listing_id FOR UPDATE;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'proposed' OR stands NOT IN ('draft', 'action_required', 'paused', 'withdrawn')
    THEN
      RAISE EXCEPTION 'listing % is %: nothing is proposed about it now', NEW.listing_id, stands
        USING ERRCODE = '55000';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.listing_id, NEW.organisation_id, NEW.second_id, NEW.first_bp, NEW.second_bp,
      NEW.words, NEW.proposed_at, NEW.proposed_by)
     IS DISTINCT FROM
     (OLD.id, OLD.listing_id, OLD.organisation_id, OLD.second_id, OLD.first_bp, OLD.second_bp,
      OLD.words, OLD.proposed_at, OLD.proposed_by)
     OR (OLD.state <> 'proposed' AND (NEW.state, NEW.decided_at, NEW.decided_by, NEW.reason)
         IS DISTINCT FROM (OLD.state, OLD.decided_at, OLD.decided_by, OLD.reason))
     OR OLD.ends_on IS NOT NULL THEN
    RAISE EXCEPTION 'a joint offer is decided once, and ended once' USING ERRCODE = '55000';
  END IF;
  -- Accepted, the listing is another one: the office reads it before it is on sale.
  IF OLD.state = 'proposed' AND NEW.state = 'accepted' THEN
    UPDATE catalogue.listing SET revision = revision + 1 WHERE id = NEW.listing_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_joint BEFORE INSERT OR UPDATE ON catalogue.joint_offer
  FOR EACH ROW EXECUTE FUNCTION catalogue.guard_joint();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON catalogue.joint_offer
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE FUNCTION catalogue.guard_both_agree() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM catalogue.joint_offer
             WHERE listing_id = NEW.id AND state = 'proposed') THEN
    RAISE EXCEPTION 'listing %: its second owner has not answered', NEW.id
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_both_agree BEFORE UPDATE OF status ON catalogue.listing FOR EACH ROW
  WHEN (NEW.status IN ('submitted', 'published') AND OLD.status <> NEW.status)
  EXECUTE FUNCTION catalogue.guard_both_agree();

-- The store shows a listing of two while the files of both are in order, whoever looks.
CREATE VIEW catalogue.barred_joint AS
  SELECT j.listing_id FROM catalogue.joint_offer j
  WHERE j.during @> now()
    AND j.second_id NOT IN (SELECT organisation_id FROM onboarding.open_shelf);

-- As before, and neither do people of the second owner decide on what they sell.
CREATE OR REPLACE FUNCTION catalogue.acted_for(actor text, listing uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM catalogue.listing l
    JOIN identity.membership m ON m.organisation_id = l.organisation_id
      OR m.organisation_id IN (SELECT j.second_id FROM catalogue.joint_offer j
                               WHERE j.listing_id = l.id AND j.state = 'accepted'
                                 AND (upper(j.during) IS NULL OR upper(j.during) > now()))
    WHERE l.id = listing AND m.person_id = CASE split_part(actor, ':', 1)
        WHEN 'person' THEN split_part(actor, ':', 2)::uuid
        WHEN 'key' THEN (SELECT k.created_by FROM identity.api_key k
                         WHERE k.id = split_part(actor, ':', 2)) END
      AND (m.ended_at IS NULL OR m.ended_at >= (SELECT min(r.at) FROM catalogue.review r
             WHERE r.listing_id = l.id AND r.verb = 'submit')))
$$;

REVOKE ALL ON FUNCTION catalogue.guard_joint, catalogue.guard_both_agree FROM PUBLIC;
GRANT SELECT, INSERT ON catalogue.joint_offer TO maillage_app;
GRANT UPDATE (state, decided_at, decided_by, reason, ends_on, ended_at, ended_by, ended_reason)
  ON catalogue.joint_offer TO maillage_app;
GRANT SELECT ON catalogue.joint_offer, catalogue.barred_joint TO maillage_audit;
GRANT SELECT ON catalogue.barred_joint TO maillage_app;
"""


async def forwards() -> MigrationManager:
    both = f"{own('organisation_id')} OR {own('second_id')}"
    walls = reading_policy("catalogue.joint_offer", both)
    walls += (
        "CREATE POLICY changed_rows ON catalogue.joint_offer FOR UPDATE TO maillage_app "
        "USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');"
    )
    return sql_migration("catalogue", ID, DESCRIPTION, SQL + walls)
