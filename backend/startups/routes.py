"""A start-up's own journey in the portal; the board, acceptance and graduations in the office."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import checklists, identity, partners, programmes, web
from backend.core import fetch_row
from backend.startups import actions, actions_graduation, queries, rules, views

MINE = [web.requires("portal:programme:read")]
ASK = [web.requires("portal:programme:write")]
READ = [web.requires("office:programme:read")]
WRITE = [web.requires("office:programme:write")]

Words = Annotated[str, web.words(2000, lines=True)]
Reason = Annotated[str, web.words(1000)]


class ProjectIn(msgspec.Struct, forbid_unknown_fields=True):
    """What is built, with which technology, and who builds it; the office reads it."""

    project: Words
    technology: Words
    team: Words


class GraduationIn(msgspec.Struct, forbid_unknown_fields=True):
    """Why it is time to become an editor."""

    words: Words


class GraduationAcceptedIn(msgspec.Struct, forbid_unknown_fields=True):
    """`effective_on`: today or a day to come, on the operator's calendar."""

    reason: Reason
    effective_on: date


class StartupReasonIn(msgspec.Struct, forbid_unknown_fields=True):
    """The start-up reads it."""

    reason: Reason


async def _startup(organisation_id: UUID) -> views.StartupView:
    now = datetime.now(UTC)
    held = {each.programme: each for each in await programmes.levels_held(organisation_id, now)}
    last = await fetch_row(
        "SELECT id, state, applied_at, reason FROM programmes.application "
        "WHERE organisation_id = $1 AND programme = $2 ORDER BY id DESC LIMIT 1",
        organisation_id,
        programmes.STARTUP,
    )
    is_open = last is not None and last["state"] == "open"
    plays = (await partners.organisation_with_roles(organisation_id))["roles"]
    member = held.get(programmes.STARTUP)
    return views.StartupView(
        may_apply=member is None and not is_open and "startup" in plays,
        since=member.starts_at if member else None,
        application_id=last["id"] if last and is_open else None,
        applied_at=last["applied_at"] if last and is_open else None,
        refused_reason=last["reason"] if last and last["state"] == "refused" else None,
        project=views.project_view(await queries.project_of(organisation_id)),
        welcome=views.welcome_view(await queries.welcome_of(organisation_id)),
        graduations=[
            views.graduation_view(each) for each in await queries.graduations_of(organisation_id)
        ],
    )


@get("/startup", operation_id="read_portal_startup", guards=MINE)
async def read_mine(principal: web.Caller) -> views.StartupView:
    """Where the organisation stands in the start-up programme."""
    return await _startup(principal.organisation)


@get("/startup/growth", operation_id="read_portal_growth", guards=MINE)
async def read_my_growth(principal: web.Caller) -> views.GrowthView:
    """Servers and amounts of the account, month by month, and the sizes that it reached."""
    return views.growth_view(await queries.growth(principal.organisation))


@post(
    "/startup/applications",
    operation_id="create_portal_startup_application",
    guards=ASK,
    responses=web.problems(
        programmes.CompanyRefused,
        programmes.NotEligible,
        programmes.AlreadyIn,
        programmes.AlreadyApplied,
    ),
)
async def apply_for_mine(data: JSONBody[ProjectIn], principal: web.Caller) -> views.StartupView:
    """The office reads it and decides."""
    await actions.apply(
        principal.organisation,
        rules.Project(data.project, data.technology, data.team),
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _startup(principal.organisation)


@post(
    "/startup/graduations",
    operation_id="create_portal_graduation",
    guards=ASK,
    responses=web.problems(rules.NoStartup, rules.AlreadyAsked),
)
async def ask_for_mine(data: JSONBody[GraduationIn], principal: web.Caller) -> views.StartupView:
    """The office reads why, and decides."""
    await actions_graduation.ask_graduation(
        principal.organisation, words=data.words, now=datetime.now(UTC), actor=principal.actor
    )
    return await _startup(principal.organisation)


@post(
    "/startup/graduations/{graduation_id:uuid}/withdraw",
    operation_id="withdraw_portal_graduation",
    status_code=200,
    guards=ASK,
    responses=web.problems(rules.GraduationUnknown, rules.GraduationDecided),
)
async def withdraw_mine(graduation_id: FromPath[UUID], principal: web.Caller) -> views.StartupView:
    """What was asked for is taken back."""
    await actions_graduation.withdraw_graduation(
        graduation_id,
        organisation_id=principal.organisation,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _startup(principal.organisation)


@get(
    "/startups",
    operation_id="list_office_startups",
    guards=READ,
    responses=web.problems(web.BadCursor),
)
async def list_all(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[views.StartupRow]:
    """Every start-up that applied, is in the programme, or graduated."""
    now = datetime.now(UTC)
    rows = await queries.board(now, after=web.read_id(after, UUID), limit=limit + 1)
    progress = {row["organisation_id"]: await _progress(row, now) for row in rows[:limit]}
    return web.page(
        rows,
        limit,
        lambda row: (row["organisation_id"],),
        lambda row: views.startup_row(row, *progress[row["organisation_id"]]),
    )


@get(
    "/startups/export", operation_id="download_office_startups", guards=READ, media_type="text/csv"
)
async def export(
    principal: web.Caller, locale: FromQuery[web.Locale] = "international"
) -> Response[str]:
    """The whole board, as a CSV."""
    now = datetime.now(UTC)
    rows = await web.read_whole(
        lambda after, limit: queries.board(now, after=after, limit=limit),
        lambda row: row["organisation_id"],
    )
    found = [views.startup_row(row, *await _progress(row, now)) for row in rows]
    return web.csv_file("startups", views.COLUMNS, map(views.startup_cells, found), locale)


async def _progress(row: asyncpg.Record, now: datetime) -> tuple[int, int]:
    """How many items of its checklists are accepted, of how many that are asked for."""
    standings = await checklists.standing(row["organisation_id"], now)
    asked = sum(sum(p.item.is_required for p in each.places) for each in standings)
    return asked - sum(len(each.missing) for each in standings), asked


@get(
    "/organisations/{organisation_id:uuid}/startup",
    operation_id="read_office_startup",
    guards=READ,
    responses=web.problems(partners.OrganisationUnknown),
)
async def read_theirs(organisation_id: FromPath[UUID], principal: web.Caller) -> views.StartupView:
    """Where a start-up stands."""
    await partners.read_organisation(organisation_id)
    return await _startup(organisation_id)


@get(
    "/organisations/{organisation_id:uuid}/growth",
    operation_id="read_office_growth",
    guards=READ,
    responses=web.problems(partners.OrganisationUnknown),
)
async def read_their_growth(
    organisation_id: FromPath[UUID], principal: web.Caller
) -> views.GrowthView:
    """Servers and amounts of an account, month by month."""
    await partners.read_organisation(organisation_id)
    return views.growth_view(await queries.growth(organisation_id))


@post(
    "/startup-applications/{application_id:uuid}/accept",
    operation_id="accept_office_startup",
    status_code=204,
    guards=WRITE,
    responses=web.problems(
        programmes.ApplicationUnknown,
        programmes.ApplicationDecided,
        programmes.CompanyRefused,
        programmes.NotEligible,
        programmes.AlreadyIn,
        programmes.OtherTrack,
    ),
)
async def accept(
    data: JSONBody[StartupReasonIn], application_id: FromPath[UUID], principal: web.Caller
) -> None:
    """It is in the programme and has its credit."""
    await actions.accept_application(
        application_id, reason=data.reason, now=datetime.now(UTC), actor=principal.actor
    )


@post(
    "/graduations/{graduation_id:uuid}/accept",
    operation_id="accept_office_graduation",
    status_code=204,
    guards=WRITE,
    responses=web.problems(
        rules.GraduationUnknown,
        rules.GraduationDecided,
        rules.BadGraduation,
        identity.OwnOrganisation,
        programmes.NotIn,
        programmes.OtherTrack,
        programmes.LevelJustChanged,
    ),
)
async def accept_graduation(
    data: JSONBody[GraduationAcceptedIn], graduation_id: FromPath[UUID], principal: web.Caller
) -> None:
    """It is an editor from that day on."""
    await actions_graduation.accept_graduation(
        graduation_id,
        reason=data.reason,
        effective_on=data.effective_on,
        now=datetime.now(UTC),
        actor=principal.actor,
    )


@post(
    "/graduations/{graduation_id:uuid}/refuse",
    operation_id="refuse_office_graduation",
    status_code=204,
    guards=WRITE,
    responses=web.problems(rules.GraduationUnknown, rules.GraduationDecided),
)
async def refuse_graduation(
    data: JSONBody[StartupReasonIn], graduation_id: FromPath[UUID], principal: web.Caller
) -> None:
    """It stays a start-up and reads why."""
    await actions_graduation.refuse_graduation(
        graduation_id, reason=data.reason, now=datetime.now(UTC), actor=principal.actor
    )


portal = [read_mine, read_my_growth, apply_for_mine, ask_for_mine, withdraw_mine]
office = [
    list_all,
    export,
    read_theirs,
    read_their_growth,
    accept,
    accept_graduation,
    refuse_graduation,
]
