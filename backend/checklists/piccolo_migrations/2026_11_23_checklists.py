"""Checklists with versions, and the steps of each organisation through them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_writes, sql_migration, tenant_policy

ID = "2026-11-23T15:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Checklists of programmes"

SQL = """
CREATE SCHEMA checklists;
GRANT USAGE ON SCHEMA checklists TO maillage_app, maillage_audit;

CREATE TABLE checklists.checklist (
  code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z_]{1,39}$'),
  programme text NOT NULL REFERENCES programmes.programme,
  position integer NOT NULL UNIQUE,
  name_fr text NOT NULL CHECK (length(name_fr) BETWEEN 1 AND 100),
  name_en text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 100),
  is_gate boolean NOT NULL
);
CREATE INDEX checklist_programme ON checklists.checklist (programme);
CREATE TABLE checklists.version (
  checklist text NOT NULL REFERENCES checklists.checklist,
  number integer NOT NULL CHECK (number > 0),
  items integer NOT NULL CHECK (items BETWEEN 1 AND 50),
  valid_from timestamptz NOT NULL,
  note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (checklist, number),
  UNIQUE (checklist, valid_from),
  CONSTRAINT begins_in_the_future CHECK (valid_from > recorded_at)
);
CREATE TABLE checklists.item (
  checklist text NOT NULL,
  number integer NOT NULL,
  position integer NOT NULL CHECK (position BETWEEN 1 AND 50),
  code text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{1,39}$'),
  title_fr text NOT NULL CHECK (length(title_fr) BETWEEN 1 AND 200),
  title_en text NOT NULL CHECK (length(title_en) BETWEEN 1 AND 200),
  help_fr text NOT NULL CHECK (length(help_fr) <= 1000),
  help_en text NOT NULL CHECK (length(help_en) <= 1000),
  link text NOT NULL CHECK (length(link) <= 500 AND (link = '' OR link ~ '^(https://|/[^/])\\S*$')),
  due_days integer CHECK (due_days BETWEEN 1 AND 1000),
  is_required boolean NOT NULL,
  PRIMARY KEY (checklist, number, code),
  UNIQUE (checklist, number, position),
  FOREIGN KEY (checklist, number) REFERENCES checklists.version
);

-- The head counts its items: none is added to a version that was announced before.
CREATE FUNCTION checklists.guard_version() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (SELECT count(*) FROM checklists.item i
       WHERE i.checklist = NEW.checklist AND i.number = NEW.number)
     <> (SELECT v.items FROM checklists.version v
          WHERE v.checklist = NEW.checklist AND v.number = NEW.number) THEN
    RAISE EXCEPTION 'checklist % version %: not all items are there', NEW.checklist, NEW.number
      USING ERRCODE = '23514', CONSTRAINT = 'version_is_whole';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER guard_version AFTER INSERT ON checklists.version
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION checklists.guard_version();
CREATE CONSTRAINT TRIGGER guard_version AFTER INSERT ON checklists.item
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION checklists.guard_version();

-- What was said and decided of an item, one after the other; the last says where it stands.
CREATE TABLE checklists.step (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  checklist text NOT NULL REFERENCES checklists.checklist,
  item text NOT NULL CHECK (item ~ '^[a-z][a-z0-9_]{1,39}$'),
  number integer NOT NULL CHECK (number > 0),
  verb text NOT NULL CHECK (verb IN ('done', 'take_back', 'accept', 'refuse')),
  words text NOT NULL DEFAULT '' CHECK (length(words) <= 2000),
  proof text NOT NULL DEFAULT '' CHECK (length(proof) <= 500
    AND (proof = '' OR proof ~ '^https://\\S+$')),
  actor text NOT NULL,
  at timestamptz NOT NULL,
  UNIQUE (organisation_id, checklist, item, number),
  CONSTRAINT done_and_refused_have_words CHECK (verb NOT IN ('done', 'refuse') OR words <> ''),
  CONSTRAINT only_the_partner_proves CHECK (verb = 'done' OR proof = '')
);
CREATE INDEX step_checklist ON checklists.step (checklist, item);
CREATE FUNCTION checklists.guard_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before checklists.step;
BEGIN
  SELECT * INTO before FROM checklists.step s
   WHERE s.organisation_id = NEW.organisation_id AND s.checklist = NEW.checklist
     AND s.item = NEW.item ORDER BY s.number DESC LIMIT 1;
  IF NEW.number <> coalesce(before.number, 0) + 1 OR NOT (CASE NEW.verb
       WHEN 'done' THEN coalesce(before.verb, 'refuse') IN ('refuse', 'take_back')
       WHEN 'refuse' THEN coalesce(before.verb, '') IN ('done', 'accept')
       ELSE coalesce(before.verb, '') = 'done' END) THEN
    RAISE EXCEPTION 'a % does not follow %', NEW.verb, coalesce(before.verb, 'nothing')
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_step BEFORE INSERT ON checklists.step
  FOR EACH ROW EXECUTE FUNCTION checklists.guard_step();
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA checklists FROM PUBLIC;

INSERT INTO checklists.checklist VALUES
  ('startup_integration', 'technology_partner', 1,
   'Intégration technique', 'Technical integration', false),
  ('startup_milestones', 'technology_partner', 2,
   'Jalons d’accompagnement', 'Mentoring milestones', false),
  ('technical', 'technical', 3, 'Programme technique', 'Technical programme', true);
INSERT INTO checklists.version (checklist, number, items, valid_from, actor, recorded_at) VALUES
  ('startup_integration', 1, 4, '1970-01-02Z', 'system:migration', '1970-01-01Z'),
  ('startup_milestones', 1, 4, '1970-01-02Z', 'system:migration', '1970-01-01Z'),
  ('technical', 1, 6, '1970-01-02Z', 'system:migration', '1970-01-01Z');
INSERT INTO checklists.item VALUES
  ('startup_integration', 1, 1, 'first_server', 'Un premier serveur en service',
   'A first server in service', 'Donnez son nom et la région.', 'Give its name and region.',
   '', 30, true),
  ('startup_integration', 1, 2, 'api_key', 'Une clé d’API et un premier appel',
   'An API key and a first call', 'Dans le bac à sable, avec une clé de test.',
   'In the sandbox, with a test key.', '/api/docs', 60, true),
  ('startup_integration', 1, 3, 'webhook', 'Un webhook reçu et vérifié',
   'A webhook received and verified', 'La recette de vérification est dans votre espace.',
   'The recipe to verify it is in your portal.', '/portal/webhooks', 90, true),
  ('startup_integration', 1, 4, 'restore', 'Une restauration essayée', 'A restore tried',
   'Décrivez ce qui a été restauré, et en combien de temps.',
   'Describe what was restored, and how long it took.', '', 120, true),
  ('startup_milestones', 1, 1, 'kick_off', 'Réunion de lancement', 'Kick-off meeting',
   'Avec votre mentor : objectifs et premier mois.', 'With your mentor: goals and first month.',
   '', 14, true),
  ('startup_milestones', 1, 2, 'architecture', 'Revue d’architecture', 'Architecture review',
   'Un schéma et les points de montée en charge.', 'A diagram, and where it has to scale.',
   '', 60, true),
  ('startup_milestones', 1, 3, 'first_customer', 'Premier client en production',
   'First customer in production', 'Qui, et depuis quand.', 'Who, and since when.',
   '', 180, true),
  ('startup_milestones', 1, 4, 'exit_plan', 'Plan de sortie du programme',
   'Plan to leave the programme', 'Comment vous paierez l’infrastructure sans crédits.',
   'How you will pay for infrastructure without credits.', '', 300, false),
  ('technical', 1, 1, 'sandbox', 'Bac à sable essayé de bout en bout',
   'Sandbox tried from end to end', 'Une commande, un paiement et un remboursement de test.',
   'A test order, a payment and a refund.', '/{lang}/technical-programme#sandbox', NULL, true),
  ('technical', 1, 2, 'sign_on', 'Authentification unique', 'Single sign-on',
   'OpenID Connect ou SAML ; donnez l’adresse des métadonnées.',
   'OpenID Connect or SAML; give the address of the metadata.', '', NULL, true),
  ('technical', 1, 3, 'data_location', 'Données hébergées en France', 'Data kept in France',
   'Les lieux de production et de sauvegarde.', 'Where production and back-ups are.', '', NULL,
   true),
  ('technical', 1, 4, 'migration_kit', 'Nécessaire de migration relu', 'Migration kit reviewed',
   'Export, import, retour arrière : vos étapes.', 'Export, import, rollback: your steps.',
   '/{lang}/technical-programme#migration', NULL, true),
  ('technical', 1, 5, 'reversibility', 'Réversibilité documentée', 'Reversibility documented',
   'Format et délai de restitution des données.', 'Format and delay in which data are returned.',
   '', NULL, true),
  ('technical', 1, 6, 'support', 'Engagement d’assistance', 'Support commitment',
   'Horaires, langues et délais de réponse.', 'Hours, languages and response times.', '', NULL,
   true);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
GRANT SELECT ON ALL TABLES IN SCHEMA checklists TO maillage_app, maillage_audit;
GRANT INSERT ON checklists.version, checklists.item, checklists.step TO maillage_app;
"""


async def forwards() -> MigrationManager:
    # A partner says what it did, or takes it back; the operator decides, and writes the lists.
    walls = "".join(
        f"CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON checklists.{table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change(); "
        for table in ("checklist", "version", "item", "step")
    )
    walls += operator_writes("checklists.version", "INSERT")
    walls += operator_writes("checklists.item", "INSERT")
    walls += tenant_policy("checklists.step")
    walls += operator_writes("checklists.step", "INSERT", "NEW.verb IN ('accept', 'refuse')")
    return sql_migration("checklists", ID, DESCRIPTION, SQL + walls)
