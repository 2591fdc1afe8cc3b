"""Listings to test with."""

from uuid import UUID

from backend import catalogue, core
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
        await put_on_sale(listing_id)
    return listing_id


async def put_on_sale(listing_id: UUID) -> None:
    """As if the office had read it, however little it says and whoever its partner is: later
    changes lead there too. How it is read in truth stands in tests/catalogue/test_review.py.
    """
    with core.acting_for(None):
        await core.fetch(
            "UPDATE catalogue.listing SET status = 'submitted' WHERE id = $1", listing_id
        )
        await core.fetch(
            "UPDATE catalogue.listing SET status = 'published', reviewed_revision = revision, "
            "reviewed_at = $2 WHERE id = $1",
            listing_id,
            NOW,
        )
