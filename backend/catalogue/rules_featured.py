"""What a featured place is, why one is given, and what is refused. Pure."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Problem

Page = Literal["home", "directory"]
Criterion = Literal["sovereign", "newcomer", "integration", "need"]
"""The disclosed reasons (Regulation (EU) 2019/1150, article 5): data kept in France; new in the
store; a technical integration that was verified; what customers look for. None can be bought."""

LONGEST_DAYS = 92
FARTHEST_DAYS = 366

Slot = str


class FeaturedPlace(Struct, frozen=True):
    """A slot held by a listing, both days included; `ended_on` if it was ended before."""

    id: UUID
    slot: Slot
    page: Page
    listing_id: UUID
    organisation_id: UUID
    starts_on: date
    ends_on: date
    criterion: Criterion
    reason_fr: str
    reason_en: str
    ended_on: date | None
    ended_reason: str | None
    recorded_at: datetime
    listing_name: str
    organisation_name: str


class PlaceTaken(Problem):
    code = "featured-place-taken"
    title = "The place is taken on some of these days"


class NotEligibleHere(Problem):
    code = "featured-not-eligible"
    title = "This listing cannot be featured"


class BadPlace(Problem):
    status = 422
    code = "bad-featured-place"
    title = "This is no featured place"


class PlaceUnknown(Problem):
    status = 404
    code = "featured-place-unknown"
    title = "There is no such featured place"


class PlaceOver(Problem):
    code = "featured-place-over"
    title = "The featured place is over"


def check_days(starts_on: date, ends_on: date, today: date) -> None:
    """Raises: BadPlace."""
    if starts_on < today:
        raise BadPlace("Begin it today or later: what was shown stays as it was.")
    if (starts_on - today).days > FARTHEST_DAYS:
        raise BadPlace("Begin it within a year.")
    if not 0 <= (ends_on - starts_on).days < LONGEST_DAYS:
        raise BadPlace(f"End it on its first day or later, {LONGEST_DAYS} days at the most.")
