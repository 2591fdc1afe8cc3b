"""The list of partners, and of who manages whom, as files for the operator."""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from litestar import get
from litestar.params import FromQuery
from litestar.response import Stream

from backend import partners, relations, web
from backend.reports.documents_communities import contributions_report
from backend.reports.documents_partners import partners_report, relations_report
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


@get(
    "/relations/export",
    operation_id="download_office_relations",
    guards=[web.requires("office:organisation:read")],
    media_type="text/csv",
)
async def download_relations(
    principal: web.Caller,
    relation: FromQuery[relations.Relation | None] = None,
    manager_id: FromQuery[UUID | None] = None,
    partner_id: FromQuery[UUID | None] = None,
    unnamed: FromQuery[bool] = False,
    locale: Locale = "international",
) -> Stream:
    """Who manages whom now, the customers of the list with the same filters, as a CSV."""
    sought = relations.Sought(relation, manager_id, partner_id, None, unnamed)
    return await file_answer(await relations_report(sought, datetime.now(UTC), locale=locale))


@get(
    "/contributions/export",
    operation_id="download_office_contributions",
    guards=[web.requires("office:organisation:read")],
    media_type="text/csv",
)
async def download_contributions(principal: web.Caller, locale: Locale = "international") -> Stream:
    """What was given to open-source communities, among the costs of partnerships, as a CSV."""
    return await file_answer(await contributions_report(locale=locale))


office = [download, download_relations, download_contributions]
