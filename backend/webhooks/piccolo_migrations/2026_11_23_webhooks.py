"""Endpoints of partners, what happened, what was delivered of it, and every attempt."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_writes, own, reading_policy, sql_migration, tenant_policy

ID = "2026-11-23T06:25:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Webhooks to partners"

SQL = """
CREATE SCHEMA webhooks;
GRANT USAGE ON SCHEMA webhooks TO maillage_app, maillage_audit;

CREATE TABLE webhooks.endpoint (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  url text NOT NULL CHECK (length(url) <= 2000 AND url ~ '^https?://[!-~]+$'),
  description text NOT NULL CHECK (length(description) <= 200),
  kinds text[] NOT NULL CHECK (cardinality(kinds) BETWEEN 1 AND 50),
  secret_sealed bytea,
  old_secret_sealed bytea,
  old_secret_until timestamptz,
  state text NOT NULL DEFAULT 'enabled' CHECK (state IN ('enabled', 'disabled')),
  disabled_because text CHECK (disabled_because IN ('by_hand', 'gone', 'kept_failing', 'deleted')),
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  UNIQUE (id, organisation_id),
  CONSTRAINT disabled_says_why CHECK ((state = 'disabled') = (disabled_because IS NOT NULL)),
  CONSTRAINT deleted_has_no_secret
    CHECK ((disabled_because IS NOT DISTINCT FROM 'deleted') = (secret_sealed IS NULL)),
  CONSTRAINT old_secret_ends CHECK ((old_secret_sealed IS NULL) = (old_secret_until IS NULL))
);
COMMENT ON COLUMN webhooks.endpoint.old_secret_sealed IS
  'Signs beside the new one until old_secret_until, so that nobody misses an event.';
CREATE INDEX endpoint_organisation ON webhooks.endpoint (organisation_id);

CREATE TABLE webhooks.event (
  id uuid PRIMARY KEY,
  position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  kind text NOT NULL CHECK (kind ~ '^[a-z]+([.][a-z_]+)?$'),
  subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 200),
  body jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
  created_at timestamptz NOT NULL,
  UNIQUE (id, organisation_id)
);
COMMENT ON COLUMN webhooks.event.position IS 'What concerns one subject is told in this order.';
CREATE INDEX event_organisation ON webhooks.event (organisation_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON webhooks.event
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE TABLE webhooks.delivery (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL,
  endpoint_id uuid NOT NULL,
  event_id uuid NOT NULL,
  subject text NOT NULL,
  position bigint NOT NULL,
  state text NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'failed', 'delivered', 'given_up')),
  given_up_because text CHECK (given_up_because IN ('tried_enough', 'gone', 'endpoint_disabled')),
  tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
  began_at timestamptz,
  next_attempt_at timestamptz NOT NULL,
  claim uuid,
  last_status integer,
  last_problem text,
  delivered_at timestamptz,
  UNIQUE (id, organisation_id),
  FOREIGN KEY (endpoint_id, organisation_id) REFERENCES webhooks.endpoint (id, organisation_id),
  FOREIGN KEY (event_id, organisation_id) REFERENCES webhooks.event (id, organisation_id),
  CONSTRAINT delivered_when CHECK ((state = 'delivered') = (delivered_at IS NOT NULL)),
  CONSTRAINT given_up_says_why CHECK ((state = 'given_up') = (given_up_because IS NOT NULL)),
  CONSTRAINT failed_was_tried CHECK (state <> 'failed' OR tries > 0)
);
COMMENT ON COLUMN webhooks.delivery.next_attempt_at IS 'While an attempt runs: when it is cut off.';
COMMENT ON COLUMN webhooks.delivery.claim IS
  'Of the attempt that has it in hand. Whoever asks for it anew takes it away from that one.';
CREATE UNIQUE INDEX delivery_once ON webhooks.delivery (event_id, endpoint_id);
CREATE INDEX delivery_event ON webhooks.delivery (event_id, organisation_id);
CREATE INDEX delivery_endpoint ON webhooks.delivery (endpoint_id, organisation_id);
CREATE INDEX delivery_of_organisation ON webhooks.delivery (organisation_id, id);
CREATE INDEX delivery_due ON webhooks.delivery (next_attempt_at)
  WHERE state IN ('pending', 'failed');
CREATE INDEX delivery_of_endpoint_due ON webhooks.delivery (endpoint_id, next_attempt_at, position)
  WHERE state IN ('pending', 'failed');
CREATE INDEX delivery_in_hand ON webhooks.delivery (organisation_id, endpoint_id)
  WHERE claim IS NOT NULL AND state IN ('pending', 'failed');
CREATE INDEX delivery_arrived ON webhooks.delivery (endpoint_id, delivered_at);
CREATE INDEX delivery_in_line ON webhooks.delivery (endpoint_id, subject, position)
  WHERE state IN ('pending', 'failed');

CREATE TABLE webhooks.attempt (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery_id uuid NOT NULL,
  organisation_id uuid NOT NULL,
  at timestamptz NOT NULL,
  signature text NOT NULL,
  address text,
  status integer CHECK (status BETWEEN 100 AND 999),
  problem text,
  answer text NOT NULL CHECK (length(answer) <= 1024),
  duration_ms integer NOT NULL CHECK (duration_ms >= 0),
  FOREIGN KEY (delivery_id, organisation_id) REFERENCES webhooks.delivery (id, organisation_id)
);
CREATE INDEX attempt_delivery ON webhooks.attempt (delivery_id, organisation_id);
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON webhooks.attempt
  FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_change();

CREATE FUNCTION webhooks.guard_endpoint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.organisation_id, OLD.created_at)
     IS DISTINCT FROM (NEW.id, NEW.organisation_id, NEW.created_at)
     OR OLD.disabled_because = 'deleted' THEN
    RAISE EXCEPTION 'endpoint % is deleted, or its facts are frozen', OLD.id
      USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON webhooks.endpoint
  FOR EACH ROW EXECUTE FUNCTION webhooks.guard_endpoint();

CREATE FUNCTION webhooks.guard_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE step text := OLD.state || '>' || NEW.state;
BEGIN
  IF (OLD.id, OLD.organisation_id, OLD.endpoint_id, OLD.event_id, OLD.subject, OLD.position)
     IS DISTINCT FROM
     (NEW.id, NEW.organisation_id, NEW.endpoint_id, NEW.event_id, NEW.subject, NEW.position) THEN
    RAISE EXCEPTION 'the facts of delivery % are frozen', OLD.id USING ERRCODE = '55000';
  END IF;
  IF OLD.state <> NEW.state AND step NOT IN (
    'pending>delivered', 'pending>failed', 'pending>given_up',
    'failed>delivered', 'failed>given_up',
    'failed>pending', 'delivered>pending', 'given_up>pending') THEN
    RAISE EXCEPTION 'delivery % may not go %', OLD.id, step USING ERRCODE = '55000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON webhooks.delivery
  FOR EACH ROW EXECUTE FUNCTION webhooks.guard_delivery();
REVOKE ALL ON FUNCTION webhooks.guard_endpoint, webhooks.guard_delivery FROM PUBLIC;

GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA webhooks TO maillage_app;
GRANT UPDATE (url, description, kinds, secret_sealed, old_secret_sealed, old_secret_until, state,
  disabled_because, changed_at) ON webhooks.endpoint TO maillage_app;
GRANT UPDATE (state, given_up_because, tries, began_at, next_attempt_at, claim, last_status,
  last_problem, delivered_at) ON webhooks.delivery TO maillage_app;
GRANT SELECT (id, organisation_id, url, description, kinds, old_secret_until, state,
  disabled_because, created_at, changed_at) ON webhooks.endpoint TO maillage_audit;
GRANT SELECT ON webhooks.event, webhooks.delivery, webhooks.attempt TO maillage_audit;
"""


async def forwards() -> MigrationManager:
    # A partner has its deliveries made again or ended; that one arrived, only the worker says.
    walls = (
        tenant_policy("webhooks.endpoint")
        + tenant_policy("webhooks.event")
        + tenant_policy("webhooks.delivery")
        + operator_writes(
            "webhooks.delivery", "INSERT OR UPDATE", "NEW.state NOT IN ('pending', 'given_up')"
        )
        + reading_policy("webhooks.attempt", own("organisation_id"))
    )
    return sql_migration("webhooks", ID, DESCRIPTION, SQL + walls)
