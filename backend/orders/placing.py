"""An order is placed, in one transaction: nothing that it says comes from the client."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit, catalogue, deals, partners, relations
from backend.core import Money, transaction
from backend.orders import rules
from backend.orders.copies import Brought, order_of
from backend.orders.parts import parts_of, write_parts
from backend.orders.tables import Order


async def place_order(
    *,
    organisation_id: UUID,
    person_id: UUID | None,
    slug: str,
    request_key: str | None = None,
    now: datetime,
    actor: str,
) -> Order:
    """One listing is ordered at the price that it has now; nothing is paid yet.

    Segment, country, channel, VAT rate and who manages the buyer are copied (seed rows O-01,
    O-03, O-04), and of an offer of several its parts (P-03). An order of the same `actor` still
    open under the same `request_key` is answered instead of a second one.

    Raises:
        ListingUnknown: nothing on sale for the buyer's segment has this address (O-02).
        OwnListing: the buyer sells it itself; a share of such a sale would be made of nothing.
        CurrencyNotSold, BuyerVatUnknown: it cannot be sold to this buyer.
        RequestKeyReused: the key belongs to an open order of something else.
    """
    key = None if request_key is None else f"{actor}:{request_key}"
    seen = await catalogue.read_published(slug, buyer=organisation_id)
    # What others know of the buyer is not for its own transaction to read.
    brought = await _brought(seen, organisation_id, now)
    managed = await relations.managed_at(organisation_id, now, listing_id=seen.id)
    assert managed is not None, "the buyer exists"
    async with transaction():
        listing = await catalogue.read_published(slug, buyer=organisation_id)
        bundle = await catalogue.read_bundle(listing.id)
        if organisation_id in await _owners_at(listing, bundle, now):
            raise rules.OwnListing(f"{slug} is your own listing: order as another organisation.")
        before = await _placed_with(organisation_id, key)
        if before is not None:
            if before.listing_id != listing.id:
                raise rules.RequestKeyReused("Use a new key for a new order.")
            return before
        buyer = await partners.read_organisation(organisation_id)
        price = rules.price_for(
            Money(listing.price_minor, listing.currency),
            listing.vat_rate_bp,
            country=buyer.country,
            segment=buyer.segment,
            vat_number_checked=bool(buyer.vat_number) and buyer.verification == "verified",
        )
        order = order_of(listing, buyer, price, managed, brought, now)
        order.person_id, order.request_key = person_id, key
        await _insert(order, slug)
        if bundle is not None:
            vat_minor = price.vat.amount_minor
            await write_parts(order, parts_of(bundle, vat_minor, buyer.language))
        after = {"listing": slug, "net": price.net, "gross": price.gross}
        await audit.write(organisation_id, actor, "place_order", f"order:{order.id}", None, after)
    return order


async def _owners_at(
    listing: catalogue.Listing, bundle: catalogue.Bundle | None, now: datetime
) -> list[UUID | None]:
    second = await catalogue.second_owner_at(listing.id, now)
    parts = () if bundle is None else bundle.parts
    return [listing.organisation_id, second, *(part.owner_id for part in parts)]


async def _brought(listing: catalogue.Listing, buyer: UUID, now: datetime) -> Brought:
    """An integrator's offer is sold through it (money rule c): it brought the buyer if an accepted
    deal on the offer protected them then, else the operator's store did.
    """
    if await catalogue.read_bundle(listing.id) is None:
        return Brought()
    evidence = await deals.evidence_for(buyer, now, listing_id=listing.id)
    if evidence is None or evidence.organisation_id != listing.organisation_id:
        return Brought("vai")
    return Brought("vai", "partner", evidence.deal_id)


async def _insert(order: Order, slug: str) -> None:
    """
    Raises:
        ListingUnknown: it was offered to other segments only, in this very moment.
        NoLongerSold: a part of it has changed in this very moment.
    """
    try:
        async with transaction():
            await Order.insert(order)
    except asyncpg.CheckViolationError as refusal:
        if refusal.constraint_name == "ordered_bundle_is_on_sale":
            raise catalogue.NoLongerSold(f"A part of {slug!r} has just changed.") from None
        if refusal.constraint_name != "order_within_audience":
            raise
        raise catalogue.ListingUnknown(f"Nothing on sale has the address {slug!r}.") from None


async def _placed_with(organisation_id: UUID, request_key: str | None) -> Order | None:
    if request_key is None:
        return None
    return await Order.objects().get(
        (Order.organisation_id == organisation_id)
        & (Order.request_key == request_key)
        & Order.state.is_in(["placed", "checkout_open"])
    )
