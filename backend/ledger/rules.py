"""What an entry is, and why one is refused. Pure."""

from datetime import datetime

from msgspec import Struct

from backend.core import Money, Month, Problem


class Line(Struct, frozen=True):
    """`amount` (above zero) debited to one account and credited to another: always balanced."""

    debit: str
    credit: str
    amount: Money

    def swapped(self) -> "Line":
        """The line that takes this one back."""
        return Line(self.credit, self.debit, self.amount)


class Entry(Struct, frozen=True):
    """One business fact: `reference` names it for ever, so that posting it twice is harmless."""

    reference: str
    month: Month
    effective_at: datetime
    lines: tuple[Line, ...]


class ReferenceReused(Problem):
    code = "ledger-reference-reused"
    title = "Another entry already has this reference"


class MonthClosed(Problem):
    code = "ledger-month-closed"
    title = "The month is closed"


class AccountUnknown(Problem):
    status = 404
    code = "account-unknown"
    title = "There is no such account"


class EntryUnknown(Problem):
    status = 404
    code = "entry-unknown"
    title = "There is no such entry"


def move(debit: str, credit: str, amount: Money) -> tuple[Line, ...]:
    """One line for `amount`, accounts swapped when it is negative, no line when it is zero."""
    if amount.amount_minor == 0:
        return ()
    if amount.amount_minor < 0:
        return (Line(credit, debit, -amount),)
    return (Line(debit, credit, amount),)
