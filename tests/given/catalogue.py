"""Listings to test with."""

from uuid import UUID

from backend import catalogue, core
from backend.core import Money, uuid7
from tests.given.onboarding import complete_file
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
    """As if the office had read it, however little it says; later changes lead there too. What its
    partner's file lacks is supplied. How it is read in truth: tests/catalogue/test_review.py.
    """
    with core.acting_for(None):
        partner = await core.fetch_value(
            "SELECT l.organisation_id FROM catalogue.listing l WHERE l.id = $1 AND NOT EXISTS "
            "(SELECT FROM onboarding.shelf s WHERE s.organisation_id = l.organisation_id)",
            listing_id,
        )
        if partner is not None:
            await complete_file(partner)
        await core.fetch(
            "UPDATE catalogue.listing SET status = 'submitted' WHERE id = $1", listing_id
        )
        await core.fetch(
            "UPDATE catalogue.listing SET status = 'published', reviewed_revision = revision, "
            "reviewed_at = $2 WHERE id = $1",
            listing_id,
            NOW,
        )
