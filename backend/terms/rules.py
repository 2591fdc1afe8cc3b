"""Which value of a dated setting is in force at a moment. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Problem

Name = Literal["payout_minimum", "hold_days"]

LIMITS: Mapping[Name, tuple[int, int]] = {"payout_minimum": (0, 10**9), "hold_days": (0, 90)}
"""Least and largest value. `payout_minimum` is in hundredths of the currency, `hold_days` in days
after a sale during which its money is not paid out (money rules f, p)."""


class BadTerm(Problem):
    status = 422
    code = "bad-term"
    title = "This value is outside what is possible"


class TermTooLate(Problem):
    code = "term-too-late"
    title = "A rule begins in the future"


class TermTaken(Problem):
    code = "term-taken"
    title = "Another value begins at that moment"


class Term(Struct, frozen=True):
    """One value, in force from `valid_from` until the next one begins."""

    id: UUID
    name: Name
    value: int
    valid_from: datetime
    note: str
    actor: str
    recorded_at: datetime


class History(Struct, frozen=True):
    """The values of one setting, oldest first; before the first one the installation's own."""

    values: Sequence[tuple[datetime, int]] = ()

    def at(self, moment: datetime, otherwise: int) -> int:
        """The value in force at `moment` (money rule M10: the event's date decides)."""
        found = otherwise
        for valid_from, value in self.values:
            if valid_from > moment:
                break
            found = value
        return found


def check_term(name: Name, value: int, valid_from: datetime, now: datetime) -> None:
    """Refuses a value outside its limits, and one that would begin in the past.

    Raises:
        BadTerm: names the limits.
        TermTooLate: sales of that time were shared and held already.
    """
    least, most = LIMITS[name]
    if not least <= value <= most:
        raise BadTerm(f"{name} is {value}: give a whole number from {least} to {most}.", name=name)
    if valid_from <= now:
        raise TermTooLate(
            f"It would begin at {valid_from:%Y-%m-%d %H:%M} UTC, which is past: choose a moment "
            "to come, such as the first day of next month."
        )
