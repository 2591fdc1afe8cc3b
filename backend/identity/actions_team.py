"""A team's members are given another role, or removed. There is always an owner."""

from datetime import datetime
from uuid import UUID

from backend import audit, core
from backend.core import connection, transaction
from backend.identity.confirming import changing
from backend.identity.leaving import close_doors
from backend.identity.rules import TRUSTED, LastOwner, MemberUnknown
from backend.web import Principal


async def change_role(principal: Principal, person_id: UUID, role: str, *, now: datetime) -> None:
    """The member has this role and no other here; giving it again changes nothing.

    Keys of theirs that may do more are revoked, and their open invitations withdrawn.

    Raises:
        ConfirmFirst: for a role of `TRUSTED`, and the giver proved too long ago who they are.
        MemberUnknown: not of this organisation.
        LastOwner: somebody has to be one.
    """
    if role in TRUSTED:
        await changing(principal, now)
    async with transaction():
        before = await _roles(principal.organisation, person_id)
        if before == [role]:
            return
        await _keep_an_owner(principal.organisation, person_id, before, role)
        await _end_roles(principal.organisation, person_id, now)
        await connection().execute(
            "INSERT INTO identity.membership (person_id, organisation_id, role, created_at) "
            "VALUES ($1, $2, $3, $4)",
            person_id, principal.organisation, role, now,
        )  # fmt: skip
        await audit.write(
            principal.organisation, principal.actor, "change_role", f"person:{person_id}",
            {"roles": before}, {"roles": [role]},
        )  # fmt: skip
        await close_doors(person_id, principal.organisation, actor=principal.actor, now=now)


@core.operators_work
async def remove_member(principal: Principal, person_id: UUID, *, now: datetime) -> None:
    """The member is out of the team; their sessions for it, the keys that they made and their open
    invitations have ended.

    Raises:
        MemberUnknown: not of this organisation.
        LastOwner: somebody has to be one.
    """
    async with transaction():
        before = await _roles(principal.organisation, person_id)
        await _keep_an_owner(principal.organisation, person_id, before, None)
        await _end_roles(principal.organisation, person_id, now)
        await connection().execute(
            "DELETE FROM identity.session WHERE person_id = $1 AND organisation_id = $2",
            person_id, principal.organisation,
        )  # fmt: skip
        await audit.write(
            principal.organisation, principal.actor, "remove_member", f"person:{person_id}",
            {"roles": before}, None,
        )  # fmt: skip
        await close_doors(person_id, principal.organisation, actor=principal.actor, now=now)


async def _roles(organisation_id: UUID, person_id: UUID) -> list[str]:
    """The member's roles; every owner's row is locked, so that two cannot leave at once."""
    await connection().fetch(
        "SELECT id FROM identity.membership WHERE organisation_id = $1 AND ended_at IS NULL "
        "ORDER BY id FOR UPDATE",
        organisation_id,
    )
    rows = await connection().fetch(
        "SELECT role FROM identity.membership WHERE organisation_id = $1 AND person_id = $2 "
        "AND ended_at IS NULL ORDER BY role",
        organisation_id, person_id,
    )  # fmt: skip
    if not rows:
        raise MemberUnknown("Look at the list again.")
    return [row["role"] for row in rows]


async def _keep_an_owner(
    organisation_id: UUID, person_id: UUID, before: list[str], role: str | None
) -> None:
    if "owner" not in before or role == "owner":
        return
    others = await connection().fetchval(
        "SELECT count(*) FROM identity.membership WHERE organisation_id = $1 AND role = 'owner' "
        "AND ended_at IS NULL AND person_id <> $2",
        organisation_id, person_id,
    )  # fmt: skip
    if not others:
        raise LastOwner("Make somebody else an owner first.")


async def _end_roles(organisation_id: UUID, person_id: UUID, now: datetime) -> None:
    await connection().execute(
        "UPDATE identity.membership SET ended_at = $3 "
        "WHERE organisation_id = $1 AND person_id = $2 AND ended_at IS NULL",
        organisation_id, person_id, now,
    )  # fmt: skip
