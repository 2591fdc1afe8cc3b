"""Why a listing is refused, what it says of itself, and what may be asked of the shelf. Pure."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Struct

from backend.core import Problem

Category = Literal[
    "backup",
    "database",
    "observability",
    "security",
    "ai",
    "devops",
    "network",
    "collaboration",
    "business",
]
ServiceModel = Literal["saas", "paas", "iaas"]
DataLocation = Literal["france", "eu", "world"]
SlaBp = Literal[9999, 9995, 9990, 9950, 9900]
Sort = Literal["relevance", "newest", "price", "-price", "name"]
Language = Literal["fr", "en"]
Status = Literal[
    "draft", "submitted", "action_required", "published", "paused", "withdrawn", "imported"
]
Verb = Literal["submit", "take_back", "pause", "resume", "approve", "ask_change", "withdraw"]
Trace = Verb | Literal["describe"]
Missing = Literal[
    "price", "category", "summary_fr", "summary_en", "organisation", "file", "restriction"
]
BARS: Mapping[str, Missing] = {"file_incomplete": "file", "restricted": "restriction"}
"""What keeps everything of a partner from the store -> what its listings lack."""
NOT_OF_LISTING = frozenset({"organisation", *BARS.values()})
"""What a listing lacks because of its partner: it may be submitted meanwhile."""

STEPS: Mapping[tuple[str, Verb], Status] = {
    ("draft", "submit"): "submitted",
    ("action_required", "submit"): "submitted",
    ("withdrawn", "submit"): "submitted",
    ("paused", "submit"): "submitted",
    ("submitted", "take_back"): "draft",
    ("submitted", "approve"): "published",
    ("submitted", "ask_change"): "action_required",
    ("published", "approve"): "published",
    ("published", "withdraw"): "withdrawn",
    ("paused", "withdraw"): "withdrawn",
    ("published", "pause"): "paused",
    ("paused", "resume"): "published",
}
"""Where a verb leads from a status; PostgreSQL holds the same table. What is not here is refused.

Approving what is published says that the office has read what changed since (seed row V-13).
"""

SAID = ("name", "summary", "category", "service_model", "data_location", "sla_bp", "summary_fr",
        "summary_en", "description_fr", "description_en", "segments")  # fmt: skip
"""What a reader of the store sees of a listing, apart from its price."""

READ = (*SAID, "vat_rate_bp", "price", "parts")
"""What the office reads of it: that, what it costs, and the parts of a bundle."""

LONGEST_SEARCH = 200
MOST_WORDS = 8
_WORD = re.compile(r"\w+")


class Facts(Struct, frozen=True, kw_only=True):
    """What a listing says of itself. `sla_bp`: availability promised, basis points of time.

    `data_location`: `france`, within the `eu`, or anywhere in the `world`.
    """

    category: Category | None = None
    service_model: ServiceModel | None = None
    data_location: DataLocation | None = None
    sla_bp: SlaBp | None = None
    summary_fr: str = ""
    summary_en: str = ""
    description_fr: str = ""
    description_en: str = ""


class Wanted(Struct, frozen=True, kw_only=True):
    """What somebody looks for: each list narrows to any of its values, all of them together."""

    q: str = ""
    category: tuple[Category, ...] = ()
    model: tuple[ServiceModel, ...] = ()
    location: tuple[DataLocation, ...] = ()
    sla: tuple[SlaBp, ...] = ()
    editor: str = ""
    sort: Sort = "relevance"
    page: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1


def search_words(q: str) -> str:
    """`Sauv. base` as PostgreSQL's `'Sauv':* & 'base':*`; empty where there is no word.

    Only letters, digits and `_` reach the query, so nothing in it is an operator.
    """
    words = _WORD.findall(q[:LONGEST_SEARCH])[:MOST_WORDS]
    return " & ".join(f"'{word}':*" for word in words)


def missing(listing: Mapping[str, Any], verification: str, bar: str | None) -> list[Missing]:
    """What a listing lacks to be on sale; `organisation`: nobody has checked its partner yet.

    `file`, `restriction`: what `bar` says of the partner; on sale already, it is not shown then.
    """
    wanted: tuple[Missing, ...] = ("category", "summary_fr", "summary_en")
    lacks: list[Missing] = [name for name in wanted if not listing[name]]
    if listing["price_minor"] is None:
        lacks.append("price")
    if verification != "verified":
        lacks.append("organisation")
    if bar is not None:
        lacks.append(BARS[bar])
    return lacks


def said_of(listing: Mapping[str, Any]) -> dict[str, Any]:
    """The words, facts and price of a listing as they stand."""
    minor, currency = listing["price_minor"], listing["currency"]
    price = None if minor is None else {"amount_minor": minor, "currency": currency}
    return {
        **{name: listing[name] for name in SAID},
        "segments": " ".join(listing["segments"]),
        "vat_rate_bp": listing["vat_rate_bp"],
        "price": price,
    }


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each field that two of `said_of` do not say alike."""
    return [
        {"field": name, "before": before.get(name), "after": after.get(name)}
        for name in READ
        if before.get(name) != after.get(name)
    ]


class ListingUnknown(Problem):
    status = 404
    code = "listing-unknown"
    title = "There is no such listing"


class NoLongerSold(ListingUnknown):
    """It was on sale, and is paused or withdrawn."""

    code = "listing-no-longer-sold"
    title = "This is no longer sold"


class StepRefused(Problem):
    """`status` says where the listing stands."""

    code = "listing-step-refused"
    title = "The listing has moved on"


class ListingIncomplete(Problem):
    status = 422
    code = "listing-incomplete"
    title = "Something is missing in the listing"


class ListingChanged(Problem):
    """What was read is not what would be on sale."""

    code = "listing-changed"
    title = "The listing was changed meanwhile"


class PartnerUnverified(Problem):
    code = "listing-partner-unverified"
    title = "Nobody has checked this partner yet"


class OwnListing(Problem):
    status = 403
    code = "own-listing"
    title = "Nobody decides on what they sell"


class ReferenceTaken(Problem):
    code = "listing-reference-taken"
    title = "Another listing of yours has this reference"


class SlugTaken(Problem):
    code = "listing-slug-taken"
    title = "Another listing has this address"
