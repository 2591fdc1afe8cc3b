"""The value mesh of a month as a file: every edge of every party, in every currency."""

from collections.abc import AsyncGenerator
from typing import Any

from backend.core import Month
from backend.reports.documents import MEDIA_TYPES, Report
from backend.reports.queries_mesh import read_currencies, read_edges
from backend.reports.rules import DIALECTS, Column, FormatUnknown, check_form
from backend.reports.writing import write_csv

MESH = (
    Column("month"),
    Column("what"),
    Column("figure"),
    Column("giver"),
    Column("receiver"),
    Column("party_id"),
    Column("party_name"),
    Column("debit"),
    Column("credit"),
    Column("postings", "count"),
    Column("forward", "amount"),
    Column("reversed", "amount"),
    Column("amount", "amount"),
    Column("currency"),
)


async def mesh_report(month: Month, form: str = "csv", *, locale: str = "international") -> Report:
    """Who gave value to whom in the month (seed row P-12); as csv.

    Same totals as the ledger: an edge counts every posting between its two kinds of account.

    Raises:
        FormatUnknown: it comes as csv only, in the locales that there are.
    """
    if form != "csv":
        raise FormatUnknown(f"The mesh comes as csv, not as {form!r}.")
    check_form("sales", form, locale, "en")
    pieces = write_csv(MESH, _rows(month), DIALECTS[locale])
    return Report(f"mesh-{month}.csv", MEDIA_TYPES["csv"], pieces)


async def _rows(month: Month) -> AsyncGenerator[list[Any]]:
    for currency in await read_currencies(month):
        yield [
            [
                str(month), edge.what, edge.figure, edge.giver, edge.receiver, edge.party,
                edge.name or "", edge.debit, edge.credit, edge.postings, edge.forward_minor,
                edge.reversed_minor, edge.amount_minor, currency,
            ]
            for edge in await read_edges(month, currency)
        ]  # fmt: skip
