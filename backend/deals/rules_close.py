"""When a deal that is registered may be expected to be signed. Pure."""

from datetime import date, datetime

from backend.core import PARIS, Problem


class CloseDayPast(Problem):
    """`earliest_on` is the first day that may be expected."""

    status = 422
    code = "deal-close-past"
    title = "The expected day of signature is past"


def check_close(target_close_on: date, now: datetime) -> None:
    """Raises: CloseDayPast. A deal is registered before it is signed; days are the operator's."""
    today = now.astimezone(PARIS).date()
    if target_close_on < today:
        raise CloseDayPast(
            f"target_close_on: {target_close_on} is past: choose {today} or later.",
            field="target_close_on",
            earliest_on=today,
        )
