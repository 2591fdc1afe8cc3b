"""A list as a CSV that a spreadsheet opens: in the French form or the international one."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from litestar import Response

from backend.core import Money

Locale = Literal["international", "fr"]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]], locale: Locale
) -> Response[str]:
    """The rows as the file `name`.csv to be saved: with `;`, decimal commas and a BOM in the French
    form. Text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    french = locale == "fr"
    write = csv.writer(out, delimiter=";" if french else ",", lineterminator="\r\n")
    write.writerow(header)
    write.writerows([_cell(value, french) for value in row] for row in rows)
    return Response(
        ("\ufeff" if french else "") + out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}.csv"'},
    )


def _cell(value: object, french: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, Money):
        value = Decimal(value.decimal())
    if isinstance(value, Decimal):
        return str(value).replace(".", ",") if french else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    text = str(value)
    if text.startswith(FORMULA) and not isinstance(value, int):
        text = f"'{text}"
    return text.replace("\r", " ").replace("\n", " ")
