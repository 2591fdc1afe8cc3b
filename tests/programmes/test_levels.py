"""Levels over time: promotion at once, demotion after notice, exceptions, a past that stays."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import core, programmes
from backend.core import fetch, fetch_value
from backend.programmes import RESELLER
from tests import given
from tests.given.letters import kinds
from tests.given.programmes import JANUARY, organisation, reseller

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
NOTICE = timedelta(days=90)
"""Notice and grace as they are shipped."""


async def level(organisation_id: UUID, at: datetime) -> str | None:
    return await programmes.level_at(organisation_id, RESELLER, at)


async def evaluate(organisation_id: UUID, found: str, now: datetime) -> str:
    return await programmes.record_evaluation(
        organisation_id,
        RESELLER,
        found,
        reason="Facts.",
        evidence="scorecard:1",
        now=now,
        actor=given.SYSTEM,
    )


async def announce(organisation_id: UUID, to: str, now: datetime) -> None:
    await programmes.announce_demotion(
        organisation_id, RESELLER, to, reason="Turnover fell.", now=now, actor=given.SYSTEM
    )


async def override(organisation_id: UUID, to: str, until: datetime, now: datetime) -> None:
    await programmes.override_level(
        organisation_id, RESELLER, to, until=until, reason="A large bid.", now=now,
        urgent_reason="It cannot wait.", actor=given.SYSTEM,
    )  # fmt: skip


async def promote(organisation_id: UUID, to: str, now: datetime) -> None:
    await programmes.promote(
        organisation_id, RESELLER, to, reason="Three certified people.", evidence="scorecard:7",
        now=now, actor=given.SYSTEM,
    )  # fmt: skip


async def mailbox(organisation_id: UUID) -> list[str]:
    address = await fetch_value(
        "SELECT email FROM partners.organisation WHERE id = $1", organisation_id
    )
    return await kinds(address)


async def test_R_01_a_promotion_counts_at_once_and_the_price_follows(db: None) -> None:
    partner, june = await reseller(), datetime(2026, 6, 1, tzinfo=UTC)
    await promote(partner, "certified", june)
    assert await level(partner, JANUARY - SECOND) is None
    assert await level(partner, JANUARY) == "registered"
    assert await level(partner, june - SECOND) == "registered"
    assert await level(partner, june) == "certified"
    matrix = await programmes.discount_matrix_at(june)
    prices = [
        programmes.at_level(100_00, await level(partner, at), "critical", matrix).net_minor
        for at in (JANUARY - SECOND, june - SECOND, june)
    ]
    assert prices == [100_00, 90_00, 80_00]
    newest = (await programmes.level_history(partner))[0]
    assert (newest.kind, newest.reason, newest.evidence) == (
        "promotion", "Three certified people.", "scorecard:7",
    )  # fmt: skip
    assert await mailbox(partner) == ["programme_accepted", "level_changed"]
    assert await fetch_value(
        "SELECT count(*) FROM audit.change WHERE action = 'level_promotion'"
    ) == 1  # fmt: skip


async def test_R_01_a_demotion_waits_for_its_day_and_counts_from_it(db: None) -> None:
    partner, june = await reseller("premium"), datetime(2026, 6, 1, tzinfo=UTC)
    await announce(partner, "certified", june)
    falls = june + NOTICE
    assert await programmes.carry_out_demotions(falls - SECOND) == 0
    assert await level(partner, falls - SECOND) == "premium"
    late = falls + timedelta(hours=5)
    assert await programmes.carry_out_demotions(late) == 1
    assert await programmes.carry_out_demotions(late) == 0
    assert await level(partner, falls - SECOND) == "premium"
    assert await level(partner, falls) == "certified"
    assert await mailbox(partner) == ["programme_accepted", "demotion_announced", "level_changed"]


async def test_a_job_that_was_silent_for_long_reaches_back_a_week(db: None) -> None:
    partner, june = await reseller("premium"), datetime(2026, 6, 1, tzinfo=UTC)
    await announce(partner, "registered", june)
    late = june + NOTICE + timedelta(days=30)
    await programmes.carry_out_demotions(late)
    assert await level(partner, late - timedelta(days=8)) == "premium"
    assert await level(partner, late - timedelta(days=7)) == "registered"


async def test_facts_that_are_good_again_cancel_a_demotion(db: None) -> None:
    partner, june = await reseller("premium"), datetime(2026, 6, 1, tzinfo=UTC)
    assert await evaluate(partner, "registered", june) == "announce"
    assert await evaluate(partner, "registered", june + DAY) == "keep"
    assert await evaluate(partner, "certified", june + 2 * DAY) == "announce_anew"
    pending = await programmes.pending_demotion(partner, RESELLER)
    assert pending is not None and pending.to_level == "certified"
    assert pending.effective_at == june + 2 * DAY + NOTICE
    assert await evaluate(partner, "premium", june + 3 * DAY) == "cancel"
    assert await programmes.pending_demotion(partner, RESELLER) is None
    assert await programmes.carry_out_demotions(june + timedelta(days=400)) == 0
    assert await level(partner, june + timedelta(days=400)) == "premium"
    assert (await mailbox(partner))[-1] == "demotion_cancelled"


async def test_facts_that_are_better_promote_at_once(db: None) -> None:
    partner, june = await reseller(), datetime(2026, 6, 1, tzinfo=UTC)
    assert await evaluate(partner, "registered", june) == "keep"
    assert await evaluate(partner, "premium", june + DAY) == "promote"
    assert await level(partner, june + DAY) == "premium"
    assert await evaluate(partner, "certified", june + 2 * DAY) == "announce"


async def test_an_exception_ends_and_falls_back_to_what_the_facts_said(db: None) -> None:
    partner, june = await reseller(), datetime(2026, 6, 1, tzinfo=UTC)
    until = june + timedelta(days=30)
    await override(partner, "premium", until, june)
    assert await evaluate(partner, "certified", june + DAY) == "keep"
    assert await level(partner, june + DAY) == "premium"
    with pytest.raises(programmes.Overridden):
        await promote(partner, "premium", june + DAY)
    with pytest.raises(programmes.Overridden):
        await announce(partner, "registered", june + DAY)
    assert await programmes.end_overrides(until - SECOND) == 0
    assert await programmes.end_overrides(until + SECOND) == 1
    assert await level(partner, until - SECOND) == "premium"
    assert await level(partner, until) == "certified"


async def test_an_exception_without_evaluation_falls_back_to_what_was_held(db: None) -> None:
    partner, june = await reseller("certified"), datetime(2026, 6, 1, tzinfo=UTC)
    await announce(partner, "registered", june)
    await override(partner, "premium", june + 10 * DAY, june + DAY)
    assert await programmes.pending_demotion(partner, RESELLER) is None
    await override(partner, "registered", june + 20 * DAY, june + 2 * DAY)
    assert await programmes.end_overrides(june + 10 * DAY) == 0
    await programmes.end_overrides(june + 20 * DAY)
    assert await level(partner, june + 20 * DAY) == "certified"


async def test_an_exception_never_shortens_notice_and_grace(db: None) -> None:
    partner, june = await reseller("premium"), datetime(2026, 6, 1, tzinfo=UTC)
    assert await evaluate(partner, "certified", june) == "announce"
    await override(partner, "premium", june + 10 * DAY, june + DAY)
    ends = june + 10 * DAY
    assert await programmes.end_overrides(ends) == 1
    assert await level(partner, ends) == "premium"
    demotion = await programmes.pending_demotion(partner, RESELLER)
    assert demotion is not None
    assert (demotion.to_level, demotion.effective_at) == ("certified", ends + 90 * DAY)
    assert await programmes.carry_out_demotions(ends + 90 * DAY) == 1
    assert await level(partner, ends + 90 * DAY) == "certified"


async def test_what_the_facts_said_before_a_promotion_does_not_undo_it(db: None) -> None:
    partner, june = await reseller(), datetime(2026, 6, 1, tzinfo=UTC)
    assert await evaluate(partner, "registered", june) == "keep"
    await promote(partner, "certified", june + DAY)
    await override(partner, "premium", june + 10 * DAY, june + 2 * DAY)
    assert await programmes.end_overrides(june + 10 * DAY) == 1
    assert await level(partner, june + 10 * DAY) == "certified"
    assert await programmes.pending_demotion(partner, RESELLER) is None


async def test_an_exception_without_an_end_is_refused(db: None) -> None:
    until = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    with pytest.raises(programmes.BadOverride, match="ten years"):
        await override(await reseller(), "premium", until, datetime(2026, 6, 1, tzinfo=UTC))


async def test_what_is_no_promotion_or_demotion_is_refused(db: None) -> None:
    partner = await reseller("certified")
    now = JANUARY + DAY
    for same_or_lower in ("registered", "certified"):
        with pytest.raises(programmes.NotHigher):
            await promote(partner, same_or_lower, now)
    for same_or_higher in ("certified", "premium"):
        with pytest.raises(programmes.NotLower):
            await announce(partner, same_or_higher, now)
    with pytest.raises(programmes.LevelUnknown):
        await promote(partner, "platinum", now)
    with pytest.raises(programmes.BadOverride):
        await override(partner, "premium", now, now)
    with pytest.raises(programmes.NotIn):
        await promote(await organisation("reseller"), "premium", now)
    with pytest.raises(programmes.LevelJustChanged):
        await promote(partner, "premium", JANUARY)
    with pytest.raises(programmes.NoDemotion):
        await programmes.cancel_demotion(partner, RESELLER, reason="x", now=now, actor=given.SYSTEM)
    await announce(partner, "registered", now)
    with pytest.raises(programmes.DemotionAnnounced):
        await announce(partner, "registered", now)


async def test_a_partner_that_leaves_holds_nothing_and_keeps_its_past(db: None) -> None:
    partner, june = await reseller("premium"), datetime(2026, 6, 1, tzinfo=UTC)
    await announce(partner, "certified", june)
    with core.acting_for(partner):
        await programmes.leave(partner, RESELLER, reason="", now=june + DAY, actor="person:x")
    assert await level(partner, june) == "premium"
    assert await level(partner, june + DAY) is None
    assert await programmes.carry_out_demotions(june + timedelta(days=400)) == 0
    await programmes.enter(
        partner, RESELLER, reason="Back.", now=june + 2 * DAY, actor=given.SYSTEM
    )
    held = await programmes.levels_between([partner], RESELLER, june, june + timedelta(days=30))
    assert [(period.level, period.ends_at) for period in held] == [
        ("premium", june + DAY), ("registered", None),
    ]  # fmt: skip


async def test_D_07_a_partner_is_in_one_distribution_programme(db: None) -> None:
    both, now = await organisation("reseller", "isv", "startup"), JANUARY + DAY
    tracks = [each for each in await programmes.list_programmes() if each.is_track]
    assert [each.code for each in tracks] == [
        "reseller_integrator", "software_editor", "technology_partner",
    ]  # fmt: skip
    await programmes.enter(both, "technology_partner", reason="x", now=JANUARY, actor=given.SYSTEM)
    for other in ("reseller_integrator", "software_editor"):
        with pytest.raises(programmes.OtherTrack, match="technology_partner"):
            await programmes.enter(both, other, reason="x", now=now, actor=given.SYSTEM)
    for beside in ("technical", "business_model"):
        await programmes.enter(both, beside, reason="x", now=now, actor=given.SYSTEM)
    async with core.transaction():
        await programmes.leave(both, "technology_partner", reason="", now=now, actor="person:x")
        await programmes.enter(both, "software_editor", reason="x", now=now, actor=given.SYSTEM)
    held = [period.programme for period in await programmes.levels_held(both, now)]
    assert held == ["business_model", "software_editor", "technical"]


SAYS_SO: dict[str, tuple[type[Exception], str]] = {
    "UPDATE programmes.level_period SET during = tstzrange(lower(during) - interval '1 day', NULL)":
        (asyncpg.PostgresError, "a past level never changes"),
    "UPDATE programmes.level_period SET level = 'premium'":
        (asyncpg.InsufficientPrivilegeError, "permission denied"),
    "DELETE FROM programmes.level_period":
        (asyncpg.InsufficientPrivilegeError, "permission denied"),
    "UPDATE programmes.level_period SET during = tstzrange(lower(during), '2026-03-01Z'), "
    "ended_at = '2026-04-01Z'":
        (asyncpg.CheckViolationError, "ends_when_recorded"),
    "UPDATE programmes.demotion SET state = 'carried_out', "
    "closed_at = effective_at - interval '1s'":
        (asyncpg.CheckViolationError, "not_before_its_date"),
    "UPDATE programmes.demotion SET state = 'cancelled', closed_at = announced_at":
        (asyncpg.CheckViolationError, "cancelled_says_why"),
    "INSERT INTO programmes.level_period SELECT organisation_id, programme, 'certified', "
    "tstzrange('2026-05-01Z', NULL), false, 'promotion', NULL, 'x', '', 'x', '2026-05-01Z' "
    "FROM programmes.level_period":
        (asyncpg.PostgresError, "period_follows|does not follow"),
    "INSERT INTO programmes.level_period SELECT organisation_id, programme, 'certified', "
    "tstzrange('2026-05-01Z', NULL), false, 'entry', NULL, 'x', '', 'x', '2026-05-01Z' "
    "FROM programmes.level_period":
        (asyncpg.ExclusionViolationError, "level_period"),
    "INSERT INTO programmes.demotion (organisation_id, programme, from_level, to_level, "
    "announced_at, effective_at, reason, actor) SELECT organisation_id, programme, 'certified', "
    "'registered', announced_at, announced_at + interval '14 days', 'x', 'x' "
    "FROM programmes.demotion":
        (asyncpg.CheckViolationError, "notice_is_given"),
}  # fmt: skip


@pytest.mark.parametrize("statement", SAYS_SO)
async def test_postgresql_refuses_another_past(db: None, statement: str) -> None:
    partner = await reseller("premium")
    await announce(partner, "certified", JANUARY + DAY)
    error, says = SAYS_SO[statement]
    with pytest.raises(error, match=says):
        await fetch(statement)


async def test_an_ended_level_never_changes_again(db: None) -> None:
    partner = await reseller()
    await promote(partner, "premium", JANUARY + DAY)
    with pytest.raises(asyncpg.PostgresError, match="a past level never changes"):
        await fetch(
            "UPDATE programmes.level_period SET during = tstzrange(lower(during), $1), "
            "ended_at = $1 WHERE level = 'registered'",
            JANUARY + timedelta(hours=2),
        )


async def test_one_partner_neither_sees_nor_makes_levels(db: None) -> None:
    other, mine = await reseller("premium"), await organisation("reseller", "isv")
    await programmes.enter(mine, RESELLER, reason="x", now=JANUARY, actor=given.SYSTEM)
    with core.acting_for(mine):
        assert await programmes.level_at(other, RESELLER, JANUARY) is None
        assert await programmes.level_at(mine, RESELLER, JANUARY) == "registered"
        with pytest.raises(programmes.NotIn):
            await promote(mine, "premium", JANUARY + DAY)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await programmes.enter(mine, "technical", reason="x", now=JANUARY, actor="person:x")
        assert await fetch(
            "UPDATE programmes.level_period SET during = tstzrange(lower(during), now()), "
            "ended_at = now() RETURNING 1"
        ) == []  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
async def test_a_random_history_is_what_a_plain_recomputation_says(db: None, seed: int) -> None:
    """Some hundred actions in a random order; the model below knows no database."""
    choose, partner, now = random.Random(seed), await reseller(), JANUARY
    model = Model(JANUARY)
    for _ in range(60):
        now += timedelta(days=choose.randint(1, 40), seconds=choose.randint(0, 86_399))
        model.pass_to(now)
        await programmes.end_overrides(now)
        await programmes.carry_out_demotions(now)
        now += SECOND
        wanted = choose.choice(["registered", "certified", "premium"])
        if choose.random() < 0.2:
            until = now + timedelta(days=choose.randint(1, 60))
            await override(partner, wanted, until, now)
            model.override(wanted, until, now)
        else:
            await evaluate(partner, wanted, now)
            model.evaluate(wanted, now)
    for at, held in model.held:
        assert await level(partner, at) == held
        assert await level(partner, at - timedelta(microseconds=1)) == model.at(
            at - timedelta(microseconds=1)
        )


class Model:
    """Levels as a list of changes; jobs come at any time after the day."""

    RANKS = ("registered", "certified", "premium")

    def __init__(self, start: datetime) -> None:
        self.held: list[tuple[datetime, str]] = [(start, "registered")]
        self.pending: tuple[datetime, str] | None = None
        self.until: datetime | None = None
        self.base = "registered"
        self.evaluated: str | None = None

    def at(self, moment: datetime) -> str | None:
        found = [held for at, held in self.held if at <= moment]
        return found[-1] if found else None

    def set(self, at: datetime, held: str) -> None:
        self.held.append((at, held))

    def pass_to(self, now: datetime) -> None:
        week = now - timedelta(days=7)
        if self.until is not None and self.until <= now:
            found = self.evaluated or self.base
            self.base = max(self.base, found, key=self.RANKS.index)
            self.set(max(self.until, week), self.base)
            self.until = self.evaluated = None
            if found != self.base:
                self.pending = (now + NOTICE, found)
        if self.pending is not None and self.pending[0] <= now:
            self.base, self.evaluated = self.pending[1], None
            self.set(max(self.pending[0], week), self.base)
            self.pending = None

    def override(self, wanted: str, until: datetime, now: datetime) -> None:
        self.pending, self.until = None, until
        self.set(now, wanted)

    def evaluate(self, found: str, now: datetime) -> None:
        self.evaluated = found
        if self.until is not None:
            return
        rank: Any = self.RANKS.index
        if rank(found) >= rank(self.base):
            self.pending = None
            if found != self.base:
                self.base = found
                self.set(now, found)
        elif self.pending is None or rank(found) > rank(self.pending[1]):
            self.pending = (now + NOTICE, found)
