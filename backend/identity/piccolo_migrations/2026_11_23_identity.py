"""People, what they are where, their sessions, and API keys."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_policy, sql_migration, tenant_policy

ID = "2026-11-23T06:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "People, memberships, sessions, API keys"

SQL = """
CREATE SCHEMA identity;
GRANT USAGE ON SCHEMA identity TO maillage_app, maillage_audit;

CREATE TABLE identity.person (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  email text NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  password_hash text CHECK (password_hash LIKE '$argon2id$%'),
  created_at timestamptz NOT NULL,
  email_verified_at timestamptz CHECK (email_verified_at >= created_at),
  language text NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en'))
);
COMMENT ON COLUMN identity.person.email_verified_at IS 'NULL: may look, and change nothing.';
COMMENT ON COLUMN identity.person.password_hash IS 'NULL: this person cannot sign in yet.';

CREATE TABLE identity.membership (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL REFERENCES identity.person,
  organisation_id uuid REFERENCES partners.organisation,
  role text NOT NULL,
  created_at timestamptz NOT NULL,
  ended_at timestamptz CHECK (ended_at >= created_at),
  CHECK (CASE WHEN organisation_id IS NULL
              THEN role IN ('admin', 'partner_manager', 'finance', 'auditor')
              ELSE role IN ('owner', 'finance', 'member', 'buyer') END)
);
COMMENT ON COLUMN identity.membership.organisation_id IS 'NULL: of the operator itself.';
CREATE UNIQUE INDEX one_open_membership ON identity.membership (person_id, organisation_id, role)
  NULLS NOT DISTINCT WHERE ended_at IS NULL;
CREATE INDEX ON identity.membership (organisation_id);
CREATE INDEX ON identity.membership (person_id);

CREATE TABLE identity.session (
  token_sha256 bytea PRIMARY KEY CHECK (length(token_sha256) = 32),
  person_id uuid NOT NULL REFERENCES identity.person,
  organisation_id uuid REFERENCES partners.organisation,
  created_at timestamptz NOT NULL,
  idle_until timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  id uuid NOT NULL UNIQUE DEFAULT uuidv7(),
  method text NOT NULL CHECK (method IN ('password', 'second_factor', 'passkey', 'oidc')),
  address text NOT NULL CHECK (length(address) <= 100),
  agent text NOT NULL CHECK (length(agent) <= 300),
  confirmed_at timestamptz NOT NULL
);
COMMENT ON COLUMN identity.session.confirmed_at IS 'When its person last proved who they are.';
CREATE INDEX ON identity.session (person_id);
CREATE INDEX ON identity.session (organisation_id);
CREATE INDEX ON identity.session (expires_at);

CREATE TABLE identity.api_key (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{12}$'),
  secret_sha256 bytea NOT NULL CHECK (length(secret_sha256) = 32),
  organisation_id uuid REFERENCES partners.organisation,
  created_by uuid NOT NULL REFERENCES identity.person,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
  created_at timestamptz NOT NULL,
  expires_at timestamptz CHECK (expires_at > created_at),
  revoked_at timestamptz,
  last_used_at timestamptz
);
CREATE INDEX ON identity.api_key (organisation_id);
CREATE INDEX ON identity.api_key (created_by);

GRANT SELECT, INSERT ON identity.person, identity.membership, identity.api_key TO maillage_app;
GRANT UPDATE (email, name, password_hash, email_verified_at, language)
  ON identity.person TO maillage_app;
GRANT UPDATE (ended_at) ON identity.membership TO maillage_app;
GRANT UPDATE (revoked_at) ON identity.api_key TO maillage_app;
GRANT SELECT, INSERT, DELETE, UPDATE (confirmed_at) ON identity.session TO maillage_app;
GRANT SELECT (id, email, name, created_at, email_verified_at, language) ON identity.person
  TO maillage_audit;
GRANT SELECT ON identity.membership TO maillage_audit;
GRANT SELECT (id, organisation_id, created_by, name, scopes, created_at, expires_at, revoked_at,
  last_used_at) ON identity.api_key TO maillage_audit;

-- Who asks has to be known before it is known whose rows may be seen: these two look past the
-- policies, and answer for one exact token or key only.
CREATE FUNCTION identity.session_caller(token bytea, at timestamptz)
RETURNS TABLE (person_id uuid, organisation_id uuid, verified boolean, roles text[])
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  WITH used AS (
    UPDATE identity.session s SET idle_until = at + interval '30 minutes'
     WHERE s.token_sha256 = token AND s.idle_until > at AND s.expires_at > at
       AND s.idle_until < at + interval '29 minutes')
  SELECT s.person_id, s.organisation_id,
         (SELECT p.email_verified_at IS NOT NULL FROM identity.person p WHERE p.id = s.person_id),
         (SELECT array_agg(m.role ORDER BY m.role) FROM identity.membership m
           WHERE m.person_id = s.person_id AND m.ended_at IS NULL
             AND m.organisation_id IS NOT DISTINCT FROM s.organisation_id)
    FROM identity.session s
   WHERE s.token_sha256 = token AND s.idle_until > at AND s.expires_at > at
$$;

CREATE FUNCTION identity.key_caller(key_id text, at timestamptz)
RETURNS TABLE (secret_sha256 bytea, organisation_id uuid, scopes text[])
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  SELECT k.secret_sha256, k.organisation_id, k.scopes FROM identity.api_key k
   WHERE k.id = key_id AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > at)
$$;

CREATE FUNCTION identity.key_used(key_id text, at timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  UPDATE identity.api_key k SET last_used_at = at
   WHERE k.id = key_id AND (k.last_used_at IS NULL OR k.last_used_at < at - interval '1 minute')
$$;

REVOKE EXECUTE ON FUNCTION identity.session_caller, identity.key_caller, identity.key_used
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.session_caller, identity.key_caller, identity.key_used
  TO maillage_app;
"""


# Who signs in is nobody yet: people and sessions are written by the operator's work alone.
COLLEAGUES = """
CREATE POLICY colleagues ON identity.person FOR SELECT TO maillage_app
  USING (id IN (SELECT person_id FROM identity.membership));
"""


async def forwards() -> MigrationManager:
    policies = tenant_policy("identity.membership") + tenant_policy("identity.api_key")
    policies += operator_policy("identity.person") + COLLEAGUES
    policies += operator_policy("identity.session")
    return sql_migration("identity", ID, DESCRIPTION, SQL + policies)
