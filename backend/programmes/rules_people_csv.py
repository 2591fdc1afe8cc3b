"""A file of people and certificates: what its rows have to be. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from backend.core import BadCell, Header, Refusal, named_cells, read_cells
from backend.programmes.rules_people import FIRST_DAY, LAST_DAY

REQUIRED = ("organisation", "email", "name", "works_from")
DEFAULTS = {"certificate": "", "issued_on": "", "expires_on": "", "number": ""}
"""Columns that may be left out, or be empty: a person without a certificate."""

COLUMNS = (*REQUIRED, *DEFAULTS)
MOST_ROWS = 1_000

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_KIND = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_QUOTED = re.compile(r"'[=+\-@]")
_FRENCH = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


class PersonRow(NamedTuple):
    """One person, with one certificate or with none."""

    line: int
    cells: tuple[str, ...]
    organisation: str
    email: str
    name: str
    works_from: date
    certificate: str | None
    issued_on: date | None
    expires_on: date | None
    number: str


def read_people(lines: Iterable[str], header: Header) -> Iterator[PersonRow | Refusal]:
    """Each row as it is meant, or why it cannot be."""
    for found in read_cells(lines, header):
        if isinstance(found, Refusal):
            yield found
            continue
        line, cells = found
        try:
            yield _row(line, cells, named_cells(cells, header, DEFAULTS))
        except BadCell as bad:
            yield Refusal(line, bad.column, bad.reason, cells)


def _row(line: int, cells: tuple[str, ...], cell: dict[str, str]) -> PersonRow:
    # A quote before a sign is how a file is kept from being taken for a formula.
    plain = {name: text[1:] if _QUOTED.match(text) else text for name, text in cell.items()}
    kind = plain["certificate"]
    if kind and not _KIND.fullmatch(kind):
        raise BadCell("certificate", f"{kind!r} has more than a-z, 0-9, _ and -, or over 50.")
    if not kind and (plain["issued_on"] or plain["expires_on"]):
        raise BadCell("certificate", "There are days of a certificate, but not its kind.")
    email = plain["email"]
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        raise BadCell("email", f"{email!r} is no address of mail.")
    return PersonRow(
        line=line,
        cells=cells,
        organisation=_text("organisation", plain["organisation"], 100),
        email=email.lower(),
        name=_text("name", plain["name"], 200),
        works_from=_day("works_from", plain["works_from"]),
        certificate=kind or None,
        issued_on=_day("issued_on", plain["issued_on"]) if kind else None,
        expires_on=_day("expires_on", plain["expires_on"]) if kind else None,
        number=_text("number", plain["number"], 100) if plain["number"] else "",
    )


def _text(column: str, value: str, most: int) -> str:
    if not 1 <= len(value) <= most:
        raise BadCell(
            column, "It is empty." if not value else f"{len(value)} characters, max {most}."
        )
    return value


def _day(column: str, value: str) -> date:
    french = _FRENCH.fullmatch(value)
    text = "-".join(reversed(french.groups())) if french else value
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadCell(
            column, f"{value!r} is no day such as 2026-11-23." if value else "It is empty."
        ) from None
    if not FIRST_DAY <= found <= LAST_DAY:
        raise BadCell(column, f"{value!r} is no day of our time.")
    return found
