"""Reports to download: all for the operator, its own statements for a partner."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream

from backend import settlement, web
from backend.core import BadMonth, Month
from backend.partners import OrganisationUnknown
from backend.reports import documents, rules

Kind = Annotated[str, msgspec.Meta(max_length=20, description="sales, payouts or statement")]
Form = FromQuery[Literal["csv", "json", "xlsx", "pdf"]]
Locale = FromQuery[Literal["international", "fr"]]
Language = FromQuery[Literal["fr", "en"]]
PartnerReference = Annotated[
    str | None, QueryParameter(max_length=100, description="whose statement: its reference")
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
    return await _file(found)


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
    return await _file(
        await documents.statement_report_of(
            statement_id, format, now=datetime.now(UTC), locale=locale, language=language
        )
    )


async def _file(report: documents.Report) -> Stream:
    """Refusals come with the first piece, so it is made before the answer has begun."""
    first = await anext(report.pieces)

    async def pieces() -> AsyncIterator[bytes]:
        yield first
        async for piece in report.pieces:
            yield piece

    return Stream(
        pieces(),
        media_type=report.media_type,
        headers={"content-disposition": f'attachment; filename="{report.name}"'},
    )


portal = [download_mine]
office = [download]
