"""People are invited to an organisation's team by mail, and join it."""

import secrets
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import audit, core, mail, partners
from backend.core import connection, transaction, uuid7
from backend.identity import letters
from backend.identity.actions import NOWHERE
from backend.identity.attempts import count_letter, count_link
from backend.identity.confirming import changing
from backend.identity.leaving import held_now
from backend.identity.passwords import hash_password
from backend.identity.proofs import take_over
from backend.identity.queries import digest
from backend.identity.rules import (
    INVITED,
    TRUSTED,
    AlreadyMember,
    InvitationUnknown,
    LinkExpired,
    MemberUnknown,
)
from backend.identity.sessions import Origin
from backend.web import NotAllowed, Principal


class Invited(Struct, frozen=True):
    """What the page of an invitation has to ask: a new person gives a name and a password."""

    organisation: str
    email: str
    role: str
    account: Literal["none", "unconfirmed", "confirmed"]


async def invite(
    principal: Principal,
    *,
    email: str,
    role: str,
    base_url: str,
    origin: Origin = NOWHERE,
    now: datetime,
) -> UUID:
    """The mailbox gets a link to join with `role`, for seven days; answers the invitation's id.

    An open invitation of the same address is withdrawn.

    Raises:
        ConfirmFirst: to a role of `TRUSTED`, and the inviter proved too long ago who they are.
        AlreadyMember: change the role instead.
        NotAllowed: the inviter may not invite any more.
        TooManyRequests: too many letters to this mailbox or from this address.
    """
    if role in TRUSTED:
        await changing(principal, now)
    await count_letter(email.lower(), origin.address, now)
    async with transaction():
        if "portal:team:write" not in await held_now(UUID(principal.id), principal.organisation):
            raise NotAllowed("Ask an owner of the organisation.")
        return await add_invitation(principal, email=email, role=role, base_url=base_url, now=now)


async def add_invitation(
    principal: Principal, *, email: str, role: str, base_url: str, now: datetime
) -> UUID:
    """As `invite`, of letters and rights that the caller has looked at: inside its transaction.

    Raises:
        AlreadyMember: change the role instead.
    """
    email, organisation_id = email.lower(), principal.organisation
    token, invitation_id = secrets.token_urlsafe(32), uuid7()
    async with transaction():
        await _make_room(organisation_id, email, now)
        await connection().execute(
            "INSERT INTO identity.invitation (id, organisation_id, email, role, token_sha256, "
            "invited_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            invitation_id, organisation_id, email, role, digest(token),
            UUID(principal.id), now, now + INVITED,
        )  # fmt: skip
        await _write_invitation(principal, email, token, base_url, now)
        await audit.write(
            organisation_id, principal.actor, "invite", f"invitation:{invitation_id}", None,
            {"email": email, "role": role},
        )  # fmt: skip
    return invitation_id


async def withdraw_invitation(principal: Principal, invitation_id: UUID, *, now: datetime) -> None:
    """The link opens nothing any more; withdrawing it again changes nothing.

    Raises:
        InvitationUnknown: no such one, or another organisation's.
    """
    async with transaction():
        found = await connection().fetchrow(
            "SELECT accepted_at, withdrawn_at FROM identity.invitation "
            "WHERE id = $1 AND organisation_id = $2 FOR UPDATE",
            invitation_id, principal.organisation,
        )  # fmt: skip
        if found is None:
            raise InvitationUnknown("Look at the list again.")
        if found["accepted_at"] is None and found["withdrawn_at"] is None:
            await connection().execute(
                "UPDATE identity.invitation SET withdrawn_at = $2 WHERE id = $1",
                invitation_id, now,
            )  # fmt: skip
            subject = f"invitation:{invitation_id}"
            chain = principal.organisation
            await audit.write(chain, principal.actor, "withdraw_invitation", subject)


async def read_invitation(token: str, *, now: datetime) -> Invited:
    """What the link invites to.

    Raises:
        LinkExpired: used, withdrawn, too old, or never sent.
    """
    with core.acting_for(None):
        row = await core.fetch_row(_OPEN, digest(token), now)
    if row is None:
        raise LinkExpired("Ask whoever invited you for a new one.")
    return Invited(row["organisation"], row["email"], row["role"], row["account"])


async def accept_invitation(
    token: str,
    *,
    name: str | None,
    password: str | None,
    origin: Origin = NOWHERE,
    now: datetime,
) -> UUID:
    """Who reads the mailbox is in the team; answers the person's id.

    Someone new, or whose address nobody had confirmed, gives a password (and a name); the letter
    confirms the address. Someone known joins, and signs in as ever.

    Raises:
        LinkExpired: used, withdrawn, too old, or never sent.
        MemberUnknown: someone new gave no name and password.
        TooManyRequests: too many links tried from this address.
    """
    await count_link(origin.address, now)
    await read_invitation(token, now=now)
    hashed = None if password is None else await hash_password(password)
    with core.acting_for(None):
        async with transaction():
            row = await connection().fetchrow(_OPEN + " FOR UPDATE OF i", digest(token), now)
            if row is None:
                raise LinkExpired("Ask whoever invited you for a new one.")
            person_id = await _person_of(row, name, hashed, now)
            await connection().execute(
                "UPDATE identity.invitation SET accepted_at = $2 WHERE id = $1", row["id"], now
            )
            await connection().execute(
                "INSERT INTO identity.membership (person_id, organisation_id, role, created_at) "
                "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                person_id, row["organisation_id"], row["role"], now,
            )  # fmt: skip
            await audit.write(
                row["organisation_id"], f"person:{person_id}", "accept_invitation",
                f"invitation:{row['id']}", None, {"role": row["role"]},
            )  # fmt: skip
    return person_id


_OPEN = """
SELECT i.id, i.organisation_id, i.email, i.role, o.name AS organisation, o.language,
       p.id AS person_id,
       CASE WHEN p.id IS NULL THEN 'none' WHEN p.email_verified_at IS NULL THEN 'unconfirmed'
            ELSE 'confirmed' END AS account
  FROM identity.invitation i
  JOIN partners.organisation o ON o.id = i.organisation_id
  LEFT JOIN identity.person p ON p.email = i.email
 WHERE i.token_sha256 = $1 AND i.expires_at > $2
   AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL
"""


async def _person_of(
    row: asyncpg.Record, name: str | None, password_hash: str | None, now: datetime
) -> UUID:
    person_id = row["person_id"]
    if row["account"] == "confirmed":
        assert isinstance(person_id, UUID)
        return person_id
    if password_hash is None or (person_id is None and not name):
        raise MemberUnknown("Give your name and choose a password.")
    if person_id is None:
        person_id = uuid7()
        await connection().execute(
            "INSERT INTO identity.person VALUES ($1, $2, $3, $4, $5, $5, $6)",
            person_id, row["email"], name, password_hash, now, row["language"],
        )  # fmt: skip
    else:
        await take_over(person_id, password_hash, now)
    assert isinstance(person_id, UUID)
    return person_id


async def _make_room(organisation_id: UUID, email: str, now: datetime) -> None:
    """No member has this address, and no open invitation is left.

    Raises:
        AlreadyMember: one has.
    """
    member = await connection().fetchval(
        "SELECT true FROM identity.membership m JOIN identity.person p ON p.id = m.person_id "
        "WHERE m.organisation_id = $1 AND m.ended_at IS NULL AND p.email = $2 LIMIT 1",
        organisation_id, email,
    )  # fmt: skip
    if member:
        raise AlreadyMember("Change their role instead.")
    await connection().execute(
        "UPDATE identity.invitation SET withdrawn_at = $3 WHERE organisation_id = $1 "
        "AND email = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL",
        organisation_id, email, now,
    )  # fmt: skip


async def _write_invitation(
    principal: Principal, email: str, token: str, base_url: str, now: datetime
) -> None:
    organisation = await partners.read_organisation(principal.organisation)
    inviter = await connection().fetchval(
        "SELECT name FROM identity.person WHERE id = $1", UUID(principal.id)
    )
    language = organisation.language
    letter = letters.invitation(
        language,
        organisation=organisation.name,
        inviter=inviter,
        link=letters.address_of(base_url, language, "invitation", token),
    )
    await mail.send(email, letter, language=language, now=now, useless_at=now + INVITED)
