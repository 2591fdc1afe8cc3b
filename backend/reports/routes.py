"""Reports to download: all for the operator, its own for a partner."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from backend import ledger, sales, settlement, web
from backend.core import BadMonth, Month
from backend.partners import OrganisationUnknown
from backend.reports import documents, routes_alarms, routes_audit, routes_charges, rules
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
SoldThrough = Annotated[
    str | None, QueryParameter(max_length=7, description="from `month` to this one")
]
AccountNumber = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
SaleReference = Annotated[
    str | None, QueryParameter(max_length=150, description="its reference, or its beginning")
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
        await documents.own_sales_report(
            wanted, name, now=datetime.now(UTC), locale=locale, managed=False
        )
    )


@get(
    "/sales/export",
    operation_id="download_office_sales",
    guards=[web.requires("office:sale:read")],
    media_type="text/csv",
    responses=web.problems(web.BadRequest, BadMonth),
)
async def download_sales(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    month: SoldMonth = None,
    through: SoldThrough = None,
    kind: FromQuery[Literal["sale", "refund"] | None] = None,
    channel: FromQuery[sales.Channel | None] = None,
    buyer_segment: FromQuery[sales.Segment | None] = None,
    source: FromQuery[Literal["import", "order"] | None] = None,
    currency: FromQuery[web.CurrencyCode | None] = None,
    reference: SaleReference = None,
    locale: Locale = "international",
) -> Response[Any]:
    """The same sales as the list with the same filters, all of them, as a CSV; who managed the
    buyer stands in it for who may see orders.
    """
    wanted = sales.Wanted(
        organisation_id=organisation_id,
        month=None if month is None else Month.parse(month),
        through=None if through is None else Month.parse(through),
        kind=kind,
        channel=channel,
        buyer_segment=buyer_segment,
        source=source,
        currency=currency,
        reference=reference,
    )
    name = "-to-".join(["sales-" + (month or "all"), *([through] if through else [])])
    return await file_answer(
        await documents.own_sales_report(
            wanted,
            name,
            now=datetime.now(UTC),
            locale=locale,
            managed=principal.may("office:order:read"),
        )
    )


@get(
    "/ledger/accounts/{account_id:int}/export",
    operation_id="download_office_account",
    guards=[web.requires("office:ledger:read")],
    media_type="text/csv",
    responses=web.problems(ledger.AccountUnknown, web.BadRequest, BadMonth),
)
async def download_account(
    account_id: FromPath[AccountNumber],
    principal: web.Caller,
    month: SoldMonth = None,
    locale: Locale = "international",
) -> Response[Any]:
    """Every posting to or from one account, of all months or of one, as a CSV."""
    return await file_answer(
        await documents.account_report(
            account_id, None if month is None else Month.parse(month), locale=locale
        )
    )


portal = [download_mine, download_my_sales, *routes_charges.portal, *routes_audit.portal]
office = [
    download,
    download_sales,
    download_account,
    *routes_charges.office,
    *routes_audit.office,
    *routes_alarms.office,
]
