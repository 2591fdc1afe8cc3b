"""One XLSX sheet whose rows are written as they come, in flat memory."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from backend.core import EXPONENTS, decimal_of
from backend.reports.rules import Column, TooManyRows, neutral, percent

Row = Sequence[Any]
Cell = Callable[[Any, Row], str]

MOST_ROWS = 1_048_575
"""Of one sheet, below its header."""

_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_MICROSECONDS_OF_A_DAY = 86_400_000_000
_RARE = re.compile(r"[\x00-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
"""What XML cannot hold, and what Excel would read as one of these."""


class _Rows(Worksheet):  # type: ignore[misc, unused-ignore]
    """Rows come as XML: XlsxWriter's own cells take five times as long, and there are millions."""

    def add(self, number: int, cells: str, last_column: int) -> None:
        """Append row `number` (0 is the header), after all that was written before."""
        self._write_single_row(number)
        self._check_dimensions(number, last_column)
        self.fh.write(f'<row r="{number + 1}">{cells}</row>')

    def inline(self, text: str) -> str:
        """An inline string as XlsxWriter writes it: controls as _xHHHH_, outer spaces kept."""
        if _RARE.search(text):
            text = self._escape_control_characters(text)
        space = ' xml:space="preserve"' if text != text.strip() else ""
        return f"<is><t{space}>{escape(text, quote=False)}</t></is>"


class Sheet:
    """A file at `path` with one sheet called `name`; `made_at` is what the file says of itself."""

    def __init__(self, path: Path, name: str, columns: Sequence[Column], made_at: datetime) -> None:
        self.book = xlsxwriter.Workbook(
            str(path),
            {"constant_memory": True, "strings_to_formulas": False, "tmpdir": str(path.parent)},
        )
        # The book says when the report was true, not when it was written: same facts, same bytes.
        self.book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None)})
        self.sheet = self.book.add_worksheet(name, worksheet_class=_Rows)
        self.sheet.freeze_panes(1, 0)
        bold = self.book.add_format({"bold": True, "bg_color": "#E3F3F4", "font_color": "#084F5A"})
        for place, column in enumerate(columns):
            self.sheet.set_column(place, place, 24 if column.kind == "text" else 18)
            self.sheet.write_string(0, place, column.name, bold)
        self.currency = [column.name for column in columns].index("currency")
        forms = {f"amount {code}": "#,##0" + "." * (n > 0) + "0" * n
                 for code, n in EXPONENTS.items()}  # fmt: skip
        forms["moment"] = 'yyyy-mm-dd"T"hh:mm:ss"Z"'
        forms["day"] = "yyyy-mm-dd"
        forms["percent"] = "0.00"
        self.styles = {
            name: self.book.add_format({"num_format": form})._get_xf_index()
            for name, form in forms.items()
        }
        self.cells = [(xl_col_to_name(place), self._cell(column.kind))
                      for place, column in enumerate(columns)]  # fmt: skip
        self.row = 0

    def write(self, rows: Sequence[Row]) -> None:
        """Below what was written before.

        Raises:
            TooManyRows: the sheet would not hold them.
        """
        if self.row + len(rows) > MOST_ROWS:
            raise TooManyRows(f"It holds {MOST_ROWS}; ask for the same report as csv.")
        cells, last = self.cells, len(self.cells) - 1
        for row in rows:
            self.row += 1
            number = self.row + 1
            xml = [
                f'<c r="{letter}{number}"{cell(value, row)}</c>'
                for (letter, cell), value in zip(cells, row, strict=True)
                if value is not None
            ]
            self.sheet.add(self.row, "".join(xml), last)

    def close(self) -> None:
        self.book.close()

    def _cell(self, kind: str) -> Cell:
        """From a value to the rest of its `<c>`: style or type, and content."""
        styles, currency, inline = self.styles, self.currency, self.sheet.inline
        amounts = {code: f' s="{styles[f"amount {code}"]}"><v>' for code in EXPONENTS}
        cells: dict[str, Cell] = {
            "text": lambda value, _: f' t="inlineStr">{inline(neutral(str(value)))}',
            "amount": lambda value, row: (
                f"{amounts[row[currency]]}{decimal_of(value, row[currency])}</v>"
            ),
            "count": lambda value, _: f"><v>{value}</v>",
            "percent": lambda value, _: f' s="{styles["percent"]}"><v>{percent(value)}</v>',
            "moment": lambda value, _: f' s="{styles["moment"]}"><v>{_serial(value)}</v>',
            "day": lambda value, _: f' s="{styles["day"]}"><v>{_day(value)}</v>',
        }
        return cells[kind]


def _serial(at: datetime) -> Decimal:
    """Days since 1899-12-30 in UTC, as sheets count."""
    since = at - _DAY_ZERO
    rest = since.seconds * 1_000_000 + since.microseconds
    return since.days + (Decimal(rest) / _MICROSECONDS_OF_A_DAY).quantize(Decimal("1e-12"))


def _day(value: date) -> int:
    return (value - _DAY_ZERO.date()).days
