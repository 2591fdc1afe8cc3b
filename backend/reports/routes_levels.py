"""Members of a programme, and what an evaluation came to, as a file for the operator."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from backend import programmes, scorecards, web
from backend.reports.documents_levels import evaluation_report, members_report
from backend.reports.routes_charges import Locale, file_answer

READ = [web.requires("office:programme:read")]

Code = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[a-z][a-z_]*$(?!\n)")]
CodePath = Annotated[str, msgspec.Meta(max_length=40)]


@get(
    "/programmes/{programme:str}/members/export",
    operation_id="download_office_members",
    guards=READ,
    media_type="text/csv",
    responses=web.problems(programmes.ProgrammeUnknown, programmes.LevelUnknown),
)
async def download_members(
    programme: FromPath[CodePath],
    principal: web.Caller,
    level: FromQuery[Code | None] = None,
    locale: Locale = "international",
) -> Stream:
    """Who holds a level of the programme now, all of them, as a CSV."""
    return await file_answer(await members_report(programme, datetime.now(UTC), level, locale))


@get(
    "/evaluations/{run_id:uuid}/export",
    operation_id="download_office_evaluation",
    guards=READ,
    media_type="text/csv",
    responses=web.problems(scorecards.RunUnknown),
)
async def download_evaluation(
    run_id: FromPath[UUID], principal: web.Caller, locale: Locale = "international"
) -> Stream:
    """Every point of every scorecard of the evaluation, as a CSV."""
    return await file_answer(await evaluation_report(run_id, locale))


office = [download_members, download_evaluation]
