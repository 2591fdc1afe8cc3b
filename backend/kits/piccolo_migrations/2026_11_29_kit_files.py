"""A document of the kit is of a kind of the list, by its name and its first bytes, and once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-29T03:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Kinds of files in the sales kit"

# What was published before keeps its name: it may still be withdrawn, so the name is looked at when
# it comes, not for ever.
SQL = """
ALTER TABLE kits.document DROP CONSTRAINT content_is_of_its_type;
ALTER TABLE kits.document ADD CONSTRAINT content_is_of_its_type CHECK (CASE
    WHEN media_type = 'application/pdf' THEN substr(content, 1, 5) = '\\x255044462d'
    WHEN media_type = 'image/png' THEN substr(content, 1, 8) = '\\x89504e470d0a1a0a'
    WHEN media_type = 'image/jpeg' THEN substr(content, 1, 3) = '\\xffd8ff'
    WHEN media_type = 'image/gif' THEN substr(content, 1, 4) = '\\x47494638'
    WHEN media_type = 'image/webp'
      THEN substr(content, 1, 4) = '\\x52494646' AND substr(content, 9, 4) = '\\x57454250'
    WHEN media_type IN ('text/plain', 'text/markdown', 'text/csv')
      THEN position('\\x00'::bytea IN content) = 0
    WHEN media_type ~ '^application/vnd\\.(openxmlformats-officedocument|oasis\\.opendocument)\\.'
      THEN substr(content, 1, 4) = '\\x504b0304'
    ELSE false END);

CREATE FUNCTION kits.guard_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE newest kits.document;
BEGIN
  IF NEW.file_name !~* '\\.(pdf|png|jpe?g|gif|webp|docx|xlsx|pptx|odt|ods|odp|txt|md|csv)$' THEN
    RAISE EXCEPTION 'no file of the kit is called %', NEW.file_name
      USING ERRCODE = '23514', CONSTRAINT = 'kind_of_the_list';
  END IF;
  SELECT * INTO newest FROM kits.document
   WHERE code = NEW.code AND language = NEW.language ORDER BY version DESC LIMIT 1;
  IF newest.withdrawn_at IS NULL AND newest.content = NEW.content
     AND (newest.title, newest.file_name) = (NEW.title, NEW.file_name)
     AND (newest.role, newest.programme, newest.level)
         IS NOT DISTINCT FROM (NEW.role, NEW.programme, NEW.level) THEN
    RAISE EXCEPTION 'version % of % is this file', newest.version, NEW.code
      USING ERRCODE = '23505', CONSTRAINT = 'another_file';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_file BEFORE INSERT ON kits.document
  FOR EACH ROW EXECUTE FUNCTION kits.guard_file();
REVOKE ALL ON FUNCTION kits.guard_file FROM PUBLIC;
"""


async def forwards() -> MigrationManager:
    return sql_migration("kits", ID, DESCRIPTION, SQL)
