"""The outbox."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import OPERATOR, sql_migration

ID = "2026-11-23T06:15:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Letters that wait, and what became of them"

SQL = f"""
CREATE SCHEMA mail;
GRANT USAGE ON SCHEMA mail TO maillage_app, maillage_audit;

CREATE TABLE mail.message (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  recipient text NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
  kind text NOT NULL CHECK (kind ~ '^[a-z_]{{1,40}}$'),
  language text NOT NULL CHECK (language IN ('fr', 'en')),
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 500 AND subject !~ '[\\r\\n]'),
  body_text text,
  body_html text,
  created_at timestamptz NOT NULL,
  useless_at timestamptz CHECK (useless_at > created_at),
  tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
  next_try_at timestamptz NOT NULL,
  sent_at timestamptz,
  given_up_at timestamptz,
  reason text CHECK (length(reason) <= 500),
  CHECK (sent_at IS NULL OR given_up_at IS NULL),
  CHECK ((body_text IS NULL) = (sent_at IS NOT NULL OR given_up_at IS NOT NULL)),
  CHECK ((body_text IS NULL) = (body_html IS NULL))
);
COMMENT ON COLUMN mail.message.body_text IS
  'Holds links that let their reader in: gone as soon as the letter is, and no auditor''s to read.';
COMMENT ON COLUMN mail.message.useless_at IS 'Its link has expired then: it is sent no more.';
CREATE INDEX message_waiting ON mail.message (next_try_at)
  WHERE sent_at IS NULL AND given_up_at IS NULL;

GRANT SELECT, INSERT ON mail.message TO maillage_app;
GRANT UPDATE (body_text, body_html, tries, next_try_at, sent_at, given_up_at, reason)
  ON mail.message TO maillage_app;
GRANT DELETE ON mail.message TO maillage_app;
GRANT SELECT (id, recipient, kind, language, created_at, useless_at, tries, next_try_at, sent_at,
  given_up_at, reason) ON mail.message TO maillage_audit;

-- Anybody's action may write a letter; only the operator's own work reads one.
ALTER TABLE mail.message ENABLE ROW LEVEL SECURITY;
CREATE POLICY new_rows ON mail.message FOR INSERT TO maillage_app WITH CHECK (true);
CREATE POLICY own_rows ON mail.message TO maillage_app 
  USING ((SELECT current_setting('maillage.organisation', true)) = '{OPERATOR}');
CREATE POLICY all_rows ON mail.message FOR SELECT TO maillage_audit USING (true);
"""


async def forwards() -> MigrationManager:
    return sql_migration("mail", ID, DESCRIPTION, SQL)
