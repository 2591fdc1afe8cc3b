"""Quarters, what is awarded and on which document, and what is refused. Pure."""

import re
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Money, Month, Problem

Kind = Literal["rebate", "supplier_share", "co_marketing"]


class BadQuarter(Problem):
    status = 422
    code = "bad-quarter"
    title = "This is not a quarter"


class QuarterOpen(Problem):
    code = "quarter-open"
    title = "The quarter is not over and closed"


class MonthOpen(Problem):
    code = "month-open"
    title = "The month is not closed"


class Quarter(Struct, frozen=True, order=True):
    """Three months of the operator's calendar, named by the first day of the first."""

    first_day: date

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read `2026-Q3`.

        Raises:
            BadQuarter: anything else.
        """
        if not re.fullmatch(r"(19|2\d)\d\d-Q[1-4]", text, re.ASCII):
            raise BadQuarter(f"{text!r} is not a quarter such as 2026-Q3.")
        return cls(date(int(text[:4]), 3 * int(text[-1]) - 2, 1))

    @classmethod
    def of(cls, moment: datetime) -> "Quarter":
        """The quarter in which `moment` falls on the operator's calendar."""
        month = Month.of(moment).first_day
        return cls(month.replace(month=3 * ((month.month - 1) // 3) + 1))

    @property
    def months(self) -> tuple[Month, Month, Month]:
        first = Month(self.first_day)
        return first, first.next, first.next.next

    @property
    def start(self) -> datetime:
        return self.months[0].start

    @property
    def end(self) -> datetime:
        return self.months[2].end

    @property
    def last_day(self) -> date:
        return self.months[2].last_day

    @property
    def previous(self) -> "Quarter":
        return Quarter.of(self.months[0].previous.start)

    def __str__(self) -> str:
        return f"{self.first_day.year}-Q{(self.first_day.month + 2) // 3}"


class Award(Struct, frozen=True, kw_only=True):
    """An amount before VAT that the operator owes by a rule; below zero it takes back.

    `from_on` to `to_on` is what it is for; `reference` names it for ever.
    """

    kind: Kind
    reference: str
    organisation_id: UUID
    amount: Money
    from_on: date
    to_on: date
    subject: str
    contract_number: str | None = None


def document_type(kind: Kind, amount_minor: int) -> str:
    """Of EN 16931: a rebate is a global credit note (262, money rule k), taken back by an invoice;
    what the operator writes for the partner is self-billed (389), taken back by 261.
    """
    if kind == "rebate":
        return "262" if amount_minor > 0 else "380"
    return "389" if amount_minor > 0 else "261"


def check_closed(quarter: Quarter, closed_through: Month | None) -> None:
    """Until its last month is closed, more may be invoiced in the quarter.

    Raises:
        QuarterOpen: names the month to close.
    """
    last = quarter.months[2]
    if closed_through is None or closed_through < last:
        raise QuarterOpen(f"Close {last} first: until then more may be invoiced in {quarter}.")
