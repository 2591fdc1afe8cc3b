"""Reads of the catalogue."""

from uuid import UUID

import asyncpg

from backend.catalogue.rules import ListingUnknown
from backend.catalogue.tables import Listing
from backend.core import fetch


async def list_published(*, after: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Listings on sale with the editor's name, oldest first, from behind `after`."""
    return await fetch(
        """
        SELECT l.id, l.slug, l.name, l.summary, l.price_minor, l.currency::text AS currency,
               l.vat_rate_bp, l.organisation_id
        FROM catalogue.listing l
        WHERE l.status = 'published' AND ($1::uuid IS NULL OR l.id > $1)
        ORDER BY l.id LIMIT $2
        """,
        after,
        limit,
    )


async def list_listings(
    organisation_id: UUID | None, *, after: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Listings of one partner, or of all for None, whatever their status."""
    return await fetch(
        """
        SELECT id, organisation_id, reference, slug, name, summary, price_minor,
               currency::text AS currency, vat_rate_bp, status, created_at
        FROM catalogue.listing
        WHERE ($1::uuid IS NULL OR organisation_id = $1) AND ($2::uuid IS NULL OR id > $2)
        ORDER BY id LIMIT $3
        """,
        organisation_id,
        after,
        limit,
    )


async def read_published(slug: str) -> Listing:
    """One listing on sale.

    Raises:
        ListingUnknown: nothing on sale has this slug.
    """
    found = await Listing.objects().get((Listing.slug == slug) & (Listing.status == "published"))
    if found is None:
        raise ListingUnknown(f"Nothing on sale has the address {slug!r}.")
    return found
