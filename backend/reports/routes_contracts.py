"""The terms of contracts as files: one's own, and any organisation's for the operator."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from backend import partners, web
from backend.reports.documents_contracts import contracts_report
from backend.reports.routes_charges import file_answer

Form = FromQuery[Literal["csv", "json"]]
Locale = FromQuery[Literal["international", "fr"]]


@get(
    "/contracts/export",
    operation_id="download_portal_contracts",
    guards=[web.requires("portal:charge:read")],
    media_type="text/csv",
    responses=web.problems(web.BadRequest),
)
async def download_mine(
    principal: web.Caller, format: Form = "csv", locale: Locale = "international"
) -> Stream:
    """The terms of the organisation's contracts, price by price, as CSV or JSON."""
    now = datetime.now(UTC)
    return await file_answer(
        await contracts_report(principal.organisation, format, now=now, locale=locale)
    )


@get(
    "/organisations/{organisation_id:uuid}/price-contracts/export",
    operation_id="download_office_price_contracts",
    guards=[web.requires("office:charge:read")],
    media_type="text/csv",
    responses=web.problems(web.BadRequest, partners.OrganisationUnknown),
)
async def download_one(
    principal: web.Caller,
    organisation_id: FromPath[UUID],
    format: Form = "csv",
    locale: Locale = "international",
) -> Stream:
    """The terms of what was signed with the organisation, price by price, as CSV or JSON."""
    now = datetime.now(UTC)
    return await file_answer(
        await contracts_report(organisation_id, format, now=now, locale=locale)
    )


portal = [download_mine]
office = [download_one]
