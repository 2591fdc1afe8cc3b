"""What the calendar does to credits."""

from datetime import UTC, datetime

from backend.charges.actions_credit import warn_of_expiry
from backend.core import Clock


async def warn_holders(_: Clock) -> None:
    """Who holds credit that expires soon has been told; by the machine's clock, as programmes."""
    await warn_of_expiry(datetime.now(UTC))
