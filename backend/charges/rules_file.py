"""Files of charges in the office: what is shown of one, and why it is refused. Pure."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from backend.charges.lines import ChargeLine
from backend.charges.rules_csv import Row
from backend.core import Money, Month, Problem, Refusal

FILE_BYTES = 16_000_000
"""Some 200,000 rows; a larger file comes in by the command line."""

SHOWN_LANDED = 200
SHOWN_REFUSED = 1_000
MOST_TRIES = 3

FileState = Literal["checking", "checked", "importing", "imported", "failed", "dropped"]


class ChargeFileUnknown(Problem):
    status = 404
    code = "charge-file-unknown"
    title = "There is no such file of charges"


class ChargeFileDecided(Problem):
    code = "charge-file-decided"
    title = "This file of charges waits for no decision"


class ChargeFileEmpty(Problem):
    status = 422
    code = "charge-file-empty"
    title = "The file of charges is empty"


class FileCharge(msgspec.Struct):
    """A row that would land, or has landed, with what it comes to."""

    line: int
    organisation: str
    reference: str
    end_customer: str
    charged_on: date
    environment: str
    resource: str
    is_late: bool
    list: Money
    discount: Money
    credit: Money
    payable: Money


class FileRefusal(msgspec.Struct):
    """`column` "" is the row as a whole. `cells` are as the file has them."""

    line: int
    column: str
    reason: str
    cells: list[str]


class Shown(msgspec.Struct):
    """The beginning of a file's outcome: rows in its order."""

    landed: list[FileCharge] = []
    refused: list[FileRefusal] = []

    def see(self, landed: Sequence[tuple[Row, ChargeLine]], refused: Sequence[Refusal]) -> None:
        """These rows come next."""
        room = SHOWN_LANDED - len(self.landed)
        in_order = sorted(landed, key=lambda pair: pair[0].line)[:room]
        self.landed = [*self.landed, *(_charge(row, line) for row, line in in_order)]
        room = SHOWN_REFUSED - len(self.refused)
        self.refused = [*self.refused, *(_refusal(one) for one in refused[:room])]


def safe_name(name: str) -> str:
    """A name for a file on any disk, and in the audit log."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)[:100].lstrip(".") or "charges.csv"


def _charge(row: Row, line: ChargeLine) -> FileCharge:
    currency = line.charge.currency
    return FileCharge(
        line=row.line,
        organisation=row.organisation_ref,
        reference=row.reference,
        end_customer=row.end_customer,
        charged_on=row.day,
        environment=row.environment,
        resource=row.resource,
        is_late=line.month != Month.of(line.charge.used_from),
        list=Money(line.list_minor, currency),
        discount=Money(line.list_minor - line.net_minor, currency),
        credit=Money(line.credit_minor, currency),
        payable=Money(line.payable_minor, currency),
    )


def _refusal(refusal: Refusal) -> FileRefusal:
    cells = [cell.replace("\0", "\\0")[:200] for cell in refusal.row[:30]]
    return FileRefusal(refusal.line, refusal.column, refusal.reason[:500], cells)
