"""The office evaluates everybody: tries it, does it, and reads what came of it."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import programmes, web
from backend.core import PARIS
from backend.scorecards import queries, requests, routes, rules, runs

READ = [web.requires("office:programme:read")]
WRITE = [web.requires("office:programme:write")]
ROWS = 500

CodePath = Annotated[str, msgspec.Meta(max_length=40)]
Settled = Literal[
    "keep", "promote", "announce", "announce_anew", "cancel", "cancel_and_promote", "left", "open"
]


class FollowsCount(msgspec.Struct):
    """For how many; `open`: not settled yet."""

    follows: Settled
    organisations: int


class RunView(msgspec.Struct):
    """One evaluation of a programme over the twelve months before `to_on`.

    `promotions` looks only for those who rise or recover.
    """

    id: UUID
    programme: str
    kind: rules.RunKind
    from_on: date
    to_on: date
    evaluated_at: datetime
    organisations: int
    follows: list[FollowsCount]


class RunCardView(msgspec.Struct):
    """What the facts said of one organisation, and what followed; null: not settled yet."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    held: str
    level: str
    follows: rules.Follows | None
    points: list[routes.PointView]


class ForeseenView(msgspec.Struct):
    """What would follow for one organisation."""

    organisation_id: UUID
    organisation_name: str
    held: str
    level: str
    follows: programmes.Verdict
    points: list[routes.PointView]


class ForesightView(msgspec.Struct):
    """An evaluation as of this day, of which nothing was written: the first 500 that would move."""

    programme: str
    on: date
    organisations: int
    follows: list[FollowsCount]
    measures: list[rules.MeasureName]
    moves: list[ForeseenView]


class LastAsked(msgspec.Struct):
    """Null: nobody asked for one yet."""

    request: requests.EvaluationRequest | None


class RunIn(msgspec.Struct, forbid_unknown_fields=True):
    """`quarterly` evaluates everybody; `promotions` only lets rise and recover."""

    kind: rules.RunKind = "quarterly"


@get(
    "/programmes/{programme:str}/evaluations",
    operation_id="list_office_evaluations",
    guards=READ,
    responses=web.problems(programmes.ProgrammeUnknown, web.BadCursor),
)
async def list_evaluations(
    programme: FromPath[CodePath],
    principal: web.Caller,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[RunView]:
    """Evaluations of the programme, newest first."""
    await programmes.read_programme(programme)
    rows = await runs.list_runs(programme, after=web.read_id(after, UUID), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row["id"],), _run)


@post(
    "/programmes/{programme:str}/evaluations/preview",
    operation_id="preview_office_evaluation",
    status_code=200,
    guards=READ,
    responses=web.problems(programmes.ProgrammeUnknown, rules.NoRequirements),
)
async def preview(programme: FromPath[CodePath], principal: web.Caller) -> ForesightView:
    """Who would rise, be told of a fall, or recover, if everybody were evaluated today."""
    now = datetime.now(UTC)
    on = now.astimezone(PARIS).date()
    seen = await runs.foresee(programme, on, now)
    return ForesightView(
        programme=programme,
        on=on,
        organisations=seen.organisations,
        follows=_counts(list(seen.follows), list(seen.follows.values())),
        measures=list((await queries.measure_names()).values()),
        moves=[
            ForeseenView(
                each.organisation_id, each.name, each.held, each.level, each.follows,
                routes.point_views(each.points),
            )
            for each in seen.moves[:ROWS]
        ],
    )  # fmt: skip


@post(
    "/programmes/{programme:str}/evaluations",
    operation_id="create_office_evaluation",
    status_code=202,
    guards=WRITE,
    responses=web.problems(programmes.ProgrammeUnknown, rules.NoRequirements),
)
async def ask(
    data: JSONBody[RunIn], programme: FromPath[CodePath], principal: web.Caller
) -> requests.EvaluationRequest:
    """A worker evaluates everybody as of today; a second time on one day only finishes the first.

    While one is under way, that one is answered.
    """
    now = datetime.now(UTC)
    on = now.astimezone(PARIS).date()
    return await requests.ask_evaluation(programme, data.kind, on, now=now, actor=principal.actor)


@get(
    "/programmes/{programme:str}/evaluations/last-asked",
    operation_id="read_office_evaluation_request",
    guards=READ,
    responses=web.problems(programmes.ProgrammeUnknown),
)
async def read_last_asked(programme: FromPath[CodePath], principal: web.Caller) -> LastAsked:
    """How far the evaluation is that was asked for last, if one was."""
    await programmes.read_programme(programme)
    return LastAsked(await requests.last_request(programme))


@get(
    "/evaluations/{run_id:uuid}",
    operation_id="read_office_evaluation",
    guards=READ,
    responses=web.problems(rules.RunUnknown),
)
async def read_evaluation(run_id: FromPath[UUID], principal: web.Caller) -> RunView:
    """One evaluation, with what followed for how many."""
    return _run(await runs.read_run(run_id))


@get(
    "/evaluations/{run_id:uuid}/scorecards",
    operation_id="list_office_evaluation_scorecards",
    guards=READ,
    responses=web.problems(rules.RunUnknown, web.BadCursor),
)
async def list_cards(
    run_id: FromPath[UUID],
    principal: web.Caller,
    follows: FromQuery[Settled | None] = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[RunCardView]:
    """The evaluation's scorecards, each point with what was asked and what was measured."""
    await runs.read_run(run_id)
    rows = await runs.run_cards(
        run_id, follows=follows, after=web.read_id(after, UUID), limit=limit + 1
    )
    points = await queries.points_of([row["id"] for row in rows])
    return web.page(
        rows,
        limit,
        lambda row: (row["id"],),
        lambda row: RunCardView(
            id=row["id"],
            organisation_id=row["organisation_id"],
            organisation_name=row["name"],
            held=row["held"],
            level=row["level"],
            follows=row["follows"],
            points=routes.point_views(points[row["id"]]),
        ),
    )


def _run(row: asyncpg.Record) -> RunView:
    return RunView(
        id=row["id"],
        programme=row["programme"],
        kind=row["kind"],
        from_on=row["from_on"],
        to_on=row["to_on"],
        evaluated_at=row["evaluated_at"],
        organisations=row["organisations"],
        follows=_counts(row["follows"], row["numbers"]),
    )


def _counts(follows: list[Settled] | list[str], numbers: list[int]) -> list[FollowsCount]:
    return [
        FollowsCount(msgspec.convert(one, Settled), number)
        for one, number in zip(follows, numbers, strict=True)
    ]


office = [list_evaluations, preview, ask, read_last_asked, read_evaluation, list_cards]
