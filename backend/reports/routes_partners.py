"""The list of partners as a file, for the operator."""

from typing import Literal

from litestar import get
from litestar.params import FromQuery
from litestar.response import Stream

from backend import partners, web
from backend.reports.documents_partners import partners_report
from backend.reports.routes_charges import Locale, file_answer

Role = Literal["isv", "vai", "wholesaler", "reseller", "startup", "buyer", "supplier"]


@get(
    "/organisations/export",
    operation_id="download_office_organisations",
    guards=[web.requires("office:organisation:read")],
    media_type="text/csv",
)
async def download(
    principal: web.Caller,
    role: FromQuery[Role | None] = None,
    kind: FromQuery[partners.Kind | None] = None,
    locale: Locale = "international",
) -> Stream:
    """Every organisation, or those in one role or of one kind, in the form that an import takes."""
    return await file_answer(await partners_report(role, kind, locale=locale))


office = [download]
