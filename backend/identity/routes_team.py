"""An organisation's team, in the portal."""

from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post, put
from litestar.params import FromPath, JSONBody

from backend import web
from backend.identity import actions_invitation, actions_team, queries_account, rules
from backend.identity.answering import base_url_of, now, origin_of, person_of

Role = Literal["owner", "finance", "member", "buyer"]


class InvitationIn(msgspec.Struct, forbid_unknown_fields=True):
    email: web.Email
    role: Role


class RoleIn(msgspec.Struct, forbid_unknown_fields=True):
    role: Role


class InvitationMade(msgspec.Struct):
    """Its link is in the letter, and nowhere else."""

    id: UUID


@get("/team", operation_id="read_team", guards=[web.requires("portal:team:read")])
async def read_team(principal: web.Caller) -> queries_account.Team:
    """The organisation's members and open invitations."""
    return await queries_account.read_team(principal.organisation, now())


@post(
    "/team/invitations",
    operation_id="invite_member",
    guards=[web.requires("portal:team:write")],
    responses=web.problems(
        rules.ConfirmFirst, rules.AlreadyMember, rules.CrossSite, web.TooManyRequests
    ),
)
async def invite(
    data: JSONBody[InvitationIn], request: Request[Any, Any, Any], principal: web.Caller
) -> InvitationMade:
    """Invite somebody by mail; the link holds for seven days.

    Who invites an owner, or somebody for the money, proved a moment ago who they are, at
    POST /api/store/session/confirmation.
    """
    made = await actions_invitation.invite(
        person_of(principal),
        email=data.email,
        role=data.role,
        base_url=base_url_of(request),
        origin=origin_of(request),
        now=now(),
    )
    return InvitationMade(made)


@delete(
    "/team/invitations/{invitation_id:uuid}",
    operation_id="withdraw_invitation",
    guards=[web.requires("portal:team:write")],
    responses=web.problems(rules.InvitationUnknown, rules.CrossSite),
)
async def withdraw(invitation_id: FromPath[UUID], principal: web.Caller) -> None:
    """The invitation's link opens nothing any more."""
    await actions_invitation.withdraw_invitation(principal, invitation_id, now=now())


@put(
    "/team/members/{person_id:uuid}",
    operation_id="change_member_role",
    status_code=204,
    guards=[web.requires("portal:team:write")],
    responses=web.problems(
        rules.ConfirmFirst, rules.MemberUnknown, rules.LastOwner, rules.CrossSite
    ),
)
async def change_role(
    person_id: FromPath[UUID], data: JSONBody[RoleIn], principal: web.Caller
) -> None:
    """The member has this role and no other; the last owner stays one.

    Who makes an owner, or somebody for the money, proved a moment ago who they are, at
    POST /api/store/session/confirmation.
    """
    await actions_team.change_role(principal, person_id, data.role, now=now())


@delete(
    "/team/members/{person_id:uuid}",
    operation_id="remove_member",
    guards=[web.requires("portal:team:write")],
    responses=web.problems(rules.MemberUnknown, rules.LastOwner, rules.CrossSite),
)
async def remove(person_id: FromPath[UUID], principal: web.Caller) -> None:
    """The member is out of the team at once; the last owner stays."""
    await actions_team.remove_member(principal, person_id, now=now())


portal = [read_team, invite, withdraw, change_role, remove]
