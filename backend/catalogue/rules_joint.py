"""Who owns a listing together with whom, for what part, from when to when. Pure."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import PARIS, Problem

JointState = Literal["proposed", "accepted", "refused", "withdrawn"]
ChangeState = Literal["waiting", "accepted", "refused", "withdrawn"]
PROPOSABLE = ("draft", "action_required", "paused", "withdrawn")
"""Where a listing stands that is neither on sale nor being read: only then is it made another."""


class JointOffer(Struct, frozen=True):
    """Accepted. `first_bp` and `second_bp` of the editors' part sum to 10,000; the owner of the
    listing is the first.
    """

    id: UUID
    listing_id: UUID
    organisation_id: UUID
    second_id: UUID
    first_bp: int
    second_bp: int
    starts_at: datetime
    ends_at: datetime | None

    @property
    def bps(self) -> tuple[int, int]:
        """In the declared order (money rule M3)."""
        return self.first_bp, self.second_bp

    def holds_at(self, at: datetime) -> bool:
        """Whether it shares what was ordered, or sold elsewhere, at that moment (M10)."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


class JointUnknown(Problem):
    status = 404
    code = "joint-offer-unknown"
    title = "There is no such joint offer"


class JointNotGiven(Problem):
    status = 403
    code = "joint-offers-not-given"
    title = "Your level gives no joint offers"


class JointPartnerUnknown(Problem):
    status = 422
    code = "joint-partner-unknown"
    title = "No other partner has this reference"


class JointShareWrong(Problem):
    status = 422
    code = "joint-share-wrong"
    title = "Each of both gets a part"


class JointTaken(Problem):
    code = "joint-offer-taken"
    title = "This listing has a joint offer already"


class JointListingOnSale(Problem):
    code = "joint-listing-on-sale"
    title = "The listing is on sale, or being read"


class JointDecided(Problem):
    """`state` says where it stands."""

    code = "joint-offer-decided"
    title = "The joint offer has moved on"


class JointUnanswered(Problem):
    code = "joint-offer-unanswered"
    title = "The second owner has not answered yet"


class JointEndWrong(Problem):
    status = 422
    code = "joint-end-wrong"
    title = "A joint offer ends on a day to come"


class JointAgreementNeeded(Problem):
    code = "joint-agreement-needed"
    title = "Its second owner has to agree"


class JointSole(Problem):
    code = "joint-sole"
    title = "No joint offer of this listing is in force"


class NothingChanges(Problem):
    status = 422
    code = "joint-nothing-changes"
    title = "The listing says that already"


class ChangeUnknown(Problem):
    status = 404
    code = "joint-change-unknown"
    title = "There is no such change"


class ChangeDecided(Problem):
    """`state` says where it stands."""

    code = "joint-change-decided"
    title = "The change was answered or withdrawn"


def check_share(first_bp: int) -> None:
    """Raises JointShareWrong: one of both would get nothing."""
    if not 0 < first_bp < 10_000:
        raise JointShareWrong("share: More than 0 and less than 100 %.", field="first_bp")


def check_end(ends_on: date, now: datetime) -> None:
    """What is ordered before that day keeps its split, so it is not today (`JointEndWrong`)."""
    if ends_on <= now.astimezone(PARIS).date():
        raise JointEndWrong("ends_on: Tomorrow or later, the first day without.", field="ends_on")
