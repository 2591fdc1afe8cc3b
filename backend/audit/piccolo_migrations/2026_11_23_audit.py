"""Chains of audit rows, and alarms."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration, tenant_policy

ID = "2026-11-23T06:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Append-only audit rows in hash chains, and alarms"

SQL = """
CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA audit TO maillage_app, maillage_audit;

CREATE TABLE audit.change (
  chain text NOT NULL,
  number bigint NOT NULL,
  at timestamptz NOT NULL,
  actor text NOT NULL CHECK (actor <> ''),
  action text NOT NULL CHECK (action <> ''),
  subject text NOT NULL CHECK (subject <> ''),
  before jsonb,
  after jsonb,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (chain, number)
);
CREATE TABLE audit.head (
  chain text PRIMARY KEY,
  number bigint NOT NULL,
  hash bytea NOT NULL
) WITH (fillfactor = 50);

CREATE FUNCTION audit.hash_of(c audit.change) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(c.previous_hash || convert_to(jsonb_build_array(
    c.chain, c.number, extract(epoch FROM c.at), c.actor, c.action, c.subject, c.before, c.after
  )::text, 'UTF8'))
$$;

CREATE FUNCTION audit.write(
  p_chain text, p_actor text, p_action text, p_subject text, p_before jsonb, p_after jsonb
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE head audit.head; c audit.change;
BEGIN
  -- A tenant's session tells of itself; of anybody else only the operator's own work does.
  IF nullif(current_setting('maillage.organisation', true), '') IS DISTINCT FROM p_chain THEN
    PERFORM core.check_operator();
  END IF;
  -- The upsert locks the head: writers of one chain take turns until they commit.
  INSERT INTO audit.head AS h VALUES (p_chain, 1, '')
    ON CONFLICT (chain) DO UPDATE SET number = h.number + 1 RETURNING * INTO head;
  c := (p_chain, head.number, clock_timestamp(), p_actor, p_action, p_subject, p_before, p_after,
        head.hash, '')::audit.change;
  c.hash := audit.hash_of(c);
  INSERT INTO audit.change SELECT c.*;
  UPDATE audit.head SET hash = c.hash WHERE chain = p_chain;
  RETURN c.number;
END $$;

CREATE FUNCTION audit.broken_links() RETURNS TABLE (chain text, number bigint, fault text)
LANGUAGE sql STABLE AS $$
  SELECT c.chain, c.number,
         CASE WHEN c.hash <> c.right_hash THEN 'the row was edited'
              WHEN c.number <> c.expected THEN 'a row before it is missing'
              ELSE 'it does not follow the row before' END
  FROM (SELECT x.*, audit.hash_of(x) AS right_hash, row_number() OVER w AS expected,
               lag(x.hash, 1, ''::bytea) OVER w AS wanted
        FROM audit.change x WINDOW w AS (PARTITION BY x.chain ORDER BY x.number)) AS c
  WHERE c.hash <> c.right_hash OR c.number <> c.expected
     OR c.previous_hash <> c.wanted
  UNION ALL
  SELECT h.chain, h.number, 'rows at the end are missing' FROM audit.head h
  WHERE NOT EXISTS (SELECT FROM audit.change c
                    WHERE c.chain = h.chain AND c.number = h.number AND c.hash = h.hash)
$$;

CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.change
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE audit.alarm (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  subject text NOT NULL CHECK (subject <> ''),
  kind text NOT NULL CHECK (kind <> ''),
  detail text NOT NULL CHECK (length(detail) BETWEEN 1 AND 1000),
  raised_at timestamptz NOT NULL,
  closed_at timestamptz,
  closed_by text,
  note text CHECK (length(note) BETWEEN 1 AND 1000),
  CONSTRAINT closed_says_who_and_why CHECK (num_nulls(closed_at, closed_by, note) IN (0, 3))
);
COMMENT ON TABLE audit.alarm IS 'What a person of the operator has to look at; told once.';
CREATE UNIQUE INDEX told_once ON audit.alarm (subject, kind, md5(detail));
CREATE INDEX alarm_open ON audit.alarm (id) WHERE closed_at IS NULL;
CREATE FUNCTION audit.guard_alarm() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL OR (OLD.id, OLD.subject, OLD.kind, OLD.detail, OLD.raised_at)
     IS DISTINCT FROM (NEW.id, NEW.subject, NEW.kind, NEW.detail, NEW.raised_at) THEN
    RAISE EXCEPTION 'alarm % can only be closed, once', OLD.id USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON audit.alarm
  FOR EACH ROW EXECUTE FUNCTION audit.guard_alarm();
CREATE TRIGGER no_removal BEFORE DELETE OR TRUNCATE ON audit.alarm
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();
-- Alarms are the operator's own.
ALTER TABLE audit.alarm ENABLE ROW LEVEL SECURITY;
CREATE POLICY operators_rows ON audit.alarm TO maillage_app
  USING ((SELECT current_setting('maillage.organisation', true)) = 'operator');
CREATE POLICY all_rows ON audit.alarm FOR SELECT TO maillage_audit USING (true);

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.write TO maillage_app;
GRANT EXECUTE ON FUNCTION audit.hash_of, audit.broken_links TO maillage_app, maillage_audit;
GRANT SELECT ON audit.change, audit.head, audit.alarm TO maillage_app, maillage_audit;
GRANT INSERT, UPDATE (closed_at, closed_by, note) ON audit.alarm TO maillage_app;
"""


async def forwards() -> MigrationManager:
    chains = tenant_policy("audit.change", "chain") + tenant_policy("audit.head", "chain")
    return sql_migration("audit", ID, DESCRIPTION, SQL + chains)
