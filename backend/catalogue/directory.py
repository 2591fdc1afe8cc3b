"""Who sells here: checked partners with something on sale, found by name, type and first letter."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Struct

from backend.catalogue.viewer import viewer
from backend.core import acting_for, fetch

PARTNERS_SHOWN = 24
"""Partners of one page."""

PartnerType = Literal["isv", "vai", "wholesaler", "reseller", "startup"]

# A name stands under its first letter without accents; what is no letter stands under #.
SELLERS = """
    WITH sellers AS (
      SELECT o.reference, o.name, o.country, count(*) AS listings,
             lower(catalogue.unaccent('catalogue.unaccent', o.name)) AS plain,
             array_agg(DISTINCT l.category) FILTER (WHERE l.category IS NOT NULL) AS categories,
             ARRAY (SELECT r.role FROM partners.organisation_role r WHERE r.organisation_id = o.id
                    AND r.role NOT IN ('buyer', 'supplier') ORDER BY r.role) AS types
      FROM partners.organisation o JOIN catalogue.on_sale($4, $5) l
        ON l.organisation_id = o.id
      WHERE o.verification = 'verified'
      GROUP BY o.id
    ), found AS (
      SELECT *, CASE WHEN plain ~ '^[a-z]' THEN left(plain, 1) ELSE '#' END AS letter
      FROM sellers
      WHERE strpos(plain, lower(catalogue.unaccent('catalogue.unaccent', $1))) > 0
    ), marked AS (
      SELECT *, cardinality($2::text[]) = 0 OR types && $2 AS of_type,
             $3 = '' OR letter = $3 AS of_letter
      FROM found
    )
"""
COUNTS = """
    SELECT 'total' AS facet, '' AS value, count(*) FROM marked WHERE of_type AND of_letter
    UNION ALL
    SELECT 'type', type, count(*) FROM marked, unnest(types) AS type WHERE of_letter GROUP BY type
    UNION ALL
    SELECT 'letter', letter, count(*) FROM marked WHERE of_type GROUP BY letter
"""
SHOWN = """
    SELECT reference, name, country, types, coalesce(categories, '{}') AS categories, listings
    FROM marked WHERE of_type AND of_letter ORDER BY plain, reference LIMIT $6 OFFSET $7
"""


class WantedPartners(Struct, frozen=True, kw_only=True):
    """Whom somebody looks for. `letter`: `a` to `z`, or `#` for names that begin otherwise."""

    q: str = ""
    type: tuple[PartnerType, ...] = ()
    letter: Annotated[str, msgspec.Meta(pattern=r"^([a-z#])?$(?!\n)")] = ""
    page: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1


class Seller(Struct, frozen=True):
    """A checked partner, what it is, in which categories it sells, and how many services."""

    slug: str
    name: str
    country: str
    types: Sequence[str]
    categories: Sequence[str]
    listings: int


class Sellers(Struct, frozen=True):
    """One page of them, how many match, and facet (`type`, `letter`) -> value -> how many."""

    sellers: list[Seller]
    total: int
    counts: Mapping[str, Mapping[str, int]]


async def find_sellers(wanted: WantedPartners, *, size: int = PARTNERS_SHOWN) -> Sellers:
    """Checked partners with something on sale that match, by name.

    Each facet counts what its values would show under the other narrowings.
    """
    asked = (wanted.q, list(wanted.type), wanted.letter, *viewer())
    # A visitor sees no organisation; of one that sells here, the name is public.
    with acting_for(None):
        counted = await fetch(SELLERS + COUNTS, *asked)
        rows = await fetch(SELLERS + SHOWN, *asked, size, (wanted.page - 1) * size)
    counts: dict[str, dict[str, int]] = {"total": {}, "type": {}, "letter": {}}
    for row in counted:
        counts[row["facet"]][row["value"]] = row["count"]
    return Sellers([Seller(*row) for row in rows], counts["total"][""], counts)
