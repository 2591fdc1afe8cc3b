"""A file of sales, read row by row: each lands, or is refused with line, column and reason. Pure.

Columns: `sale_id, sold_at, partner_ref, listing_ref, net_amount, currency`, and, where the file
has them, `vat_rate, buyer_country, channel, brought_by, buyer_segment`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, get_args

from backend.core import (
    BadAmount,
    BadCell,
    Country,
    Header,
    Money,
    Refusal,
    UnknownCurrency,
    named_cells,
    one_of,
    read_cells,
    short_name,
)
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
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?", re.ASCII)
MIDNIGHT_SLACK = timedelta(days=1)
"""A clock elsewhere may be ahead of ours."""


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


def read_rows(
    lines: Iterable[str], header: Header, *, now: datetime, buyer_segment: str | None = None
) -> Iterator[Row | Refusal]:
    """Each row after the header, in order, blank ones left out: good, or what is wrong first."""
    defaults = {**DEFAULTS, **({"buyer_segment": buyer_segment} if buyer_segment else {})}
    for read in read_cells(lines, header):
        if isinstance(read, Refusal):
            yield read
            continue
        line, cells = read
        try:
            cell = named_cells(cells, header, defaults)
            yield _row(line, cell, cells, header.has_commas, now)
        except BadCell as bad:
            yield Refusal(line, bad.column, bad.reason, cells)


def _row(
    line: int, cell: dict[str, str], cells: tuple[str, ...], comma: bool, now: datetime
) -> Row:
    return Row(
        line=line,
        sale_id=short_name("sale_id", cell["sale_id"]),
        sold_at=_moment("sold_at", cell["sold_at"], now),
        partner_ref=short_name("partner_ref", cell["partner_ref"]),
        listing_ref=short_name("listing_ref", cell["listing_ref"]),
        net=_amount(cell["net_amount"], cell["currency"], comma),
        vat_rate_bp=_rate("vat_rate", cell["vat_rate"], comma),
        buyer_country=_country(cell["buyer_country"]),
        channel=one_of("channel", cell["channel"], CHANNELS),
        brought_by=one_of("brought_by", cell["brought_by"], ("operator", "partner")),
        buyer_segment=one_of("buyer_segment", cell["buyer_segment"], SEGMENTS),
        cells=cells,
    )


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
