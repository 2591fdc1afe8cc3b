"""Listings to test with."""

from uuid import UUID

from backend import catalogue
from backend.core import Money, uuid7
from tests.given.partners import NOW, SYSTEM


async def listing(
    organisation_id: UUID,
    price_minor: int = 100_00,
    *,
    published: bool = True,
    name: str = "Sauvegarde Sereine",
) -> UUID:
    listing_id = await catalogue.create_listing(
        organisation_id,
        reference=f"l-{uuid7()}",
        slug=f"listing-{uuid7()}",
        name=name,
        price=Money(price_minor, "EUR"),
        now=NOW,
        actor=SYSTEM,
    )
    if published:
        await catalogue.publish_listing(listing_id, actor=SYSTEM)
    return listing_id
