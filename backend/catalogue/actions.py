"""Changes to listings. Each function is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from backend import audit, partners
from backend.catalogue.queries_bundle import read_bundle
from backend.catalogue.review import write_down
from backend.catalogue.rules import Facts, ListingUnknown, ReferenceTaken, SlugTaken
from backend.catalogue.rules_bundle import BundlePriced
from backend.catalogue.rules_joint import JointAgreementNeeded
from backend.catalogue.tables import Listing
from backend.core import Money, connection, transaction, uuid7

NO_FACTS = Facts()


async def create_listing(
    organisation_id: UUID,
    *,
    reference: str,
    slug: str,
    name: str,
    price: Money,
    now: datetime,
    actor: str,
    summary: str = "",
    vat_rate_bp: int = 2000,
    facts: Facts = NO_FACTS,
    segments: Sequence[partners.Segment] = (),
) -> UUID:
    """A draft of the partner's; answers its id. `price` is net of VAT. It is offered to `segments`;
    to everybody where there is none.

    Raises:
        SlugTaken: another listing, of anybody, has this slug.
        ReferenceTaken: another listing of the partner has this reference.
    """
    listing = Listing(
        id=uuid7(),
        organisation_id=organisation_id,
        reference=reference,
        slug=slug,
        name=name,
        summary=summary,
        price_minor=price.amount_minor,
        currency=price.currency,
        vat_rate_bp=vat_rate_bp,
        segments=[one for one in partners.SEGMENTS if one in segments],
        created_at=now,
        **msgspec.structs.asdict(facts),
    )
    async with transaction():
        try:
            async with transaction():
                await Listing.insert(listing)
        except asyncpg.UniqueViolationError as refusal:
            if refusal.constraint_name == "listing_organisation_id_reference_key":
                raise ReferenceTaken(f"Choose another reference than {reference!r}.") from None
            raise SlugTaken(f"Choose another slug than {slug!r}.") from None
        after = {"name": name, "slug": slug, "price": price}
        subject = f"listing:{listing.id}"
        await audit.write(organisation_id, actor, "create_listing", subject, None, after)
    return listing.id


async def change_price(
    listing_id: UUID, price: Money, *, actor: str, organisation_id: UUID | None = None
) -> None:
    """Buyers pay `price` (net) from now on; orders already placed keep what they copied.

    Raises:
        ListingUnknown: no such listing, an imported one, or another partner's.
        BundlePriced: it costs what its parts cost.
        JointAgreementNeeded: it has a second owner: `propose_change`.
    """
    async with transaction():
        listing = await _lock(listing_id, organisation_id)
        before = Money(listing.price_minor, listing.currency)
        if before == price:
            return
        if await read_bundle(listing_id) is not None:
            raise BundlePriced("Change your own service's price where the offer is built.")
        await _check_sole(listing_id)
        await Listing.update(
            {Listing.price_minor: price.amount_minor, Listing.currency: price.currency}
        ).where(Listing.id == listing_id)
        await audit.write(
            listing.organisation_id,
            actor,
            "change_price",
            f"listing:{listing_id}",
            {"price": before},
            {"price": price},
        )


async def describe_listing(
    listing_id: UUID,
    facts: Facts,
    *,
    now: datetime,
    actor: str,
    organisation_id: UUID | None = None,
) -> None:
    """The listing says `facts` from now on, in the store too if it is on sale.

    The office then finds it among those that were changed since it read them, and in its history
    what it said meanwhile, also if it is changed back.

    Raises:
        ListingUnknown: no such listing, an imported one, or another partner's.
        JointAgreementNeeded: as for `change_price`.
    """
    async with transaction():
        listing = await _lock(listing_id, organisation_id)
        said = msgspec.structs.asdict(facts)
        before = {name: getattr(listing, name) for name in said}
        changed = {name for name in said if said[name] != before[name]}
        if not changed:
            return
        await _check_sole(listing_id)
        if listing.status == "published":
            # Before the change: PostgreSQL lets none through that the history does not hold.
            then = {**listing.to_dict(), **said, "revision": listing.revision + 1}
            await write_down(then, "describe", "", now, actor)
        columns = {getattr(Listing, name): said[name] for name in changed}
        await Listing.update(columns).where(Listing.id == listing_id)
        await audit.write(
            listing.organisation_id,
            actor,
            "describe_listing",
            f"listing:{listing_id}",
            {name: before[name] for name in sorted(changed)},
            {name: said[name] for name in sorted(changed)},
        )


async def offer_to(
    listing_id: UUID,
    segments: Sequence[partners.Segment],
    *,
    now: datetime,
    actor: str,
    organisation_id: UUID | None = None,
) -> None:
    """Only buyers of these segments see the listing and may order it, from now on; without any,
    everybody (seed row O-02). Orders already placed stay.

    Raises:
        ListingUnknown: no such listing, an imported one, or another partner's.
        JointAgreementNeeded: as for `change_price`.
    """
    wanted = [one for one in partners.SEGMENTS if one in segments]
    async with transaction():
        listing = await _lock(listing_id, organisation_id)
        before = list(listing.segments)
        if before == wanted:
            return
        await _check_sole(listing_id)
        if listing.status == "published":
            then = {**listing.to_dict(), "segments": wanted, "revision": listing.revision + 1}
            await write_down(then, "describe", "", now, actor)
        await Listing.update({Listing.segments: wanted}).where(Listing.id == listing_id)
        await audit.write(
            listing.organisation_id,
            actor,
            "offer_to",
            f"listing:{listing_id}",
            {"segments": before},
            {"segments": wanted},
        )


async def _check_sole(listing_id: UUID) -> None:
    """PostgreSQL refuses the change as well. Raises: JointAgreementNeeded."""
    if await connection().fetchval("SELECT catalogue.agreed_offer($1)", listing_id) is not None:
        raise JointAgreementNeeded("Propose the change: it holds once the second owner agrees.")


async def _lock(listing_id: UUID, organisation_id: UUID | None) -> Listing:
    """Raises: ListingUnknown."""
    listing: Listing | None = await Listing.objects().get(Listing.id == listing_id).lock_rows()
    foreign = listing is not None and organisation_id not in (None, listing.organisation_id)
    if listing is None or foreign or listing.status == "imported":
        raise ListingUnknown(f"No listing of yours has the id {listing_id}.")
    return listing


async def import_listings(
    references: Sequence[tuple[UUID, str]], *, now: datetime
) -> dict[tuple[UUID, str], UUID]:
    """Every (organisation, reference) names a listing afterwards; new ones are `imported`.

    Answers the ids of all.
    """
    organisations = [organisation for organisation, _ in references]
    names = [reference for _, reference in references]
    async with transaction():
        await connection().execute(
            """
            INSERT INTO catalogue.listing
              (id, organisation_id, reference, slug, name, status, created_at)
            SELECT w.id, w.organisation_id, w.reference, 'imported-' || w.id, w.reference,
                   'imported', $3
            FROM (SELECT uuidv7() AS id, organisation_id, reference
                  FROM unnest($1::uuid[], $2::text[]) AS n (organisation_id, reference)
                  ORDER BY organisation_id, reference) AS w
            ON CONFLICT (organisation_id, reference) DO NOTHING
            """,
            organisations,
            names,
            now,
        )
        rows = await connection().fetch(
            """
            SELECT l.id, l.organisation_id, l.reference
            FROM unnest($1::uuid[], $2::text[]) AS n (organisation_id, reference)
            JOIN catalogue.listing l USING (organisation_id, reference)
            """,
            organisations,
            names,
        )
    return {(row["organisation_id"], row["reference"]): row["id"] for row in rows}
