"""The operator's own people: they come, have other roles, and go; an administrator stays."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from backend import audit, core
from backend.core import connection, transaction
from backend.identity import actions_account
from backend.identity.actions import NOWHERE, add_membership, create_person
from backend.identity.confirming import changing
from backend.identity.leaving import close_doors, held_now
from backend.identity.rules import MemberUnknown
from backend.identity.rules_personas import LastAdministrator
from backend.identity.sessions import Origin
from backend.web import NotAllowed, Principal


@core.operators_work
async def add_staff(
    principal: Principal,
    *,
    email: str,
    name: str,
    roles: Collection[str],
    language: str,
    base_url: str,
    origin: Origin = NOWHERE,
    now: datetime,
) -> UUID:
    """A new person of the operator in these roles; a letter lets them choose a password.

    Raises:
        ConfirmFirst: whoever adds them proved too long ago who they are.
        EmailTaken: a person with this address exists: nobody's account is made staff unasked.
        NotAllowed: they are no administrator any more.
        TooManyRequests: too many letters to this mailbox or from this address.
    """
    await changing(principal, now)
    async with transaction():
        await _still_gives_roles(principal)
        person_id = await create_person(
            email=email, name=name, password=None, now=now, actor=principal.actor,
            language=language,
        )  # fmt: skip
        for role in sorted(set(roles)):
            await add_membership(
                person_id, organisation_id=None, role=role, now=now, actor=principal.actor
            )
    await actions_account.ask_reset(email=email, base_url=base_url, origin=origin, now=now)
    return person_id


@core.operators_work
async def change_staff_roles(
    principal: Principal, person_id: UUID, roles: Collection[str], *, now: datetime
) -> None:
    """The person has these roles at the operator and no others; with none they are out of it: their
    sessions there have ended. Keys of theirs that may do more are revoked.

    Raises:
        ConfirmFirst: whoever asks proved too long ago who they are.
        MemberUnknown: nobody of the operator has this id.
        LastAdministrator: somebody has to be one.
        NotAllowed: whoever asks is no administrator any more.
    """
    await changing(principal, now)
    wanted = sorted(set(roles))
    async with transaction():
        before = await _roles(person_id)
        await _still_gives_roles(principal)
        if before == wanted:
            return
        await _keep_an_administrator(person_id, before, wanted)
        await connection().execute(
            "UPDATE identity.membership SET ended_at = $2 WHERE organisation_id IS NULL "
            "AND person_id = $1 AND ended_at IS NULL AND role <> ALL ($3)",
            person_id, now, wanted,
        )  # fmt: skip
        await connection().execute(
            "INSERT INTO identity.membership (person_id, role, created_at) "
            "SELECT $1, r, $2 FROM unnest($3::text[]) AS r ON CONFLICT DO NOTHING",
            person_id, now, wanted,
        )  # fmt: skip
        if not wanted:
            await connection().execute(
                "DELETE FROM identity.session WHERE person_id = $1 AND organisation_id IS NULL",
                person_id,
            )
        await audit.write(
            None, principal.actor, "change_staff_roles", f"person:{person_id}",
            {"roles": before}, {"roles": wanted},
        )  # fmt: skip
        await close_doors(person_id, None, actor=principal.actor, now=now)


async def _still_gives_roles(principal: Principal) -> None:
    """Until the end of the transaction: who lost the role meanwhile gives none to anybody."""
    if "office:person:write" not in await held_now(UUID(principal.id), None):
        raise NotAllowed("Ask an administrator.")


async def _roles(person_id: UUID) -> list[str]:
    """Everybody's rows are locked, so that two administrators cannot leave at once."""
    rows = await connection().fetch(
        "SELECT person_id, role FROM identity.membership WHERE organisation_id IS NULL "
        "AND ended_at IS NULL ORDER BY id FOR UPDATE"
    )
    mine = sorted(row["role"] for row in rows if row["person_id"] == person_id)
    if not mine:
        raise MemberUnknown("Look at the list again.")
    return mine


async def _keep_an_administrator(
    person_id: UUID, before: Collection[str], wanted: Collection[str]
) -> None:
    if "admin" not in before or "admin" in wanted:
        return
    others = await connection().fetchval(
        "SELECT count(*) FROM identity.membership WHERE organisation_id IS NULL "
        "AND role = 'admin' AND ended_at IS NULL AND person_id <> $1",
        person_id,
    )
    if not others:
        raise LastAdministrator("Make somebody else an administrator first.")
