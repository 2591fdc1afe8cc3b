"""What the calendar does to levels."""

from datetime import UTC, datetime

from backend.core import Clock
from backend.programmes.actions_calendar import carry_out_demotions, end_overrides


async def follow_calendar(_: Clock) -> None:
    """Exceptions that are over have ended, demotions whose day has come have happened.

    Levels are dated by the machine's clock, also in the sandbox.

    Raises:
        ExceptionGroup: what failed; one holds no other.
    """
    now = datetime.now(UTC)
    await end_overrides(now)
    await carry_out_demotions(now)
