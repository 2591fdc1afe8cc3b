"""Contributions to open-source communities as rows of the costs of partnerships (C9)."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from backend.reports.documents import MEDIA_TYPES, Report
from backend.reports.queries import stream
from backend.reports.rules import DIALECTS, Column, check_form
from backend.reports.writing import write_csv

COLUMNS = (
    *(Column(name) for name in ("category", "year", "community", "project", "involvement")),
    Column("currency"),
    Column("cost", "amount"),
    *(Column(name) for name in ("order_reference", "result", "link", "licence")),
    Column("withdrawn_at", "moment"),
)

CONTRIBUTIONS = """
    SELECT 'partnerships', extract(year FROM c.to_on)::int::text, o.name, c.project, c.involvement,
           c.currency::text, c.amount_minor, c.order_reference, c.result, c.link, c.licence,
           c.withdrawn_at
      FROM partners.contribution c JOIN partners.organisation o ON o.id = c.organisation_id
     ORDER BY c.to_on, c.id
"""


async def contributions_report(*, locale: str = "international") -> Report:
    """Every contribution with its cost, the oldest first; as csv. What was withdrawn says when, and
    counts no more (seed row R-12).

    Raises:
        FormatUnknown: `locale` is none that there is.
    """
    check_form("sales", "csv", locale, "en")
    pieces = write_csv(COLUMNS, _rows(), DIALECTS[locale])
    return Report("contributions.csv", MEDIA_TYPES["csv"], pieces)


async def _rows() -> AsyncGenerator[list[Any]]:
    async with aclosing(stream(CONTRIBUTIONS)) as batches:
        async for rows in batches:
            yield [list(row) for row in rows]
