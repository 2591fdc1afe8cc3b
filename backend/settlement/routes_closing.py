"""Months for the operator: all of them, and the closing of one as it happens."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Literal

import asyncpg
import msgspec
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage

from backend import web
from backend.core import BadMonth, Money, Month
from backend.settlement import closing, queries_month, rules

READ = [web.requires("office:settlement:read")]
ClosingState = Literal["asked", "running", "done", "failed"]
LOOK_EVERY_S = 0.3
LONGEST_S = 300
"""A browser that still listens then connects again by itself."""


class ClosingView(msgspec.Struct):
    """`phase` says what is being done, `done` of `total` statements; a failure says why."""

    month: str
    state: ClosingState
    phase: rules.Phase
    done: int
    total: int
    actor: str
    asked_at: datetime
    changed_at: datetime
    statement_count: int | None
    line_count: int | None
    is_new: bool | None
    problem_code: str | None
    problem_detail: str | None


class MonthTotals(msgspec.Struct):
    """`net_sold` = `partners` + `operator`. `due` and `carried`: closed months only."""

    net_sold: Money
    partners: Money
    operator: Money
    due: Money
    carried: Money


class MonthLine(msgspec.Struct):
    """`is_over`: it may be closed. `closing`: the last one that was asked for, if any.

    `totals`: one of each currency.
    """

    month: str
    is_over: bool
    is_closed: bool
    closing: ClosingState | None
    closed_at: datetime | None
    actor: str | None
    statement_count: int | None
    line_count: int
    totals: list[MonthTotals]


class Months(msgspec.Struct):
    items: list[MonthLine]


@get("/months", operation_id="list_office_months", guards=READ)
async def list_months(principal: web.Caller) -> Months:
    """Every month of the books, newest first, with what was sold in it."""
    now = datetime.now(UTC)
    months: dict[Any, MonthLine] = {}
    for row in await queries_month.list_months(now):
        line = months.get(row["month"])
        if line is None:
            line = months[row["month"]] = MonthLine(
                month=str(Month(row["month"])),
                is_over=now >= Month(row["month"]).end,
                is_closed=row["closed_at"] is not None,
                closing=row["closing"],
                closed_at=row["closed_at"],
                actor=row["actor"],
                statement_count=row["statement_count"],
                line_count=0,
                totals=[],
            )
        if row["currency"] is not None:
            line.line_count += row["line_count"]
            line.totals.append(_totals(row))
    return Months(list(months.values()))


@post(
    "/months/{month:str}/closing",
    operation_id="start_office_closing",
    status_code=202,
    guards=[web.requires("office:settlement:close")],
    responses=web.problems(BadMonth, rules.MonthStillOpen),
)
async def start_closing(
    month: FromPath[web.MonthPath], request: Request[Any, Any, Any], principal: web.Caller
) -> ClosingView:
    """Have the month closed by a worker; asking again while it is under way changes nothing."""
    return _view(
        await closing.ask_closing(
            Month.parse(month),
            minimum_hundredths=request.app.state.get(
                "payout_minimum_hundredths", rules.MINIMUM_HUNDREDTHS
            ),
            now=datetime.now(UTC),
            actor=principal.actor,
        )
    )


@get(
    "/months/{month:str}/closing",
    operation_id="read_office_closing",
    guards=READ,
    responses=web.problems(BadMonth, rules.ClosingUnknown),
)
async def read_closing(month: FromPath[web.MonthPath], principal: web.Caller) -> ClosingView:
    """How far the last closing of the month is."""
    return _view(await closing.read_closing(Month.parse(month)))


@get(
    "/months/{month:str}/closing/events",
    operation_id="watch_office_closing",
    media_type="text/event-stream",
    guards=READ,
    responses=web.problems(BadMonth, rules.ClosingUnknown),
)
async def watch_closing(month: FromPath[web.MonthPath], principal: web.Caller) -> ServerSentEvent:
    """Each step of the closing as it happens, as server-sent events of `ClosingView`."""
    wanted = Month.parse(month)
    first = _view(await closing.read_closing(wanted))

    async def views() -> AsyncIterator[ServerSentEventMessage]:
        seen = first
        yield _message(seen)
        for _ in range(int(LONGEST_S / LOOK_EVERY_S)):
            if seen.state in ("done", "failed"):
                return
            await asyncio.sleep(LOOK_EVERY_S)
            now = _view(await closing.read_closing(wanted))
            if now != seen:
                seen = now
                yield _message(seen)

    return ServerSentEvent(views())


def _message(view: ClosingView) -> ServerSentEventMessage:
    return ServerSentEventMessage(data=msgspec.json.encode(view).decode(), event="closing")


def _view(row: asyncpg.Record) -> ClosingView:
    facts = dict(row)
    return msgspec.convert(
        {
            **facts,
            "month": str(Month(row["month"])),
            "done": row["done_count"],
            "total": row["total_count"],
        },
        ClosingView,
    )


def _totals(row: asyncpg.Record) -> MonthTotals:
    names = ("net", "partner", "operator", "due", "carried")
    return MonthTotals(*(Money(row[f"{name}_minor"], row["currency"]) for name in names))


office = [list_months, start_closing, read_closing, watch_closing]
