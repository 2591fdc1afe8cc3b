"""Stored answers of idempotency keys, and counters of limits."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-23T06:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Idempotency keys and limits"

SQL = """
CREATE SCHEMA web;
GRANT USAGE ON SCHEMA web TO maillage_app, maillage_audit;

CREATE TABLE web.idempotency (
  principal text NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_digest bytea NOT NULL CHECK (length(request_digest) = 32),
  started_at timestamptz NOT NULL,
  status smallint CHECK (status BETWEEN 200 AND 599),
  headers text,
  body bytea,
  PRIMARY KEY (principal, key),
  CHECK ((status IS NULL) = (body IS NULL) AND (status IS NULL) = (headers IS NULL))
);
CREATE INDEX ON web.idempotency (started_at);
COMMENT ON TABLE web.idempotency IS 'First answers; status NULL: the request is still running.';

-- Unlogged: counters are worth nothing after a crash, and cost half without a log.
CREATE UNLOGGED TABLE web.rate_limit (
  key text NOT NULL,
  window_s int NOT NULL CHECK (window_s > 0),
  window_number bigint NOT NULL,
  hits int NOT NULL,
  PRIMARY KEY (key, window_s, window_number)
) WITH (fillfactor = 70);

GRANT SELECT, INSERT, UPDATE, DELETE ON web.idempotency, web.rate_limit TO maillage_app;
GRANT SELECT ON web.rate_limit TO maillage_audit;

-- /health/ready compares what ran with what this program brings.
GRANT SELECT ON public.migration TO maillage_app, maillage_audit;
"""


async def forwards() -> MigrationManager:
    return sql_migration("web", ID, DESCRIPTION, SQL)
