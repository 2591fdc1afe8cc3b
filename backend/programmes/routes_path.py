"""The way through a programme: one's applications, what each level gives, then, now and soon."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromPath, QueryParameter

from backend import web
from backend.programmes import queries, queries_benefit, rules, views
from backend.programmes.routes import MINE, CodePath

At = Annotated[web.Aware | None, QueryParameter(description="as of this moment; now if absent")]

FIRST = datetime(1970, 1, 3, tzinfo=UTC)
"""What is shipped was in force then; nothing was before."""


class LevelGives(msgspec.Struct):
    level: views.LevelView
    benefits: list[views.BenefitView]


class LevelsThen(msgspec.Struct):
    """`held`: the organisation's own level at the moment `at`, null: it was not in the programme.
    `changes_at`: announced moments at which what levels give will change.
    """

    at: datetime
    held: str | None
    levels: list[LevelGives]
    changes_at: list[datetime]


@get("/programmes/applications", operation_id="list_portal_applications", guards=MINE)
async def list_my_applications(principal: web.Caller) -> list[views.ApplicationView]:
    """Every application of the organisation with its answer, newest first."""
    rows = await queries.list_applications(organisation_id=principal.organisation)
    return [views.application_view(row) for row in rows]


@get(
    "/programmes/{programme:str}/levels",
    operation_id="read_portal_levels",
    guards=MINE,
    responses=web.problems(rules.ProgrammeUnknown),
)
async def read_levels(
    programme: FromPath[CodePath], principal: web.Caller, at: At = None
) -> LevelsThen:
    """What each level of the programme gives at a moment, in figures, and which one was held."""
    now = datetime.now(UTC)
    moment = at or now
    found = await queries.read_programme(programme)
    as_of = max(moment, FIRST)
    benefits = views.benefit_views(
        await queries_benefit.benefits_of(found.code, as_of),
        await queries_benefit.discount_matrix_at(as_of),
        await queries_benefit.tier_table_at(as_of),
        await queries_benefit.settings_at(as_of),
    )
    return LevelsThen(
        at=moment,
        held=await queries.level_at(principal.organisation, found.code, moment),
        levels=[
            LevelGives(level, [each for each in benefits if each.level == level.code])
            for level in views.programme_view(found).levels
        ],
        changes_at=await queries_benefit.changes_after(found.code, now),
    )


portal = [list_my_applications, read_levels]
