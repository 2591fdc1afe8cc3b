"""What the calendar does to start-ups."""

from datetime import UTC, datetime

from backend.core import Clock
from backend.startups.actions import welcome_new
from backend.startups.actions_graduation import graduate_due


async def follow_startups(_: Clock) -> None:
    """Newcomers have their credit, and graduations whose day has come have happened.

    Programmes are dated by the machine's clock, also in the sandbox.

    Raises:
        ExceptionGroup: what failed; one holds no other.
    """
    now = datetime.now(UTC)
    await welcome_new(now)
    await graduate_due(now)
