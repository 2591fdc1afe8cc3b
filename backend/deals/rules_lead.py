"""To whom a lead fits, until when an answer is due, and what is refused. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import PARIS, Problem

LeadState = Literal["open", "offered", "accepted", "closed"]
OfferState = Literal["offered", "accepted", "declined", "expired", "taken_back"]
LeadKind = Literal["infrastructure", "listing", "integration"]
Why = Literal["segment", "country", "region", "kind", "role", "level", "load"]

POINTS: dict[Why, int] = {
    "segment": 40, "country": 20, "region": 15, "kind": 20, "role": 10, "level": 5, "load": -5,
}  # fmt: skip
"""Of each reason; `level` counts once a rank, `load` once an open lead."""

RANKS = {"registered": 1, "certified": 2, "premium": 3}
ROLES: dict[LeadKind, frozenset[str]] = {
    "infrastructure": frozenset({"reseller", "wholesaler", "vai"}),
    "listing": frozenset({"vai", "isv", "startup"}),
    "integration": frozenset({"vai"}),
}
"""Who by its part is made for such a lead (seed rows P-02, P-03, P-04)."""

MOST_LOAD = 5


class LeadUnknown(Problem):
    status = 404
    code = "lead-unknown"
    title = "There is no such lead"


class LeadMovedOn(Problem):
    code = "lead-moved-on"
    title = "The lead has moved on"


class LeadTooLate(Problem):
    code = "lead-too-late"
    title = "The time to answer is over"


class LeadReferenceTaken(Problem):
    code = "lead-reference-taken"
    title = "Another lead has this reference"


class LeadDiffers(Problem):
    code = "lead-differs"
    title = "A lead of this reference says something else"


class NotRoutable(Problem):
    code = "lead-not-routable"
    title = "This partner does not get this lead"


class Wanted(Struct, frozen=True):
    """The facts of a lead that say to whom it fits."""

    segment: str
    country: str
    region: str | None
    kind: LeadKind


class Candidate(Struct, frozen=True):
    """A partner that takes leads; `load` counts its open leads, `asked` was offered it before."""

    organisation_id: UUID
    name: str
    roles: Sequence[str]
    segments: Sequence[str]
    countries: Sequence[str]
    regions: Sequence[str]
    kinds: Sequence[str]
    level: str | None
    load: int
    asked: bool


class Suggestion(Struct, frozen=True):
    """A candidate with its points and why."""

    organisation_id: UUID
    name: str
    level: str | None
    score: int
    why: list[tuple[Why, int]]
    asked: bool


def suggest(wanted: Wanted, candidate: Candidate) -> Suggestion:
    """The points of one candidate, each with its reason."""
    why: list[tuple[Why, int]] = []
    fits: list[tuple[Why, bool]] = [
        ("segment", wanted.segment in candidate.segments),
        ("country", wanted.country in candidate.countries),
        ("region", wanted.region is not None and wanted.region in candidate.regions),
        ("kind", wanted.kind in candidate.kinds),
        ("role", bool(ROLES[wanted.kind] & set(candidate.roles))),
    ]
    why.extend((name, POINTS[name]) for name, is_so in fits if is_so)
    rank = RANKS.get(candidate.level or "", 0)
    if rank:
        why.append(("level", POINTS["level"] * rank))
    if candidate.load:
        why.append(("load", POINTS["load"] * min(candidate.load, MOST_LOAD)))
    return Suggestion(
        candidate.organisation_id,
        candidate.name,
        candidate.level,
        sum(points for _, points in why),
        why,
        candidate.asked,
    )


def rank(wanted: Wanted, candidates: Sequence[Candidate]) -> list[Suggestion]:
    """Best first; at equal points by name, so that the order is the same for everybody.

    The criteria are disclosed: the partner reads its own points with the lead (legal.md 6).
    """
    found = [suggest(wanted, one) for one in candidates]
    return sorted(found, key=lambda one: (-one.score, one.name, one.organisation_id))


def next_in_line(suggestions: Sequence[Suggestion]) -> Suggestion | None:
    """The best one that was not asked yet and that fits at all."""
    return next((one for one in suggestions if not one.asked and one.score > 0), None)


def answer_by(offered_at: datetime, days: int) -> datetime:
    """So many working days later, Monday to Friday in Paris, at the same time of day.

    Public holidays count as working days: the operator gives more days around them.
    """
    local = offered_at.astimezone(PARIS)
    left = days
    while left:
        local += timedelta(days=1)
        if local.weekday() < 5:
            left -= 1
    return local.astimezone(offered_at.tzinfo)
