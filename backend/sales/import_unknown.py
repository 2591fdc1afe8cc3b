"""What a file of sales is the first to name: partners and listings of a first import, or a typo."""

import difflib
from collections.abc import Sequence

from msgspec import Struct, field

from backend.core import Refusal, fetch
from backend.sales.rules_csv import Row

NEAR = 0.6
MOST_KNOWN = 20_000
"""References that a hint is looked for among."""


class Unknown(Struct, frozen=True):
    """What nobody knows of a chunk: references of partners, and (partner, listing)."""

    partners: set[str]
    listings: set[tuple[str, str]]


class FirstNamed(Struct):
    """What the file was the first to name, in its order; a listing as "partner/listing"."""

    partners: dict[str, None] = field(default_factory=dict)
    listings: dict[str, None] = field(default_factory=dict)

    def add(self, unknown: Unknown) -> None:
        self.partners.update(dict.fromkeys(sorted(unknown.partners)))
        self.listings.update(dict.fromkeys("/".join(pair) for pair in sorted(unknown.listings)))


async def look(rows: Sequence[Row]) -> Unknown:
    """Who and what of the rows is not there yet."""
    pairs = {(row.partner_ref, row.listing_ref) for row in rows}
    references = sorted({partner for partner, _ in pairs})
    known = await fetch(
        "SELECT o.reference, l.reference AS listing FROM partners.organisation o "
        "LEFT JOIN catalogue.listing l ON l.organisation_id = o.id AND l.reference = ANY ($2) "
        "WHERE o.reference = ANY ($1)",
        references,
        sorted({listing for _, listing in pairs}),
    )
    partners = {row["reference"] for row in known}
    listings = {(row["reference"], row["listing"]) for row in known}
    return Unknown(set(references) - partners, pairs - listings)


async def refuse_unknown(rows: Sequence[Row], unknown: Unknown) -> tuple[list[Row], list[Refusal]]:
    """The rows of whom and what is known; the others with the nearest known reference as a hint."""
    if not unknown.listings:
        return list(rows), []
    partners = await _references("SELECT reference FROM partners.organisation")
    hints: dict[tuple[str, str], tuple[str, str]] = {}
    for partner, listing in unknown.listings:
        if partner in unknown.partners:
            words = f"There is no partner {partner!r}.{_near(partner, partners)}"
            hints[partner, listing] = "partner_ref", words
        else:
            own = await _references(
                "SELECT l.reference FROM catalogue.listing l JOIN partners.organisation o "
                "ON o.id = l.organisation_id WHERE o.reference = $1",
                partner,
            )
            words = f"{partner} has no listing {listing!r}.{_near(listing, own)}"
            hints[partner, listing] = "listing_ref", words
    good, refused = [], []
    for row in rows:
        hint = hints.get((row.partner_ref, row.listing_ref))
        if hint is None:
            good.append(row)
        else:
            refused.append(Refusal(row.line, *hint, row.cells))
    return good, refused


async def _references(sql: str, *values: str) -> list[str]:
    rows = await fetch(f"{sql} LIMIT {MOST_KNOWN}", *values)
    return [row["reference"] for row in rows]


def _near(wanted: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(wanted, known, 1, NEAR)
    return f" Did you mean {near[0]!r}?" if near else ""
