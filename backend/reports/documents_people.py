"""The list of people and certificates as a file, in the form that an import takes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from uuid import UUID

from backend.reports.documents import MEDIA_TYPES, Report
from backend.reports.queries import stream
from backend.reports.rules import DIALECTS, Column, check_form
from backend.reports.writing import write_csv

COLUMNS = (
    Column("organisation"),
    Column("email"),
    Column("name"),
    Column("works_from", "day"),
    Column("certificate"),
    Column("issued_on", "day"),
    Column("expires_on", "day"),
    Column("number"),
)

PEOPLE = """
    SELECT o.reference, p.email, p.name, lower(e.during), c.kind, c.issued_on, c.expires_on,
           c.number
      FROM programmes.employment e
      JOIN programmes.person p ON p.id = e.person_id
      JOIN partners.organisation o ON o.id = e.organisation_id
      LEFT JOIN programmes.certificate c ON c.person_id = p.id
     WHERE upper_inf(e.during) AND ($1::uuid IS NULL OR e.organisation_id = $1)
     ORDER BY o.reference, p.email, c.kind, c.issued_on
"""


async def people_report(organisation_id: UUID | None, *, locale: str = "international") -> Report:
    """Who works for the organisation now, or for any, with every certificate; as csv.

    Importing it again records nothing.

    Raises:
        FormatUnknown: `locale` is none that there is.
    """
    check_form("sales", "csv", locale, "en")
    pieces = write_csv(COLUMNS, _rows(organisation_id), DIALECTS[locale])
    return Report("people.csv", MEDIA_TYPES["csv"], pieces)


async def _rows(organisation_id: UUID | None) -> AsyncGenerator[list[Any]]:
    async with aclosing(stream(PEOPLE, organisation_id)) as batches:
        async for rows in batches:
            yield list(rows)
