"""Rows into CSV, JSON and sheets, one after the other: memory stays flat however many there are."""

import asyncio
import csv
import hashlib
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from backend.core import decimal_of
from backend.reports.rules import Column, Dialect, moment, neutral, percent
from backend.reports.sheets import Row, Sheet

Batches = AsyncIterator[list[Row]]

PIECE_BYTES = 256 * 1024


class CsvWriter:
    """UTF-8 with a byte order mark, so that Excel reads accents; lines end as RFC 4180 says.

    `digest` is the SHA-256 of all that was written.
    """

    def __init__(self, columns: Sequence[Column], dialect: Dialect) -> None:
        self.digest = hashlib.sha256()
        self.cells = [_text_cell(column, place, columns, dialect)
                      for place, column in enumerate(columns)]  # fmt: skip
        self.dialect = dialect
        self.header = [column.name for column in columns]

    def begin(self) -> bytes:
        return self._take(b"\xef\xbb\xbf" + self._lines([self.header]))

    def lines(self, rows: Sequence[Row]) -> bytes:
        cells = self.cells
        return self._take(self._lines([[cell(row) for cell in cells] for row in rows]))

    def _lines(self, rows: list[list[str]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=self.dialect.separator, lineterminator="\r\n").writerows(rows)
        return text.getvalue().encode()

    def _take(self, piece: bytes) -> bytes:
        self.digest.update(piece)
        return piece


async def write_csv(
    columns: Sequence[Column], batches: Batches, dialect: Dialect
) -> AsyncIterator[bytes]:
    writer = CsvWriter(columns, dialect)
    yield writer.begin()
    async for rows in batches:
        yield writer.lines(rows)


async def write_json(
    facts: dict[str, Any], columns: Sequence[Column], batches: Batches, dialect: Dialect
) -> AsyncIterator[bytes]:
    """`facts`, then `lines`, then `sha256`: of the same report as CSV in the dialect given."""
    writer = CsvWriter(columns, dialect)
    writer.begin()
    cells = [_json_cell(column, place, columns) for place, column in enumerate(columns)]
    names = writer.header
    encode = msgspec.json.Encoder().encode
    yield encode(facts)[:-1] + b',"lines":['
    between = b"\n"
    async for rows in batches:
        writer.lines(rows)
        lines = [
            encode(dict(zip(names, (cell(row) for cell in cells), strict=True))) for row in rows
        ]
        if lines:
            yield between + b",\n".join(lines)
            between = b",\n"
    yield b'],"sha256":"' + writer.digest.hexdigest().encode() + b'"}\n'


async def write_sheet(
    name: str, columns: Sequence[Column], batches: Batches, made_at: datetime
) -> AsyncIterator[bytes]:
    """One sheet called `name`; amounts are numbers with the decimals of their currency, moments are
    UTC as in the CSV, text is never a formula.

    Raises:
        TooManyRows: beyond what a sheet holds; the CSV has no such end.
    """
    with tempfile.TemporaryDirectory(prefix="maillage-report-") as folder:
        path = Path(folder) / "report.xlsx"
        sheet = Sheet(path, name, columns, made_at)
        try:
            async for rows in batches:
                await asyncio.to_thread(sheet.write, rows)
        finally:
            await asyncio.to_thread(sheet.close)
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece


def _text_cell(
    column: Column, place: int, columns: Sequence[Column], dialect: Dialect
) -> Callable[[Row], str]:
    """A function from a row to the text of one cell; an absent fact is an empty cell."""
    written = _written(column, columns)
    is_number = column.kind in ("amount", "percent")

    def cell(row: Row) -> str:
        value = row[place]
        if value is None:
            return ""
        text = written(value, row)
        return text.replace(".", dialect.point) if is_number else text

    return cell


def _place_of_currency(columns: Sequence[Column]) -> int:
    """Where each row says it; a report without amounts says none."""
    names = [each.name for each in columns]
    return names.index("currency") if "currency" in names else -1


def _written(column: Column, columns: Sequence[Column]) -> Callable[[Any, Row], str]:
    currency = _place_of_currency(columns)
    forms: dict[str, Callable[[Any, Row], str]] = {
        "text": lambda value, _: neutral(str(value)),
        "amount": lambda value, row: decimal_of(value, row[currency]),
        "count": lambda value, _: str(value),
        "moment": lambda value, _: moment(value),
        "day": lambda value, _: value.isoformat(),
        "percent": lambda value, _: percent(value),
    }
    return forms[column.kind]


def _json_cell(column: Column, place: int, columns: Sequence[Column]) -> Callable[[Row], Any]:
    """Money in the form of the API, moments in UTC, text as it is: JSON runs no formulas."""
    currency = _place_of_currency(columns)
    forms: dict[str, Callable[[Any, Row], Any]] = {
        "amount": lambda value, row: {"amount_minor": value, "currency": row[currency]},
        "moment": lambda value, _: moment(value),
        "day": lambda value, _: value.isoformat(),
        "percent": lambda value, _: percent(value),
        "count": lambda value, _: value,
        "text": lambda value, _: str(value),
    }
    form = forms[column.kind]
    return lambda row: None if row[place] is None else form(row[place], row)
