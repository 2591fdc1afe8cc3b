"""Calendar months of the operator's time zone. Instants are stored in UTC (money rule i)."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.core.problem import Problem

PARIS = ZoneInfo("Europe/Paris")
"""The operator's zone: months begin and end at its midnight."""


class BadMonth(Problem):
    status = 422
    code = "bad-month"
    title = "This is not a month"


class Month(Struct, frozen=True, order=True):
    """One month, named by its first day. Half open: `start` is in it, `end` is not."""

    first_day: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-10`.

        Raises:
            BadMonth: anything else.
        """
        if not re.fullmatch(r"(19|2\d)\d\d-(0[1-9]|1[0-2])", text, re.ASCII):
            raise BadMonth(f"{text!r} is not a month such as 2026-10.")
        return cls(date(int(text[:4]), int(text[5:]), 1))

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """The month in which `moment` falls on the operator's calendar."""
        assert moment.tzinfo is not None, "a moment without a zone would be read in this machine's"
        return cls(moment.astimezone(PARIS).date().replace(day=1))

    @property
    def start(self) -> datetime:
        return midnight(self.first_day)

    @property
    def end(self) -> datetime:
        return midnight(self.next.first_day)

    @property
    def next(self) -> "Month":
        return Month((self.first_day + timedelta(days=31)).replace(day=1))

    @property
    def previous(self) -> "Month":
        return Month((self.first_day - timedelta(days=1)).replace(day=1))

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def hours(self) -> int:
        """Real hours: 743 in a Paris March, 745 in a Paris October."""
        return int((self.end - self.start).total_seconds()) // 3600

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


def midnight(day: date) -> datetime:
    """When the day begins in Paris."""
    return datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)
