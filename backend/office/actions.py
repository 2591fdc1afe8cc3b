"""Announcing how revenue will be shared."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import sales, terms
from backend.core import transaction


async def announce_share_rule(
    name: str,
    partner_bp: int,
    *,
    valid_from: datetime,
    now: datetime,
    actor: str,
    organisation_id: UUID | None = None,
    channel: str | None = None,
    brought_by: str | None = None,
) -> UUID:
    """Sales from `valid_from` on are shared so; those before keep the rule that they have.

    Raises:
        TermTooLate: it would begin in the past.
        TermTaken: a rule for the same sales begins at that very moment.
    """
    if valid_from <= now:
        raise terms.TermTooLate(
            f"It would begin at {valid_from:%Y-%m-%d %H:%M} UTC, which is past: choose a moment "
            "to come, such as the first day of next month."
        )
    try:
        async with transaction():
            return await sales.add_share_rule(
                name,
                sales.Rates(partner_bp, 0, 10_000 - partner_bp),
                valid_from=valid_from,
                actor=actor,
                organisation_id=organisation_id,
                channel=channel,
                brought_by=brought_by,
            )
    except asyncpg.UniqueViolationError:
        raise terms.TermTaken(
            "A rule for the same sales begins at that moment: choose another one."
        ) from None
