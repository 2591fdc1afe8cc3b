"""Charges as a file: a payer's own, all for the operator."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from litestar import get
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from backend import charges, web
from backend.core import BadMonth, Month
from backend.programmes import Environment
from backend.reports.documents import Report
from backend.reports.documents_charges import charges_report, credits_report, margins_report

Locale = FromQuery[Literal["international", "fr"]]
MonthWanted = Annotated[
    str | None, QueryParameter(max_length=7, description="posted in a month such as 2026-10")
]
Since = Annotated[date | None, QueryParameter(description="used on this day or later")]
Until = Annotated[date | None, QueryParameter(description="used on this day or before")]
ReferenceWanted = Annotated[
    str | None, QueryParameter(max_length=100, description="its reference, or its beginning")
]
Resource = Annotated[str | None, QueryParameter(max_length=100, description="exactly this one")]
Customer = Annotated[
    str | None,
    QueryParameter(max_length=100, description="whom it was used for; empty: the organisation"),
]
Through = Annotated[
    str | None, QueryParameter(max_length=7, description="from `month` to this one")
]
Kind = Literal["charge", "refund"]


@get(
    "/charges/export",
    operation_id="download_portal_charges",
    guards=[web.requires("portal:charge:read")],
    media_type="text/csv",
    responses=web.problems(web.BadRequest, BadMonth),
)
async def download_mine(
    principal: web.Caller,
    month: MonthWanted = None,
    since: Since = None,
    until: Until = None,
    kind: FromQuery[Kind | None] = None,
    environment: FromQuery[Environment | None] = None,
    currency: FromQuery[web.CurrencyCode | None] = None,
    resource: Resource = None,
    end_customer: Customer = None,
    reference: ReferenceWanted = None,
    locale: Locale = "international",
) -> Stream:
    """The same charges as the list with the same filters, all of them, as a CSV."""
    wanted = charges.Wanted(
        principal.organisation, _month(month), since, until, kind, environment,
        currency=currency, reference=reference, resource=resource, end_customer=end_customer,
    )  # fmt: skip
    return await file_answer(await charges_report(wanted, _name(month), locale=locale))


@get(
    "/charges/export",
    operation_id="download_office_charges",
    guards=[web.requires("office:charge:read")],
    media_type="text/csv",
    responses=web.problems(web.BadRequest, BadMonth),
)
async def download_all(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    month: MonthWanted = None,
    through: Through = None,
    since: Since = None,
    until: Until = None,
    kind: FromQuery[Kind | None] = None,
    environment: FromQuery[Environment | None] = None,
    stream: FromQuery[charges.Stream | None] = None,
    currency: FromQuery[web.CurrencyCode | None] = None,
    resource: Resource = None,
    reference: ReferenceWanted = None,
    locale: Locale = "international",
) -> Stream:
    """The same charges as the list with the same filters, all of them, as a CSV."""
    wanted = charges.Wanted(
        organisation_id, _month(month), since, until, kind, environment, stream, currency,
        reference, _month(through), resource,
    )  # fmt: skip
    return await file_answer(await charges_report(wanted, _name(month), locale=locale))


@get(
    "/margins/export",
    operation_id="download_portal_margins",
    guards=[web.requires("portal:charge:read")],
    media_type="text/csv",
    responses=web.problems(web.BadRequest, BadMonth),
)
async def download_my_margins(
    principal: web.Caller, month: MonthWanted = None, locale: Locale = "international"
) -> Stream:
    """The same margins as the list with the same filters, all of them, as a CSV."""
    report = await margins_report(principal.organisation, _month(month), locale=locale)
    return await file_answer(report)


@get(
    "/margins/export",
    operation_id="download_office_margins",
    guards=[web.requires("office:charge:read")],
    media_type="text/csv",
    responses=web.problems(web.BadRequest, BadMonth),
)
async def download_margins(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    month: MonthWanted = None,
    locale: Locale = "international",
) -> Stream:
    """The same margins as the list with the same filters, all of them, as a CSV."""
    return await file_answer(await margins_report(organisation_id, _month(month), locale=locale))


@get(
    "/credits/export",
    operation_id="download_portal_credits",
    guards=[web.requires("portal:charge:read")],
    media_type="text/csv",
    responses=web.problems(web.BadRequest),
)
async def download_my_credits(principal: web.Caller, locale: Locale = "international") -> Stream:
    """The organisation's credits with what is left of each, as a CSV."""
    return await file_answer(await credits_report(principal.organisation, locale=locale))


@get(
    "/credits/export",
    operation_id="download_office_credits",
    guards=[web.requires("office:charge:read")],
    media_type="text/csv",
    responses=web.problems(web.BadRequest),
)
async def download_credits(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    locale: Locale = "international",
) -> Stream:
    """Credits with what is left of each, all or of one organisation, as a CSV."""
    return await file_answer(await credits_report(organisation_id, locale=locale))


def _month(month: str | None) -> Month | None:
    return None if month is None else Month.parse(month)


def _name(month: str | None) -> str:
    return f"charges-{month or 'all'}"


async def file_answer(report: Report) -> Stream:
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


portal = [download_mine, download_my_margins, download_my_credits]
office = [download_all, download_margins, download_credits]
