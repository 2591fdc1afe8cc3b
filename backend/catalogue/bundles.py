"""An integrator combines its own service with listings of others. Each function is one transaction.

Seed rows D-08 and P-03; decision 0043.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import audit, partners
from backend.catalogue.actions import create_listing
from backend.catalogue.queries_bundle import read_bundle
from backend.catalogue.rules import Facts, ListingUnknown
from backend.catalogue.rules_bundle import (
    BundleOnSale,
    NoIntegrator,
    PartUnfit,
    PartUnknown,
    check_count,
)
from backend.core import Money, connection, fetch_value, transaction

OPEN = ("draft", "action_required", "paused", "withdrawn")


class Built(Struct, frozen=True, kw_only=True):
    """What a bundle is made of: the own service with its price, and listings on sale."""

    service_fr: str
    service_en: str
    service: Money
    components: Sequence[UUID]


async def may_build(organisation_id: UUID) -> bool:
    """Whether it is an integrator, which combines services of several (seed row P-03)."""
    found: bool = await fetch_value(
        "SELECT EXISTS (SELECT FROM partners.organisation_role "
        "WHERE organisation_id = $1 AND role = 'vai')",
        organisation_id,
    )
    return found


async def build_bundle(
    organisation_id: UUID,
    built: Built,
    *,
    reference: str,
    slug: str,
    name: str,
    facts: Facts,
    segments: Sequence[partners.Segment],
    now: datetime,
    actor: str,
) -> UUID:
    """A draft of the integrator's; answers its id. It costs the own service and, for each part,
    what the part costs in the store today.

    Raises:
        NoIntegrator: the organisation is none.
        PartUnknown: one is not on sale for it, or named twice.
        PartUnfit: two owners, a bundle itself, another currency or VAT, or a narrower audience.
        SlugTaken, ReferenceTaken: as for `create_listing`.
    """
    check_count(built.components)
    async with transaction():
        if not await may_build(organisation_id):
            raise NoIntegrator("Ask the operator to add the role of an integrator.")
        parts = await _parts(organisation_id, built)
        listing_id = await create_listing(
            organisation_id,
            reference=reference,
            slug=slug,
            name=name,
            price=_price(built, parts),
            vat_rate_bp=parts[0]["vat_rate_bp"],
            facts=facts,
            segments=segments,
            now=now,
            actor=actor,
        )
        await connection().execute(
            "INSERT INTO catalogue.bundle VALUES ($1, $2, $3, $4, $5)",
            listing_id, organisation_id, built.service_fr, built.service_en,
            built.service.amount_minor,
        )  # fmt: skip
        await _write(listing_id, organisation_id, parts)
        await _conclude(listing_id, organisation_id, actor, "build_bundle")
    return listing_id


async def change_bundle(
    listing_id: UUID, built: Built, *, organisation_id: UUID, now: datetime, actor: str
) -> None:
    """It is made of these from now on, at what they cost today; the office reads it again.

    Raises:
        ListingUnknown: the organisation has no such bundle.
        BundleOnSale: pause it, or take it back from review, first.
        PartUnknown, PartUnfit: as for `build_bundle`.
    """
    check_count(built.components)
    async with transaction():
        status = await connection().fetchval(
            "SELECT l.status FROM catalogue.listing l JOIN catalogue.bundle b "
            "ON b.listing_id = l.id WHERE l.id = $1 AND l.organisation_id = $2 FOR UPDATE OF l",
            listing_id,
            organisation_id,
        )
        if status is None:
            raise ListingUnknown(f"No offer of yours has the id {listing_id}.")
        if status not in OPEN:
            raise BundleOnSale("Pause the sale, or take it back from review, first.")
        parts = await _parts(organisation_id, built)
        await connection().execute(
            "DELETE FROM catalogue.bundle_part WHERE bundle_id = $1", listing_id
        )
        await connection().execute(
            "UPDATE catalogue.bundle SET service_fr = $2, service_en = $3, service_minor = $4 "
            "WHERE listing_id = $1",
            listing_id, built.service_fr, built.service_en, built.service.amount_minor,
        )  # fmt: skip
        price = _price(built, parts)
        await connection().execute(
            "UPDATE catalogue.listing SET price_minor = $2, currency = $3, vat_rate_bp = $4 "
            "WHERE id = $1",
            listing_id, price.amount_minor, price.currency, parts[0]["vat_rate_bp"],
        )  # fmt: skip
        await _write(listing_id, organisation_id, parts)
        await _conclude(listing_id, organisation_id, actor, "change_bundle")


async def _parts(organisation_id: UUID, built: Built) -> list[asyncpg.Record]:
    found = await connection().fetch(
        "SELECT l.id, l.organisation_id, l.name, l.price_minor, l.currency::text AS currency, "
        "l.vat_rate_bp, EXISTS (SELECT FROM catalogue.bundle b WHERE b.listing_id = l.id) "
        "OR EXISTS (SELECT FROM catalogue.joint_offer j WHERE j.listing_id = l.id "
        "AND j.during @> now()) AS is_shared "
        "FROM catalogue.on_sale($1, false) l WHERE l.id = ANY ($2) "
        "ORDER BY array_position($2, l.id)",
        organisation_id,
        list(built.components),
    )
    if len(found) < len(built.components):
        raise PartUnknown("components: Choose among what the store shows you.", field="components")
    for row in found:
        if row["is_shared"]:
            raise _unfit(row["name"], "it has several owners already")
        if row["currency"] != built.service.currency:
            raise _unfit(row["name"], f"it is sold in {row['currency']}")
        if row["vat_rate_bp"] != found[0]["vat_rate_bp"]:
            raise _unfit(row["name"], "its rate of VAT is another one")
    return found


def _unfit(name: str, why: str) -> PartUnfit:
    return PartUnfit(f"components: Leave {name} out: {why}.", field="components", part=name)


def _price(built: Built, parts: Sequence[asyncpg.Record]) -> Money:
    whole = built.service.amount_minor + sum(row["price_minor"] for row in parts)
    return Money(whole, built.service.currency)


async def _write(listing_id: UUID, organisation_id: UUID, parts: Sequence[asyncpg.Record]) -> None:
    await connection().executemany(
        "INSERT INTO catalogue.bundle_part VALUES ($1, $2, $3, $4, $5, $6)",
        [
            (
                listing_id,
                organisation_id,
                place,
                row["id"],
                row["organisation_id"],
                row["price_minor"],
            )
            for place, row in enumerate(parts, 1)
        ],
    )


async def _conclude(listing_id: UUID, organisation_id: UUID, actor: str, action: str) -> None:
    bundle = await read_bundle(listing_id)
    assert bundle is not None, "it was just written"
    narrower = next((part for part in bundle.parts if part.bar == "audience"), None)
    if narrower is not None:
        raise _unfit(narrower.name, "it is offered to fewer segments than this offer")
    subject = f"listing:{listing_id}"
    after = {"price": bundle.price, "parts": bundle.said}
    await audit.write(organisation_id, actor, action, subject, None, after)
