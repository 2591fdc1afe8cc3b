"""Levels follow from facts: measured, explained, and acted upon at once or after notice."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import charges, core, programmes, scorecards
from backend.core import fetch, fetch_value
from backend.programmes import RESELLER
from backend.scorecards import Measure, Point
from backend.scorecards.rules import check_requirements, level_of
from tests import given
from tests.given.charges import a_charge
from tests.given.programmes import JANUARY, reseller

ON = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
DAY = timedelta(days=1)
LEVELS = ("registered", "certified", "premium")
CERTIFIED: Mapping[Measure, int] = {
    "turnover_12m": 50_000_00,
    "retention": 7000,
    "certified_people": 2,
    "references": 1,
    "training_done": 1,
}
PREMIUM: Mapping[Measure, int] = {
    "turnover_12m": 200_000_00,
    "retention": 8000,
    "environment_mix": 3000,
    "certified_people": 5,
    "references": 3,
    "training_done": 2,
    "support_contract": 1,
}
"""As they are shipped."""


async def use(
    partner: UUID, euros: int, customer: str = "a", on: date = ON - DAY, **facts: Any
) -> None:
    made = a_charge(partner, euros * 100, end_customer=customer, charged_on=on, **facts)
    await charges.record_charge(made, now=NOW, actor=given.SYSTEM)


async def people(partner: UUID, count: int, of: str = "a") -> None:
    for number in range(count):
        person = await programmes.employ_person(
            partner, email=f"{of}{number}.{partner}@x.example", name="A", from_on=date(2026, 1, 5),
            now=NOW, actor=given.SYSTEM,
        )  # fmt: skip
        await programmes.certify_person(
            person, "cloud", issued_on=date(2026, 1, 5), expires_on=ON, now=NOW, actor=given.SYSTEM
        )


async def show(partner: UUID, kind: Any, count: int) -> None:
    for number in range(count):
        await programmes.record_achievement(
            partner, kind, f"{kind} {number}", achieved_on=date(2026, 2, 1), evidence="x",
            now=NOW, actor=given.SYSTEM,
        )  # fmt: skip


async def worth(partner: UUID, wanted: Mapping[Measure, int]) -> None:
    """The partner reaches exactly these figures."""
    turnover, kept = wanted["turnover_12m"] // 100, wanted["retention"] // 1000
    high = turnover * wanted.get("environment_mix", 0) // 10_000
    for number in range(10):
        day = ON - DAY if number < kept else ON - timedelta(days=200)
        await use(partner, 1, f"customer {number}", day, environment="start")
    if high:
        await use(partner, high, "customer 0", environment="critical")
    await use(partner, turnover - high - 10, "customer 0")
    await people(partner, wanted["certified_people"])
    await show(partner, "reference", wanted["references"])
    await show(partner, "training", wanted["training_done"])
    await show(partner, "support_contract", wanted.get("support_contract", 0))


async def evaluate(
    kind: scorecards.RunKind = "quarterly", on: date = ON, now: datetime = NOW
) -> Mapping[str, int]:
    run = await scorecards.evaluate(RESELLER, kind, on, now=now, actor=given.SYSTEM)
    return run.follows


async def points(partner: UUID) -> dict[tuple[str, str], Point]:
    found = await scorecards.progress(partner, RESELLER, ON, NOW)
    return {(point.level, point.measure): point for point in found}


@pytest.mark.parametrize(
    ("level", "wanted"),
    [("certified", CERTIFIED), ("premium", PREMIUM)],
    ids=["certified", "premium"],
)
async def test_R_02_a_partner_that_reaches_every_condition_is_promoted(
    db: None, level: str, wanted: Mapping[Measure, int]
) -> None:
    partner = await reseller()
    await worth(partner, wanted)
    found = await points(partner)
    assert {name: found[level, name].value for name in wanted} == wanted
    assert all(found[level, name].missing == 0 for name in wanted)
    assert await evaluate() == {"promote": 1}
    assert await programmes.level_at(partner, RESELLER, NOW) == level
    [card] = await scorecards.list_scorecards(partner)
    assert (card.held, card.level, card.follows) == ("registered", level, "promote")
    assert {p.measure: p.value for p in card.points if p.level == level} == wanted
    newest = (await programmes.level_history(partner))[0]
    assert newest.evidence == f"scorecard:{card.id}"


UNDER = [
    (level, name)
    for level, wanted in (("certified", CERTIFIED), ("premium", PREMIUM))
    for name in wanted
]


@pytest.mark.parametrize(("level", "name"), UNDER, ids=[f"{a}-{b}" for a, b in UNDER])
async def test_R_02_just_under_one_condition_is_not_enough(
    db: None, level: str, name: Measure
) -> None:
    wanted = dict(CERTIFIED if level == "certified" else PREMIUM)
    step = {"turnover_12m": 100, "retention": 1000, "environment_mix": 1}.get(name, 1)
    wanted[name] -= step
    partner = await reseller()
    await worth(partner, wanted)
    point = (await points(partner))[level, name]
    assert 0 < point.missing <= step
    below = LEVELS[LEVELS.index(level) - 1]
    follows = await evaluate()
    assert await programmes.level_at(partner, RESELLER, NOW) == below
    assert follows == ({"keep": 1} if below == "registered" else {"promote": 1})


async def test_who_falls_below_is_told_what_is_missing_and_keeps_the_level_for_now(
    db: None,
) -> None:
    partner = await reseller("certified")
    await worth(partner, {**CERTIFIED, "certified_people": 1, "turnover_12m": 42_000_00})
    assert await evaluate() == {"announce": 1}
    demotion = await programmes.pending_demotion(partner, RESELLER)
    assert demotion is not None and demotion.to_level == "registered"
    assert demotion.reason == (
        "Il manque : Chiffre d'affaires sur 12 mois : "
        "42\u00a0000,00\u00a0€ / 50\u00a0000,00\u00a0€ ; "
        "Personnes certifiées : 1 / 2."
    )
    assert await programmes.level_at(partner, RESELLER, NOW) == "certified"
    await use(partner, 8_000)
    await people(partner, 2, of="new")
    assert await evaluate("promotions", ON, NOW + DAY) == {"cancel": 1}
    assert await programmes.level_at(partner, RESELLER, NOW + timedelta(days=200)) == "certified"


async def test_a_partner_that_recovers_keeps_its_level(db: None) -> None:
    partner = await reseller("certified")
    await worth(partner, {**CERTIFIED, "turnover_12m": 42_000_00})
    await evaluate()
    await use(partner, 8_000)
    assert await evaluate("promotions", ON, NOW + DAY) == {"cancel": 1}
    assert await programmes.pending_demotion(partner, RESELLER) is None


async def test_a_run_of_promotions_demotes_nobody(db: None) -> None:
    partner = await reseller("premium")
    assert await evaluate("promotions") == {}
    assert await programmes.pending_demotion(partner, RESELLER) is None
    assert await scorecards.list_scorecards(partner) == []


async def test_the_same_run_again_changes_nothing(db: None) -> None:
    partner = await reseller()
    await worth(partner, CERTIFIED)
    assert await evaluate() == await evaluate() == {"promote": 1}
    assert len(await programmes.level_history(partner)) == 2
    assert await fetch_value("SELECT count(*) FROM scorecards.run") == 1


async def test_what_a_broken_run_left_is_finished_by_the_next(db: None) -> None:
    """The day's measures stay; only what follows is done again."""
    partner = await reseller()
    await worth(partner, CERTIFIED)
    with pytest.raises(ExceptionGroup):
        await evaluate(now=JANUARY)  # The level began at this very moment.
    assert await programmes.level_at(partner, RESELLER, NOW) == "registered"
    assert await evaluate() == {"promote": 1}
    assert await programmes.level_at(partner, RESELLER, NOW) == "certified"


async def test_turnover_is_of_twelve_months_at_list_price_net_of_refunds(db: None) -> None:
    partner = await reseller("premium")
    await use(partner, 1000, on=date(2025, 11, 15))
    await use(partner, 200, on=date(2025, 11, 16))
    await use(partner, 30, on=ON - DAY)
    await use(partner, 5000, on=ON)
    refunded = a_charge(partner, 400_00, charged_on=date(2026, 11, 2))
    await charges.record_charge(refunded, now=NOW, actor=given.SYSTEM)
    row = await core.fetch_row("SELECT id, net_minor FROM charges.charge_line ORDER BY id DESC")
    assert row is not None
    await charges.refund_charge(
        row["id"], core.Money(row["net_minor"], "EUR"), reference="r-1", now=NOW - 2 * DAY,
        actor=given.SYSTEM,
    )  # fmt: skip
    values = (await scorecards.measure([partner], ON))[partner]
    assert values["turnover_12m"] == 230_00


async def test_without_customers_there_is_no_retention(db: None) -> None:
    partner = await reseller()
    values = (await scorecards.measure([partner], ON))[partner]
    assert values == {
        "turnover_12m": 0, "retention": None, "environment_mix": None, "certified_people": 0,
        "references": 0, "training_done": 0, "support_contract": 0,
    }  # fmt: skip


async def test_others_requirements_begin_on_their_date(db: None) -> None:
    partner, next_day = await reseller(), NOW + DAY
    await scorecards.announce_requirements(
        RESELLER, "Light", {("certified", "references"): 1, ("premium", "references"): 2},
        valid_from=next_day, now=NOW, actor=given.SYSTEM,
    )  # fmt: skip
    await show(partner, "reference", 2)
    assert await evaluate() == {"keep": 1}
    assert await evaluate(on=ON + DAY, now=next_day) == {"promote": 1}
    assert await programmes.level_at(partner, RESELLER, next_day) == "premium"
    with pytest.raises(scorecards.RequirementsTooLate):
        await scorecards.announce_requirements(
            RESELLER, "x", {("certified", "references"): 1, ("premium", "references"): 2},
            valid_from=NOW, now=NOW, actor=given.SYSTEM,
        )  # fmt: skip
    with pytest.raises(scorecards.RequirementsTaken):
        await scorecards.announce_requirements(
            RESELLER, "x", {("certified", "references"): 1, ("premium", "references"): 2},
            valid_from=next_day, now=NOW, actor=given.SYSTEM,
        )  # fmt: skip
    with pytest.raises(scorecards.NoRequirements):
        await scorecards.evaluate("technical", "quarterly", ON, now=NOW, actor=given.SYSTEM)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {("registered", "references"): 1, ("certified", "references"): 1},
        {("certified", "references"): 1},
        {("certified", "references"): 2, ("premium", "references"): 1},
        {("certified", "references"): 2, ("premium", "training_done"): 1},
        {("certified", "retention"): 1, ("premium", "retention"): 10_001},
        {("certified", "references"): 0, ("premium", "references"): 1},
        {("platinum", "references"): 1},
    ],
    ids=str,
)
def test_requirements_that_cannot_be_are_refused(wanted: dict[tuple[str, Measure], int]) -> None:
    with pytest.raises(scorecards.BadRequirements):
        check_requirements(wanted, LEVELS)


def test_the_level_is_the_highest_of_which_all_holds() -> None:
    met, missed = Point("premium", "references", 1, 1), Point("premium", "retention", 1, None)
    assert level_of([], LEVELS) == "registered"
    assert level_of([met], LEVELS) == "premium"
    assert level_of([met, missed], LEVELS) == "registered"


async def test_the_recomputation_in_plain_code_says_the_same(db: None) -> None:
    """SQL judges everybody at once; `level_of` judges the kept points one by one. One person moved
    from the second partner to the first, another has left the third."""
    counted = {}
    for number in range(12):
        partner = await reseller()
        counted[partner] = number % 6
        await people(partner, number % 6)
        await show(partner, "reference", number % 4)
    first, second, third, *_ = counted
    told: dict[str, Any] = {"now": NOW, "actor": given.SYSTEM}
    await programmes.employ_person(
        first, email=f"a0.{second}@x.example", name="A", from_on=ON - DAY, **told
    )
    gone = (await programmes.people_at(third, ON))[0].person_id
    await programmes.end_employment(third, gone, last_on=ON - DAY, **told)
    counted.update({first: 1, second: 0, third: 1})
    await scorecards.announce_requirements(
        RESELLER, "Light",
        {
            ("certified", "references"): 1, ("certified", "certified_people"): 1,
            ("premium", "references"): 2, ("premium", "certified_people"): 3,
        },
        valid_from=NOW + DAY, now=NOW, actor=given.SYSTEM,
    )  # fmt: skip
    await evaluate(on=ON, now=NOW + DAY)
    rows = await fetch("SELECT id FROM scorecards.scorecard")
    found = [await scorecards.read_scorecard(row["id"]) for row in rows]
    assert {card.level for card in found} == set(LEVELS)
    for card in found:
        values = {point.value for point in card.points if point.measure == "certified_people"}
        assert values == {counted[card.organisation_id]}
    assert [card.level for card in found] == [level_of(card.points, LEVELS) for card in found]


async def test_a_scorecard_never_changes_and_is_its_own_partners(db: None) -> None:
    partner, other = await reseller(), await reseller()
    await evaluate()
    for statement in (
        "UPDATE scorecards.scorecard SET follows = 'promote', settled_at = now()",
        "UPDATE scorecards.scorecard SET settled_at = NULL, follows = NULL",
    ):
        with pytest.raises(asyncpg.PostgresError, match="never changes"):
            await fetch(statement)
    with core.acting_for(partner):
        assert len(await fetch("SELECT DISTINCT scorecard_id FROM scorecards.point")) == 1
        assert await scorecards.list_scorecards(other) == []
        assert len(await scorecards.list_scorecards(partner)) == 1


async def test_a_requirement_is_never_added_to_what_was_announced(db: None) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="not all there"):
        await fetch(
            "INSERT INTO scorecards.requirement SELECT id, programme, 'certified', "
            "'support_contract', 1 FROM scorecards.requirement_set"
        )
