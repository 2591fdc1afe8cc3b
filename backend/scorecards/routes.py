"""What is missing for the next level in the portal; requirements and evaluations in the office."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import partners, programmes, web
from backend.core import PARIS
from backend.scorecards import actions, queries, rules

MINE = [web.requires("portal:programme:read")]
READ = [web.requires("office:programme:read")]
WRITE = [web.requires("office:benefit:write")]

Code = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[a-z][a-z_]*$(?!\n)")]
CodePath = Annotated[str, msgspec.Meta(max_length=40)]
Name = Annotated[str, web.words(100)]
Note = Annotated[str, msgspec.Meta(max_length=500, pattern=web.ONE_LINE)]
AtLeast = Annotated[int, msgspec.Meta(ge=1, le=10**15)]


class RequirementIn(msgspec.Struct, forbid_unknown_fields=True):
    """Hundredths of a euro, basis points or a count, as the measure's unit says."""

    level: Code
    measure: rules.Measure
    at_least: AtLeast


class RequirementsIn(msgspec.Struct, forbid_unknown_fields=True):
    """The lowest level asks for nothing; a higher one never for less."""

    name: Name
    requirements: Annotated[list[RequirementIn], msgspec.Meta(min_length=1, max_length=100)]
    valid_from: web.Aware
    note: Note = ""


class PointView(msgspec.Struct):
    """`value` null: there was nothing to measure. `missing` 0: it is met."""

    level: str
    measure: rules.Measure
    at_least: int
    value: int | None
    missing: int


class ProgressView(msgspec.Struct):
    """Where the organisation is on the way to every level, as of this day."""

    programme: str
    level: str | None
    next_level: str | None
    on: date
    measures: list[rules.MeasureName]
    points: list[PointView]


class ScorecardView(msgspec.Struct):
    """One evaluation; `follows`: what came of it, null while that is being done."""

    id: UUID
    programme: str
    kind: rules.RunKind
    from_on: date
    to_on: date
    evaluated_at: datetime
    held: str
    level: str
    follows: rules.Follows | None
    points: list[PointView]


class WithdrawalIn(msgspec.Struct, forbid_unknown_fields=True):
    """Why what was announced will not begin."""

    reason: Annotated[str, web.words(500)]


class RequirementView(msgspec.Struct):
    level: str
    measure: rules.Measure
    at_least: int


class RequirementSetView(msgspec.Struct):
    id: UUID
    name: str
    valid_from: datetime
    note: str
    is_in_force: bool
    requirements: list[RequirementView]
    withdrawn: programmes.Withdrawn | None


class RequirementsView(msgspec.Struct):
    """All that was ever announced, the newest beginning first."""

    measures: list[rules.MeasureName]
    sets: list[RequirementSetView]


@get(
    "/programmes/{programme:str}/progress",
    operation_id="read_portal_progress",
    guards=MINE,
    responses=web.problems(programmes.ProgrammeUnknown, rules.NoRequirements),
)
async def read_my_progress(programme: FromPath[CodePath], principal: web.Caller) -> ProgressView:
    """What is measured of the organisation today, and what is missing for each level."""
    return await _progress(principal.organisation, programme)


@get("/scorecards", operation_id="list_portal_scorecards", guards=MINE)
async def list_mine(principal: web.Caller) -> list[ScorecardView]:
    """The organisation's last evaluations, newest first, each point explained."""
    return [_card(each) for each in await queries.list_scorecards(principal.organisation)]


@get(
    "/organisations/{organisation_id:uuid}/programmes/{programme:str}/progress",
    operation_id="read_office_progress",
    guards=READ,
    responses=web.problems(
        partners.OrganisationUnknown, programmes.ProgrammeUnknown, rules.NoRequirements
    ),
)
async def read_their_progress(
    organisation_id: FromPath[UUID], programme: FromPath[CodePath], principal: web.Caller
) -> ProgressView:
    """The same of any organisation."""
    await partners.read_organisation(organisation_id)
    return await _progress(organisation_id, programme)


@get(
    "/organisations/{organisation_id:uuid}/scorecards",
    operation_id="list_office_scorecards",
    guards=READ,
    responses=web.problems(partners.OrganisationUnknown),
)
async def list_theirs(
    organisation_id: FromPath[UUID], principal: web.Caller
) -> list[ScorecardView]:
    """Any organisation's last evaluations, newest first."""
    await partners.read_organisation(organisation_id)
    return [_card(each) for each in await queries.list_scorecards(organisation_id)]


@get(
    "/programmes/{programme:str}/requirements",
    operation_id="list_office_requirements",
    guards=READ,
    responses=web.problems(programmes.ProgrammeUnknown),
)
async def list_requirements(
    programme: FromPath[CodePath], principal: web.Caller
) -> RequirementsView:
    """What the levels ask for: in force, past and to come."""
    return await _requirements(programme)


@post(
    "/programmes/{programme:str}/requirements",
    operation_id="announce_office_requirements",
    guards=WRITE,
    responses=web.problems(
        programmes.ProgrammeUnknown,
        rules.BadRequirements,
        rules.RequirementsTooLate,
        rules.RequirementsTaken,
    ),
)
async def announce(
    data: JSONBody[RequirementsIn], programme: FromPath[CodePath], principal: web.Caller
) -> RequirementsView:
    """Other requirements from a moment to come on; evaluations before keep theirs."""
    wanted = {(each.level, each.measure): each.at_least for each in data.requirements}
    if len(wanted) < len(data.requirements):
        raise rules.BadRequirements("A level asks twice for the same measure.")
    await actions.announce_requirements(
        programme,
        data.name,
        wanted,
        valid_from=data.valid_from,
        note=data.note,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _requirements(programme)


@post(
    "/requirements/{set_id:uuid}/withdrawal",
    operation_id="withdraw_office_requirements",
    status_code=200,
    guards=WRITE,
    responses=web.problems(programmes.RuleUnknown, programmes.RuleBegan, programmes.RuleWithdrawn),
)
async def withdraw(
    data: JSONBody[WithdrawalIn], set_id: FromPath[UUID], principal: web.Caller
) -> RequirementsView:
    """Requirements that were announced and have not begun will not begin."""
    programme = await actions.withdraw_requirements(
        set_id, data.reason, now=datetime.now(UTC), actor=principal.actor
    )
    return await _requirements(programme)


async def _progress(organisation_id: UUID, programme: str) -> ProgressView:
    now = datetime.now(UTC)
    on = now.astimezone(PARIS).date()
    found = await programmes.read_programme(programme)
    points = await queries.progress(organisation_id, programme, on, now)
    level = await programmes.level_at(organisation_id, programme, now)
    rank = 0 if level is None else found.rank(level)
    above = [each.code for each in found.levels if each.rank > rank]
    return ProgressView(
        programme=programme,
        level=level,
        next_level=above[0] if above else None,
        on=on,
        measures=list((await queries.measure_names()).values()),
        points=point_views(points),
    )


async def _requirements(programme: str) -> RequirementsView:
    await programmes.read_programme(programme)
    rows = await queries.list_requirement_sets(programme)
    now = datetime.now(UTC)
    begun = [row["id"] for row in rows if row["valid_from"] <= now and row["withdrawn_at"] is None]
    sets = {
        row["id"]: RequirementSetView(
            row["id"],
            row["name"],
            row["valid_from"],
            row["note"],
            row["id"] in begun[:1],
            [],
            programmes.withdrawn_of(row),
        )
        for row in rows
    }
    for row in rows:
        sets[row["id"]].requirements.append(
            RequirementView(row["level"], row["measure"], row["at_least"])
        )
    return RequirementsView(list((await queries.measure_names()).values()), list(sets.values()))


def point_views(points: Sequence[rules.Point]) -> list[PointView]:
    """Each with what is missing of it."""
    return [
        PointView(each.level, each.measure, each.at_least, each.value, each.missing)
        for each in points
    ]


def _card(card: rules.Scorecard) -> ScorecardView:
    return ScorecardView(
        id=card.id,
        programme=card.programme,
        kind=card.kind,
        from_on=card.from_on,
        to_on=card.to_on,
        evaluated_at=card.evaluated_at,
        held=card.held,
        level=card.level,
        follows=card.follows,
        points=point_views(card.points),
    )


portal = [read_my_progress, list_mine]
office = [read_their_progress, list_theirs, list_requirements, announce, withdraw]
