"""Start-up credits and wholesalers' margins: an organisation's own, all for the operator."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import identity, partners, web
from backend.charges import actions_credit, queries, queries_credit, queries_network, views
from backend.charges.rules_credit import BadGrant, GrantUnknown
from backend.core import BadMonth, Money, Month

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
    "/margins/totals",
    operation_id="read_portal_margins_totals",
    guards=READ_MINE,
    responses=web.problems(web.BadRequest, BadMonth),
)
async def sum_my_margins(
    principal: web.Caller, month: MonthWanted = None
) -> list[views.MarginsTotal]:
    """What the margins of such a list come to, in each currency."""
    return await _margins_totals(principal.organisation, month)


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
    "/credits/{credit_id:uuid}/uses",
    operation_id="list_portal_credit_uses",
    guards=READ_MINE,
    responses=web.problems(web.BadCursor, GrantUnknown),
)
async def list_my_uses(
    credit_id: FromPath[UUID],
    principal: web.Caller,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.CreditUse]:
    """What one credit of the organisation paid, and what came back to it, in order."""
    grant = await queries_credit.read_grant(credit_id)
    if grant["organisation_id"] != principal.organisation:
        raise GrantUnknown(f"No credit has the id {credit_id}.")
    return await _uses(grant, limit, after)


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
    "/margins/totals",
    operation_id="read_office_margins_totals",
    guards=READ,
    responses=web.problems(web.BadRequest, BadMonth),
)
async def sum_margins(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    month: MonthWanted = None,
) -> list[views.MarginsTotal]:
    """What the margins of such a list come to, in each currency."""
    return await _margins_totals(organisation_id, month)


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
    responses=web.problems(BadGrant, partners.OrganisationUnknown, identity.OwnOrganisation),
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


@get(
    "/credits/{credit_id:uuid}/uses",
    operation_id="list_office_credit_uses",
    guards=READ,
    responses=web.problems(web.BadCursor, GrantUnknown),
)
async def list_uses(
    credit_id: FromPath[UUID],
    principal: web.Caller,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.CreditUse]:
    """What one credit paid, and what came back to it, in order."""
    return await _uses(await queries_credit.read_grant(credit_id), limit, after)


async def _uses(grant: asyncpg.Record, limit: int, after: str | None) -> web.Page[views.CreditUse]:
    rows = await queries_credit.list_uses(
        grant["id"], after=web.read_id(after, Number) or 0, limit=limit + 1
    )
    return web.page(
        rows, limit, lambda row: (row["id"],), lambda row: views.use_view(row, grant["currency"])
    )


async def _margins_totals(
    organisation_id: UUID | None, month: str | None
) -> list[views.MarginsTotal]:
    rows = await queries.sum_margins(organisation_id, None if month is None else Month.parse(month))
    return [
        views.MarginsTotal(row["lines"], Money(row["margin_minor"], row["currency"]))
        for row in rows
    ]


async def _margins(
    organisation_id: UUID | None, month: str | None, limit: int, after: str | None
) -> web.Page[views.MarginView]:
    rows = await queries.list_margins(
        organisation_id=organisation_id,
        month=None if month is None else Month.parse(month),
        after=web.read_id(after, Number),
        limit=limit + 1,
    )
    names = await queries_network.names_of([row["consumer_id"] for row in rows])
    return web.page(
        rows, limit, lambda row: (row["id"],), lambda row: views.margin_view(row, names)
    )


async def _credits(
    organisation_id: UUID | None, limit: int, after: str | None
) -> web.Page[views.CreditView]:
    rows = await queries_credit.list_grants(
        organisation_id=organisation_id, after=web.read_id(after, UUID), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row["id"],), views.credit_view)


portal = [list_my_margins, sum_my_margins, list_my_credits, list_my_uses]
office = [list_margins, sum_margins, list_credits, list_uses, grant]
