"""Sessions begin and end; a sign-in that still waits for its second factor is none yet."""

import secrets
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend import audit
from backend.core import connection
from backend.identity.queries import digest, memberships
from backend.identity.rules import IDLE, LONGEST, PENDING, NoRole, WrongCredentials

Method = Literal["password", "second_factor", "passkey", "oidc"]
Way = Literal["code", "passkey"]


class Session(Struct, frozen=True):
    """A session that has just begun; `token` is told to the browser and kept nowhere."""

    token: str
    person_id: UUID
    organisation_id: UUID | None


class Pending(Struct, frozen=True):
    """The password was right; one of `ways` is still asked for. `token` opens nothing else."""

    token: str
    ways: list[Way]
    expires_at: datetime


class Origin(Struct, frozen=True):
    """Where a sign-in comes from: network address, browser, and the session that it replaces."""

    address: str
    agent: str = ""
    replaces: str | None = None


async def hold(person_id: UUID) -> str | None:
    """Who begins and who ends sessions of this person wait for each other until the end of the
    open transaction, so that none begins behind a reset's back; answers the password's hash.
    """
    found: str | None = await connection().fetchval(
        "SELECT password_hash FROM identity.person WHERE id = $1 FOR NO KEY UPDATE", person_id
    )
    return found


async def hold_password(person_id: UUID, verified: str | None) -> None:
    """As `hold`; the hash that a password was checked against is still the person's.

    Raises:
        WrongCredentials: the password was changed while it was looked at.
    """
    if await hold(person_id) != verified:
        raise WrongCredentials("The password was changed meanwhile: give the new one.")


async def begin(
    person_id: UUID,
    organisation_id: UUID | None,
    method: Method,
    origin: Origin,
    now: datetime,
    *,
    goes_on: tuple[datetime, datetime] | None = None,
) -> Session:
    """A new session with an id of its own, in the open transaction; the replaced one has ended.

    `goes_on`: when the one that it goes on from was confirmed, and when it ends at the latest.
    """
    confirmed_at, expires_at = goes_on or (now, now + LONGEST)
    if origin.replaces is not None:
        await end(digest(origin.replaces))
    token = secrets.token_urlsafe(32)
    await connection().execute(
        "INSERT INTO identity.session (token_sha256, person_id, organisation_id, created_at, "
        "idle_until, expires_at, method, address, agent, confirmed_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        digest(token), person_id, organisation_id, now, now + IDLE, expires_at,
        method, origin.address[:100], origin.agent[:300], confirmed_at,
    )  # fmt: skip
    return Session(token, person_id, organisation_id)


async def sign_in_person(
    person_id: UUID, organisation_id: UUID | None, method: Method, origin: Origin, now: datetime
) -> Session:
    """As `begin`, with its audit row."""
    session = await begin(person_id, organisation_id, method, origin, now)
    subject = f"person:{person_id}"
    after = {"address": origin.address, "method": method}
    await audit.write(organisation_id, subject, "sign_in", subject, None, after)
    return session


async def end(token_sha256: bytes) -> bool:
    gone = await connection().fetchval(
        "DELETE FROM identity.session WHERE token_sha256 = $1 RETURNING true", token_sha256
    )
    return gone is True


async def end_all(person_id: UUID, *, but: bytes = b"") -> int:
    """Every session of the person has ended, but the one with this digest; answers how many."""
    await hold(person_id)
    gone = await connection().fetch(
        "DELETE FROM identity.session WHERE person_id = $1 AND token_sha256 <> $2 RETURNING 1",
        person_id, but,
    )  # fmt: skip
    await connection().execute(
        "DELETE FROM identity.pending_sign_in WHERE person_id = $1", person_id
    )
    return len(gone)


async def put_off(
    person_id: UUID, organisation_id: UUID | None, ways: list[Way], now: datetime
) -> Pending:
    """A sign-in that waits for its second factor, in the open transaction."""
    token = secrets.token_urlsafe(32)
    await connection().execute(
        "INSERT INTO identity.pending_sign_in VALUES ($1, $2, $3, $4)",
        digest(token), person_id, organisation_id, now + PENDING,
    )  # fmt: skip
    return Pending(token, ways, now + PENDING)


async def choose(person_id: UUID, organisation_id: UUID | None) -> UUID | None:
    """For whom to act: the organisation asked for, or the first of the memberships.

    Raises:
        NoRole: the person has no role there.
    """
    held = [membership.organisation_id for membership in await memberships(person_id)]
    if not held or (organisation_id is not None and organisation_id not in held):
        raise NoRole("Ask the owner of the organisation, or the operator, for a role.")
    return held[0] if organisation_id is None else organisation_id
