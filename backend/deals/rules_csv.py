"""Deals and leads as files: each row lands, or is refused with column and reason. Pure."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple, cast, get_args

from backend.core import (
    EXPONENTS,
    BadAmount,
    BadCell,
    Country,
    Header,
    Money,
    Refusal,
    UnreadableFile,
    named_cells,
    one_of,
    read_cells,
    read_header,
)
from backend.deals.rules import BadDomain, DealFacts, normal_domain
from backend.partners import SEGMENTS, NumberWrong, Segment, check_numbers
from backend.programmes import ENVIRONMENTS, Environment

Locale = Literal["international", "fr"]

DEAL_REQUIRED = ("customer_name", "customer_country", "customer_segment", "target_close_on")
DEAL_DEFAULTS = {
    "customer_siren": "", "customer_vat": "", "customer_domain": "", "contact_name": "",
    "contact_email": "", "environment": "", "plan": "", "amount": "0", "currency": "EUR",
    "next_steps": "",
}  # fmt: skip
LEAD_REQUIRED = ("name", "country", "segment", "kind", "need")
LEAD_DEFAULTS = {
    "reference": "", "region": "", "siren": "", "vat_number": "", "domain": "",
    "contact_name": "", "contact_email": "", "contact_phone": "", "amount": "0",
    "currency": "EUR",
}  # fmt: skip
KINDS = ("infrastructure", "listing", "integration")
MOST_ROWS = 2000


class Row(NamedTuple):
    """One good row: its line, its cells as they stood, and what they say by name."""

    line: int
    cells: tuple[str, ...]
    values: dict[str, Any]


def read_deals(text: str) -> tuple[Header, list[Row], list[Refusal]]:
    """Raises: UnreadableFile."""
    return _read(text, DEAL_REQUIRED, DEAL_DEFAULTS, _deal)


def read_leads(text: str) -> tuple[Header, list[Row], list[Refusal]]:
    """Raises: UnreadableFile."""
    return _read(text, LEAD_REQUIRED, LEAD_DEFAULTS, _lead)


def facts_of(row: Row) -> DealFacts:
    return DealFacts(**row.values)


def write(header: Sequence[str], rows: Iterable[Sequence[object]], locale: Locale) -> str:
    """A CSV for a spreadsheet: in the French form with `;`, a comma in decimals, and a BOM.

    What a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    french = locale == "fr"
    writer = csv.writer(out, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(value, french) for value in row])
    return ("\ufeff" if french else "") + out.getvalue()


def _cell(value: object, french: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return str(value).replace(".", ",") if french else str(value)
    text = str(value).replace("\r", " ").replace("\n", " ")
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _read(
    text: str,
    required: Sequence[str],
    defaults: dict[str, str],
    parse: Callable[[dict[str, str], bool], dict[str, Any]],
) -> tuple[Header, list[Row], list[Refusal]]:
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines:
        raise UnreadableFile("The file is empty.")
    if len(lines) > MOST_ROWS + 1:
        raise UnreadableFile(f"The file has more than {MOST_ROWS} rows: cut it in parts.")
    header = read_header(lines[0], required, tuple(defaults))
    good: list[Row] = []
    refused: list[Refusal] = []
    for one in _parsed(lines[1:], header, defaults, parse):
        (refused if isinstance(one, Refusal) else good).append(one)  # type: ignore[arg-type]
    return header, good, refused


def _parsed(
    lines: Iterable[str],
    header: Header,
    defaults: dict[str, str],
    parse: Callable[[dict[str, str], bool], dict[str, Any]],
) -> Iterator[Row | Refusal]:
    for read in read_cells(lines, header):
        if isinstance(read, Refusal):
            yield read
            continue
        line, cells = read
        try:
            yield Row(line, cells, parse(named_cells(cells, header, defaults), header.has_commas))
        except BadCell as bad:
            yield Refusal(line, bad.column, bad.reason, cells)


def _deal(cell: dict[str, str], comma: bool) -> dict[str, Any]:
    currency = one_of("currency", cell["currency"], sorted(EXPONENTS))
    siren, vat_number = _numbers(cell, "customer_siren", "customer_vat")
    environment = cell["environment"] and one_of("environment", cell["environment"], ENVIRONMENTS)
    return {
        "customer_name": _text("customer_name", cell["customer_name"], 200, least=1),
        "customer_country": _country("customer_country", cell["customer_country"]),
        "customer_segment": cast(
            Segment, one_of("customer_segment", cell["customer_segment"], SEGMENTS)
        ),
        "customer_siren": siren,
        "customer_vat": vat_number,
        "customer_domain": _domain("customer_domain", cell["customer_domain"]),
        "contact_name": _text("contact_name", cell["contact_name"], 200),
        "contact_email": _email("contact_email", cell["contact_email"]),
        "environment": cast(Environment | None, environment or None),
        "plan": _text("plan", cell["plan"], 2000),
        "amount_minor": _amount(cell["amount"], currency, comma),
        "currency": currency,
        "target_close_on": _day("target_close_on", cell["target_close_on"]),
        "next_steps": _text("next_steps", cell["next_steps"], 2000),
    }


def _lead(cell: dict[str, str], comma: bool) -> dict[str, Any]:
    currency = one_of("currency", cell["currency"], sorted(EXPONENTS))
    siren, vat_number = _numbers(cell, "siren", "vat_number")
    return {
        "reference": _text("reference", cell["reference"], 100) or None,
        "name": _text("name", cell["name"], 200, least=1),
        "country": _country("country", cell["country"]),
        "region": _text("region", cell["region"], 10) or None,
        "segment": one_of("segment", cell["segment"], SEGMENTS),
        "kind": one_of("kind", cell["kind"], KINDS),
        "need": _text("need", cell["need"], 2000, least=1),
        "siren": siren,
        "vat_number": vat_number,
        "domain": _domain("domain", cell["domain"]),
        "contact_name": _text("contact_name", cell["contact_name"], 200),
        "contact_email": _email("contact_email", cell["contact_email"]),
        "contact_phone": _text("contact_phone", cell["contact_phone"], 40),
        "amount_minor": _amount(cell["amount"], currency, comma),
        "currency": currency,
    }


def _text(column: str, value: str, most: int, *, least: int = 0) -> str:
    if len(value) < least:
        raise BadCell(column, "It is empty.")
    if len(value) > most:
        raise BadCell(column, f"{len(value)} characters, max {most}.")
    return value


def _country(column: str, value: str) -> str:
    if value not in get_args(Country):
        raise BadCell(column, f"{value!r} is not one of FR, BE, CH and the other codes.")
    return value


def _email(column: str, value: str) -> str:
    if value and (value.count("@") != 1 or not value.isascii() or len(value) > 254):
        raise BadCell(column, f"{value!r} is no address of mail.")
    return value


def _domain(column: str, value: str) -> str | None:
    try:
        return normal_domain(value)
    except BadDomain:
        raise BadCell(column, f"{value!r} is no domain such as acme.fr.") from None


def _numbers(cell: dict[str, str], siren: str, vat: str) -> tuple[str | None, str | None]:
    numbers = cell[siren].replace(" ", "") or None, cell[vat].replace(" ", "").upper() or None
    try:
        check_numbers(siren=numbers[0], siret=None, vat_number=numbers[1])
    except NumberWrong as wrong:
        column = siren if wrong.facts.get("field") == "siren" else vat
        raise BadCell(column, f"{cell[column]!r} cannot be right.") from None
    return numbers


def _amount(value: str, currency: str, comma: bool) -> int:
    plain = value.replace(" ", "")
    try:
        money = Money.parse(plain.replace(",", ".") if comma else plain, currency)
    except BadAmount:
        decimals = EXPONENTS[currency]
        if plain.replace(",", "").replace(".", "").isdigit() and len(plain) < 16:
            raise BadCell("amount", f"{value!r} has more than {decimals} decimals.") from None
        reason = f"{value!r} is not a plain decimal number such as 49.99."
        raise BadCell("amount", reason) from None
    if not 0 <= money.amount_minor <= 10**15:
        raise BadCell("amount", f"{value!r} is negative, or larger than any amount.")
    return money.amount_minor


def _day(column: str, value: str) -> date:
    iso = f"{value[6:]}-{value[3:5]}-{value[:2]}" if value[2:3] == "/" else value
    try:
        if len(iso) == 10:
            return date.fromisoformat(iso)
    except ValueError:
        pass
    raise BadCell(column, f"{value!r} is not a day such as 2026-10-09.")
