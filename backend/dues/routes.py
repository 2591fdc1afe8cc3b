"""Receivables: what is owed to the operator, in the office; what one owes, in the portal."""

from datetime import UTC, date, datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import get
from litestar.params import FromQuery

from backend import web
from backend.core import PARIS, Money
from backend.settlement import queries_owing

Age = Literal["0-30", "31-60", "61-90", "90+"]


class Receivable(msgspec.Struct):
    """`left` = `carried` by the last statement - `paid` since; `age_days` since it is owed."""

    organisation_id: UUID
    organisation_reference: str
    organisation_name: str
    statement_id: UUID
    statement_number: str
    carried: Money
    paid: Money
    left: Money
    owed_since: date
    age_days: int


class ReceivablesOfAge(msgspec.Struct):
    """Of this age in days (money rule f6)."""

    age: Age
    organisations: int
    left: Money


@get(
    "/receivables",
    operation_id="list_office_receivables",
    guards=[web.requires("office:settlement:read")],
    responses=web.problems(web.BadCursor),
)
async def list_all(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[Receivable]:
    """Who owes the operator money by its last closed statement, less what was paid since."""
    return await _page(organisation_id, limit, after)


@get(
    "/receivables/ages",
    operation_id="read_office_receivables_ages",
    guards=[web.requires("office:settlement:read")],
)
async def read_ages(principal: web.Caller) -> list[ReceivablesOfAge]:
    """What is owed in all, by its age."""
    today = datetime.now(UTC).astimezone(PARIS).date()
    return [
        ReceivablesOfAge(row["age"], row["organisations"], _money(row, "left"))
        for row in await queries_owing.sum_owing(today)
    ]


@get(
    "/receivables",
    operation_id="list_portal_receivables",
    guards=[web.requires("portal:statement:read")],
    responses=web.problems(web.BadCursor),
)
async def list_mine(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[Receivable]:
    """What the organisation owes the operator, in each currency."""
    return await _page(principal.organisation, limit, after)


async def _page(
    organisation_id: UUID | None, limit: int, after: str | None
) -> web.Page[Receivable]:
    rows = await queries_owing.list_owing(
        organisation_id=organisation_id, after=web.read_id(after, UUID), limit=limit + 1
    )
    today = datetime.now(UTC).astimezone(PARIS).date()
    return web.page(rows, limit, lambda row: (row["statement_id"],), lambda r: _view(r, today))


def _view(row: asyncpg.Record, today: date) -> Receivable:
    return Receivable(
        organisation_id=row["organisation_id"],
        organisation_reference=row["reference"],
        organisation_name=row["name"],
        statement_id=row["statement_id"],
        statement_number=row["number"],
        carried=_money(row, "carried"),
        paid=_money(row, "paid"),
        left=_money(row, "left"),
        owed_since=row["owed_since"],
        age_days=(today - row["owed_since"]).days,
    )


def _money(row: asyncpg.Record, name: str) -> Money:
    return Money(row[f"{name}_minor"], row["currency"])


portal = [list_mine]
office = [list_all, read_ages]
