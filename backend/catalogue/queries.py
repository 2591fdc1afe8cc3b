"""Reads of the catalogue."""

from typing import Literal
from uuid import UUID

import asyncpg

from backend.catalogue.rules import ListingUnknown, NoLongerSold, Status
from backend.catalogue.tables import Listing
from backend.catalogue.viewer import viewer
from backend.core import acting_for, fetch, fetch_row, fetch_value

ON_SHELF = """
    SELECT l.id, l.slug, l.name, l.summary, l.price_minor, l.currency::text AS currency,
           l.vat_rate_bp, l.organisation_id, o.name AS editor, w.name AS second_editor,
           l.category, l.service_model,
           l.data_location, l.sla_bp, l.summary_fr, l.summary_en, l.description_fr,
           l.description_en
    FROM catalogue.on_sale($1, $2) l JOIN partners.organisation o ON o.id = l.organisation_id
    LEFT JOIN catalogue.joint_offer j ON j.listing_id = l.id AND j.during @> now()
    LEFT JOIN partners.organisation w ON w.id = j.second_id
"""
OWN = """
    SELECT l.id, l.organisation_id, l.reference, l.slug, l.name, l.summary, l.price_minor,
           l.currency::text AS currency, l.vat_rate_bp, l.status, l.created_at, l.category,
           l.service_model, l.data_location, l.sla_bp, l.summary_fr, l.summary_en,
           l.description_fr, l.description_en, l.segments, l.revision,
           l.reviewed_revision, l.reviewed_at,
           l.status IN ('published', 'paused') AND l.revision > l.reviewed_revision
             AS changed_since_review,
           (SELECT r.reason FROM catalogue.review r WHERE r.listing_id = l.id
             AND r.verb IN ('ask_change', 'withdraw') ORDER BY r.id DESC LIMIT 1) AS last_reason,
           o.name AS organisation_name, o.verification,
           CASE WHEN o.id NOT IN (SELECT organisation_id FROM onboarding.open_shelf)
             THEN onboarding.listing_bar(o.id, now()) END AS bar
    FROM catalogue.listing l JOIN partners.organisation o ON o.id = l.organisation_id
"""

Tab = Status | Literal["changed"]


async def list_published(*, after: UUID | None, limit: int) -> list[asyncpg.Record]:
    """Listings on sale with the editor's name, oldest first, from behind `after`."""
    # A visitor sees no organisation; of an editor on sale the name is public.
    asked = (*viewer(), after, limit)
    with acting_for(None):
        return await fetch(
            ON_SHELF + "WHERE $3::uuid IS NULL OR l.id > $3 ORDER BY l.id LIMIT $4", *asked
        )


async def read_on_shelf(slug: str) -> asyncpg.Record:
    """One listing on sale, as `list_published` shows it.

    Raises:
        ListingUnknown: nothing on sale has this slug.
    """
    asked = (*viewer(), slug)
    with acting_for(None):
        row = await fetch_row(ON_SHELF + "WHERE l.slug = $3", *asked)
    if row is None:
        raise ListingUnknown(f"Nothing on sale has the address {slug!r}.")
    return row


async def read_own(listing_id: UUID, organisation_id: UUID) -> asyncpg.Record:
    """One listing of a partner, whatever its status.

    Raises:
        ListingUnknown: no such listing, or another partner's.
    """
    row = await fetch_row(
        OWN + "WHERE l.id = $1 AND l.organisation_id = $2", listing_id, organisation_id
    )
    if row is None:
        raise ListingUnknown(f"No listing of yours has the id {listing_id}.")
    return row


async def list_listings(
    organisation_id: UUID | None, *, after: UUID | None, limit: int, status: Tab | None = None
) -> list[asyncpg.Record]:
    """Listings of one partner, or of all for None: of one status, if told, or of `changed`, on
    sale and not as the office has read them.
    """
    return await fetch(
        OWN + "WHERE ($1::uuid IS NULL OR l.organisation_id = $1) "
        "AND ($2::uuid IS NULL OR l.id > $2) AND ($4::text IS NULL OR l.status = $4 "
        "OR $4 = 'changed' AND l.status = 'published' AND l.revision > l.reviewed_revision) "
        "ORDER BY l.id LIMIT $3",
        organisation_id,
        after,
        limit,
        status,
    )


async def count_listings() -> dict[str, int]:
    """How many listings of all partners stand in each status, and how many are `changed`."""
    rows = await fetch(
        "SELECT status, count(*), count(*) FILTER (WHERE status = 'published' "
        "AND revision > reviewed_revision) AS changed FROM catalogue.listing GROUP BY 1"
    )
    counts = {row["status"]: row["count"] for row in rows}
    return {**counts, "changed": sum(row["changed"] for row in rows)}


async def read_any(listing_id: UUID) -> asyncpg.Record:
    """One listing of whoever, for the operator.

    Raises:
        ListingUnknown: no such listing.
    """
    row = await fetch_row(OWN + "WHERE l.id = $1", listing_id)
    if row is None:
        raise ListingUnknown(f"No listing has the id {listing_id}.")
    return row


async def list_decisions(after: UUID | None, limit: int) -> list[asyncpg.Record]:
    """What the office decided on listings of all partners, in its order, from behind `after`."""
    return await fetch(
        "SELECT r.id, r.at, r.verb, l.reference, l.name, o.reference AS organisation, "
        "o.name AS organisation_name, r.revision, r.reason, coalesce(p.name, r.actor) AS by "
        "FROM catalogue.review r JOIN catalogue.listing l ON l.id = r.listing_id "
        "JOIN partners.organisation o ON o.id = r.organisation_id "
        "LEFT JOIN identity.person p ON r.actor = 'person:' || p.id::text "
        "WHERE r.verb IN ('approve', 'ask_change', 'withdraw') "
        "AND ($1::uuid IS NULL OR r.id > $1) ORDER BY r.id LIMIT $2",
        after,
        limit,
    )


async def list_reviews(listing_id: UUID) -> list[asyncpg.Record]:
    """Every step of a listing, newest first; `said` is what it said then, as JSON."""
    return await fetch(
        "SELECT r.verb, r.reason, r.revision, r.said, r.actor, r.at, p.name AS actor_name "
        "FROM catalogue.review r "
        "LEFT JOIN identity.person p ON r.actor = 'person:' || p.id::text "
        "WHERE r.listing_id = $1 ORDER BY r.id DESC LIMIT 200",
        listing_id,
    )


async def read_published(slug: str, *, buyer: UUID | None = None) -> Listing:
    """One listing on sale, that is offered to the organisation `buyer`, or to everybody.

    Raises:
        NoLongerSold: it was, and is not any more, or not while its partner's file is incomplete.
        ListingUnknown: nothing on sale for this buyer has this slug.
    """
    listing_id = await fetch_value(
        "SELECT id FROM catalogue.on_sale($1, false) WHERE slug = $2", buyer, slug
    )
    if listing_id is None:
        if await fetch_value(
            "SELECT EXISTS (SELECT FROM catalogue.listing l WHERE l.slug = $2 "
            "AND l.reviewed_at IS NOT NULL AND catalogue.shown_to(l, $1, false))",
            buyer,
            slug,
        ):
            raise NoLongerSold(f"{slug!r} is not sold any more.")
        raise ListingUnknown(f"Nothing on sale has the address {slug!r}.")
    found: Listing | None = await Listing.objects().get(Listing.id == listing_id)
    assert found is not None, "listings are never removed"
    return found
