"""Two people, a job and an evaluation at the same moment: one after the other, nothing lost."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from backend import programmes
from backend.core import Problem
from backend.programmes import EDITOR, RESELLER
from tests import given
from tests.given.programmes import JANUARY, organisation, reseller

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def together(*actions: Awaitable[Any]) -> list[str]:
    """What each came to: `done`, or the code of the refusal. Anything else is an error."""
    found = []
    for result in await asyncio.gather(*actions, return_exceptions=True):
        if isinstance(result, Problem):
            found.append(result.code)
        elif isinstance(result, BaseException):
            raise result
        else:
            found.append("done")
    return sorted(found)


async def unbroken(partner: UUID) -> list[str]:
    """The levels held, oldest first, if each ends when the next begins."""
    history = (await programmes.level_history(partner))[::-1]
    assert all(one.ends_at == two.starts_at for one, two in pairwise(history))
    assert history[-1].ends_at is None
    return [period.level for period in history]


def promote(partner: UUID, level: str, now: datetime) -> Awaitable[None]:
    return programmes.promote(partner, RESELLER, level, reason="x", now=now, actor=given.SYSTEM)


@pytest.mark.parametrize("_", range(3))
async def test_two_promotions_at_once_are_one_after_the_other(db: None, _: int) -> None:
    partner = await reseller()
    found = await together(
        promote(partner, "certified", JUNE), promote(partner, "premium", JUNE + SECOND)
    )
    levels = await unbroken(partner)
    assert (found, levels) in [
        (["done", "done"], ["registered", "certified", "premium"]),
        (["done", "level-not-higher"], ["registered", "premium"]),
    ]


async def test_the_same_promotion_twice_happens_once(db: None) -> None:
    partner = await reseller()
    found = await together(*[promote(partner, "premium", JUNE) for _ in range(5)])
    assert found == ["done", *["level-not-higher"] * 4]
    assert await unbroken(partner) == ["registered", "premium"]


async def test_an_application_is_accepted_by_one_of_many(db: None) -> None:
    editor = await organisation("isv")
    application = await programmes.apply_to(editor, EDITOR, now=JANUARY, actor="person:x")
    found = await together(
        *[
            programmes.accept_application(
                application, reason="x", now=JUNE + SECOND * number, actor=given.SYSTEM
            )
            for number in range(3)
        ],
        programmes.refuse_application(application, reason="x", now=JUNE, actor=given.SYSTEM),
        programmes.withdraw_application(
            application, organisation_id=editor, now=JUNE, actor="person:x"
        ),
    )
    assert found == [*["application-decided"] * 4, "done"]


async def test_a_demotion_carried_out_twice_at_once_happens_once(db: None) -> None:
    partner = await reseller("premium")
    await programmes.announce_demotion(
        partner, RESELLER, "certified", reason="x", now=JUNE, actor=given.SYSTEM
    )
    later = JUNE + timedelta(days=95)
    await together(*[programmes.carry_out_demotions(later) for _ in range(4)])
    assert await unbroken(partner) == ["premium", "certified"]


async def test_a_demotion_that_is_cancelled_at_its_hour_happens_or_not(db: None) -> None:
    partner = await reseller("premium")
    await programmes.announce_demotion(
        partner, RESELLER, "certified", reason="x", now=JUNE, actor=given.SYSTEM
    )
    later = JUNE + timedelta(days=95)
    found = await together(
        programmes.carry_out_demotions(later),
        programmes.cancel_demotion(partner, RESELLER, reason="x", now=later, actor=given.SYSTEM),
    )
    levels = await unbroken(partner)
    assert (found, levels) in [
        (["done", "done"], ["premium"]),
        (["demotion-unknown", "done"], ["premium", "certified"]),
    ]


async def test_an_organisation_enters_once_however_often_it_is_asked(db: None) -> None:
    partner = await organisation("reseller", "isv")
    found = await together(
        *[
            programmes.enter(partner, RESELLER, reason="x", now=JUNE, actor=given.SYSTEM)
            for _ in range(3)
        ],
        programmes.enter(partner, EDITOR, reason="x", now=JUNE, actor=given.SYSTEM),
    )
    assert found.count("done") == 1
    assert set(found) <= {"done", "programme-already-in", "programme-other-track"}
    assert len(await programmes.levels_held(partner, JUNE)) == 1
