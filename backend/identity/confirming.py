"""Changing what proves a person asks that they proved it a moment ago."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit, core
from backend.core import connection, transaction
from backend.identity.attempts import count_attempt
from backend.identity.passwords import verify_password
from backend.identity.rules import RECENT, ConfirmFirst, WrongCredentials
from backend.identity.sessions import end_all, hold_password
from backend.web import NotAllowed, Principal


@core.operators_work
async def confirm(principal: Principal, password: str, *, now: datetime) -> None:
    """The person of this session proved again who they are, for a quarter of an hour.

    Raises:
        WrongCredentials: not the password, or no longer.
        TooManyRequests: it was tried too often.
    """
    person = await person_of_session(principal)
    await count_attempt(person["email"], now)
    if not await verify_password(password, person["password_hash"]):
        raise WrongCredentials("The password is not right.")
    async with transaction():
        await hold_password(person["id"], person["password_hash"])
        await connection().execute(
            "UPDATE identity.session SET confirmed_at = $2 WHERE token_sha256 = $1",
            principal.session, now,
        )  # fmt: skip


@core.operators_work
async def end_other_sessions(principal: Principal) -> int:
    """Only the session that asks goes on; answers how many have ended."""
    async with transaction():
        ended = await end_all(UUID(principal.id), but=principal.session)
        if ended:
            chain = principal.organisation_id
            await audit.write(
                chain, principal.actor, "end_other_sessions", principal.actor, None,
                {"ended": ended},
            )  # fmt: skip
    return ended


@core.operators_work
async def changing(principal: Principal, now: datetime) -> asyncpg.Record:
    """The person, who proved a moment ago who they are, and reads their mail.

    Raises:
        ConfirmFirst: that was too long ago.
        NotAllowed: the address is not confirmed.
    """
    confirmed_at = await core.fetch_value(
        "SELECT confirmed_at FROM identity.session WHERE token_sha256 = $1", principal.session
    )
    if confirmed_at is None or confirmed_at + RECENT <= now:
        raise ConfirmFirst("Give your password again: POST /api/store/session/confirmation.")
    if not principal.verified:
        raise NotAllowed("Confirm your address first: the link is in your mailbox.")
    return await person_of_session(principal)


async def person_of_session(principal: Principal) -> asyncpg.Record:
    person = await core.fetch_row(
        "SELECT id, email, name, language, password_hash FROM identity.person WHERE id = $1",
        UUID(principal.id),
    )
    assert person is not None, "sessions refer to people"
    return person
