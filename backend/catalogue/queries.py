"""Reads of the catalogue."""

from uuid import UUID

import asyncpg

from backend.catalogue.rules import ListingUnknown
from backend.catalogue.tables import Listing
from backend.core import acting_for, fetch, fetch_row

ON_SHELF = """
    SELECT l.id, l.slug, l.name, l.summary, l.price_minor, l.currency::text AS currency,
           l.vat_rate_bp, l.organisation_id, o.name AS editor, l.category, l.service_model,
           l.data_location, l.sla_bp, l.summary_fr, l.summary_en, l.description_fr,
           l.description_en
    FROM catalogue.listing l JOIN partners.organisation o ON o.id = l.organisation_id
    WHERE l.status = 'published'
"""
OWN = """
    SELECT id, organisation_id, reference, slug, name, summary, price_minor,
           currency::text AS currency, vat_rate_bp, status, created_at, category, service_model,
           data_location, sla_bp, summary_fr, summary_en, description_fr, description_en
    FROM catalogue.listing
"""


async def list_published(*, after: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Listings on sale with the editor's name, oldest first, from behind `after`."""
    # A visitor sees no organisation; of an editor on sale the name is public.
    with acting_for(None):
        return await fetch(
            ON_SHELF + "AND ($1::uuid IS NULL OR l.id > $1) ORDER BY l.id LIMIT $2", after, limit
        )


async def read_on_shelf(slug: str) -> asyncpg.Record:
    """One listing on sale, as `list_published` shows it.

    Raises:
        ListingUnknown: nothing on sale has this slug.
    """
    with acting_for(None):
        row = await fetch_row(ON_SHELF + "AND l.slug = $1", slug)
    if row is None:
        raise ListingUnknown(f"Nothing on sale has the address {slug!r}.")
    return row


async def read_own(listing_id: UUID, organisation_id: UUID) -> asyncpg.Record:
    """One listing of a partner, whatever its status.

    Raises:
        ListingUnknown: no such listing, or another partner's.
    """
    row = await fetch_row(
        OWN + "WHERE id = $1 AND organisation_id = $2", listing_id, organisation_id
    )
    if row is None:
        raise ListingUnknown(f"No listing of yours has the id {listing_id}.")
    return row


async def list_listings(
    organisation_id: UUID | None, *, after: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Listings of one partner, or of all for None, whatever their status."""
    return await fetch(
        OWN + "WHERE ($1::uuid IS NULL OR organisation_id = $1) AND ($2::uuid IS NULL OR id > $2) "
        "ORDER BY id LIMIT $3",
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
