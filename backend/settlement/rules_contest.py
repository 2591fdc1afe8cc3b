"""A statement is contested once, within the days of its mandate, and answered once. Pure."""

from typing import Literal

from backend.core import Problem

Verdict = Literal["accepted", "refused"]
ContestState = Literal["waiting", "accepted", "refused"]
Means = Literal["refund", "sale", "charge"]
"""The line of an open month by which it is put right: a sale or a charge refunded, a sale recorded,
or a charge corrected. The closed statement never changes.
"""


class ContestTooLate(Problem):
    """Its days are over; so the mandate says (legal.md 2)."""

    code = "contest-too-late"
    title = "The statement can no longer be contested"


class ContestExists(Problem):
    code = "contest-exists"
    title = "The statement was contested already"


class ContestUnknown(Problem):
    status = 404
    code = "contest-unknown"
    title = "There is no such contest"


class ContestAnswered(Problem):
    code = "contest-answered"
    title = "The contest was answered already"
