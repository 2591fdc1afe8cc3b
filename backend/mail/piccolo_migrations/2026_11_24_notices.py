"""Letters that are read inside the application."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import OPERATOR, sql_migration

ID = "2026-11-24T07:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Notices: letters in the application, and who has read them"

# A notice is a letter: nobody writes one that was not sent. What a person has read goes with it.
SQL = f"""
CREATE TABLE mail.notice (
  id uuid PRIMARY KEY,
  recipient text NOT NULL CHECK (recipient = lower(recipient)
    AND length(recipient) BETWEEN 3 AND 254),
  kind text NOT NULL CHECK (kind ~ '^[a-z_]{{1,40}}$'),
  language text NOT NULL CHECK (language IN ('fr', 'en')),
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 500),
  said text NOT NULL CHECK (length(said) <= 20000),
  link text CHECK (length(link) <= 2000 AND link NOT LIKE '%token=%'),
  created_at timestamptz NOT NULL
);
COMMENT ON COLUMN mail.notice.link IS 'Never one that lets its reader in.';
CREATE INDEX notice_recipient ON mail.notice (recipient, id);

CREATE TABLE mail.notice_read (
  notice_id uuid NOT NULL REFERENCES mail.notice ON DELETE CASCADE,
  person_id uuid NOT NULL,
  read_at timestamptz NOT NULL,
  PRIMARY KEY (notice_id, person_id)
);

GRANT SELECT, INSERT, DELETE ON mail.notice TO maillage_app;
GRANT SELECT, INSERT, DELETE ON mail.notice_read TO maillage_app;
GRANT SELECT (id, recipient, kind, language, created_at) ON mail.notice TO maillage_audit;
GRANT SELECT ON mail.notice_read TO maillage_audit;

-- As letters: anybody's action may write one; only the operator's own work reads them.
ALTER TABLE mail.notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY new_rows ON mail.notice FOR INSERT TO maillage_app WITH CHECK (true);
CREATE POLICY own_rows ON mail.notice TO maillage_app
  USING ((SELECT current_setting('maillage.organisation', true)) = '{OPERATOR}');
CREATE POLICY all_rows ON mail.notice FOR SELECT TO maillage_audit USING (true);
ALTER TABLE mail.notice_read ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON mail.notice_read TO maillage_app
  USING ((SELECT current_setting('maillage.organisation', true)) = '{OPERATOR}');
CREATE POLICY all_rows ON mail.notice_read FOR SELECT TO maillage_audit USING (true);
"""


async def forwards() -> MigrationManager:
    return sql_migration("mail", ID, DESCRIPTION, SQL)
