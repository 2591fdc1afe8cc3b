"""A file of charges, read row by row: each lands, or is refused with column and reason. Pure.

Columns: `organisation, end_customer, day, environment, resource, quantity, list_price`, and, where
the file has them, `reference, currency, stream`. `list_price` is of one unit.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from backend.charges.rules import (
    DECIMALS,
    LARGEST_LIST_MINOR,
    STREAMS,
    Stream,
    list_minor,
    midnight,
)
from backend.core import (
    EXPONENTS,
    BadCell,
    Header,
    Money,
    Refusal,
    named_cells,
    one_of,
    read_cells,
    short_name,
)
from backend.programmes import ENVIRONMENTS, Environment

REQUIRED = (
    "organisation",
    "end_customer",
    "day",
    "environment",
    "resource",
    "quantity",
    "list_price",
)
DEFAULTS = {"reference": "", "currency": "EUR", "stream": ""}
OLDEST = date(2000, 1, 1)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NUMBER = re.compile(r"(\d{1,12})(?:\.(\d+))?", re.ASCII)
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}", re.ASCII)


class Row(NamedTuple):
    """One good row, not yet joined to an organisation."""

    line: int
    organisation_ref: str
    reference: str
    end_customer: str
    day: date
    environment: Environment
    resource: str
    quantity: Decimal
    unit_price: Decimal
    currency: str
    stream: Stream | None
    cells: tuple[str, ...]


def read_rows(lines: Iterable[str], header: Header, *, now: datetime) -> Iterator[Row | Refusal]:
    """Each row after the header, in order, blank ones left out: good, or what is wrong first."""
    for read in read_cells(lines, header):
        if isinstance(read, Refusal):
            yield read
            continue
        line, cells = read
        try:
            yield _row(line, named_cells(cells, header, DEFAULTS), cells, header.has_commas, now)
        except BadCell as bad:
            yield Refusal(line, bad.column, bad.reason, cells)


def derived_reference(day: date, end_customer: str, environment: str, resource: str) -> str:
    """The reference of a row that has none: one line a day for each customer's resource.

    The same file again has the same references; what is used twice a day needs its own.
    """
    facts = "\x1f".join((end_customer, environment, resource))
    return f"{day}:{hashlib.sha256(facts.encode()).hexdigest()[:24]}"


def _row(
    line: int, cell: dict[str, str], cells: tuple[str, ...], comma: bool, now: datetime
) -> Row:
    organisation = short_name("organisation", cell["organisation"])
    end_customer = cell["end_customer"] and short_name("end_customer", cell["end_customer"])
    day = _day(cell["day"], now)
    environment = _environment(cell["environment"])
    resource = short_name("resource", cell["resource"])
    currency = one_of("currency", cell["currency"], sorted(EXPONENTS))
    quantity = _number("quantity", cell["quantity"], comma)
    unit_price = _number("list_price", cell["list_price"], comma)
    if quantity == 0:
        raise BadCell("quantity", "It is zero: leave the row out.")
    if list_minor(quantity, unit_price, currency) > LARGEST_LIST_MINOR:
        largest = Money(LARGEST_LIST_MINOR, currency)
        raise BadCell("quantity", f"The line is more than {largest}, the most that one may be.")
    given = cell["reference"]
    if given and not REFERENCE.fullmatch(given):
        raise BadCell("reference", f"{given!r}: letters, digits and . _ : - only, at most 100.")
    return Row(
        line=line,
        organisation_ref=organisation,
        reference=given or derived_reference(day, end_customer, environment, resource),
        end_customer=end_customer,
        day=day,
        environment=environment,
        resource=resource,
        quantity=quantity,
        unit_price=unit_price,
        currency=currency,
        stream=_stream(cell["stream"]),
        cells=cells,
    )


def _day(value: str, now: datetime) -> date:
    try:
        day = date.fromisoformat(value) if DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None:
        raise BadCell("day", f"{value!r} is not a day such as 2026-10-09.")
    if day < OLDEST or midnight(day) > now.astimezone(UTC):
        raise BadCell("day", f"{value} is before 2000 or in the future.")
    return day


def _number(column: str, value: str, comma: bool) -> Decimal:
    match = NUMBER.fullmatch(value.replace(",", ".") if comma else value)
    if match is None:
        raise BadCell(column, f"{value!r} is not a plain decimal number such as 49.99.")
    decimals = (match[2] or "").rstrip("0")
    if len(decimals) > DECIMALS:
        raise BadCell(column, f"{value!r} has more than {DECIMALS} decimals.")
    return Decimal(f"{match[1]}.{decimals}" if decimals else match[1])


def _environment(value: str) -> Environment:
    one_of("environment", value, ENVIRONMENTS)
    return next(each for each in ENVIRONMENTS if each == value)


def _stream(value: str) -> Stream | None:
    if value:
        one_of("stream", value, STREAMS)
    return next((each for each in STREAMS if each == value), None)
