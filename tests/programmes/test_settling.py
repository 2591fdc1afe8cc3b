"""Settling many at once is settling each: same levels, same letters, same audit rows."""

import asyncio
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from backend import audit, programmes, scorecards
from backend.core import fetch, fetch_value
from backend.programmes import RESELLER, Finding
from backend.scorecards import actions
from tests import given
from tests.given.programmes import JANUARY, organisation, reseller

LEVELS = ("registered", "certified", "premium")
STATES = [
    (held, falls_to, is_exception)
    for held, falls_to, is_exception in product(LEVELS, (None, *LEVELS), (False, True))
    if falls_to is None or (not is_exception and LEVELS.index(falls_to) < LEVELS.index(held))
]
"""Level held, level of the announced demotion, whether by exception: all that can be."""

NOW = JANUARY + timedelta(days=30)


async def member(held: str, falls_to: str | None, is_exception: bool) -> UUID:
    made = await reseller(held)
    later = JANUARY + timedelta(days=1)
    if falls_to is not None:
        await programmes.announce_demotion(
            made, RESELLER, falls_to, reason="Facts.", now=later, actor=given.SYSTEM
        )
    if is_exception:
        await programmes.override_level(
            made, RESELLER, held, until=NOW + timedelta(days=90), reason="Once.", now=later,
            actor=given.SYSTEM,
        )  # fmt: skip
    return made


async def told(organisation: UUID) -> list[list[tuple[Any, ...]]]:
    """All that settling writes of one organisation, without ids."""
    questions = (
        "SELECT programme, level, during, is_track, kind, override_until, reason, evidence, actor, "
        "recorded_at, ended_at FROM programmes.level_period WHERE organisation_id = $1 "
        "ORDER BY lower(during)",
        "SELECT from_level, to_level, announced_at, effective_at, reason, evidence, actor, state, "
        "closed_at, closed_reason FROM programmes.demotion WHERE organisation_id = $1 ORDER BY id",
        "SELECT level, evaluated_at, evidence, actor FROM programmes.evaluation "
        "WHERE organisation_id = $1 ORDER BY id",
        "SELECT c.number, c.actor, c.action, split_part(c.subject, ':', 1), c.before, c.after "
        "FROM audit.change c WHERE c.chain = $1::uuid::text ORDER BY c.number",
        "SELECT m.kind, m.language, m.subject, m.body_text, m.body_html, m.created_at "
        "FROM mail.message m JOIN partners.organisation o ON o.email = m.recipient "
        "WHERE o.id = $1 ORDER BY m.id",
    )
    rows = [[tuple(row) for row in await fetch(each, organisation)] for each in questions]
    rows[3] = rows[3][1:]  # The first says how it was created, with its reference.
    return rows


async def test_many_at_once_come_to_the_same_as_each_by_itself(db: None) -> None:
    cases = list(product(STATES, LEVELS))
    alone = [await member(*state) for state, _ in cases]
    together = [await member(*state) for state, _ in cases]
    one_by_one = [
        await programmes.record_evaluation(
            one, RESELLER, level, reason=f"Why {number}.", evidence=f"scorecard:{number}",
            now=NOW, actor=given.SYSTEM,
        )
        for number, (one, (_, level)) in enumerate(zip(alone, cases, strict=True))
    ]  # fmt: skip
    followed = await programmes.record_evaluations(
        RESELLER,
        [
            Finding(one, level, f"Why {number}.", f"scorecard:{number}")
            for number, (one, (_, level)) in enumerate(zip(together, cases, strict=True))
        ],
        now=NOW,
        actor=given.SYSTEM,
    )
    assert [followed[one] for one in together] == one_by_one
    assert set(one_by_one) == {
        "keep", "promote", "announce", "announce_anew", "cancel", "cancel_and_promote"
    }  # fmt: skip
    for case, first, second in zip(cases, alone, together, strict=True):
        assert await told(first) == await told(second), case
    assert await audit.broken_links() == []


async def test_one_that_cannot_move_undoes_all(db: None) -> None:
    fine, late = await reseller(), await reseller(now=NOW)
    findings = [Finding(one, "premium", "x", "scorecard:1") for one in (fine, late)]
    with pytest.raises(programmes.LevelJustChanged):
        await programmes.record_evaluations(RESELLER, findings, now=NOW, actor=given.SYSTEM)
    outside = await organisation("reseller")
    findings[1] = Finding(outside, "premium", "x", "scorecard:1")
    with pytest.raises(programmes.NotIn):
        await programmes.record_evaluations(RESELLER, findings, now=NOW, actor=given.SYSTEM)
    assert await programmes.level_at(fine, RESELLER, NOW) == "registered"


async def announced_for_one_reference() -> None:
    await scorecards.announce_requirements(
        RESELLER, "Light", {("certified", "references"): 1, ("premium", "references"): 2},
        valid_from=JANUARY + timedelta(days=1), now=JANUARY, actor=given.SYSTEM,
    )  # fmt: skip


async def with_references(count: int, *, now: Any = JANUARY) -> UUID:
    made = await reseller(now=now)
    for number in range(count):
        await programmes.record_achievement(
            made, "reference", f"Brest {number}", achieved_on=date(2026, 1, 6), evidence="letter",
            now=JANUARY, actor=given.SYSTEM,
        )  # fmt: skip
    return made


async def test_a_partner_that_cannot_move_holds_no_other_of_its_batch(db: None) -> None:
    await announced_for_one_reference()
    fine, late = await with_references(1), await with_references(2, now=NOW)
    with pytest.raises(ExceptionGroup) as failed:
        await scorecards.evaluate(
            RESELLER, "quarterly", date(2026, 2, 4), now=NOW, actor=given.SYSTEM
        )
    assert len(failed.value.exceptions) == 1
    assert await programmes.level_at(fine, RESELLER, NOW) == "certified"
    after = NOW + timedelta(hours=1)
    done = await scorecards.evaluate(
        RESELLER, "quarterly", date(2026, 2, 4), now=after, actor=given.SYSTEM
    )
    assert done.follows == {"promote": 2}
    assert await programmes.level_at(late, RESELLER, after) == "premium"


async def test_a_run_killed_anywhere_and_done_again_moves_everybody_once(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "TOGETHER", 2)
    await announced_for_one_reference()
    everybody = [await with_references(number % 3) for number in range(12)]
    on, kills, wait = date(2026, 2, 4), 0, 0.001
    while True:
        run = asyncio.create_task(
            scorecards.evaluate(RESELLER, "quarterly", on, now=NOW, actor=given.SYSTEM)
        )
        done, _ = await asyncio.wait([run], timeout=wait)
        if done:
            break
        run.cancel()
        await asyncio.wait([run])
        kills, wait = kills + 1, wait + 0.004
    assert kills > 2
    assert run.result().follows == {"keep": 4, "promote": 8}
    for number, one in enumerate(everybody):
        assert await programmes.level_at(one, RESELLER, NOW) == LEVELS[number % 3]
        periods, _, evaluations, _, letters = await told(one)
        assert len(periods) == len(letters) == (2 if number % 3 else 1)
        assert len(evaluations) == 1
    moved = "SELECT count(*) FROM audit.change WHERE action = 'level_promotion'"
    assert await fetch_value(moved) == 8
    assert await audit.broken_links() == []
