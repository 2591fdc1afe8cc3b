"""What was announced is taken back before it begins, and never after."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from backend import core, programmes, scorecards
from backend.programmes import RESELLER, Setting, Tier
from backend.programmes.rules_benefit import RuleBegan, RuleKind, RuleUnknown, RuleWithdrawn
from backend.scorecards import actions as cards
from tests import clients, given
from tests.charges.test_floors import a_pool
from tests.given import charges as made
from tests.given.programmes import reseller

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
THEN = datetime(2026, 11, 8, 23, tzinfo=UTC)
TOLD: dict[str, Any] = {"valid_from": THEN, "now": NOW, "actor": given.SYSTEM}
FLAT = {
    (level, environment): 100
    for level in ("registered", "certified", "premium")
    for environment in programmes.ENVIRONMENTS
}


async def a_setting(name: Setting = "discount_cap_bp", value: int = 0) -> UUID:
    return await programmes.announce_setting(name, value, **TOLD)


async def tiers() -> UUID:
    return (await programmes.announce_tiers("None", [Tier(0, 0)], "incremental", **TOLD))[0]


RULES: dict[RuleKind, Callable[[], Awaitable[UUID]]] = {
    "setting": a_setting,
    "matrix": lambda: programmes.announce_matrix("Flat", FLAT, **TOLD),
    "tier_table": tiers,
    "benefit": lambda: programmes.announce_benefit(
        RESELLER, "premium", "discount", is_given=False, **TOLD
    ),
    "price_floor": lambda: programmes.announce_price_floor(a_pool(), **TOLD),
}


async def withdraw(kind: RuleKind, rule: UUID, now: datetime = NOW) -> None:
    await programmes.withdraw_rule(kind, rule, "A slip.", now=now, actor=given.SYSTEM)


@pytest.mark.parametrize("kind", RULES)
async def test_a_rule_withdrawn_before_it_begins_prices_nothing_and_its_moment_is_free(
    db: None, kind: RuleKind
) -> None:
    """18.01 of premium, critical: 12.61 by what is in force, whatever was withdrawn."""
    org = await reseller("premium")
    await withdraw(kind, await RULES[kind]())
    again = await RULES[kind]()
    await withdraw(kind, again)
    line = await made.charge(org, 18_01, environment="critical")
    assert line["net_minor"] == 12_61
    table = await programmes.tier_table_at(made_at := THEN + timedelta(days=9))
    assert table is not None
    assert table.name == "Quarterly turnover"
    assert "discount" in {each.kind for each in await programmes.benefits_at(org, made_at)}
    with pytest.raises(RuleWithdrawn):
        await withdraw(kind, again)
    with pytest.raises(RuleUnknown):
        await withdraw(kind, uuid4())
    audited = await core.fetch("SELECT FROM audit.change WHERE action = $1", f"withdraw_{kind}")
    assert len(audited) == 2


@pytest.mark.parametrize("kind", RULES)
async def test_a_rule_that_has_begun_is_never_withdrawn(db: None, kind: RuleKind) -> None:
    rule = await RULES[kind]()
    with pytest.raises(RuleBegan):
        await withdraw(kind, rule, THEN)
    with pytest.raises(asyncpg.CheckViolationError):
        await core.fetch(
            f"UPDATE programmes.{kind} SET withdrawn_at = valid_from, withdrawn_by = 'x', "
            "withdrawn_reason = 'x' WHERE id = $1",
            rule,
        )


async def test_of_two_who_withdraw_at_once_one_does(db: None) -> None:
    rule = await RULES["matrix"]()
    told = await asyncio.gather(
        *(withdraw("matrix", rule) for _ in range(5)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in told) == ["NoneType"] + ["RuleWithdrawn"] * 4


async def test_the_office_withdraws_requirements_and_a_matrix_and_sees_why(db: None) -> None:
    now = datetime.now(UTC)
    facts: dict[str, Any] = {
        "valid_from": now + timedelta(days=9), "now": now, "actor": given.SYSTEM,
    }  # fmt: skip
    wanted: dict[tuple[str, scorecards.Measure], int] = {
        ("certified", "references"): 2, ("premium", "references"): 9,
    }  # fmt: skip
    asked = await scorecards.announce_requirements(RESELLER, "Hard", wanted, **facts)
    matrix = await programmes.announce_matrix("Flat", FLAT, **facts)
    async with await clients.signed_in("admin") as office:
        gone = await office.post(
            f"/api/office/requirements/{asked}/withdrawal", json={"reason": "Too hard."}
        )
        assert gone.status_code == 200, gone.text
        [hard, first] = gone.json()["sets"]
        assert (hard["withdrawn"]["reason"], hard["is_in_force"]) == ("Too hard.", False)
        assert first["is_in_force"]
        body = {"kind": "matrix", "id": str(matrix), "reason": "Too flat."}
        assert (await office.post("/api/office/benefits/withdrawals", json=body)).status_code == 200
        twice = await office.post("/api/office/benefits/withdrawals", json=body)
        assert (twice.status_code, twice.json()["code"]) == (409, "rule-withdrawn")
        seen = (await office.get("/api/office/benefits")).json()["matrices"]
        assert [one["withdrawn"] and one["withdrawn"]["reason"] for one in seen] == [
            "Too flat.", None,
        ]  # fmt: skip
    with pytest.raises(RuleBegan):
        await cards.withdraw_requirements(
            UUID("00000000-0000-7000-8000-00000000c001"), "x", now=now, actor=given.SYSTEM
        )
