"""Who asks: people, sessions and keys, read."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend import core
from backend.identity.rules import KeyRefused, OwnOrganisation, allowed, scopes_of
from backend.web import Principal

_MEMBERSHIPS = """
SELECT m.organisation_id, coalesce(o.name, '') AS name, array_agg(m.role ORDER BY m.role) AS roles
  FROM identity.membership m LEFT JOIN partners.organisation o ON o.id = m.organisation_id
 WHERE m.person_id = $1 AND m.ended_at IS NULL
 GROUP BY m.organisation_id, o.name
 ORDER BY m.organisation_id IS NOT NULL, min(m.created_at), m.organisation_id
"""
_KEYS = """
SELECT id, name, scopes, created_by, created_at, expires_at, revoked_at, last_used_at
  FROM identity.api_key
 WHERE organisation_id IS NOT DISTINCT FROM $1 AND ($2::text IS NULL OR id > $2)
 ORDER BY id LIMIT $3
"""

_ACTED_FOR = """
SELECT EXISTS (SELECT FROM identity.membership m WHERE m.organisation_id = $2
  AND (m.ended_at IS NULL OR m.ended_at >= $3) AND m.person_id::text = CASE split_part($1, ':', 1)
    WHEN 'person' THEN split_part($1, ':', 2)
    WHEN 'key' THEN (SELECT k.created_by::text FROM identity.api_key k
                      WHERE k.id = split_part($1, ':', 2)) END)
"""


class Membership(Struct, frozen=True):
    """What a person is in one organisation; `organisation_id` None is the operator."""

    organisation_id: UUID | None
    name: str
    roles: list[str]


class Person(Struct, frozen=True):
    id: UUID
    email: str
    name: str


class ApiKey(Struct, frozen=True):
    """A key without its secret, which nobody can read any more."""

    id: str
    name: str
    scopes: list[str]
    created_by: UUID
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def session_principal(token: str, now: datetime) -> Principal | None:
    """Who holds this session's token, or None: unknown, ended, or without any role left."""
    row = await core.fetch_row("SELECT * FROM identity.session_caller($1, $2)", digest(token), now)
    if row is None or not row["roles"]:
        return None
    organisation_id = row["organisation_id"]
    return Principal(
        kind="person",
        id=str(row["person_id"]),
        organisation_id=organisation_id,
        scopes=allowed(
            scopes_of(row["roles"], of_operator=organisation_id is None), verified=row["verified"]
        ),
        roles=frozenset(row["roles"]),
        session=digest(token),
        verified=row["verified"],
    )


async def key_principal(key: str, now: datetime) -> Principal:
    """Who sends this API key.

    Raises:
        KeyRefused: unknown, revoked, expired, or the secret is wrong; not said which.
    """
    parts = key.split("_", 3)
    row = None
    if len(parts) == 4 and parts[:2] == ["mk", "test"] and "\x00" not in key:
        row = await core.fetch_row("SELECT * FROM identity.key_caller($1, $2)", parts[2], now)
    if row is None or not secrets.compare_digest(row["secret_sha256"], digest(parts[3])):
        raise KeyRefused("Check that it is whole, and that it was not revoked.")
    await core.fetch("SELECT identity.key_used($1, $2)", parts[2], now)
    return Principal(
        kind="key",
        id=parts[2],
        organisation_id=row["organisation_id"],
        scopes=frozenset(row["scopes"]),
    )


@core.operators_work
async def read_person(person_id: UUID) -> Person:
    row = await core.fetch_row(
        "SELECT id, email, name FROM identity.person WHERE id = $1", person_id
    )
    assert row is not None, "sessions refer to people"
    return Person(**row)


async def memberships(person_id: UUID) -> list[Membership]:
    """Where this person has a role, the operator first, then in the order in which they joined."""
    with core.acting_for(None):
        rows = await core.fetch(_MEMBERSHIPS, person_id)
    return [Membership(**row) for row in rows]


async def acted_for(actor: str, organisation_id: UUID, since: datetime | None = None) -> bool:
    """Whether `actor`, or the person who made that key, acts for the organisation, or did after
    `since`: who leaves it for a minute is nobody else. Asked in the operator's own work.
    """
    found: bool = await core.fetch_value(_ACTED_FOR, actor, organisation_id, since)
    return found


async def check_other(actor: str, organisation_id: UUID, *, since: datetime | None = None) -> None:
    """Whoever decides on the organisation is none of its people, nor was one after `since`.

    Raises:
        OwnOrganisation: they are.
    """
    if await acted_for(actor, organisation_id, since):
        raise OwnOrganisation("You act for this partner, or did: have somebody else decide.")


async def api_keys(organisation_id: UUID | None, *, after: str | None, limit: int) -> list[ApiKey]:
    """Keys of one organisation, revoked ones too, by id."""
    return [ApiKey(**row) for row in await core.fetch(_KEYS, organisation_id, after, limit)]
