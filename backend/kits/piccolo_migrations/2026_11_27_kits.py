"""The sales kit: documents by version and language, for whom, and who downloaded them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_policy, own, reading_policy, sql_migration

ID = "2026-11-27T09:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Sales kit"

SQL = """
CREATE SCHEMA kits;
GRANT USAGE ON SCHEMA kits TO maillage_app, maillage_audit;

CREATE TABLE kits.document (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  code text NOT NULL CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,99}$'),
  language text NOT NULL CHECK (language IN ('fr', 'en')),
  version integer NOT NULL CHECK (version >= 1),
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  role text CHECK (role IN ('isv', 'vai', 'wholesaler', 'reseller', 'startup')),
  programme text REFERENCES programmes.programme,
  level text,
  file_name text NOT NULL
    CHECK (length(file_name) BETWEEN 1 AND 200 AND file_name !~ '[/\\\\[:cntrl:]]'),
  media_type text NOT NULL,
  content bytea NOT NULL CHECK (length(content) BETWEEN 1 AND 5000000),
  published_at timestamptz NOT NULL,
  published_by text NOT NULL,
  withdrawn_at timestamptz,
  withdrawn_by text,
  withdrawn_reason text CHECK (length(withdrawn_reason) BETWEEN 1 AND 1000),
  UNIQUE (code, language, version),
  FOREIGN KEY (programme, level) REFERENCES programmes.level (programme, code),
  CONSTRAINT level_of_a_programme CHECK (level IS NULL OR programme IS NOT NULL),
  CONSTRAINT withdrawn_says_why
    CHECK (num_nonnulls(withdrawn_at, withdrawn_by, withdrawn_reason) IN (0, 3)),
  CONSTRAINT content_is_of_its_type CHECK (CASE media_type
    WHEN 'application/pdf' THEN substr(content, 1, 5) = '\\x255044462d'
    WHEN 'image/png' THEN substr(content, 1, 8) = '\\x89504e470d0a1a0a'
    WHEN 'text/plain' THEN position('\\x00'::bytea IN content) = 0
    ELSE false END)
);
ALTER TABLE kits.document ALTER content SET STORAGE EXTERNAL;
CREATE INDEX document_programme ON kits.document (programme, level);

CREATE FUNCTION kits.guard_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL THEN
    RAISE EXCEPTION 'a published document may only be withdrawn, once' USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_document BEFORE UPDATE ON kits.document
  FOR EACH ROW EXECUTE FUNCTION kits.guard_document();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON kits.document
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE kits.download (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document_id uuid NOT NULL REFERENCES kits.document,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  actor text NOT NULL,
  downloaded_at timestamptz NOT NULL
);
CREATE INDEX download_document ON kits.download (document_id);
CREATE INDEX download_organisation ON kits.download (organisation_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON kits.download
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

REVOKE ALL ON FUNCTION kits.guard_document FROM PUBLIC;
GRANT SELECT, INSERT ON kits.document, kits.download TO maillage_app;
GRANT UPDATE (withdrawn_at, withdrawn_by, withdrawn_reason) ON kits.document TO maillage_app;
GRANT SELECT ON kits.download TO maillage_audit;
GRANT SELECT (id, code, language, version, title, role, programme, level, file_name, media_type,
  published_at, published_by, withdrawn_at, withdrawn_by, withdrawn_reason) ON kits.document
  TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    walls = operator_policy("kits.document") + reading_policy(
        "kits.download", own("organisation_id")
    )
    return sql_migration("kits", ID, DESCRIPTION, SQL + walls)
