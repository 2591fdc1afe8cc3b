"""People and certificates as a file: a partner's own, all for the operator."""

from uuid import UUID

from litestar import get
from litestar.params import FromQuery
from litestar.response import Stream

from backend import web
from backend.reports.documents_people import people_report
from backend.reports.routes_charges import Locale, file_answer


@get(
    "/people/export",
    operation_id="download_portal_people",
    guards=[web.requires("portal:programme:read")],
    media_type="text/csv",
)
async def download_mine(principal: web.Caller, locale: Locale = "international") -> Stream:
    """Everybody who works for the organisation, with every certificate, as a CSV."""
    return await file_answer(await people_report(principal.organisation, locale=locale))


@get(
    "/certified-people/export",
    operation_id="download_office_people",
    guards=[web.requires("office:programme:read")],
    media_type="text/csv",
)
async def download_all(
    principal: web.Caller,
    organisation_id: FromQuery[UUID | None] = None,
    locale: Locale = "international",
) -> Stream:
    """Everybody who works for a partner, or for one of them, in the form that an import takes."""
    return await file_answer(await people_report(organisation_id, locale=locale))


portal = [download_mine]
office = [download_all]
