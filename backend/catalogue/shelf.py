"""What is on sale, as the store shows it: searched, narrowed, counted and sorted by PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend.catalogue.rules import ListingUnknown, NoLongerSold, Wanted, search_words
from backend.catalogue.viewer import viewer
from backend.core import Money, acting_for, fetch, fetch_row, fetch_value

PAGE = 24
"""Listings of one page."""

FACETS = {"category": "category", "model": "service_model", "location": "data_location",
          "sla": "sla_bp"}  # fmt: skip
"""Name in the address -> column."""

# A name misspelt is found by its letters, where no word of any listing begins like it.
MATCHING = """
    WITH words AS (
      SELECT to_tsquery('catalogue.fr', $1) AS fr, to_tsquery('catalogue.en', $1) AS en
    ), shelf AS (
      SELECT l.*, l.currency::text AS in_currency, o.name AS editor, o.reference AS editor_slug,
             w.name AS second_editor, w.reference AS second_slug,
             setweight(to_tsvector('catalogue.fr', o.name || coalesce(' ' || w.name, '')), 'A')
               AS words_editor
      FROM catalogue.on_sale($8, $9) l JOIN partners.organisation o ON o.id = l.organisation_id
      LEFT JOIN catalogue.joint_offer j ON j.listing_id = l.id AND j.during @> now()
      LEFT JOIN partners.organisation w ON w.id = j.second_id
      WHERE $3 = '' OR $3 IN (o.reference, w.reference)
    ), exact AS (
      SELECT s.*, greatest(ts_rank(s.words_fr || s.words_editor, words.fr),
                           ts_rank(s.words_en || s.words_editor, words.en)) AS rank
      FROM shelf s, words
      WHERE $1 = '' OR (s.words_fr || s.words_editor) @@ words.fr
         OR (s.words_en || s.words_editor) @@ words.en
    ), found AS (
      SELECT * FROM exact
      UNION ALL
      SELECT s.*, catalogue.word_similarity(lower($2), lower(s.name)) AS rank FROM shelf s
      WHERE $1 <> '' AND NOT EXISTS (SELECT FROM exact)
        AND catalogue.word_similarity(lower($2), lower(s.name)) > 0.45
    )
"""
NARROWED = """
    (cardinality($4::text[]) = 0 OR category = ANY ($4))
    AND (cardinality($5::text[]) = 0 OR service_model = ANY ($5))
    AND (cardinality($6::text[]) = 0 OR data_location = ANY ($6))
    AND (cardinality($7::int[]) = 0 OR sla_bp = ANY ($7))
"""
# Each facet counts what its own values would show: under all the other narrowings.
COUNTS = """
    , marked AS (
      SELECT category, service_model, data_location, sla_bp,
        cardinality($4::text[]) = 0 OR coalesce(category = ANY ($4), false) AS c,
        cardinality($5::text[]) = 0 OR coalesce(service_model = ANY ($5), false) AS m,
        cardinality($6::text[]) = 0 OR coalesce(data_location = ANY ($6), false) AS l,
        cardinality($7::int[]) = 0 OR coalesce(sla_bp = ANY ($7), false) AS s
      FROM found
    )
    SELECT 'total' AS facet, '' AS value, count(*) FROM marked WHERE c AND m AND l AND s
    UNION ALL
    SELECT 'category', category, count(*) FROM marked WHERE m AND l AND s AND category IS NOT NULL
    GROUP BY category
    UNION ALL
    SELECT 'model', service_model, count(*) FROM marked
    WHERE c AND l AND s AND service_model IS NOT NULL GROUP BY service_model
    UNION ALL
    SELECT 'location', data_location, count(*) FROM marked
    WHERE c AND m AND s AND data_location IS NOT NULL GROUP BY data_location
    UNION ALL
    SELECT 'sla', sla_bp::text, count(*) FROM marked
    WHERE c AND m AND l AND sla_bp IS NOT NULL GROUP BY sla_bp
"""
ORDERS: Mapping[str, str] = {
    "relevance": "rank DESC, id",
    "newest": "id DESC",
    "price": "price_minor, id",
    "-price": "price_minor DESC, id",
    "name": "lower(name), id",
}


class Card(Struct, frozen=True, kw_only=True):
    """One listing on sale. `price` is net of VAT. `second` is who else owns it, and its address.

    `segments` are those it is offered to; empty, it is for everybody.
    """

    id: UUID
    organisation_id: UUID
    slug: str
    name: str
    editor: str
    editor_slug: str
    price: Money
    vat_rate_bp: int
    category: str | None
    service_model: str | None
    data_location: str | None
    sla_bp: int | None
    summary: Mapping[str, str]
    description: Mapping[str, str]
    created_at: datetime
    second: str | None
    second_slug: str | None
    segments: Sequence[str]

    @property
    def editors(self) -> str:
        """Both names of a joint offer."""
        return self.editor if self.second is None else f"{self.editor} + {self.second}"


class Found(Struct, frozen=True):
    """One page of what matches, how much there is, and facet -> value -> how many."""

    cards: list[Card]
    total: int
    counts: Mapping[str, Mapping[str, int]]


class Editor(Struct, frozen=True):
    """A partner with something on sale."""

    slug: str
    name: str
    country: str
    verified: bool
    since: datetime


async def find(wanted: Wanted, *, size: int = PAGE) -> Found:
    """What is on sale and matches, in the order asked for."""
    arguments = [
        search_words(wanted.q),
        wanted.q,
        wanted.editor,
        list(wanted.category),
        list(wanted.model),
        list(wanted.location),
        list(wanted.sla),
        *viewer(),
    ]
    # A visitor sees no organisation; of an editor on sale the name is public.
    with acting_for(None):
        counted = await fetch(MATCHING + COUNTS, *arguments)
        rows = await fetch(
            MATCHING + f"SELECT * FROM found WHERE {NARROWED} ORDER BY {ORDERS[wanted.sort]} "  # noqa: S608
            "LIMIT $10 OFFSET $11",
            *arguments,
            size,
            (wanted.page - 1) * size,
        )
    counts: dict[str, dict[str, int]] = {name: {} for name in ("total", *FACETS)}
    for row in counted:
        counts[row["facet"]][row["value"]] = row["count"]
    return Found([_card(row) for row in rows], counts["total"][""], counts)


ONE = """
    SELECT l.*, l.currency::text AS in_currency, o.name AS editor, o.reference AS editor_slug,
           w.name AS second_editor, w.reference AS second_slug
    FROM catalogue.on_sale($1, $2) l JOIN partners.organisation o ON o.id = l.organisation_id
    LEFT JOIN catalogue.joint_offer j ON j.listing_id = l.id AND j.during @> now()
    LEFT JOIN partners.organisation w ON w.id = j.second_id
"""
WAS_SOLD = """
    SELECT EXISTS (SELECT FROM catalogue.listing l WHERE l.slug = $3 AND l.reviewed_at IS NOT NULL
                   AND catalogue.shown_to(l, $1, $2))
"""


async def read_card(slug: str) -> Card:
    """One listing on sale.

    Raises:
        NoLongerSold: it was, and is not any more.
        ListingUnknown: nothing on sale has this address.
    """
    asked = (*viewer(), slug)
    with acting_for(None):
        row = await fetch_row(ONE + "WHERE l.slug = $3", *asked)
        if row is not None:
            return _card(row)
        was_sold = await fetch_value(WAS_SOLD, *asked)
    if was_sold:
        raise NoLongerSold(f"{slug!r} is not sold any more.")
    raise ListingUnknown(f"Nothing on sale has the address {slug!r}.")


async def cards_of(listing_ids: Sequence[UUID]) -> list[Card]:
    """Those of the listings that are on sale, in the order given."""
    asked = (*viewer(), list(listing_ids))
    with acting_for(None):
        rows = await fetch(ONE + "WHERE l.id = ANY ($3) ORDER BY array_position($3, l.id)", *asked)
    return [_card(row) for row in rows]


async def cards_at(slugs: Sequence[str]) -> list[Card]:
    """What is on sale under these addresses, in the order given."""
    asked = (*viewer(), list(slugs))
    with acting_for(None):
        rows = await fetch(
            ONE + "WHERE l.slug = ANY ($3) ORDER BY array_position($3, l.slug)", *asked
        )
    return [_card(row) for row in rows]


async def read_editor(slug: str) -> Editor:
    """A partner with something on sale.

    Raises:
        ListingUnknown: nobody of this address sells here.
    """
    asked = (*viewer(), slug)
    with acting_for(None):
        row = await fetch_row(
            "SELECT o.reference, o.name, o.country, o.verification = 'verified' AS verified, "
            "o.created_at FROM partners.organisation o WHERE o.reference = $3 AND EXISTS (SELECT "
            "FROM catalogue.on_sale($1, $2) l WHERE l.organisation_id = o.id "
            "OR l.id IN (SELECT j.listing_id FROM catalogue.joint_offer j WHERE j.second_id = o.id "
            "AND j.during @> now())) "
            "AND o.id IN (SELECT organisation_id FROM onboarding.open_shelf)",
            *asked,
        )
    if row is None:
        raise ListingUnknown(f"Nobody with the address {slug!r} sells here.")
    return Editor(*row)


async def addresses(limit: int) -> list[tuple[str, str]]:
    """(listing, its editor) of everything on sale for everybody, the newest first."""
    with acting_for(None):
        rows = await fetch(
            "SELECT l.slug, o.reference FROM catalogue.on_sale(NULL, false) l "
            "JOIN partners.organisation o ON o.id = l.organisation_id ORDER BY l.id DESC LIMIT $1",
            limit,
        )
    return [(row["slug"], row["reference"]) for row in rows]


def _card(row: asyncpg.Record) -> Card:
    return Card(
        id=row["id"],
        organisation_id=row["organisation_id"],
        slug=row["slug"],
        name=row["name"],
        editor=row["editor"],
        editor_slug=row["editor_slug"],
        price=Money(row["price_minor"], row["in_currency"]),
        vat_rate_bp=row["vat_rate_bp"],
        category=row["category"],
        service_model=row["service_model"],
        data_location=row["data_location"],
        sla_bp=row["sla_bp"],
        summary={lang: row[f"summary_{lang}"] or row["summary"] for lang in ("fr", "en")},
        description=_either(row["description_fr"], row["description_en"]),
        created_at=row["created_at"],
        second=row["second_editor"],
        second_slug=row["second_slug"],
        segments=row["segments"],
    )


def _either(french: str, english: str) -> Mapping[str, Any]:
    """A text in one language only is shown in both."""
    return {"fr": french or english, "en": english or french}
