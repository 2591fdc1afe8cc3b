"""Statements and what is owed by them: in the portal it is paid, in the office looked after."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import settlement, web
from backend.core import PARIS
from backend.dues import checkout, routes_office, rules, views


class DuePaymentIn(msgspec.Struct, forbid_unknown_fields=True):
    """All that is owed in this currency: how much is not the payer's to say."""

    currency: web.CurrencyCode = "EUR"


@get(
    "/statements/{statement_id:uuid}",
    operation_id="read_portal_statement",
    guards=[web.requires("portal:statement:read")],
    responses=web.problems(settlement.StatementUnknown),
)
async def read_mine(statement_id: FromPath[UUID], principal: web.Caller) -> views.StatementDetail:
    """One statement of the organisation with its VAT, and until when what it owes is paid."""
    row = await settlement.read_statement(statement_id)
    if row["organisation_id"] != principal.organisation:
        raise settlement.StatementUnknown(f"No statement has the id {statement_id}.")
    return await views.statement_detail(row)


@get(
    "/statements/{statement_id:uuid}",
    operation_id="read_office_statement",
    guards=[web.requires("office:settlement:read")],
    responses=web.problems(settlement.StatementUnknown),
)
async def read_one(statement_id: FromPath[UUID], principal: web.Caller) -> views.StatementDetail:
    """One statement with its VAT, and until when what it owes is paid."""
    return await views.statement_detail(await settlement.read_statement(statement_id))


@get(
    "/receivables",
    operation_id="list_portal_receivables",
    guards=[web.requires("portal:statement:read")],
    responses=web.problems(web.BadCursor),
)
async def list_mine(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[views.Receivable]:
    """What the organisation owes the operator, in each currency."""
    return await page(principal.organisation, limit, after)


@post(
    "/receivables/pay",
    operation_id="pay_portal_receivable",
    status_code=200,
    guards=[web.requires("portal:receivable:pay")],
    responses=web.problems(
        rules.NothingOwed,
        rules.PaymentUnderWay,
        rules.PaymentPageRefused,
        rules.PaymentPageUnavailable,
    ),
)
async def pay(
    data: JSONBody[DuePaymentIn], principal: web.Caller, request: Request[Any, Any, Any]
) -> views.PaymentPage:
    """The page on which all that is owed is paid, by card or debit: the same until it is over."""
    url = await checkout.pay(
        principal.organisation,
        data.currency,
        base_url=request.app.state.base_url,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return views.PaymentPage(url)


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
) -> web.Page[views.Receivable]:
    """Who owes the operator money by its last closed statement, less what was paid since."""
    return await page(organisation_id, limit, after)


@get(
    "/receivables/export",
    operation_id="download_office_receivables",
    guards=[web.requires("office:settlement:read")],
    media_type="text/csv",
)
async def export(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    locale: FromQuery[web.Locale] = "international",
) -> Response[str]:
    """Who owes the operator money, since when and what was written about it, as a CSV."""

    async def read(after: UUID | None, limit: int) -> list[asyncpg.Record]:
        return await settlement.list_owing(
            organisation_id=organisation_id, after=after, limit=limit
        )

    rows = await web.read_whole(read, lambda row: row["statement_id"])
    found = await views.receivables(rows, datetime.now(UTC))
    return web.csv_file("receivables", views.COLUMNS, map(views.receivable_cells, found), locale)


@get(
    "/receivables/ages",
    operation_id="read_office_receivables_ages",
    guards=[web.requires("office:settlement:read")],
)
async def read_ages(principal: web.Caller) -> list[views.ReceivablesOfAge]:
    """What is owed in all, by its age."""
    today = datetime.now(UTC).astimezone(PARIS).date()
    return views.ages(await settlement.sum_owing(today))


async def page(
    organisation_id: UUID | None, limit: int, after: str | None
) -> web.Page[views.Receivable]:
    rows = await settlement.list_owing(
        organisation_id=organisation_id, after=web.read_id(after, UUID), limit=limit + 1
    )
    seen = {row.statement_id: row for row in await views.receivables(rows, datetime.now(UTC))}
    return web.page(
        rows, limit, lambda row: (row["statement_id"],), lambda row: seen[row["statement_id"]]
    )


portal = [read_mine, list_mine, pay]
office = [read_one, list_all, export, read_ages, *routes_office.office]
