"""All that the sandbox remembers: objects, balances, idempotency keys, deliveries, faults."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import sql_migration

ID = "2026-11-23T06:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The Stripe sandbox's own world, apart from the operator's books"

# Columns that end in _s are seconds of the sandbox's own clock, which can be advanced.
SQL = """
CREATE SCHEMA stripe_sandbox;
GRANT USAGE ON SCHEMA stripe_sandbox TO maillage_app, maillage_audit;

CREATE TABLE stripe_sandbox.world (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  clock_offset_s bigint NOT NULL DEFAULT 0,
  delivery jsonb NOT NULL DEFAULT '{}',
  rate_per_s integer CHECK (rate_per_s > 0),
  tokens double precision NOT NULL DEFAULT 0,
  refilled_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE stripe_sandbox.world IS 'One row or none; none means the defaults.';

CREATE TABLE stripe_sandbox.object (
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id text PRIMARY KEY,
  kind text NOT NULL,
  account text NOT NULL,
  created_s bigint NOT NULL,
  due_s bigint,
  body jsonb NOT NULL,
  hidden jsonb NOT NULL
);
CREATE INDEX ON stripe_sandbox.object (kind, account, seq);
CREATE INDEX ON stripe_sandbox.object (due_s, seq) WHERE due_s IS NOT NULL;
CREATE INDEX ON stripe_sandbox.object ((body->>'transfer_group'))
  WHERE body->>'transfer_group' IS NOT NULL;
CREATE INDEX ON stripe_sandbox.object ((body->>'source')) WHERE body->>'source' IS NOT NULL;
CREATE INDEX ON stripe_sandbox.object ((body->>'transfer')) WHERE body->>'transfer' IS NOT NULL;
CREATE INDEX ON stripe_sandbox.object ((body->>'payment_intent'))
  WHERE body->>'payment_intent' IS NOT NULL;
COMMENT ON COLUMN stripe_sandbox.object.hidden IS 'Facts that Stripe knows and does not show.';
COMMENT ON COLUMN stripe_sandbox.object.due_s IS 'When something happens to it by itself.';

CREATE TABLE stripe_sandbox.balance (
  account text NOT NULL,
  currency text NOT NULL,
  available_minor bigint NOT NULL,
  pending_minor bigint NOT NULL,
  PRIMARY KEY (account, currency)
);

CREATE TABLE stripe_sandbox.idempotency (
  scope text NOT NULL,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  digest text NOT NULL,
  token uuid NOT NULL,
  claimed_at timestamptz NOT NULL,
  claimed_s bigint NOT NULL,
  status smallint,
  body text,
  request text,
  PRIMARY KEY (scope, key)
);
COMMENT ON COLUMN stripe_sandbox.idempotency.status IS 'NULL while the request is executed.';

CREATE TABLE stripe_sandbox.delivery (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event text NOT NULL,
  destination text NOT NULL,
  due_s bigint,
  leased_until timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  status text NOT NULL DEFAULT 'due' CHECK (status IN ('due', 'delivered', 'failed', 'dropped')),
  last_answer text
);
CREATE INDEX ON stripe_sandbox.delivery (event);
CREATE INDEX ON stripe_sandbox.delivery (due_s, id) WHERE status = 'due';

CREATE TABLE stripe_sandbox.fault (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  method text NOT NULL,
  path text NOT NULL,
  kind text NOT NULL,
  skip integer NOT NULL DEFAULT 0 CHECK (skip >= 0),
  times integer NOT NULL DEFAULT 1 CHECK (times >= 0),
  facts jsonb NOT NULL DEFAULT '{}'
);

GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA stripe_sandbox
  TO maillage_app;
GRANT SELECT ON ALL TABLES IN SCHEMA stripe_sandbox TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    return sql_migration("stripe_sandbox", ID, DESCRIPTION, SQL)
