"""What the calendar does to levels, and to what they rest on."""

from datetime import UTC, datetime

from backend.core import Clock
from backend.programmes.actions_calendar import carry_out_demotions, end_overrides
from backend.programmes.actions_warning import warn_of_expiry


async def follow_calendar(_: Clock) -> None:
    """Exceptions that are over have ended, demotions whose day has come have happened.

    Levels are dated by the machine's clock, also in the sandbox.

    Raises:
        ExceptionGroup: what failed; one holds no other.
    """
    now = datetime.now(UTC)
    await end_overrides(now)
    await carry_out_demotions(now)


async def warn_partners(_: Clock) -> None:
    """Partners know what ends soon: certificates, references, trainings, contracts of support.

    Raises:
        ExceptionGroup: what failed; one partner holds no other.
    """
    await warn_of_expiry(datetime.now(UTC))
