"""Catalogue: what partners offer. For now a listing has a partner, a name and one flat price.

Orders copy the price of a listing; sales name it. An imported listing has no price of ours and
cannot be bought here.
"""

from backend.catalogue.actions import (
    change_price,
    create_listing,
    import_listings,
    publish_listing,
)
from backend.catalogue.queries import (
    list_listings,
    list_published,
    read_published,
)
from backend.catalogue.rules import (
    ListingNotOnSale,
    ListingUnknown,
    ReferenceTaken,
    SlugTaken,
)
from backend.catalogue.tables import Listing

__all__ = [
    "Listing",
    "ListingNotOnSale",
    "ListingUnknown",
    "ReferenceTaken",
    "SlugTaken",
    "change_price",
    "create_listing",
    "import_listings",
    "list_listings",
    "list_published",
    "publish_listing",
    "read_published",
]
