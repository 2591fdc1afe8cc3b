"""Members of a programme, and what an evaluation came to, as files."""

from datetime import datetime
from uuid import UUID

from backend import programmes, scorecards
from backend.reports import queries_levels
from backend.reports.documents import MEDIA_TYPES, Report
from backend.reports.rules import DIALECTS, Column
from backend.reports.writing import write_csv

MEMBERS = (
    Column("partner_id"),
    Column("partner_name"),
    Column("programme"),
    Column("level"),
    Column("since", "moment"),
    Column("kind"),
    Column("exception_until", "moment"),
    Column("falls_to"),
    Column("falls_at", "moment"),
)
POINTS = (
    Column("partner_id"),
    Column("partner_name"),
    Column("evaluated_on", "day"),
    Column("held"),
    Column("level"),
    Column("follows"),
    Column("of_level"),
    Column("measure"),
    Column("unit"),
    Column("at_least"),
    Column("value"),
    Column("is_met"),
)


async def members_report(programme: str, at: datetime, level: str | None, locale: str) -> Report:
    """Who held a level of the programme at a moment, by name.

    Raises:
        ProgrammeUnknown, LevelUnknown: there is no such programme or level.
    """
    found = await programmes.read_programme(programme)
    if level is not None:
        found.rank(level)
    rows = queries_levels.member_rows(programme, at, level)
    pieces = write_csv(MEMBERS, rows, DIALECTS[locale])
    return Report(f"members-{programme}.csv", MEDIA_TYPES["csv"], pieces)


async def evaluation_report(run_id: UUID, locale: str) -> Report:
    """Every point of every scorecard of the evaluation.

    Raises:
        RunUnknown: there is no such evaluation.
    """
    run = await scorecards.read_run(run_id)
    rows = queries_levels.point_rows(run_id, DIALECTS[locale].point)
    pieces = write_csv(POINTS, rows, DIALECTS[locale])
    return Report(f"evaluation-{run['to_on']}.csv", MEDIA_TYPES["csv"], pieces)
