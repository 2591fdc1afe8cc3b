"""What partners declare of their people and deeds, and the office's check of it."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from backend import identity, partners, web
from backend.programmes import (
    actions_declared,
    queries_declared,
    rules_declared,
    rules_people,
    views_people,
)
from backend.programmes.routes import APPLY, MINE, READ, WRITE, ReasonIn
from backend.programmes.routes_people import Evidence, Kind, LeavingIn, people_of
from backend.programmes.rules_declared import DeclarationState

State = Annotated[DeclarationState | None, QueryParameter(name="declaration_state")]
DECIDED = (rules_declared.DeclarationUnknown, rules_declared.DeclarationDecided)


class CertificateDeclared(msgspec.Struct, forbid_unknown_fields=True):
    """Who works for the organisation since when, and what of; `evidence`: the certificate's
    number, or where it can be looked up.
    """

    email: web.Email
    name: web.Line
    works_from: date
    kind: Kind
    issued_on: date
    expires_on: date
    evidence: Evidence


class AchievementDeclared(msgspec.Struct, forbid_unknown_fields=True):
    """`evidence`: whom to ask, or where it can be read."""

    kind: rules_people.AchievementKind
    title: web.Line
    achieved_on: date
    evidence: Evidence
    expires_on: date | None = None


@get("/people/declarations", operation_id="list_portal_declarations", guards=MINE)
async def list_mine(principal: web.Caller) -> list[views_people.DeclarationView]:
    """All that the organisation ever declared, newest first, and what the office found."""
    rows = await queries_declared.list_declarations(organisation_id=principal.organisation)
    return [views_people.declaration_view(row) for row in rows]


@post(
    "/people/certificates",
    operation_id="declare_portal_certificate",
    guards=APPLY,
    responses=web.problems(
        rules_people.BadPeriod, rules_declared.DeclaredTooEarly, rules_declared.AlreadyDeclared
    ),
)
async def declare_certificate(
    data: JSONBody[CertificateDeclared], principal: web.Caller
) -> views_people.DeclarationView:
    """It counts once the office has accepted it."""
    declaration_id = await actions_declared.declare_certificate(
        principal.organisation,
        email=data.email,
        name=data.name,
        works_from=data.works_from,
        kind=data.kind,
        issued_on=data.issued_on,
        expires_on=data.expires_on,
        evidence=data.evidence,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _mine(declaration_id)


@post(
    "/people/achievements",
    operation_id="declare_portal_achievement",
    guards=APPLY,
    responses=web.problems(rules_people.BadPeriod, rules_declared.AlreadyDeclared),
)
async def declare_achievement(
    data: JSONBody[AchievementDeclared], principal: web.Caller
) -> views_people.DeclarationView:
    """It counts once the office has accepted it."""
    declaration_id = await actions_declared.declare_achievement(
        principal.organisation,
        data.kind,
        data.title,
        achieved_on=data.achieved_on,
        expires_on=data.expires_on,
        evidence=data.evidence,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _mine(declaration_id)


@post(
    "/people/declarations/{declaration_id:uuid}/withdraw",
    operation_id="withdraw_portal_declaration",
    status_code=200,
    guards=APPLY,
    responses=web.problems(*DECIDED),
)
async def withdraw_mine(
    declaration_id: FromPath[UUID], principal: web.Caller
) -> views_people.DeclarationView:
    """It is taken back."""
    await actions_declared.withdraw_declaration(
        declaration_id,
        organisation_id=principal.organisation,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _mine(declaration_id)


@post(
    "/people/{person_id:uuid}/leave",
    operation_id="end_portal_employment",
    status_code=200,
    guards=APPLY,
    responses=web.problems(
        rules_people.PersonUnknown, rules_people.MovedBefore, rules_people.BadPeriod
    ),
)
async def left_mine(
    data: JSONBody[LeavingIn], person_id: FromPath[UUID], principal: web.Caller
) -> views_people.PeopleView:
    """The person works here until that day; its certificates leave with it."""
    await actions_declared.person_has_left(
        principal.organisation,
        person_id,
        last_on=data.last_on,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await people_of(principal.organisation)


@get(
    "/declarations",
    operation_id="list_office_declarations",
    guards=READ,
    responses=web.problems(web.BadCursor),
)
async def list_all(
    principal: web.Caller,
    wanted: State = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views_people.DeclarationToCheck]:
    """What partners declared, newest first."""
    rows = await queries_declared.list_declarations(
        state=wanted, after=web.read_id(after, UUID), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row["id"],), views_people.declaration_to_check)


@post(
    "/declarations/{declaration_id:uuid}/accept",
    operation_id="accept_office_declaration",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        *DECIDED,
        partners.OrganisationUnknown,
        identity.OwnOrganisation,
        rules_people.CertificateTaken,
        rules_people.AchievementTaken,
        rules_people.MovedBefore,
        rules_people.WorksThere,
    ),
)
async def accept(
    data: JSONBody[ReasonIn], declaration_id: FromPath[UUID], principal: web.Caller
) -> views_people.DeclarationToCheck:
    """It is recorded, and counts from its day on."""
    await actions_declared.accept_declaration(
        declaration_id, reason=data.reason, now=datetime.now(UTC), actor=principal.actor
    )
    return await _one(declaration_id)


@post(
    "/declarations/{declaration_id:uuid}/refuse",
    operation_id="refuse_office_declaration",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*DECIDED),
)
async def refuse(
    data: JSONBody[ReasonIn], declaration_id: FromPath[UUID], principal: web.Caller
) -> views_people.DeclarationToCheck:
    """Nothing of it counts; the partner reads why."""
    await actions_declared.refuse_declaration(
        declaration_id, reason=data.reason, now=datetime.now(UTC), actor=principal.actor
    )
    return await _one(declaration_id)


async def _mine(declaration_id: UUID) -> views_people.DeclarationView:
    [row] = await queries_declared.list_declarations(declaration_id=declaration_id)
    return views_people.declaration_view(row)


async def _one(declaration_id: UUID) -> views_people.DeclarationToCheck:
    [row] = await queries_declared.list_declarations(declaration_id=declaration_id)
    return views_people.declaration_to_check(row)


portal = [list_mine, declare_certificate, declare_achievement, withdraw_mine, left_mine]
office = [list_all, accept, refuse]
