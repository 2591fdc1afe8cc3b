"""Signing in: with a password, then perhaps a second factor; with a passkey; by the provider."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from backend import core
from backend.core import connection, transaction
from backend.identity import codes, passkeys
from backend.identity.attempts import count_address, count_attempt, count_code
from backend.identity.passwords import verify_password
from backend.identity.proofs import take_over
from backend.identity.queries import digest
from backend.identity.rules import (
    ATTEMPTS_PER_ACCOUNT,
    WINDOW_S,
    NoRole,
    SignInExpired,
    WrongCredentials,
)
from backend.identity.sessions import (
    Origin,
    Pending,
    Session,
    Way,
    choose,
    hold,
    hold_password,
    put_off,
    sign_in_person,
)

CHECK_BOTH = (
    f"Check both; after {ATTEMPTS_PER_ACCOUNT} attempts wait up to {WINDOW_S // 60} minutes."
)


@core.operators_work
async def sign_in(
    *,
    email: str,
    password: str,
    organisation_id: UUID | None = None,
    address: str,
    agent: str = "",
    replaces: str | None = None,
    now: datetime,
) -> Session | Pending:
    """A new session, with an id of its own whatever the browser sent; `replaces` has ended.

    Where the person has a second factor it is a `Pending` first, which is no session. It acts for
    `organisation_id`, or else for the first of the person's memberships.

    Raises:
        TooManyRequests: for this account or from this address.
        WrongCredentials: unknown person, or wrong password, or no longer right.
        NoRole: the person has no role there.
    """
    email = email.lower()
    await count_address(address, now)
    await count_attempt(email, now)
    person = await core.fetch_row(
        "SELECT id, password_hash FROM identity.person WHERE email = $1", email
    )
    stored = None if person is None else person["password_hash"]
    if not await verify_password(password, stored) or person is None:
        raise WrongCredentials(CHECK_BOTH)
    acting = await choose(person["id"], organisation_id)
    ways = await second_factors(person["id"])
    async with transaction():
        await hold_password(person["id"], stored)
        if ways:
            return await put_off(person["id"], organisation_id, ways, now)
        origin = Origin(address, agent, replaces)
        return await sign_in_person(person["id"], acting, "password", origin, now)


async def second_factors(person_id: UUID) -> list[Way]:
    """What this person is asked for after the password; nothing, if they set up nothing."""
    row = await core.fetch_row(
        "SELECT EXISTS (SELECT FROM identity.authenticator WHERE person_id = $1 "
        "AND confirmed_at IS NOT NULL) AS code, "
        "EXISTS (SELECT FROM identity.passkey WHERE person_id = $1) AS passkey",
        person_id,
    )
    assert row is not None
    ways: list[Way] = []
    if row["code"] or row["passkey"]:  # Recovery codes are codes too.
        ways.append("code")
    if row["passkey"]:
        ways.append("passkey")
    return ways


@core.operators_work
async def ways_of(pending: str, now: datetime) -> list[Way]:
    """What a pending sign-in waits for.

    Raises:
        SignInExpired: it waited too long, or is done.
    """
    return await second_factors((await _waiting(pending, now))[0])


@core.operators_work
async def sign_in_with_code(
    pending: str, code: str, *, secret_key: str | None, origin: Origin, now: datetime
) -> Session:
    """The second factor is a code of the authenticator, or a recovery code, used up with this.

    Raises:
        SignInExpired: the password was given too long ago.
        WrongCode, TooManyRequests.
    """
    person_id, organisation_id = await _waiting(pending, now)
    await count_address(origin.address, now)
    await count_code(person_id, now)
    await codes.use_code(person_id, code, secret_key=secret_key, now=now)
    return await _finish(pending, person_id, organisation_id, origin, now)


@core.operators_work
async def second_passkey_options(pending: str, *, base_url: str, now: datetime) -> dict[str, Any]:
    """What the browser asks the person's passkeys.

    Raises:
        SignInExpired: the password was given too long ago.
    """
    person_id, _ = await _waiting(pending, now)
    return await passkeys.ask_second(person_id, base_url=base_url, now=now)


@core.operators_work
async def sign_in_with_second_passkey(
    pending: str,
    credential: Mapping[str, Any],
    *,
    base_url: str,
    origin: Origin,
    now: datetime,
) -> Session:
    """The second factor is one of the person's passkeys.

    Raises:
        SignInExpired: the password was given too long ago.
        PasskeyRefused, TooManyRequests.
    """
    person_id, organisation_id = await _waiting(pending, now)
    await count_address(origin.address, now)
    await passkeys.check(credential, "second", person_id, base_url=base_url, now=now)
    return await _finish(pending, person_id, organisation_id, origin, now)


@core.operators_work
async def sign_in_with_passkey(
    credential: Mapping[str, Any], *, base_url: str, origin: Origin, now: datetime
) -> Session:
    """A passkey that checked its person (a finger, a face, a PIN) is both factors at once.

    Raises:
        PasskeyRefused, TooManyRequests, NoRole.
    """
    await count_address(origin.address, now)
    person_id = await passkeys.check(credential, "first", None, base_url=base_url, now=now)
    acting = await choose(person_id, None)
    async with transaction():
        await hold(person_id)
        await passkeys.still_there(credential)
        return await sign_in_person(person_id, acting, "passkey", origin, now)


@core.operators_work
async def sign_in_staff(email: str, *, origin: Origin, now: datetime) -> Session:
    """The operator's provider says that this is one of its staff; nobody is made by that.

    Where nobody had confirmed the address, whoever chose the password need not be of the staff:
    it is gone, and every session and second factor with it.

    Raises:
        NoRole: no person of the operator has this address.
    """
    person = await core.fetch_row(
        "SELECT p.id, p.email_verified_at FROM identity.person p WHERE p.email = $1 AND EXISTS ("
        "SELECT FROM identity.membership m WHERE m.person_id = p.id "
        "AND m.organisation_id IS NULL AND m.ended_at IS NULL)",
        email.lower(),
    )
    if person is None:
        raise NoRole("Ask an administrator of the operator for a role.")
    async with transaction():
        if person["email_verified_at"] is None:
            await take_over(person["id"], None, now)
        return await sign_in_person(person["id"], None, "oidc", origin, now)


async def _waiting(pending: str, now: datetime) -> tuple[UUID, UUID | None]:
    row = await core.fetch_row(
        "SELECT person_id, organisation_id FROM identity.pending_sign_in "
        "WHERE token_sha256 = $1 AND expires_at > $2",
        digest(pending), now,
    )  # fmt: skip
    if row is None:
        raise SignInExpired("Give your password again.")
    return row["person_id"], row["organisation_id"]


async def _finish(
    pending: str, person_id: UUID, organisation_id: UUID | None, origin: Origin, now: datetime
) -> Session:
    acting = await choose(person_id, organisation_id)
    async with transaction():
        await hold(person_id)
        used = await connection().fetchval(
            "DELETE FROM identity.pending_sign_in WHERE token_sha256 = $1 RETURNING true",
            digest(pending),
        )
        if not used:
            raise SignInExpired("Give your password again.")
        return await sign_in_person(person_id, acting, "second_factor", origin, now)
