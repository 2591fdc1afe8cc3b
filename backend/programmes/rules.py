"""What a programme is, what is held in it, and what is refused. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

from msgspec import Struct

from backend.core import Problem

Environment = Literal["start", "enterprise", "critical"]
"""What a customer's infrastructure is built for, from the plainest to the highest-end (F-10)."""

ENVIRONMENTS: tuple[Environment, ...] = get_args(Environment)

RESELLER = "reseller_integrator"
"""The programme whose levels the discount matrix knows (money rule e)."""

EDITOR = "software_editor"
"""The programme whose members have the preferential rate (R-05)."""

STARTUP = "technology_partner"

PeriodKind = Literal["entry", "promotion", "demotion", "override", "fallback"]
ApplicationState = Literal["open", "accepted", "refused", "withdrawn"]
DemotionState = Literal["announced", "carried_out", "cancelled"]

BACKDATED = timedelta(days=7)
"""A change whose date was announced takes effect on that date, even if the job that carries it
out comes so much later; after a longer silence, from so long ago on. PostgreSQL holds it too."""


class Level(Struct, frozen=True):
    """One step of a programme; `rank` counts from 1, the lowest."""

    code: str
    rank: int
    name_fr: str
    name_en: str


class Programme(Struct, frozen=True):
    """`is_track`: one of the three distribution partnerships, of which a partner is in one (D-07).

    `roles` are the parts of which an organisation must play one to apply.
    """

    code: str
    name_fr: str
    name_en: str
    summary_fr: str
    summary_en: str
    is_track: bool
    roles: Sequence[str]
    levels: Sequence[Level]

    def rank(self, level: str) -> int:
        """Raises: LevelUnknown."""
        for each in self.levels:
            if each.code == level:
                return each.rank
        names = ", ".join(each.code for each in self.levels)
        raise LevelUnknown(f"{self.code} has the levels {names}; {level!r} is none of them.")

    @property
    def lowest(self) -> str:
        return min(self.levels, key=lambda level: level.rank).code

    def name(self, language: str) -> str:
        return self.name_fr if language == "fr" else self.name_en

    def level_name(self, level: str, language: str) -> str:
        found = next(each for each in self.levels if each.code == level)
        return found.name_fr if language == "fr" else found.name_en


class Period(Struct, frozen=True):
    """A level held from `starts_at` on, and before `ends_at` if that is told."""

    organisation_id: UUID
    programme: str
    level: str
    starts_at: datetime
    ends_at: datetime | None
    kind: PeriodKind
    reason: str
    evidence: str
    override_until: datetime | None


class Demotion(Struct, frozen=True):
    """Announced on a day, effective on a later one, unless the facts are good again before."""

    id: UUID
    organisation_id: UUID
    programme: str
    from_level: str
    to_level: str
    announced_at: datetime
    effective_at: datetime
    reason: str
    evidence: str
    state: DemotionState
    closed_at: datetime | None
    closed_reason: str | None


class Application(Struct, frozen=True):
    """An organisation asks to be in a programme; the answer has its reason (R-04)."""

    id: UUID
    organisation_id: UUID
    programme: str
    message: str
    applied_at: datetime
    applied_by: str
    state: ApplicationState
    reason: str | None
    decided_at: datetime | None
    decided_by: str | None


class ProgrammeUnknown(Problem):
    status = 404
    code = "programme-unknown"
    title = "There is no such programme"


class LevelUnknown(Problem):
    status = 422
    code = "level-unknown"
    title = "The programme has no such level"


class NotEligible(Problem):
    code = "programme-not-eligible"
    title = "The programme is for others"


class CompanyRefused(Problem):
    """No programme takes a company whose application to be a partner was refused."""

    code = "company-refused"
    title = "The company's application was refused"


class AlreadyIn(Problem):
    code = "programme-already-in"
    title = "The organisation is in this programme"


class OtherTrack(Problem):
    """A partner is in one distribution partnership at a time (seed row D-07)."""

    code = "programme-other-track"
    title = "The organisation is in another distribution programme"


class AlreadyApplied(Problem):
    code = "programme-already-applied"
    title = "An application waits for its answer"


class ApplicationUnknown(Problem):
    status = 404
    code = "application-unknown"
    title = "There is no such application"


class ApplicationDecided(Problem):
    code = "application-decided"
    title = "The application was answered"


class NotIn(Problem):
    code = "programme-not-in"
    title = "The organisation is not in this programme"


class NotHigher(Problem):
    code = "level-not-higher"
    title = "This is no promotion"


class NotLower(Problem):
    code = "level-not-lower"
    title = "This is no demotion"


class DemotionAnnounced(Problem):
    code = "demotion-announced"
    title = "A demotion is announced already"


class NoDemotion(Problem):
    status = 404
    code = "demotion-unknown"
    title = "No demotion is announced"


class Overridden(Problem):
    code = "level-overridden"
    title = "The level is held by an exception"


class BadOverride(Problem):
    status = 422
    code = "bad-override"
    title = "An exception has an end"


class NoticeNeeded(Problem):
    """Nobody falls without notice and grace, unless it is urgent and says why (legal.md 6)."""

    status = 422
    code = "notice-needed"
    title = "A lower level needs notice"


class LevelJustChanged(Problem):
    code = "level-just-changed"
    title = "The level changed at this very moment"


def effective(announced: datetime, now: datetime, start: datetime) -> datetime:
    """When a change that was announced for a date takes effect, if it is carried out `now`.

    On its date; never before `BACKDATED` ago, and after the `start` of the period that it ends.
    """
    return max(announced, now - BACKDATED, start + timedelta(microseconds=1))


Verdict = Literal["keep", "promote", "announce", "announce_anew", "cancel", "cancel_and_promote"]


def verdict(
    held: str, evaluated: str, pending: str | None, ranks: Mapping[str, int], *, overridden: bool
) -> Verdict:
    """What follows from an evaluation, given the level held and that of an announced demotion.

    Promotion is immediate; demotion is announced and waits; facts that are good again cancel it,
    and facts that are better than announced announce a milder one (R-01, R-02). An exception
    decides by itself until it ends.
    """
    if overridden:
        return "keep"
    if ranks[evaluated] > ranks[held]:
        return "promote" if pending is None else "cancel_and_promote"
    if ranks[evaluated] == ranks[held]:
        return "keep" if pending is None else "cancel"
    if pending is None:
        return "announce"
    return "announce_anew" if ranks[evaluated] > ranks[pending] else "keep"
