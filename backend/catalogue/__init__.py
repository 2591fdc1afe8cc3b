"""Catalogue: what partners offer. A listing has a partner, a name, one flat price, and says what it
is in French and English; the office reads it before it is on sale, and the store searches those.

Orders copy the price of a listing; sales name it. An imported listing has no price of ours and
cannot be bought here.
"""

from backend.catalogue.actions import (
    change_price,
    create_listing,
    describe_listing,
    import_listings,
)
from backend.catalogue.directory import (
    PARTNERS_SHOWN,
    PartnerType,
    Seller,
    Sellers,
    WantedPartners,
    find_sellers,
)
from backend.catalogue.featured import (
    Featured,
    eligible_listings,
    end_place,
    feature_listing,
    featured_on,
    list_places,
)
from backend.catalogue.queries import (
    list_listings,
    list_published,
    read_published,
)
from backend.catalogue.review import (
    approve_listing,
    ask_change,
    pause_listing,
    resume_listing,
    submit_listing,
    take_back_listing,
    withdraw_listing,
)
from backend.catalogue.rules import (
    Facts,
    ListingChanged,
    ListingIncomplete,
    ListingUnknown,
    NoLongerSold,
    OwnListing,
    PartnerUnverified,
    ReferenceTaken,
    SlugTaken,
    StepRefused,
    Wanted,
)
from backend.catalogue.rules_featured import (
    BadPlace,
    FeaturedPlace,
    NotEligibleHere,
    PlaceOver,
    PlaceTaken,
    PlaceUnknown,
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
    "BadPlace",
    "Card",
    "Editor",
    "Facts",
    "Featured",
    "FeaturedPlace",
    "Found",
    "Listing",
    "ListingChanged",
    "ListingIncomplete",
    "ListingUnknown",
    "NoLongerSold",
    "NotEligibleHere",
    "OwnListing",
    "PartnerType",
    "PartnerUnverified",
    "PlaceOver",
    "PlaceTaken",
    "PlaceUnknown",
    "ReferenceTaken",
    "Seller",
    "Sellers",
    "SlugTaken",
    "StepRefused",
    "Wanted",
    "WantedPartners",
    "addresses",
    "approve_listing",
    "ask_change",
    "cards_at",
    "cards_of",
    "change_price",
    "create_listing",
    "describe_listing",
    "eligible_listings",
    "end_place",
    "feature_listing",
    "featured_on",
    "find",
    "find_sellers",
    "import_listings",
    "list_listings",
    "list_places",
    "list_published",
    "pause_listing",
    "read_card",
    "read_editor",
    "read_published",
    "resume_listing",
    "submit_listing",
    "take_back_listing",
    "withdraw_listing",
]
