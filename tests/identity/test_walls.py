"""Who a person is, and what proves it, is the operator's own: no tenant's session gets at it."""

from uuid import UUID

import asyncpg
import pytest

from backend import core
from backend.core.tenancy import acting_organisation
from tests import clients, given

SOON = "now() + interval '1 hour'"
ROWS = {
    "session": "(token_sha256, person_id, created_at, idle_until, expires_at, method, address, "
    f"agent, confirmed_at) VALUES (sha256('a'), $1, now(), {SOON}, {SOON}, 'password', '', '', "
    "now())",
    "proof": "(token_sha256, person_id, purpose, email, created_at, expires_at) "
    f"VALUES (sha256('a'), $1, 'reset_password', 'a@b.fr', now(), {SOON})",
    "pending_sign_in": "(token_sha256, person_id, expires_at) VALUES (sha256('a'), $1, now())",
    "authenticator": "(person_id, secret_sealed, created_at) VALUES ($1, 'x', now())",
    "recovery_code": "(person_id, code_sha256, created_at) VALUES ($1, sha256('a'), now())",
    "passkey": "(person_id, credential_id, public_key, sign_count, name, created_at) "
    "VALUES ($1, 'a', 'b', 0, 'mine', now())",
    "challenge": "(challenge_sha256, purpose, person_id, expires_at) "
    "VALUES (sha256('a'), 'second', $1, now())",
    "oidc_sign_in": "(state_sha256, nonce, code_verifier, language, next, expires_at) "
    "VALUES (sha256('a'), $1::uuid::text, 'v', 'fr', '/', now())",
}


async def somebody() -> tuple[UUID, UUID]:
    """An organisation and its owner."""
    organisation = await given.partner()
    await clients.person("owner", organisation)
    person = await core.fetch_value(
        "SELECT person_id FROM identity.membership WHERE organisation_id = $1", organisation
    )
    return organisation, person


async def by(who: UUID | None, sql: str, *values: object) -> list[asyncpg.Record]:
    """As the session of this organisation, or of nobody."""
    told = acting_organisation.set(str(who or ""))
    try:
        return await core.fetch(sql, *values)
    finally:
        acting_organisation.reset(told)


@pytest.mark.parametrize("table", ROWS)
async def test_no_tenants_session_reads_or_writes_what_proves_a_person(
    db: None, table: str
) -> None:
    mine, person = await somebody()
    insert = f"INSERT INTO identity.{table} {ROWS[table]}"
    for who in (mine, None):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await by(who, insert, person)
    await core.fetch(insert, person)
    for who in (mine, None):
        assert await by(who, f"SELECT FROM identity.{table}") == []
        assert await by(who, f"DELETE FROM identity.{table} RETURNING 1") == []


async def test_a_tenants_session_sees_its_own_people_and_changes_nobodys_password(
    db: None,
) -> None:
    mine, owner = await somebody()
    _, other = await somebody()
    steal = "UPDATE identity.person SET password_hash = NULL WHERE id = $1 RETURNING 1"
    for who, seen in ((mine, [owner]), (None, [])):
        rows = await by(who, "SELECT id FROM identity.person")
        assert [row["id"] for row in rows] == seen
        for person in (owner, other):
            assert await by(who, steal, person) == []
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await by(
                who,
                "INSERT INTO identity.person (email, name, created_at) "
                "VALUES ('a@b.fr', 'a', now())",
            )
