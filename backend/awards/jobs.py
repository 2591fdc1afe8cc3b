"""What follows by itself: shares of suppliers for closed months, rebates after refunds."""

from datetime import UTC, datetime

from backend.awards.actions import post_rebates, post_supplier_shares
from backend.awards.queries import posted_quarters, unshared_months
from backend.core import Clock

ACTOR = "system:worker"
QUARTERS = 8
"""Quarters whose refunds are followed; the charge of an older one is refunded by hand."""


async def follow_awards(_: Clock) -> None:
    """Suppliers have their share of the months that were closed, and rebates already posted follow
    the refunds made since; by the machine's clock, as statements.
    """
    now = datetime.now(UTC)
    for month in await unshared_months():
        await post_supplier_shares(month, now=now, actor=ACTOR)
    for quarter in (await posted_quarters())[:QUARTERS]:
        await post_rebates(quarter, now=now, actor=ACTOR)
