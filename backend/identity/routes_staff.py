"""The operator's own people and what each may do, in the office."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, get, post, put
from litestar.params import FromPath, JSONBody

from backend import web
from backend.identity import actions_staff, queries_account, rules
from backend.identity.answering import base_url_of, now, origin_of, person_of
from backend.identity.rules_personas import STAFF_ROLES, LastAdministrator, StaffRole

Roles = Annotated[list[StaffRole], msgspec.Meta(max_length=len(STAFF_ROLES))]
SomeRoles = Annotated[list[StaffRole], msgspec.Meta(min_length=1, max_length=len(STAFF_ROLES))]


class ColleagueIn(msgspec.Struct, forbid_unknown_fields=True):
    email: web.Email
    name: web.Line
    roles: SomeRoles
    language: Literal["fr", "en"] = "fr"


class ColleagueRolesIn(msgspec.Struct, forbid_unknown_fields=True):
    """All the roles; none: out of the operator's staff."""

    roles: Roles


class Template(msgspec.Struct):
    """A role, and all that it may do."""

    role: StaffRole
    scopes: list[str]


class Colleagues(msgspec.Struct):
    people: list[queries_account.Colleague]
    templates: list[Template]


@get("/people", operation_id="list_office_colleagues", guards=[web.requires("office:person:read")])
async def list_people(principal: web.Caller) -> Colleagues:
    """Who works here in which roles, and what each role may do."""
    return await _all()


@post(
    "/people",
    operation_id="add_office_colleague",
    guards=[web.requires("office:person:write")],
    responses=web.problems(
        rules.ConfirmFirst, rules.EmailTaken, rules.CrossSite, web.TooManyRequests
    ),
)
async def add_person(
    data: JSONBody[ColleagueIn], request: Request[Any, Any, Any], principal: web.Caller
) -> Colleagues:
    """A new colleague; a letter lets them choose a password.

    Who adds one proved a moment ago who they are, at POST /api/store/session/confirmation.
    """
    await actions_staff.add_staff(
        person_of(principal),
        email=data.email,
        name=data.name,
        roles=data.roles,
        language=data.language,
        base_url=base_url_of(request),
        origin=origin_of(request),
        now=now(),
    )
    return await _all()


@put(
    "/people/{person_id:uuid}",
    operation_id="change_office_colleague",
    guards=[web.requires("office:person:write")],
    responses=web.problems(
        rules.ConfirmFirst, rules.MemberUnknown, LastAdministrator, rules.CrossSite
    ),
)
async def change_person(
    data: JSONBody[ColleagueRolesIn], person_id: FromPath[UUID], principal: web.Caller
) -> Colleagues:
    """The colleague has these roles and no others; the last administrator stays one.

    Who changes them proved a moment ago who they are, at POST /api/store/session/confirmation.
    """
    await actions_staff.change_staff_roles(person_of(principal), person_id, data.roles, now=now())
    return await _all()


async def _all() -> Colleagues:
    return Colleagues(
        people=await queries_account.read_staff(),
        templates=[
            Template(role, sorted(rules.scopes_of([role], of_operator=True)))
            for role in STAFF_ROLES
        ],
    )


office = [list_people, add_person, change_person]
