"""A random history of levels is what a plain recomputation of it says, at any moment."""

from bisect import bisect_right
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

from hypothesis import HealthCheck, example, settings
from hypothesis import given as drawn
from hypothesis import strategies as some

from backend import programmes
from backend.core import Problem, fetch
from backend.programmes import RESELLER
from tests import given
from tests.given.programmes import JANUARY, organisation

LEVELS = ("registered", "certified", "premium")
NOTICE = timedelta(days=90)
WEEK = timedelta(days=7)
INSTANT = timedelta(microseconds=1)
Verb = Literal["enter", "leave", "evaluate", "promote", "announce", "cancel", "override", "wait"]


class Step(NamedTuple):
    """What is done so many minutes after the step before; `level` and `days` where they matter."""

    verb: Verb
    level: str
    minutes: int
    days: int


STEPS = some.lists(
    some.builds(
        Step,
        some.sampled_from(
            ["enter", "leave", "evaluate", "evaluate", "promote", "announce", "cancel", "override",
             "wait"]
        ),
        some.sampled_from(LEVELS),
        some.integers(1, 60 * 24 * 70),
        some.integers(1, 90),
    ),
    min_size=4,
    max_size=14,
)  # fmt: skip


DAY = 60 * 24
OUT_AND_IN = [
    Step("enter", "registered", DAY, 1),
    Step("evaluate", "premium", DAY, 1),
    Step("leave", "registered", DAY, 1),
    Step("enter", "registered", DAY, 1),
    Step("override", "certified", DAY, 5),
    Step("wait", "registered", 30 * DAY, 1),
]
"""What the facts said before a partner left gives nothing when it has come back."""


class Model:
    """The level as a list of changes; it knows no database, and refuses as the real one does."""

    def __init__(self) -> None:
        self.changes: list[tuple[datetime, str | None]] = []
        self.level: str | None = None
        self.base: str | None = None
        self.pending: tuple[datetime, str] | None = None
        self.until: datetime | None = None
        self.evaluated: str | None = None

    def at(self, moment: datetime) -> str | None:
        place = bisect_right([at for at, _ in self.changes], moment)
        return self.changes[place - 1][1] if place else None

    def hold(self, at: datetime, level: str | None) -> None:
        self.level = level
        self.changes.append((at, level))

    def pass_to(self, now: datetime) -> None:
        """The calendar: exceptions end, announced falls happen; at most a week late."""
        started = self.changes[-1][0] if self.changes else now
        if self.until is not None and self.until <= now:
            at = max(self.until, now - WEEK, started + INSTANT)
            assert self.base is not None
            found, self.until, self.evaluated = self.evaluated or self.base, None, None
            self.base = max(self.base, found, key=LEVELS.index)
            self.hold(at, self.base)
            if found != self.base:
                self.pending = (now + NOTICE, found)
        if self.pending is not None and self.pending[0] <= now:
            at = max(self.pending[0], now - WEEK, self.changes[-1][0] + INSTANT)
            self.base, self.evaluated = self.pending[1], None
            self.hold(at, self.base)
            self.pending = None

    def do(self, step: Step, now: datetime) -> bool:
        """Whether it can be done; then it is."""
        known, rank = self.level is not None, LEVELS.index
        free = known and self.until is None
        held = rank(self.level) if self.level is not None else -1
        can = {
            "wait": True,
            "enter": not known,
            "leave": known,
            "override": known,
            "evaluate": known,
            "cancel": self.pending is not None,
            "promote": free and rank(step.level) > held,
            "announce": free and rank(step.level) < held and self.pending is None,
        }[step.verb]
        if can:
            getattr(self, step.verb)(step, now)
        return can

    def wait(self, step: Step, now: datetime) -> None:
        """Only the calendar goes on."""

    def enter(self, step: Step, now: datetime) -> None:
        self.base, self.evaluated = step.level, None
        self.hold(now, step.level)

    def leave(self, _: Step, now: datetime) -> None:
        self.pending = self.until = None
        self.hold(now, None)

    def override(self, step: Step, now: datetime) -> None:
        self.pending, self.until = None, now + timedelta(days=step.days)
        self.hold(now, step.level)

    def cancel(self, _: Step, now: datetime) -> None:
        self.pending = None

    def promote(self, step: Step, now: datetime) -> None:
        self.rise(step.level, now)

    def announce(self, step: Step, now: datetime) -> None:
        self.pending = (now + NOTICE, step.level)

    def evaluate(self, step: Step, now: datetime) -> None:
        found, rank = step.level, LEVELS.index
        self.evaluated = found
        if self.until is not None:
            return
        assert self.level is not None
        if rank(found) > rank(self.level):
            self.rise(found, now)
        elif found == self.level:
            self.pending = None
        elif self.pending is None or rank(found) > rank(self.pending[1]):
            self.pending = (now + NOTICE, found)

    def rise(self, level: str, now: datetime) -> None:
        self.pending, self.base, self.evaluated = None, level, None
        self.hold(now, level)


async def do(partner: UUID, step: Step, now: datetime) -> bool:
    """The same with the real actions."""
    why: dict[str, Any] = {"reason": "x", "now": now, "actor": given.SYSTEM}
    try:
        match step.verb:
            case "enter":
                await programmes.enter(partner, RESELLER, level=step.level, **why)
            case "leave":
                await programmes.leave(partner, RESELLER, **why)
            case "promote":
                await programmes.promote(partner, RESELLER, step.level, **why)
            case "announce":
                await programmes.announce_demotion(partner, RESELLER, step.level, **why)
            case "cancel":
                await programmes.cancel_demotion(partner, RESELLER, **why)
            case "override":
                until = now + timedelta(days=step.days)
                await programmes.override_level(
                    partner, RESELLER, step.level, until=until, urgent_reason="y", **why
                )
            case "evaluate":
                await programmes.record_evaluation(
                    partner, RESELLER, step.level, evidence="scorecard:1", **why
                )
    except Problem:
        return False
    return True


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@example(OUT_AND_IN)
@drawn(STEPS)
async def test_R_01_any_history_of_levels_is_what_a_plain_recomputation_says(
    db: None, steps: list[Step]
) -> None:
    partner, model, now = await organisation("reseller"), Model(), JANUARY
    for step in steps:
        now += timedelta(minutes=step.minutes)
        model.pass_to(now)
        await programmes.end_overrides(now)
        await programmes.carry_out_demotions(now)
        now += timedelta(seconds=1)
        assert await do(partner, step, now) == model.do(step, now), step
    moments = [at + by for at, _ in model.changes for by in (-INSTANT, timedelta(), INSTANT)]
    for moment in [*moments, now, now + timedelta(days=3000)]:
        assert await programmes.level_at(partner, RESELLER, moment) == model.at(moment), moment
    rows = await fetch(
        "SELECT count(*) FROM programmes.level_period a JOIN programmes.level_period b "
        "USING (organisation_id, programme) WHERE a.during && b.during AND a.during <> b.during"
    )
    assert rows[0]["count"] == 0
