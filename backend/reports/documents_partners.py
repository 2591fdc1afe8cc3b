"""The list of partners as a file, in the form that an import takes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from backend.reports.documents import MEDIA_TYPES, Report
from backend.reports.queries import stream
from backend.reports.rules import DIALECTS, Column, check_form
from backend.reports.writing import write_csv

COLUMNS = tuple(
    Column(name)
    for name in (
        "reference", "name", "country", "segment", "roles", "kinds", "vat_regime", "siren",
        "siret", "vat_number", "email", "language", "verification",
    )
)  # fmt: skip

PARTNERS = """
    SELECT o.reference, o.name, o.country, o.segment,
           (SELECT string_agg(r.role, ' ' ORDER BY r.role) FROM partners.organisation_role r
             WHERE r.organisation_id = o.id),
           (SELECT string_agg(k.role || ':' || k.kind, ' ' ORDER BY k.role, k.kind)
              FROM partners.role_kind k WHERE k.organisation_id = o.id),
           o.vat_regime, o.siren, o.siret, o.vat_number, o.email, o.language, o.verification
      FROM partners.organisation o
     WHERE ($1::text IS NULL OR EXISTS (SELECT FROM partners.organisation_role r
             WHERE r.organisation_id = o.id AND r.role = $1))
       AND ($2::text IS NULL OR EXISTS (SELECT FROM partners.role_kind k
             WHERE k.organisation_id = o.id AND k.kind = $2))
     ORDER BY o.reference
"""


async def partners_report(
    role: str | None, kind: str | None, *, locale: str = "international"
) -> Report:
    """Every organisation, or those in one role, or of one kind; as csv.

    Importing it again creates nothing.

    Raises:
        FormatUnknown: `locale` is none that there is.
    """
    check_form("sales", "csv", locale, "en")
    pieces = write_csv(COLUMNS, _rows(role, kind), DIALECTS[locale])
    return Report("partners.csv", MEDIA_TYPES["csv"], pieces)


async def _rows(role: str | None, kind: str | None) -> AsyncGenerator[list[Any]]:
    async with aclosing(stream(PARTNERS, role, kind)) as batches:
        async for rows in batches:
            yield [list(row) for row in rows]
