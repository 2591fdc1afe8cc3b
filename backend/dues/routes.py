"""What is owed to the operator: in the portal it is paid, in the office looked after."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.params import FromQuery, JSONBody

from backend import settlement, web
from backend.core import PARIS
from backend.dues import checkout, routes_office, rules, views


class DuePaymentIn(msgspec.Struct, forbid_unknown_fields=True):
    """All that is owed in this currency: how much is not the payer's to say."""

    currency: web.CurrencyCode = "EUR"


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


portal = [list_mine, pay]
office = [list_all, read_ages, *routes_office.office]
