"""Proofs by mail, second factors, passkeys, the staff's own provider, invitations."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core import operator_policy, operator_writes, sql_migration, tenant_policy

ID = "2026-11-23T06:21:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "What proves who a person is, beside a password"

SQL = """
CREATE TABLE identity.proof (
  token_sha256 bytea PRIMARY KEY CHECK (length(token_sha256) = 32),
  person_id uuid NOT NULL REFERENCES identity.person,
  purpose text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password', 'change_email')),
  email text NOT NULL CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
  next text NOT NULL DEFAULT '' CHECK (length(next) <= 2000),
  browser_sha256 bytea CHECK (length(browser_sha256) = 32)
);
COMMENT ON TABLE identity.proof IS 'A link in a letter: whoever has it reads that mailbox.';
COMMENT ON COLUMN identity.proof.browser_sha256 IS
  'Of the mark that signing up left in the browser: who holds it opened the account.';
CREATE INDEX ON identity.proof (person_id);
CREATE INDEX ON identity.proof (expires_at);

CREATE TABLE identity.pending_sign_in (
  token_sha256 bytea PRIMARY KEY CHECK (length(token_sha256) = 32),
  person_id uuid NOT NULL REFERENCES identity.person,
  organisation_id uuid REFERENCES partners.organisation,
  expires_at timestamptz NOT NULL
);
COMMENT ON TABLE identity.pending_sign_in IS
  'The password was right, the second factor is awaited.';
CREATE INDEX ON identity.pending_sign_in (person_id);
CREATE INDEX ON identity.pending_sign_in (organisation_id);
CREATE INDEX ON identity.pending_sign_in (expires_at);

CREATE TABLE identity.authenticator (
  person_id uuid PRIMARY KEY REFERENCES identity.person,
  secret_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  confirmed_at timestamptz CHECK (confirmed_at >= created_at),
  last_step bigint NOT NULL DEFAULT 0
);
COMMENT ON COLUMN identity.authenticator.last_step IS
  'Of 30 seconds: no code of this step or an earlier one is taken again.';

CREATE TABLE identity.recovery_code (
  person_id uuid NOT NULL REFERENCES identity.person,
  code_sha256 bytea NOT NULL CHECK (length(code_sha256) = 32),
  created_at timestamptz NOT NULL,
  used_at timestamptz CHECK (used_at >= created_at),
  PRIMARY KEY (person_id, code_sha256)
);

CREATE TABLE identity.passkey (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  person_id uuid NOT NULL REFERENCES identity.person,
  credential_id bytea NOT NULL UNIQUE CHECK (length(credential_id) BETWEEN 1 AND 1023),
  public_key bytea NOT NULL,
  sign_count bigint NOT NULL CHECK (sign_count >= 0),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL,
  last_used_at timestamptz
);
CREATE INDEX ON identity.passkey (person_id);

CREATE TABLE identity.challenge (
  challenge_sha256 bytea PRIMARY KEY CHECK (length(challenge_sha256) = 32),
  purpose text NOT NULL CHECK (purpose IN ('register', 'first', 'second')),
  person_id uuid REFERENCES identity.person,
  expires_at timestamptz NOT NULL,
  CHECK ((person_id IS NULL) = (purpose = 'first'))
);
CREATE INDEX ON identity.challenge (person_id);
CREATE INDEX ON identity.challenge (expires_at);

CREATE TABLE identity.oidc_sign_in (
  state_sha256 bytea PRIMARY KEY CHECK (length(state_sha256) = 32),
  nonce text NOT NULL,
  code_verifier text NOT NULL,
  language text NOT NULL CHECK (language IN ('fr', 'en')),
  next text NOT NULL CHECK (length(next) <= 2000),
  expires_at timestamptz NOT NULL
);
CREATE INDEX ON identity.oidc_sign_in (expires_at);

CREATE TABLE identity.invitation (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  organisation_id uuid NOT NULL REFERENCES partners.organisation,
  email text NOT NULL CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
  role text NOT NULL CHECK (role IN ('owner', 'finance', 'member', 'buyer')),
  token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
  invited_by uuid NOT NULL REFERENCES identity.person,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
  accepted_at timestamptz,
  withdrawn_at timestamptz,
  CHECK (accepted_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX one_open_invitation ON identity.invitation (organisation_id, email)
  WHERE accepted_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX ON identity.invitation (organisation_id);
CREATE INDEX ON identity.invitation (invited_by);

GRANT SELECT, INSERT, DELETE ON identity.proof, identity.pending_sign_in, identity.challenge,
  identity.oidc_sign_in, identity.authenticator, identity.recovery_code, identity.passkey
  TO maillage_app;
GRANT UPDATE (confirmed_at, last_step) ON identity.authenticator TO maillage_app;
GRANT UPDATE (used_at) ON identity.recovery_code TO maillage_app;
GRANT UPDATE (sign_count, last_used_at) ON identity.passkey TO maillage_app;
GRANT SELECT, INSERT, UPDATE (accepted_at, withdrawn_at) ON identity.invitation TO maillage_app;
GRANT SELECT (person_id, created_at, confirmed_at) ON identity.authenticator TO maillage_audit;
GRANT SELECT (person_id, created_at, used_at) ON identity.recovery_code TO maillage_audit;
GRANT SELECT (id, person_id, name, created_at, last_used_at) ON identity.passkey TO maillage_audit;
GRANT SELECT (id, organisation_id, email, role, invited_by, created_at, expires_at, accepted_at,
  withdrawn_at) ON identity.invitation TO maillage_audit;
"""


PROOFS = (
    "proof",
    "pending_sign_in",
    "authenticator",
    "recovery_code",
    "passkey",
    "challenge",
    "oidc_sign_in",
)


async def forwards() -> MigrationManager:
    walls = tenant_policy("identity.invitation")
    walls += "".join(operator_policy(f"identity.{table}") for table in PROOFS)
    walls += operator_writes("identity.invitation", "UPDATE OF accepted_at")
    return sql_migration("identity", ID, DESCRIPTION, SQL + walls)
