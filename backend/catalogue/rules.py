"""Why a listing is refused, what it says of itself, and what may be asked of the shelf. Pure."""

import re
from typing import Annotated, Literal

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


class ListingUnknown(Problem):
    status = 404
    code = "listing-unknown"
    title = "There is no such listing"


class ListingNotOnSale(Problem):
    code = "listing-not-on-sale"
    title = "The listing cannot be bought"


class ReferenceTaken(Problem):
    code = "listing-reference-taken"
    title = "Another listing of yours has this reference"


class SlugTaken(Problem):
    code = "listing-slug-taken"
    title = "Another listing has this address"
