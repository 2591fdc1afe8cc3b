"""Reads of offers of several parts."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from backend.catalogue.rules_bundle import Bundle, BundleBroken, Part
from backend.core import Money, acting_for, fetch, fetch_value

BUNDLE = """
    SELECT b.listing_id, b.organisation_id, b.service_fr, b.service_en, b.service_minor,
           l.currency::text AS currency, p.component_id, c.slug, c.name, p.owner_id,
           o.name AS owner, o.reference AS owner_slug, p.price_minor, s.bar
    FROM catalogue.bundle b
    JOIN catalogue.listing l ON l.id = b.listing_id
    JOIN catalogue.bundle_part p ON p.bundle_id = b.listing_id
    JOIN catalogue.bundle_standing s ON s.bundle_id = p.bundle_id AND s.position = p.position
    JOIN catalogue.listing c ON c.id = p.component_id
    JOIN catalogue.part_owner o ON o.bundle_id = p.bundle_id AND o.position = p.position
"""


async def read_bundle(listing_id: UUID) -> Bundle | None:
    """What the listing is made of; None where it is no bundle. Who may see it may see its parts."""
    rows = await fetch(BUNDLE + "WHERE b.listing_id = $1 ORDER BY p.position", listing_id)
    return _bundle(rows) if rows else None


async def bundles_of(listing_ids: Collection[UUID]) -> dict[UUID, Bundle]:
    """Those of the listings that are bundles. Whoever may see these may see their parts."""
    with acting_for(None):
        rows = await fetch(
            BUNDLE + "WHERE b.listing_id = ANY ($1) ORDER BY p.position", list(listing_ids)
        )
    return _by_listing(rows)


async def list_bundles(organisation_id: UUID) -> list[Bundle]:
    """All bundles of one integrator, the newest first."""
    rows = await fetch(
        BUNDLE + "WHERE b.organisation_id = $1 ORDER BY b.listing_id DESC, p.position",
        organisation_id,
    )
    return list(_by_listing(rows).values())


async def name_of_owner(listing_id: UUID) -> str:
    """Of the partner whose listing it is."""
    found: str = await fetch_value(
        "SELECT o.name FROM catalogue.listing l JOIN partners.organisation o "
        "ON o.id = l.organisation_id WHERE l.id = $1",
        listing_id,
    )
    return found


async def sold_by_one(listing_ids: Collection[UUID]) -> set[UUID]:
    """Those of the listings that are no bundles and of no joint offer."""
    with acting_for(None):
        rows = await fetch(
            "SELECT l.id FROM catalogue.listing l WHERE l.id = ANY ($1) "
            "AND l.id NOT IN (SELECT listing_id FROM catalogue.bundle) "
            "AND NOT EXISTS (SELECT FROM catalogue.joint_offer j "
            "WHERE j.listing_id = l.id AND j.during @> now())",
            list(listing_ids),
        )
    return {row["id"] for row in rows}


async def check_parts(listing_id: UUID) -> None:
    """Raises BundleBroken: a part of it is not what it was when it was chosen."""
    bundle = await read_bundle(listing_id)
    broken = [] if bundle is None else [part.name for part in bundle.parts if part.bar]
    if broken:
        raise BundleBroken(
            f"Build it again; these have changed: {', '.join(broken)}.", parts=broken
        )


def _by_listing(rows: list[asyncpg.Record]) -> dict[UUID, Bundle]:
    by_listing: dict[UUID, list[asyncpg.Record]] = {}
    for row in rows:
        by_listing.setdefault(row["listing_id"], []).append(row)
    return {listing: _bundle(those) for listing, those in by_listing.items()}


def _bundle(rows: list[asyncpg.Record]) -> Bundle:
    first = rows[0]
    return Bundle(
        listing_id=first["listing_id"],
        organisation_id=first["organisation_id"],
        service_fr=first["service_fr"],
        service_en=first["service_en"],
        service=Money(first["service_minor"], first["currency"]),
        parts=[
            Part(
                component_id=row["component_id"],
                slug=row["slug"],
                name=row["name"],
                owner_id=row["owner_id"],
                owner=row["owner"],
                owner_slug=row["owner_slug"],
                price=Money(row["price_minor"], row["currency"]),
                bar=row["bar"],
            )
            for row in rows
        ],
    )
