"""One's own programmes in the portal; members, applications and levels in the office."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import identity, partners, web
from backend.core import LINES
from backend.programmes import actions, queries, rules, standing, views
from backend.programmes.rules import ApplicationState

MINE = [web.requires("portal:programme:read")]
APPLY = [web.requires("portal:programme:write")]
READ = [web.requires("office:programme:read")]
WRITE = [web.requires("office:programme:write")]

Code = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[a-z][a-z_]*$(?!\n)")]
CodePath = Annotated[str, msgspec.Meta(max_length=40)]
Reason = Annotated[str, web.words(1000)]
Message = Annotated[str, msgspec.Meta(max_length=2000, pattern=LINES)]
At = Annotated[web.Aware | None, QueryParameter(description="as of this moment; now if absent")]
StateWanted = Annotated[ApplicationState | None, QueryParameter(name="application_state")]
CodeWanted = Annotated[Code | None, QueryParameter(description="only these")]


class ApplicationIn(msgspec.Struct, forbid_unknown_fields=True):
    """Why the organisation wants in; the office reads it."""

    programme: Code
    message: Message = ""


class ReasonIn(msgspec.Struct, forbid_unknown_fields=True):
    """The other side reads it."""

    reason: Reason


class MemberView(msgspec.Struct):
    """Who holds which level since when, and what is announced."""

    organisation_id: UUID
    organisation_name: str
    level: str
    since: datetime
    kind: rules.PeriodKind
    override_until: datetime | None
    demotion_to: str | None
    demotion_at: datetime | None


class OrganisationProgrammes(msgspec.Struct):
    """Where an organisation stands, and how it came there, newest first."""

    standings: list[views.StandingView]
    history: list[views.PeriodView]
    demotions: list[views.DemotionView]


@get("/programmes", operation_id="list_portal_programmes", guards=MINE)
async def list_mine(principal: web.Caller) -> list[views.StandingView]:
    """Every programme, the organisation's place in it, and what its level gives, in figures."""
    return await standing.standings(principal.organisation, datetime.now(UTC))


@get("/programmes/history", operation_id="list_portal_levels", guards=MINE)
async def list_my_levels(principal: web.Caller) -> list[views.PeriodView]:
    """Every level that the organisation ever held, newest first."""
    return [views.period_view(each) for each in await queries.level_history(principal.organisation)]


@post(
    "/programmes/applications",
    operation_id="create_portal_application",
    guards=APPLY,
    responses=web.problems(
        rules.ProgrammeUnknown,
        rules.CompanyRefused,
        rules.CompanyRefused,
        rules.NotEligible,
        rules.AlreadyIn,
        rules.AlreadyApplied,
    ),
)
async def apply_for_mine(
    data: JSONBody[ApplicationIn], principal: web.Caller
) -> views.ApplicationView:
    """The office decides, and gives its reasons."""
    application_id = await actions.apply_to(
        principal.organisation,
        data.programme,
        message=data.message,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _application(application_id)


@post(
    "/programmes/applications/{application_id:uuid}/withdraw",
    operation_id="withdraw_portal_application",
    status_code=200,
    guards=APPLY,
    responses=web.problems(rules.ApplicationUnknown, rules.ApplicationDecided),
)
async def withdraw_mine(
    application_id: FromPath[UUID], principal: web.Caller
) -> views.ApplicationView:
    """The application is taken back."""
    await actions.withdraw_application(
        application_id,
        organisation_id=principal.organisation,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _application(application_id)


@post(
    "/programmes/{programme:str}/leave",
    operation_id="leave_portal_programme",
    status_code=200,
    guards=APPLY,
    responses=web.problems(rules.ProgrammeUnknown, rules.NotIn, rules.LevelJustChanged),
)
async def leave_mine(
    data: JSONBody[ReasonIn], programme: FromPath[CodePath], principal: web.Caller
) -> list[views.StandingView]:
    """What its level gave ends now; what was priced before stays."""
    await actions.leave(
        principal.organisation,
        programme,
        reason=data.reason,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await standing.standings(principal.organisation, datetime.now(UTC))


@get("/programmes", operation_id="list_office_programmes", guards=READ)
async def list_all(principal: web.Caller) -> list[standing.CountedView]:
    """Every programme, with how many hold each level now."""
    return await standing.counted(datetime.now(UTC))


@get(
    "/programmes/{programme:str}/members",
    operation_id="list_office_members",
    guards=READ,
    responses=web.problems(rules.ProgrammeUnknown, rules.LevelUnknown, web.BadCursor),
)
async def list_members(
    programme: FromPath[CodePath],
    principal: web.Caller,
    level: FromQuery[Code | None] = None,
    at: At = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[MemberView]:
    """Who held a level of the programme at a moment, past or present."""
    found = await queries.read_programme(programme)
    if level is not None:
        found.rank(level)
    rows = await queries.list_members(
        found.code,
        at or datetime.now(UTC),
        level=level,
        after=web.read_id(after, UUID),
        limit=limit + 1,
    )
    return web.page(
        rows,
        limit,
        lambda row: (row["organisation_id"],),
        lambda row: MemberView(
            organisation_id=row["organisation_id"],
            organisation_name=row["organisation_name"],
            level=row["level"],
            since=row["starts_at"],
            kind=row["kind"],
            override_until=row["override_until"],
            demotion_to=row["demotion_to"],
            demotion_at=row["demotion_at"],
        ),
    )


@get(
    "/programme-applications",
    operation_id="list_office_applications",
    guards=READ,
    responses=web.problems(web.BadCursor),
)
async def list_applications(
    principal: web.Caller,
    wanted: StateWanted = None,
    programme: CodeWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.ApplicationView]:
    """Applications, newest first."""
    rows = await queries.list_applications(
        state=wanted, programme=programme, after=web.read_id(after, UUID), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row["id"],), views.application_view)


@post(
    "/programme-applications/{application_id:uuid}/accept",
    operation_id="accept_office_application",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        identity.OwnOrganisation,
        rules.ApplicationUnknown,
        rules.ApplicationDecided,
        rules.CompanyRefused,
        rules.NotEligible,
        rules.AlreadyIn,
        rules.OtherTrack,
    ),
)
async def accept(
    data: JSONBody[ReasonIn], application_id: FromPath[UUID], principal: web.Caller
) -> views.ApplicationView:
    """The organisation holds the lowest level from now on."""
    await actions.accept_application(
        application_id, reason=data.reason, now=datetime.now(UTC), actor=principal.actor
    )
    return await _application(application_id)


@post(
    "/programme-applications/{application_id:uuid}/refuse",
    operation_id="refuse_office_application",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules.ApplicationUnknown, rules.ApplicationDecided),
)
async def refuse(
    data: JSONBody[ReasonIn], application_id: FromPath[UUID], principal: web.Caller
) -> views.ApplicationView:
    """The organisation reads why, and may apply again."""
    await actions.refuse_application(
        application_id, reason=data.reason, now=datetime.now(UTC), actor=principal.actor
    )
    return await _application(application_id)


@get(
    "/organisations/{organisation_id:uuid}/programmes",
    operation_id="read_office_organisation_programmes",
    guards=READ,
    responses=web.problems(partners.OrganisationUnknown),
)
async def read_theirs(
    organisation_id: FromPath[UUID], principal: web.Caller
) -> OrganisationProgrammes:
    """Where the organisation stands in every programme, and its whole history."""
    return await theirs(organisation_id)


async def theirs(organisation_id: UUID) -> OrganisationProgrammes:
    """Raises: OrganisationUnknown."""
    await partners.read_organisation(organisation_id)
    return OrganisationProgrammes(
        standings=await standing.standings(organisation_id, datetime.now(UTC)),
        history=[views.period_view(x) for x in await queries.level_history(organisation_id)],
        demotions=[views.demotion_view(x) for x in await queries.list_demotions(organisation_id)],
    )


async def _application(application_id: UUID) -> views.ApplicationView:
    return views.application_view(await queries.application_with_name(application_id))


portal = [list_mine, list_my_levels, apply_for_mine, withdraw_mine, leave_mine]
office = [list_all, list_members, list_applications, accept, refuse, read_theirs]
