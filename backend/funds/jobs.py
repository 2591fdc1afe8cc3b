"""What the calendar does to requests."""

from datetime import UTC, datetime

from backend.core import Clock
from backend.funds.actions_office import expire_requests


async def follow_funds(_: Clock) -> None:
    """What was not claimed in time is over; by the machine's clock, as programmes."""
    await expire_requests(datetime.now(UTC), "system:worker")
