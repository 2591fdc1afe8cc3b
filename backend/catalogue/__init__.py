"""Catalogue: what partners offer. A listing has a partner, a name, one flat price, and says what it
is in French and English; the store searches those on sale.

Orders copy the price of a listing; sales name it. An imported listing has no price of ours and
cannot be bought here.
"""

from backend.catalogue.actions import (
    change_price,
    create_listing,
    describe_listing,
    import_listings,
    publish_listing,
)
from backend.catalogue.directory import (
    PARTNERS_SHOWN,
    PartnerType,
    Seller,
    Sellers,
    WantedPartners,
    find_sellers,
)
from backend.catalogue.queries import (
    list_listings,
    list_published,
    read_published,
)
from backend.catalogue.rules import (
    Facts,
    ListingNotOnSale,
    ListingUnknown,
    ReferenceTaken,
    SlugTaken,
    Wanted,
)
from backend.catalogue.shelf import (
    PAGE,
    Card,
    Editor,
    Found,
    addresses,
    cards_at,
    cards_of,
    find,
    read_card,
    read_editor,
)
from backend.catalogue.tables import Listing

__all__ = [
    "PAGE",
    "PARTNERS_SHOWN",
    "Card",
    "Editor",
    "Facts",
    "Found",
    "Listing",
    "ListingNotOnSale",
    "ListingUnknown",
    "PartnerType",
    "ReferenceTaken",
    "Seller",
    "Sellers",
    "SlugTaken",
    "Wanted",
    "WantedPartners",
    "addresses",
    "cards_at",
    "cards_of",
    "change_price",
    "create_listing",
    "describe_listing",
    "find",
    "find_sellers",
    "import_listings",
    "list_listings",
    "list_published",
    "publish_listing",
    "read_card",
    "read_editor",
    "read_published",
]
