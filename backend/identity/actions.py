"""People, their roles and sessions, and API keys change here."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend import audit, core
from backend.core import connection, transaction, uuid7
from backend.identity.passwords import hash_password, verify_password
from backend.identity.queries import digest, memberships
from backend.identity.rules import (
    ATTEMPTS_PER_ACCOUNT,
    ATTEMPTS_PER_ADDRESS,
    IDLE,
    LONGEST,
    NEVER_IN_KEYS,
    WINDOW_S,
    BadExpiry,
    EmailTaken,
    KeyUnknown,
    NoRole,
    ScopeNotHeld,
    WrongCredentials,
)
from backend.web import Principal, take


class Session(Struct, frozen=True):
    """A session that has just begun; `token` is told to the browser and kept nowhere."""

    token: str
    person_id: UUID
    organisation_id: UUID | None


class NewKey(Struct, frozen=True):
    """`key` is shown once."""

    id: str
    key: str


async def create_person(
    *, email: str, name: str, password: str | None, now: datetime, actor: str
) -> UUID:
    """A person without any role yet; without a password they cannot sign in. Answers the id.

    Raises:
        EmailTaken: somebody else has this address, in any spelling of upper and lower case.
    """
    hashed = None if password is None else await hash_password(password)
    person_id = uuid7()
    with core.acting_for(None):
        async with transaction():
            added = await connection().fetchval(
                "INSERT INTO identity.person VALUES ($1, $2, $3, $4, $5) "
                "ON CONFLICT (email) DO NOTHING RETURNING id",
                person_id, email.lower(), name, hashed, now,
            )  # fmt: skip
            if added is None:
                raise EmailTaken("Give the person that exists another role instead.")
            after = {"email": email.lower(), "name": name}
            subject = f"person:{person_id}"
            await audit.write(None, actor, "create_person", subject, None, after)
    return person_id


async def add_membership(
    person_id: UUID, *, organisation_id: UUID | None, role: str, now: datetime, actor: str
) -> None:
    """The person has `role` in the organisation (None: the operator); again changes nothing."""
    with core.acting_for(None):
        async with transaction():
            added = await connection().fetchval(
                "INSERT INTO identity.membership (person_id, organisation_id, role, created_at) "
                "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id",
                person_id, organisation_id, role, now,
            )  # fmt: skip
            if added is not None:
                after = {"role": role}
                subject = f"person:{person_id}"
                await audit.write(organisation_id, actor, "add_membership", subject, None, after)


async def end_membership(
    person_id: UUID, *, organisation_id: UUID | None, role: str, now: datetime, actor: str
) -> None:
    """The role is over, and with the last one every session there; again changes nothing."""
    with core.acting_for(None):
        async with transaction():
            ended = await connection().fetchval(
                "UPDATE identity.membership SET ended_at = $4 WHERE person_id = $1 AND role = $3 "
                "AND organisation_id IS NOT DISTINCT FROM $2 AND ended_at IS NULL RETURNING id",
                person_id, organisation_id, role, now,
            )  # fmt: skip
            if ended is not None:
                before = {"role": role}
                subject = f"person:{person_id}"
                await audit.write(organisation_id, actor, "end_membership", subject, before, None)


@core.operators_work
async def sign_in(
    *,
    email: str,
    password: str,
    organisation_id: UUID | None = None,
    address: str,
    replaces: str | None = None,
    now: datetime,
) -> Session:
    """A new session, with an id of its own whatever the browser sent; `replaces` has ended.

    It acts for `organisation_id`, or else for the first of the person's memberships.

    Raises:
        TooManyRequests: for this account or from this address.
        WrongCredentials: unknown person or wrong password.
        NoRole: the person has no role there.
    """
    email = email.lower()
    await take(f"sign-in:address:{address}", limit=ATTEMPTS_PER_ADDRESS, window_s=WINDOW_S, now=now)
    await _count_attempt(email, now)
    person = await core.fetch_row(
        "SELECT id, password_hash FROM identity.person WHERE email = $1", email
    )
    stored = None if person is None else person["password_hash"]
    if not await verify_password(password, stored) or person is None:
        raise WrongCredentials("Check both; after ten attempts wait a quarter of an hour.")
    acting = await _choose(person["id"], organisation_id)
    async with transaction():
        if replaces is not None:
            await _end(digest(replaces))
        session = await _begin(person["id"], acting, now)
        subject = f"person:{person['id']}"
        await audit.write(acting, subject, "sign_in", subject, None, {"address": address})
    return session


@core.operators_work
async def act_for(principal: Principal, organisation_id: UUID | None, *, now: datetime) -> Session:
    """A fresh session of the same person for another organisation; the old one has ended.

    Raises:
        NoRole: the person has no role there.
    """
    person_id = UUID(principal.id)
    held = {membership.organisation_id for membership in await memberships(person_id)}
    if organisation_id not in held:
        raise NoRole("Choose one of your organisations; GET /api/store/session lists them.")
    async with transaction():
        await _end(principal.session)
        session = await _begin(person_id, organisation_id, now)
        await audit.write(organisation_id, principal.actor, "act_for", principal.actor)
    return session


async def sign_out(principal: Principal) -> None:
    """The session has ended; other sessions of the person go on."""
    async with transaction():
        if await _end(principal.session):
            chain = principal.organisation_id
            await audit.write(chain, principal.actor, "sign_out", principal.actor)


async def change_password(
    principal: Principal, *, current: str, new: str, now: datetime
) -> Session:
    """The new password holds, every session of the person has ended, and a fresh one begins.

    Raises:
        WrongCredentials: `current` is not the password.
        TooManyRequests: it was tried too often.
    """
    person_id = UUID(principal.id)
    person = await core.fetch_row(
        "SELECT email, password_hash FROM identity.person WHERE id = $1", person_id
    )
    assert person is not None
    await _count_attempt(person["email"], now)
    if not await verify_password(current, person["password_hash"]):
        raise WrongCredentials("The current password is not right.")
    hashed = await hash_password(new)
    async with transaction():
        await connection().execute(
            "UPDATE identity.person SET password_hash = $2 WHERE id = $1", person_id, hashed
        )
        await connection().execute("DELETE FROM identity.session WHERE person_id = $1", person_id)
        session = await _begin(person_id, principal.organisation_id, now)
        chain = principal.organisation_id
        await audit.write(chain, principal.actor, "change_password", principal.actor)
    return session


async def create_api_key(
    principal: Principal,
    *,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None,
    now: datetime,
) -> NewKey:
    """A key of the principal's organisation; only its hash is kept.

    Raises:
        ScopeNotHeld: a scope that the maker lacks, or that no key may have.
        BadExpiry: in the past.
    """
    refused = sorted(set(scopes) - (principal.scopes - NEVER_IN_KEYS))
    if refused or not scopes:
        raise ScopeNotHeld(f"Leave out: {', '.join(refused)}.", scopes=refused)
    if expires_at is not None and expires_at <= now:
        raise BadExpiry("Give a moment in the future, or none.")
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    chosen = sorted(set(scopes))
    chain = principal.organisation_id
    async with transaction():
        await connection().execute(
            "INSERT INTO identity.api_key (id, secret_sha256, organisation_id, created_by, name, "
            "scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            key_id, digest(secret), chain, UUID(principal.id), name, chosen, now, expires_at,
        )  # fmt: skip
        after = {"name": name, "scopes": chosen}
        await audit.write(chain, principal.actor, "create_api_key", f"key:{key_id}", None, after)
    return NewKey(key_id, f"mk_test_{key_id}_{secret}")


async def revoke_api_key(principal: Principal, key_id: str, *, now: datetime) -> None:
    """The key is refused from now on; revoking it again changes nothing.

    Raises:
        KeyUnknown: no such key, or of another organisation.
    """
    chain = principal.organisation_id
    async with transaction():
        key = await connection().fetchrow(
            "SELECT revoked_at FROM identity.api_key WHERE id = $1 "
            "AND organisation_id IS NOT DISTINCT FROM $2 FOR NO KEY UPDATE",
            key_id, chain,
        )  # fmt: skip
        if key is None:
            raise KeyUnknown("List the keys that exist, and take one of their ids.")
        if key["revoked_at"] is None:
            await connection().execute(
                "UPDATE identity.api_key SET revoked_at = $2 WHERE id = $1", key_id, now
            )
            await audit.write(chain, principal.actor, "revoke_api_key", f"key:{key_id}")


async def forget_ended_sessions(now: datetime) -> int:
    """Sessions that nobody can use any more are gone; answers how many."""
    async with transaction():
        gone = await connection().fetch(
            "DELETE FROM identity.session WHERE expires_at <= $1 OR idle_until <= $1 RETURNING 1",
            now,
        )
    return len(gone)


async def _count_attempt(email: str, now: datetime) -> None:
    account = digest(email).hex()
    await take(f"sign-in:account:{account}", limit=ATTEMPTS_PER_ACCOUNT, window_s=WINDOW_S, now=now)


async def _choose(person_id: UUID, organisation_id: UUID | None) -> UUID | None:
    held = [membership.organisation_id for membership in await memberships(person_id)]
    if not held or (organisation_id is not None and organisation_id not in held):
        raise NoRole("Ask the owner of the organisation, or the operator, for a role.")
    return held[0] if organisation_id is None else organisation_id


async def _begin(person_id: UUID, organisation_id: UUID | None, now: datetime) -> Session:
    token = secrets.token_urlsafe(32)
    await connection().execute(
        "INSERT INTO identity.session VALUES ($1, $2, $3, $4, $5, $6)",
        digest(token), person_id, organisation_id, now, now + IDLE, now + LONGEST,
    )  # fmt: skip
    return Session(token, person_id, organisation_id)


async def _end(token_sha256: bytes) -> bool:
    gone = await connection().fetchval(
        "DELETE FROM identity.session WHERE token_sha256 = $1 RETURNING true", token_sha256
    )
    return gone is True
