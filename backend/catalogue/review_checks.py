"""What has to hold before a listing is read, or is on sale, and who may not decide on it."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import checklists, onboarding
from backend.catalogue.queries_joint import second_owner_at
from backend.catalogue.rules import OwnListing, PartnerUnverified
from backend.core import connection


async def check_owners(listing: asyncpg.Record, now: datetime) -> None:
    """Whoever is paid for it may sell: its partner, and the second owner of a joint offer."""
    await onboarding.check_selling(listing["organisation_id"], now)
    second = await second_owner_at(listing["id"], now)
    if second is None:
        return
    if not await connection().fetchval(
        "SELECT verification = 'verified' FROM partners.organisation WHERE id = $1", second
    ):
        raise PartnerUnverified("Check its second owner under Partners first, then approve.")
    await onboarding.check_selling(second, now)


async def check_gates(organisation_id: UUID, now: datetime) -> None:
    """Raises ChecklistOpen: its partner's technical checklist is not done (seed row R-08)."""
    open_items = await checklists.open_gates(organisation_id, now)
    if open_items:
        names = ", ".join(item.title_en for item in open_items)
        raise checklists.ChecklistOpen(
            f"Have these accepted under Technical programme first: {names}.",
            items=[item.code for item in open_items],
        )


async def check_other(listing_id: UUID, actor: str) -> None:
    """Raises OwnListing: nobody decides on what they sell."""
    if await connection().fetchval("SELECT catalogue.acted_for($1, $2)", actor, listing_id):
        raise OwnListing("You act for its partner, or did: have somebody else decide.")
