"""Start-up credits and wholesalers' margins: an organisation's own, all for the operator."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromQuery, JSONBody, QueryParameter

from backend import partners, web
from backend.charges import actions_credit, queries, queries_credit, views
from backend.charges.rules_credit import BadGrant
from backend.core import BadMonth, Month

Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
MonthWanted = Annotated[
    str | None, QueryParameter(max_length=7, description="posted in a month such as 2026-10")
]
READ_MINE = [web.requires("portal:charge:read")]
READ = [web.requires("office:charge:read")]
REFUSED = (web.BadCursor, web.BadRequest, BadMonth)


class CreditIn(msgspec.Struct, forbid_unknown_fields=True):
    """Both days are included; `granted_on` may be past: what was used since is not paid by it."""

    organisation_id: UUID
    amount: web.MoneyIn
    granted_on: date
    expires_on: date
    reason: web.Line


@get(
    "/margins",
    operation_id="list_portal_margins",
    guards=READ_MINE,
    responses=web.problems(*REFUSED),
)
async def list_my_margins(
    principal: web.Caller,
    month: MonthWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.MarginView]:
    """What a wholesaler earned of its resellers' invoices, newest first."""
    return await _margins(principal.organisation, month, limit, after)


@get(
    "/credits",
    operation_id="list_portal_credits",
    guards=READ_MINE,
    responses=web.problems(web.BadCursor),
)
async def list_my_credits(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[views.CreditView]:
    """The organisation's credits for infrastructure, newest first."""
    return await _credits(principal.organisation, limit, after)


@get(
    "/margins",
    operation_id="list_office_margins",
    guards=READ,
    responses=web.problems(*REFUSED),
)
async def list_margins(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    month: MonthWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.MarginView]:
    """What wholesalers earned of their resellers' invoices, newest first."""
    return await _margins(organisation_id, month, limit, after)


@get(
    "/credits",
    operation_id="list_office_credits",
    guards=READ,
    responses=web.problems(web.BadCursor),
)
async def list_credits(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.CreditView]:
    """Credits for infrastructure, newest first: all, or those of one organisation."""
    return await _credits(organisation_id, limit, after)


@post(
    "/credits",
    operation_id="grant_office_credit",
    guards=[web.requires("office:charge:write")],
    responses=web.problems(BadGrant, partners.OrganisationUnknown),
)
async def grant(data: JSONBody[CreditIn], principal: web.Caller) -> views.CreditView:
    """The organisation may pay with it for infrastructure (money rule j)."""
    await partners.read_organisation(data.organisation_id)
    made = await actions_credit.grant_credit(
        data.organisation_id,
        data.amount.money(),
        granted_on=data.granted_on,
        expires_on=data.expires_on,
        reason=data.reason,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return views.credit_view(await queries_credit.read_grant(made))


async def _margins(
    organisation_id: UUID | None, month: str | None, limit: int, after: str | None
) -> web.Page[views.MarginView]:
    rows = await queries.list_margins(
        organisation_id=organisation_id,
        month=None if month is None else Month.parse(month),
        after=web.read_id(after, Number),
        limit=limit + 1,
    )
    return web.page(rows, limit, lambda row: (row["line_id"],), views.margin_view)


async def _credits(
    organisation_id: UUID | None, limit: int, after: str | None
) -> web.Page[views.CreditView]:
    rows = await queries_credit.list_grants(
        organisation_id=organisation_id, after=web.read_id(after, UUID), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row["id"],), views.credit_view)


portal = [list_my_margins, list_my_credits]
office = [list_margins, list_credits, grant]
