"""Partners as a file in the form that an import takes; who manages whom as another."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Any

from backend import relations
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

RELATIONS = (
    Column("customer_id"),
    Column("customer_name"),
    Column("segment"),
    Column("country"),
    Column("relation"),
    Column("managed_by"),
    Column("because"),
    Column("since", "moment"),
)

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


async def relations_report(
    sought: relations.Sought, at: datetime, *, locale: str = "international"
) -> Report:
    """Who managed whom at a moment; as csv (seed row O-04).

    Raises:
        FormatUnknown: `locale` is none that there is.
    """
    check_form("sales", "csv", locale, "en")
    pieces = write_csv(RELATIONS, _relations(sought, at), DIALECTS[locale])
    return Report("who-manages-whom.csv", MEDIA_TYPES["csv"], pieces)


async def _relations(sought: relations.Sought, at: datetime) -> AsyncGenerator[list[Any]]:
    yield [
        [
            one.reference, one.name, one.segment, one.country, one.relation,
            one.manager_name or one.partner_name or "", one.basis, one.since,
        ]
        for one in await relations.list_managed(sought, at)
    ]  # fmt: skip
