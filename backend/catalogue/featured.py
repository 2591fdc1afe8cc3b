"""Featured places: the office chooses among eligible listings, for so many days (seed row R-10)."""

from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import audit, identity, mail, partners
from backend.catalogue import letters_featured
from backend.catalogue.rules_featured import (
    BadPlace,
    Criterion,
    FeaturedPlace,
    NotEligibleHere,
    Page,
    PlaceOver,
    PlaceTaken,
    PlaceUnknown,
    check_days,
)
from backend.catalogue.shelf import Card, cards_of
from backend.core import PARIS, acting_for, connection, fetch, fetch_row, midnight, transaction

PLACE = """
    SELECT f.id, f.slot, f.page, f.listing_id, f.organisation_id, f.starts_on, f.ends_on,
           f.criterion, f.reason_fr, f.reason_en, f.ended_on, f.ended_reason, f.recorded_at,
           l.name AS listing_name, o.name AS organisation_name
    FROM catalogue.featured_place f
    JOIN catalogue.listing l ON l.id = f.listing_id
    JOIN partners.organisation o ON o.id = f.organisation_id
"""
# Whose level gives featured places at the moment $1.
GIVING = """
    SELECT p.organisation_id FROM programmes.level_period p
    JOIN LATERAL (SELECT b.is_given FROM programmes.benefit b WHERE b.programme = p.programme
      AND b.level = p.level AND b.kind = 'featured_place' AND b.valid_from <= $1
      AND b.withdrawn_at IS NULL
      ORDER BY b.valid_from DESC LIMIT 1) b ON b.is_given AND p.during @> $1::timestamptz
"""
# On sale, of a checked partner whose level gives featured places.
ELIGIBLE = f"""
    SELECT DISTINCT l.id, l.name, l.organisation_id, o.name AS organisation_name
    FROM catalogue.listing l
    JOIN partners.organisation o ON o.id = l.organisation_id AND o.verification = 'verified'
    WHERE l.status = 'published' AND o.id IN ({GIVING})
      AND l.organisation_id IN (SELECT organisation_id FROM onboarding.open_shelf)
"""  # noqa: S608  (our own words)


class Featured(Struct, frozen=True):
    """A listing in a featured place, and the reason that the reader is told."""

    card: Card
    criterion: Criterion
    reason_fr: str
    reason_en: str
    ends_on: date

    def reason(self, language: str) -> str:
        return self.reason_fr if language == "fr" else self.reason_en


class Eligible(Struct, frozen=True):
    listing_id: UUID
    listing_name: str
    organisation_id: UUID
    organisation_name: str


async def feature_listing(
    slot: str,
    listing_id: UUID,
    *,
    starts_on: date,
    ends_on: date,
    criterion: Criterion,
    reason_fr: str,
    reason_en: str,
    now: datetime,
    actor: str,
) -> UUID:
    """The listing stands in the slot from the first day to the last; its partner reads so.

    Raises:
        BadPlace: it begins in the past, lasts too long, or there is no such slot.
        NotEligibleHere: it is not on sale, its partner not checked, or its level gives no place.
        OwnOrganisation: whoever chooses acts for its partner.
        PlaceTaken: another one stands there, or the partner has one on that page already.
    """
    check_days(starts_on, ends_on, now.astimezone(PARIS).date())
    async with transaction():
        page = await connection().fetchval(
            "SELECT page FROM catalogue.featured_slot WHERE code = $1", slot
        )
        if page is None:
            raise BadPlace(f"No slot is called {slot!r}: choose one of the calendar.")
        listing = await fetch_row(f"{ELIGIBLE} AND l.id = $2", now, listing_id)
        if listing is None:
            raise NotEligibleHere(
                "Choose one that is on sale, of a checked partner whose programme gives places."
            )
        await identity.check_other(actor, listing["organisation_id"])
        try:
            async with transaction():
                place_id: UUID = await connection().fetchval(
                    "INSERT INTO catalogue.featured_place (slot, page, listing_id, "
                    "organisation_id, starts_on, ends_on, criterion, reason_fr, reason_en, actor, "
                    "recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
                    "RETURNING id",
                    slot, page, listing_id, listing["organisation_id"], starts_on, ends_on,
                    criterion, reason_fr, reason_en, actor, now,
                )  # fmt: skip
        except asyncpg.ExclusionViolationError as refusal:
            if refusal.constraint_name == "one_place_of_a_page":
                raise PlaceTaken(
                    "Its partner has a place on this page on some of these days: choose others."
                ) from None
            raise PlaceTaken("Another one stands there then: choose other days.") from None
        after = {"slot": slot, "starts_on": starts_on, "ends_on": ends_on, "criterion": criterion}
        subject = f"listing:{listing_id}"
        organisation_id = listing["organisation_id"]
        await audit.write(organisation_id, actor, "feature_listing", subject, None, after)
        await _write(await read_place(place_id), now, ended=False)
    return place_id


async def end_place(place_id: UUID, *, reason: str, now: datetime, actor: str) -> None:
    """The place is free from today on, and its partner reads why.

    Raises:
        PlaceUnknown: there is no such place.
        PlaceOver: it is over, or was ended.
    """
    today = now.astimezone(PARIS).date()
    async with transaction():
        await connection().execute(
            "SELECT 1 FROM catalogue.featured_place WHERE id = $1 FOR UPDATE", place_id
        )
        place = await read_place(place_id)
        if place.ended_on is not None or place.ends_on < today:
            raise PlaceOver("It is over: load the calendar again.")
        await connection().execute(
            "UPDATE catalogue.featured_place SET ended_on = $2::date - 1, ended_at = $3, "
            "ended_reason = $4 WHERE id = $1",
            place_id, today, now, reason,
        )  # fmt: skip
        subject = f"listing:{place.listing_id}"
        after = {"reason": reason, "slot": place.slot}
        organisation_id = place.organisation_id
        await audit.write(organisation_id, actor, "end_featured_place", subject, None, after)
        await _write(await read_place(place_id), now, ended=True)


async def featured_on(page: Page, day: date) -> list[Featured]:
    """Who stands in the places of a page on a day, in order.

    What is not on sale is not shown, nor that of a partner whose level gives no place any more.
    """
    with acting_for(None):
        rows = await fetch(
            PLACE + "JOIN catalogue.featured_slot s ON s.code = f.slot "
            "WHERE f.page = $2 AND f.days @> $3::date "
            f"AND f.organisation_id IN ({GIVING}) ORDER BY s.position",
            midnight(day + timedelta(days=1)) - timedelta(microseconds=1),
            page,
            day,
        )
    cards = {card.id: card for card in await cards_of([row["listing_id"] for row in rows])}
    return [
        Featured(
            cards[row["listing_id"]],
            row["criterion"],
            row["reason_fr"],
            row["reason_en"],
            row["ends_on"],
        )
        for row in rows
        if row["listing_id"] in cards
    ]


async def list_slots() -> list[tuple[str, Page]]:
    """Every slot, by page and place."""
    rows = await fetch(
        "SELECT code, page FROM catalogue.featured_slot ORDER BY page DESC, position"
    )
    return [(row["code"], row["page"]) for row in rows]


async def list_places(
    *,
    organisation_id: UUID | None = None,
    first: date | None = None,
    last: date | None = None,
    behind: FeaturedPlace | None = None,
    limit: int = 500,
) -> list[FeaturedPlace]:
    """Places of one organisation, or of all, that touch these days; the newest first,
    from behind one on.
    """
    rows = await fetch(
        PLACE + "WHERE ($1::uuid IS NULL OR f.organisation_id = $1) "
        "AND ($2::date IS NULL OR f.ends_on >= $2) AND ($3::date IS NULL OR f.starts_on <= $3) "
        "AND ($4::date IS NULL OR (f.starts_on, f.id) < ($4, $5::uuid)) "
        "ORDER BY f.starts_on DESC, f.id DESC LIMIT $6",
        organisation_id,
        first,
        last,
        behind and behind.starts_on,
        behind and behind.id,
        limit,
    )
    return [FeaturedPlace(*row) for row in rows]


async def read_place(place_id: UUID) -> FeaturedPlace:
    """Raises: PlaceUnknown."""
    row = await fetch_row(PLACE + "WHERE f.id = $1", place_id)
    if row is None:
        raise PlaceUnknown(f"No featured place has the id {place_id}: load the calendar again.")
    return FeaturedPlace(*row)


async def eligible_listings(now: datetime) -> list[Eligible]:
    """What may be featured now, by name."""
    rows = await fetch(f"{ELIGIBLE} ORDER BY l.name, l.id LIMIT 1000", now)
    return [
        Eligible(row["id"], row["name"], row["organisation_id"], row["organisation_name"])
        for row in rows
    ]


async def _write(place: FeaturedPlace, now: datetime, *, ended: bool) -> None:
    organisation = await partners.read_organisation(place.organisation_id)
    if organisation.email is not None:
        language = organisation.language
        written = letters_featured.ended if ended else letters_featured.featured
        await mail.send(organisation.email, written(language, place), language=language, now=now)
