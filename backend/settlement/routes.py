"""Statements: a partner reads its own, each deduction explained; the operator closes months."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, QueryParameter

from backend import web
from backend.core import BadMonth, Month
from backend.settlement import actions, queries, rules
from backend.settlement.views import (
    CloseView,
    MonthView,
    StatementLine,
    StatementView,
    line_view,
    statement_view,
)

READ_MINE = [web.requires("portal:statement:read")]
READ = [web.requires("office:settlement:read")]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
MonthWanted = Annotated[
    str | None, QueryParameter(max_length=7, description="a month such as 2026-10")
]


@get(
    "/statements",
    operation_id="list_portal_statements",
    guards=READ_MINE,
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_mine(
    principal: web.Caller,
    order: web.Order = "oldest",
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[StatementView]:
    """The organisation's own statements, oldest first unless asked otherwise."""
    return await _page(principal.organisation, None, limit, after, newest=order == "newest")


@get(
    "/statements/{statement_id:uuid}/lines",
    operation_id="list_portal_statement_lines",
    guards=READ_MINE,
    responses=web.problems(rules.StatementUnknown, web.BadCursor),
)
async def list_my_lines(
    statement_id: FromPath[UUID],
    principal: web.Caller,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[StatementLine]:
    """Every sale and refund on it; each deduction explains itself."""
    return await _lines(await _own(statement_id, principal), limit, after)


@get(
    "/statements",
    operation_id="list_office_statements",
    guards=READ,
    responses=web.problems(web.BadCursor, BadMonth),
)
async def list_all(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    month: MonthWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[StatementView]:
    """Statements of all partners, or of one partner or month, oldest first."""
    return await _page(organisation_id, month, limit, after)


@get(
    "/statements/{statement_id:uuid}/lines",
    operation_id="list_office_statement_lines",
    guards=READ,
    responses=web.problems(rules.StatementUnknown, web.BadCursor),
)
async def list_lines(
    statement_id: FromPath[UUID],
    principal: web.Caller,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[StatementLine]:
    """Every sale and refund on it; each deduction explains itself."""
    return await _lines(await queries.read_statement(statement_id), limit, after)


@get(
    "/months/{month:str}",
    operation_id="read_office_month",
    guards=READ,
    responses=web.problems(BadMonth),
)
async def read_month(month: FromPath[web.MonthPath], principal: web.Caller) -> MonthView:
    """Whether a month is closed, since when and by whom."""
    found = await queries.read_close(Month.parse(month))
    if found is None:
        return MonthView(month, False, None, None, None, None)
    return MonthView(
        month,
        True,
        found["closed_at"],
        found["actor"],
        found["statement_count"],
        found["line_count"],
    )


@post(
    "/months/{month:str}/close",
    operation_id="close_office_month",
    status_code=200,
    guards=[web.requires("office:settlement:close")],
    responses=web.problems(
        BadMonth,
        rules.MonthStillOpen,
        rules.OlderMonth,
        rules.MonthSkipped,
        rules.NothingToClose,
    ),
)
async def close(
    month: FromPath[web.MonthPath], request: Request[Any, Any, Any], principal: web.Caller
) -> CloseView:
    """Draw every statement of the month and close it; closing it again changes nothing."""
    closed = await actions.close_month(
        Month.parse(month),
        minimum_hundredths=request.app.state.get(
            "payout_minimum_hundredths", rules.MINIMUM_HUNDREDTHS
        ),
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return CloseView(str(closed.month), closed.statement_count, closed.line_count, closed.new)


async def _own(statement_id: UUID, principal: web.Principal) -> asyncpg.Record:
    """Another organisation's statement is not there at all."""
    statement = await queries.read_statement(statement_id)
    if statement["organisation_id"] != principal.organisation:
        raise rules.StatementUnknown(f"No statement has the id {statement_id}.")
    return statement


async def _page(
    organisation_id: UUID | None,
    month: str | None,
    limit: int,
    after: str | None,
    *,
    newest: bool = False,
) -> web.Page[StatementView]:
    rows = await queries.list_statements(
        organisation_id=organisation_id,
        month=None if month is None else Month.parse(month),
        newest_first=newest,
        after=web.read_id(after, UUID),
        limit=limit + 1,
    )
    return web.page(rows, limit, lambda row: (row["id"],), statement_view)


async def _lines(
    statement: asyncpg.Record, limit: int, after: str | None
) -> web.Page[StatementLine]:
    behind = web.read_id(after, Number) or 0
    rows = await queries.statement_lines(statement, after=behind, limit=limit + 1)
    return web.page(rows, limit, lambda row: (row["id"],), line_view)


portal = [list_mine, list_my_lines]
office = [list_all, list_lines, read_month, close]
