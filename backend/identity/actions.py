"""People, their roles and sessions change here."""

from datetime import datetime
from uuid import UUID

from backend import audit, core, mail
from backend.core import connection, transaction, uuid7
from backend.identity import letters
from backend.identity.attempts import count_attempt
from backend.identity.leaving import close_doors
from backend.identity.passwords import hash_password, verify_password
from backend.identity.queries import memberships
from backend.identity.rules import EmailTaken, NoRole, WrongCredentials
from backend.identity.sessions import (
    Method,
    Origin,
    Session,
    begin,
    end,
    end_all,
    hold,
    hold_password,
)
from backend.web import NotSignedIn, Principal

NOWHERE = Origin("local")
"""Not over HTTP."""

ENDED = "This session has ended meanwhile: sign in again."


async def create_person(
    *,
    email: str,
    name: str,
    password: str | None,
    now: datetime,
    actor: str,
    verified: bool = True,
    language: str = "fr",
) -> UUID:
    """A person without any role yet; without a password they cannot sign in. Answers the id.

    `verified`: whoever makes the person knows that the mailbox is theirs.

    Raises:
        EmailTaken: somebody else has this address, in any spelling of upper and lower case.
    """
    hashed = None if password is None else await hash_password(password)
    person_id = uuid7()
    with core.acting_for(None):
        async with transaction():
            added = await connection().fetchval(
                "INSERT INTO identity.person VALUES ($1, $2, $3, $4, $5, $6, $7) "
                "ON CONFLICT (email) DO NOTHING RETURNING id",
                person_id, email.lower(), name, hashed, now, now if verified else None, language,
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
    """The role is over, and with the last one every session there; again changes nothing.

    Keys that may do more than what is left are revoked, and open invitations withdrawn.
    """
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
                await close_doors(person_id, organisation_id, actor=actor, now=now)


@core.operators_work
async def act_for(
    principal: Principal, organisation_id: UUID | None, *, origin: Origin = NOWHERE, now: datetime
) -> Session:
    """A fresh session of the same person for another organisation; the old one has ended.

    Raises:
        NoRole: the person has no role there.
        NotSignedIn: the old session has ended meanwhile.
    """
    person_id = UUID(principal.id)
    held = {membership.organisation_id for membership in await memberships(person_id)}
    if organisation_id not in held:
        raise NoRole("Choose one of your organisations; GET /api/store/session lists them.")
    async with transaction():
        await hold(person_id)
        before = await connection().fetchrow(
            "DELETE FROM identity.session WHERE token_sha256 = $1 "
            "RETURNING method, confirmed_at, expires_at",
            principal.session,
        )
        if before is None:
            raise NotSignedIn(ENDED)
        # Choosing where to act proves nothing: it is as old as it was, and ends when it did.
        session = await begin(
            person_id,
            organisation_id,
            before["method"],
            origin,
            now,
            goes_on=(before["confirmed_at"], before["expires_at"]),
        )
        await audit.write(organisation_id, principal.actor, "act_for", principal.actor)
    return session


@core.operators_work
async def sign_out(principal: Principal) -> None:
    """The session has ended; other sessions of the person go on."""
    async with transaction():
        if await end(principal.session):
            chain = principal.organisation_id
            await audit.write(chain, principal.actor, "sign_out", principal.actor)


@core.operators_work
async def change_password(
    principal: Principal, *, current: str, new: str, origin: Origin = NOWHERE, now: datetime
) -> Session:
    """The new password holds, every session of the person has ended, and a fresh one begins.

    Raises:
        WrongCredentials: `current` is not the password, or no longer.
        NotSignedIn: the session has ended meanwhile.
        TooManyRequests: it was tried too often.
    """
    person_id = UUID(principal.id)
    person = await core.fetch_row(
        "SELECT email, language, password_hash FROM identity.person WHERE id = $1", person_id
    )
    assert person is not None
    await count_attempt(person["email"], now)
    if not await verify_password(current, person["password_hash"]):
        raise WrongCredentials("The current password is not right.")
    hashed = await hash_password(new)
    async with transaction():
        await hold_password(person_id, person["password_hash"])
        method: Method | None = await connection().fetchval(
            "SELECT method FROM identity.session WHERE token_sha256 = $1", principal.session
        )
        if method is None:
            raise NotSignedIn(ENDED)
        await connection().execute(
            "UPDATE identity.person SET password_hash = $2 WHERE id = $1", person_id, hashed
        )
        await end_all(person_id)
        # Nor does a link hold that somebody else asked for with the old password.
        await connection().execute(
            "DELETE FROM identity.proof WHERE person_id = $1 AND purpose <> 'verify_email'",
            person_id,
        )
        session = await begin(person_id, principal.organisation_id, method, origin, now)
        await mail.send(
            person["email"],
            letters.password_changed(person["language"]),
            language=person["language"],
            now=now,
        )
        chain = principal.organisation_id
        await audit.write(chain, principal.actor, "change_password", principal.actor)
    return session


async def forget_ended_sessions(now: datetime) -> int:
    """Sessions that nobody can use any more are gone; answers how many."""
    async with transaction():
        gone = await connection().fetch(
            "DELETE FROM identity.session WHERE expires_at <= $1 OR idle_until <= $1 RETURNING 1",
            now,
        )
    return len(gone)


async def forget_expired(now: datetime) -> int:
    """Links, challenges and sign-ins that nobody completed in time are gone; answers how many."""
    gone = 0
    async with transaction():
        for table in ("proof", "pending_sign_in", "challenge", "oidc_sign_in"):
            gone += len(
                await connection().fetch(
                    f"DELETE FROM identity.{table} WHERE expires_at <= $1 RETURNING 1",  # noqa: S608
                    now,
                )
            )
    return gone
