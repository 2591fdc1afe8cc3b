"""A file of sales, read row by row: each lands, or is refused with line, column and reason. Pure.

Columns: `sale_id, sold_at, partner_ref, listing_ref, net_amount, currency`, and, where the file
has them, `vat_rate, buyer_country, channel, brought_by, buyer_segment`.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, get_args

from backend.core import BadAmount, Country, Money, Problem, UnknownCurrency, unseen
from backend.partners import SEGMENTS
from backend.sales.rules import CHANNELS

REQUIRED = ("sale_id", "sold_at", "partner_ref", "listing_ref", "net_amount", "currency")
DEFAULTS = {
    "vat_rate": "20.00",
    "buyer_country": "FR",
    "channel": "marketplace",
    "brought_by": "operator",
    "buyer_segment": "pme",
}
COUNTRIES = frozenset(get_args(Country))
LARGEST_SALE_MINOR = 10**12
"""In minor units: 10,000,000,000.00 EUR. More is a slip of the keyboard."""
LONGEST_CELL = 10_000
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?", re.ASCII)
LOST = "\ufffd"
"""Stands for a byte that is no letter in the encoding of the file."""
MIDNIGHT_SLACK = timedelta(days=1)
"""A clock elsewhere may be ahead of ours."""


class UnreadableFile(Problem):
    status = 422
    code = "unreadable-file"
    title = "The file is not a list of sales"


class Refusal(NamedTuple):
    """Why a row did not land. `line` counts from 1, the header included."""

    line: int
    column: str
    reason: str
    row: tuple[str, ...]


class Row(NamedTuple):
    """One good row, not yet joined to a partner and a listing."""

    line: int
    sale_id: str
    sold_at: datetime
    partner_ref: str
    listing_ref: str
    net: Money
    vat_rate_bp: int
    buyer_country: str
    channel: str
    brought_by: str
    buyer_segment: str
    cells: tuple[str, ...]


class Header(NamedTuple):
    """Where each column stands, and how the file writes."""

    names: tuple[str, ...]
    places: dict[str, int]
    delimiter: str
    ignored: tuple[str, ...]


class BadCell(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def read_header(line: str) -> Header:
    """Columns in any order; `;` or `,` between them.

    Raises:
        UnreadableFile: a required column is missing or stands twice.
    """
    delimiter = ";" if line.count(";") > line.count(",") else ","
    names = tuple(name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter)))
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise UnreadableFile(
            f"Line 1 has no column {', '.join(missing)}; it needs {', '.join(REQUIRED)} and may "
            f"have {', '.join(DEFAULTS)}."
        )
    known = [name for name in names if name in (*REQUIRED, *DEFAULTS)]
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise UnreadableFile(f"Line 1 has the column {', '.join(twice)} twice.")
    ignored = tuple(name for name in names if name not in known)
    return Header(names, {name: names.index(name) for name in known}, delimiter, ignored)


def read_rows(
    lines: Iterable[str], header: Header, *, now: datetime, buyer_segment: str | None = None
) -> Iterator[Row | Refusal]:
    """Each row after the header, in order, blank ones left out.

    A row is one line: no column of ours holds a line break, and so a forgotten quote spoils its
    own row and not the thousand after it.
    """
    defaults = {**DEFAULTS, **({"buyer_segment": buyer_segment} if buyer_segment else {})}
    for number, line in enumerate(lines, 2):
        try:
            cells = next(csv.reader([line], delimiter=header.delimiter, strict=True), [])
        except csv.Error as error:
            yield Refusal(number, "", f"The row cannot be read: {error}.", (line.rstrip("\r\n"),))
            continue
        if any(cell.strip() for cell in cells):
            yield read_row(number, cells, header, defaults, now)


def read_row(
    line: int, cells: Sequence[str], header: Header, defaults: dict[str, str], now: datetime
) -> Row | Refusal:
    """A good row, or the first thing that is wrong with it."""
    if len(cells) != len(header.names):
        reason = f"The row has {len(cells)} cells, the header {len(header.names)}."
        return Refusal(line, "", reason, tuple(cells))
    try:
        cell = {name: _text(name, cells[place]) for name, place in header.places.items()}
        for name, value in defaults.items():
            cell[name] = cell.get(name) or value
        return _row(line, cell, tuple(cells), header.delimiter == ";", now)
    except BadCell as bad:
        return Refusal(line, bad.column, bad.reason, tuple(cells))


def _row(
    line: int, cell: dict[str, str], cells: tuple[str, ...], comma: bool, now: datetime
) -> Row:
    return Row(
        line=line,
        sale_id=_name("sale_id", cell["sale_id"]),
        sold_at=_moment("sold_at", cell["sold_at"], now),
        partner_ref=_name("partner_ref", cell["partner_ref"]),
        listing_ref=_name("listing_ref", cell["listing_ref"]),
        net=_amount(cell["net_amount"], cell["currency"], comma),
        vat_rate_bp=_rate("vat_rate", cell["vat_rate"], comma),
        buyer_country=_country(cell["buyer_country"]),
        channel=_one_of("channel", cell["channel"], CHANNELS),
        brought_by=_one_of("brought_by", cell["brought_by"], ("operator", "partner")),
        buyer_segment=_one_of("buyer_segment", cell["buyer_segment"], SEGMENTS),
        cells=cells,
    )


def _text(column: str, value: str) -> str:
    if "\0" in value:
        raise BadCell(
            column, f"There is a NUL byte at position {value.index(chr(0)) + 1}; remove it."
        )
    hidden = unseen(value)
    if hidden is not None:
        raise BadCell(column, f"It holds {hidden}.")
    if LOST in value:
        place = value.index(LOST) + 1
        raise BadCell(column, f"The letter at position {place} cannot be read; save as UTF-8.")
    if len(value) > LONGEST_CELL:
        raise BadCell(column, f"The cell has {len(value)} characters.")
    return value.strip()


def _name(column: str, value: str) -> str:
    if not 1 <= len(value) <= 100:
        raise BadCell(column, "It is empty." if not value else f"{len(value)} characters, max 100.")
    return value


def _moment(column: str, value: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadCell(column, f"{value!r} is not a moment such as 2026-10-09T11:43:00Z.") from None
    if moment.tzinfo is None:
        raise BadCell(column, f"{value!r} has no time zone; write 2026-10-09T11:43:00Z.")
    if not OLDEST <= moment <= now + MIDNIGHT_SLACK:
        raise BadCell(column, f"{value!r} is before 2000 or in the future.")
    return moment.astimezone(UTC)


def _amount(value: str, currency: str, comma: bool) -> Money:
    try:
        net = Money.parse(value.replace(",", ".") if comma else value, currency)
    except UnknownCurrency as problem:
        raise BadCell("currency", problem.detail) from None
    except BadAmount as problem:
        raise BadCell("net_amount", problem.detail) from None
    if net.amount_minor <= 0:
        raise BadCell("net_amount", f"{value} is not above zero; record refunds as refunds.")
    if net.amount_minor > LARGEST_SALE_MINOR:
        largest = Money(LARGEST_SALE_MINOR, currency)
        raise BadCell("net_amount", f"{value} is more than {largest}, the most one sale may be.")
    return net


def _rate(column: str, value: str, comma: bool) -> int:
    match = PERCENT.fullmatch(value.replace(",", ".") if comma else value)
    rate_bp = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else 10_001
    if rate_bp > 10_000:
        raise BadCell(column, f"{value!r} is not a percentage such as 20.00.")
    return rate_bp


def _country(value: str) -> str:
    if value not in COUNTRIES:
        raise BadCell("buyer_country", f"{value!r} is not a country code such as FR.")
    return value


def _one_of(column: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise BadCell(column, f"{value!r} is not one of {', '.join(allowed)}.")
    return value
