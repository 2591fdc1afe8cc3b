"""Every quarter everybody is evaluated; every day those who rise, or recover."""

from datetime import UTC, date, datetime

from backend import programmes
from backend.core import PARIS, Clock
from backend.scorecards.actions import evaluate

ACTOR = "system:worker"


def quarter_of(day: date) -> date:
    """The first day of the quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


async def evaluate_levels(_: Clock) -> None:
    """This quarter's evaluation is done; then, once a day, promotions are.

    Levels are dated by the machine's clock, also in the sandbox.

    Raises:
        ExceptionGroup: what failed; it is tried anew the next day.
    """
    now = datetime.now(UTC)
    today = now.astimezone(PARIS).date()
    await evaluate(programmes.RESELLER, "quarterly", quarter_of(today), now=now, actor=ACTOR)
    await evaluate(programmes.RESELLER, "promotions", today, now=now, actor=ACTOR)
