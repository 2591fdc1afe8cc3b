"""Reports to download, and the audit log: all for the operator, its own for a partner."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from backend import audit, sales, settlement, web
from backend.core import BadMonth, Month
from backend.partners import OrganisationUnknown
from backend.reports import documents, routes_alarms, routes_charges, rules
from backend.reports.routes_charges import file_answer

Kind = Annotated[str, msgspec.Meta(max_length=20, description="sales, payouts or statement")]
Form = FromQuery[Literal["csv", "json", "xlsx", "pdf"]]
Locale = FromQuery[Literal["international", "fr"]]
Language = FromQuery[Literal["fr", "en"]]
PartnerReference = Annotated[
    str | None, QueryParameter(max_length=100, description="whose statement: its reference")
]

SoldMonth = Annotated[
    str | None, QueryParameter(max_length=7, description="posted in a month such as 2026-10")
]
SaleReference = Annotated[
    str | None, QueryParameter(max_length=150, description="its reference, or its beginning")
]

OfOrganisation = Annotated[
    UUID | None, QueryParameter(description="whose changes; absent: the operator's own")
]

ANY_FORM = "*/*"
"""In the document: the type follows from `format`."""


@get(
    "/reports/{kind:str}/{month:str}",
    operation_id="download_office_report",
    guards=[web.requires("office:report:read")],
    media_type=ANY_FORM,
    responses=web.problems(
        rules.ReportUnknown,
        rules.FormatUnknown,
        BadMonth,
        OrganisationUnknown,
        rules.TooManyRows,
        web.BadRequest,
    ),
)
async def download(
    kind: FromPath[Kind],
    month: FromPath[web.MonthPath],
    principal: web.Caller,
    format: Form = "csv",
    locale: Locale = "international",
    language: Language = "fr",
    partner: PartnerReference = None,
) -> Response[Any]:
    """The sales or payouts of a month, or one partner's statement of it."""
    how: Any = {"now": datetime.now(UTC), "locale": locale, "language": language}
    wanted = Month.parse(month)
    if kind == "statement":
        if not partner:
            error = web.FieldError("It is missing", "partner", "query")
            raise web.BadRequest("Say whose statement: `partner=`.", errors=[error])
        found = await documents.statement_report(partner, wanted, format, **how)
    elif kind == "payouts":
        found = await documents.payout_report(wanted, format, **how)
    else:
        rules.check_form(kind, format, locale, language)
        found = await documents.sales_report(wanted, format, **how)
    return await file_answer(found)


@get(
    "/statements/{statement_id:uuid}/report",
    operation_id="download_portal_statement",
    guards=[web.requires("portal:statement:read")],
    media_type=ANY_FORM,
    responses=web.problems(settlement.StatementUnknown),
)
async def download_mine(
    statement_id: FromPath[UUID],
    principal: web.Caller,
    format: Form = "pdf",
    locale: Locale = "international",
    language: Language = "fr",
) -> Response[Any]:
    """One statement of the organisation; its bytes never change."""
    statement = await settlement.read_statement(statement_id)
    if statement["organisation_id"] != principal.organisation:
        raise settlement.StatementUnknown(f"No statement has the id {statement_id}.")
    return await file_answer(
        await documents.statement_report_of(
            statement_id, format, now=datetime.now(UTC), locale=locale, language=language
        )
    )


@get(
    "/sales/export",
    operation_id="download_portal_sales",
    guards=[web.requires("portal:sale:read")],
    media_type="text/csv",
    responses=web.problems(web.BadRequest, BadMonth),
)
async def download_my_sales(
    principal: web.Caller,
    month: SoldMonth = None,
    kind: FromQuery[Literal["sale", "refund"] | None] = None,
    listing_id: FromQuery[UUID | None] = None,
    reference: SaleReference = None,
    locale: Locale = "international",
) -> Response[Any]:
    """The same sales as the list with the same filters, all of them, as a CSV."""
    wanted = sales.Wanted(
        organisation_id=principal.organisation,
        month=None if month is None else Month.parse(month),
        kind=kind,
        listing_id=listing_id,
        reference=reference,
    )
    name = f"sales-{month or 'all'}"
    return await file_answer(
        await documents.own_sales_report(wanted, name, now=datetime.now(UTC), locale=locale)
    )


class ChangeView(msgspec.Struct):
    """One change, before and after; `hash` follows from it and from the change before it."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    hash: str


@get(
    "/audit",
    operation_id="list_office_changes",
    guards=[web.requires("office:audit:read")],
    responses=web.problems(web.BadCursor),
)
async def list_changes(
    principal: web.Caller,
    organisation: OfOrganisation = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[ChangeView]:
    """Who changed what, newest first: the operator's own chain, or an organisation's."""
    return await _changes(organisation, limit, after)


@get(
    "/audit",
    operation_id="list_portal_changes",
    guards=[web.requires("portal:audit:read")],
    responses=web.problems(web.BadCursor),
)
async def list_my_changes(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[ChangeView]:
    """Who changed what of the organisation, newest first."""
    return await _changes(principal.organisation, limit, after)


async def _changes(chain: UUID | None, limit: int, after: str | None) -> web.Page[ChangeView]:
    rows = await audit.list_changes(chain, before=web.read_id(after, int), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row["number"],), _change)


def _change(row: asyncpg.Record) -> ChangeView:
    facts = dict(row)
    for name in ("before", "after"):
        facts[name] = None if row[name] is None else msgspec.json.decode(row[name])
    return ChangeView(**facts)


portal = [download_mine, download_my_sales, *routes_charges.portal, list_my_changes]
office = [download, *routes_charges.office, list_changes, *routes_alarms.office]
