"""Leads that stand already, as a file's rows see them: the same again, or another of that name."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from backend.core import Money, fetch
from backend.deals.rules_csv import Row
from backend.deals.rules_lead import LeadDiffers

COLUMNS = (
    "name", "country", "region", "segment", "kind", "need", "siren", "vat_number", "domain",
    "contact_name", "contact_email", "contact_phone", "amount_minor", "currency",
)  # fmt: skip
"""What a row of the file says of a lead, but its reference; in the order in which it is told."""


class KnownLeads:
    """By reference, or by all that is said where there is none; rows taken in are known as well."""

    def __init__(self, rows: Sequence[asyncpg.Record]) -> None:
        self._by_reference: dict[str, Mapping[str, Any]] = {
            row["reference"]: dict(row) for row in rows if row["reference"] is not None
        }
        self._unnamed = {_said(dict(row)) for row in rows if row["reference"] is None}

    def holds(self, row: Row) -> bool:
        """Whether the lead of this row stands already.

        Raises:
            LeadDiffers: one of its reference does, and says something else; names both.
        """
        values, reference = row.values, row.values["reference"]
        if reference is None:
            return _said(values) in self._unnamed
        known = self._by_reference.get(reference)
        if known is None:
            return False
        for column in COLUMNS:
            if _plain(known[column]) != _plain(values[column]):
                raise LeadDiffers(
                    f"Lead {reference} is known with {_shown(known, column)}, not "
                    f"{_shown(values, column)}: change it there.",
                    field="amount" if column == "amount_minor" else column,
                )
        return True

    def add(self, row: Row) -> None:
        """Another row of the same file is compared with this one."""
        if row.values["reference"] is None:
            self._unnamed.add(_said(row.values))
        else:
            self._by_reference[row.values["reference"]] = row.values


async def known_leads(rows: Sequence[Row]) -> KnownLeads:
    """What the rows may be the same as."""
    found = await fetch(
        f"SELECT reference, {', '.join(COLUMNS)} FROM deals.lead "  # noqa: S608  (our own words)
        "WHERE reference = ANY ($1) OR reference IS NULL AND name = ANY ($2)",
        [row.values["reference"] for row in rows if row.values["reference"] is not None],
        [row.values["name"] for row in rows if row.values["reference"] is None],
    )
    return KnownLeads(found)


def _plain(value: object) -> object:
    """Without what a spreadsheet's file changes: an export comes back as the same."""
    return " ".join(value.removeprefix("'").split()) if isinstance(value, str) else value


def _said(row: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(_plain(row[column]) for column in COLUMNS)


def _shown(row: Mapping[str, Any], column: str) -> str:
    value = row[column]
    if column == "amount_minor":
        value = Money(row["amount_minor"], row["currency"]).decimal()
    return "–" if value in (None, "") else f"“{value}”"
