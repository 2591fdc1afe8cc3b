"""Whom a wholesaler has invited, and whether the invitation still waits."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import own, reading_policy, sql_migration

ID = "2026-11-29T02:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Invitations of resellers: one open per wholesaler and mailbox, or SIREN"

# Open until somebody joins by its letter, or the reseller leaves the wholesaler's tree: both end it
# here, whoever does them.
SQL = """
CREATE TABLE network.invitation (
  organisation_id uuid PRIMARY KEY REFERENCES partners.organisation,
  parent_id uuid NOT NULL REFERENCES partners.organisation,
  email text NOT NULL CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
  siren text CHECK (siren ~ '^[0-9]{9}$'),
  letter_id uuid NOT NULL REFERENCES identity.invitation,
  actor text NOT NULL,
  invited_at timestamptz NOT NULL,
  sent_at timestamptz NOT NULL CHECK (sent_at >= invited_at),
  accepted_at timestamptz,
  withdrawn_at timestamptz,
  CONSTRAINT not_its_own CHECK (organisation_id <> parent_id),
  CONSTRAINT ends_once CHECK (num_nonnulls(accepted_at, withdrawn_at) <= 1)
);
COMMENT ON COLUMN network.invitation.letter_id IS 'The newest letter: older ones open nothing.';
CREATE UNIQUE INDEX one_open_for_a_mailbox ON network.invitation (parent_id, email)
  WHERE accepted_at IS NULL AND withdrawn_at IS NULL;
CREATE UNIQUE INDEX one_open_for_a_siren ON network.invitation (parent_id, siren)
  WHERE accepted_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX invitation_parent ON network.invitation (parent_id);
CREATE INDEX invitation_letter ON network.invitation (letter_id);

CREATE FUNCTION network.guard_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.accepted_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
     OR NEW.sent_at < OLD.sent_at
     OR (OLD.organisation_id, OLD.parent_id, OLD.email, OLD.actor, OLD.invited_at)
        IS DISTINCT FROM
        (NEW.organisation_id, NEW.parent_id, NEW.email, NEW.actor, NEW.invited_at)
     OR OLD.siren IS DISTINCT FROM NEW.siren THEN
    RAISE EXCEPTION 'the invitation of % is history', OLD.organisation_id USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_invitation BEFORE UPDATE ON network.invitation
  FOR EACH ROW EXECUTE FUNCTION network.guard_invitation();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON network.invitation
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
CREATE TRIGGER operator_writes BEFORE INSERT OR UPDATE ON network.invitation
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_tenant();

CREATE FUNCTION network.end_by_joining() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE network.invitation SET accepted_at = NEW.accepted_at
   WHERE organisation_id = NEW.organisation_id AND accepted_at IS NULL AND withdrawn_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER end_reseller_invitation AFTER UPDATE OF accepted_at ON identity.invitation
  FOR EACH ROW WHEN (OLD.accepted_at IS NULL AND NEW.accepted_at IS NOT NULL)
  EXECUTE FUNCTION network.end_by_joining();

CREATE FUNCTION network.end_by_leaving() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE network.invitation SET withdrawn_at = NEW.ended_at
   WHERE organisation_id = NEW.organisation_id AND parent_id = NEW.parent_id
     AND accepted_at IS NULL AND withdrawn_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER end_reseller_invitation AFTER UPDATE OF ended_at ON network.membership
  FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
  EXECUTE FUNCTION network.end_by_leaving();
REVOKE ALL ON FUNCTION network.guard_invitation, network.end_by_joining, network.end_by_leaving
  FROM PUBLIC;
GRANT SELECT, INSERT ON network.invitation TO maillage_app;
GRANT UPDATE (letter_id, sent_at) ON network.invitation TO maillage_app;
GRANT SELECT ON network.invitation TO maillage_audit;

-- What waits already; of several for one mailbox the newest counts, the others stay as they are.
INSERT INTO network.invitation
  (organisation_id, parent_id, email, letter_id, actor, invited_at, sent_at)
SELECT DISTINCT ON (m.parent_id, i.email) m.organisation_id, m.parent_id, i.email, i.id, m.actor,
       i.created_at, i.created_at
  FROM network.membership m
  JOIN identity.invitation i ON i.organisation_id = m.organisation_id
   AND i.created_at = m.joined_at AND i.role = 'owner'
 WHERE upper_inf(m.during) AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL
 ORDER BY m.parent_id, i.email, i.created_at DESC;
"""

SEEN = f"{own('organisation_id')} OR {own('parent_id')}"
SENDING = """
CREATE POLICY sent_rows ON network.invitation FOR UPDATE TO maillage_app
  USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');
"""


async def forwards() -> MigrationManager:
    walls = reading_policy("network.invitation", SEEN) + SENDING
    return sql_migration("network", ID, DESCRIPTION, SQL + walls)
