"""No line goes below what its unit costs at an occupancy (money rule l)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as some

from backend import core, network, programmes
from backend.charges import actions_contract
from backend.charges.rules_contract import ContractPrice
from backend.charges.rules_price import floor_shares
from backend.programmes.rules_benefit import BenefitTaken, BenefitTooLate
from backend.programmes.rules_floor import BadFloor
from tests import clients, given
from tests.charges.test_contracts import EARLY, a_contract
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation, reseller

FROM = datetime(2026, 11, 1, tzinfo=UTC) - timedelta(hours=1)


def a_pool(**facts: Any) -> programmes.Pool:
    """Money rule l: 100,000.00 a month, 10,000 units, 75 % planned, 35 % on top."""
    known: dict[str, Any] = {
        "name": "Compute", "resource": "vm.large", "currency": "EUR", "cost_minor": 100_000_00,
        "units": 10_000, "planned_bp": 7500, "observed_bp": None, "basis": "planned",
        "markup_bp": 3500,
    }  # fmt: skip
    return programmes.Pool(**{**known, **facts})


async def announce(pool: programmes.Pool, **facts: Any) -> UUID:
    known = {"valid_from": FROM, "now": EARLY, "actor": given.SYSTEM, **facts}
    return await programmes.announce_price_floor(pool, **known)


def test_a_unit_costs_what_rule_l_says_and_the_list_price_follows() -> None:
    pool = a_pool()
    costs = [str(pool.unit_cost(occupancy)) for occupancy in (5500, 7500, 8500)]
    assert costs == ["18.19", "13.34", "11.77"]
    assert str(pool.list_price) == "18.01"
    results = [pool.result_minor(occupancy) for occupancy in (5500, 7500, 8500)]
    assert results == [-945_00, 35_075_00, 53_085_00]
    assert pool.break_even_bp == 5552
    assert not pool.is_above_list
    assert a_pool(basis="observed", observed_bp=5500).is_above_list


@pytest.mark.parametrize(
    ("facts", "net", "off"),
    [
        ({}, 13_34, 4_67),
        ({"basis": "observed", "observed_bp": 8500}, 12_61, 5_40),
        ({"basis": "observed", "observed_bp": 5500}, 18_01, 0),
    ],
)
async def test_a_discount_stops_at_the_floor_and_the_charge_says_so(
    db: None, facts: dict[str, Any], net: int, off: int
) -> None:
    """Premium, critical, 30 % of 18.01: 12.61 is clamped to 13.34 (25.93 %), accepted at 85 %
    observed, and frozen at list at 55 %.
    """
    org = await reseller("premium")
    await announce(a_pool(**facts))
    unit: dict[str, Any] = {
        "environment": "critical",
        "quantity": Decimal(1),
        "unit_price": Decimal("18.01"),
    }
    line = await made.charge(org, **unit)
    assert (line["list_minor"], line["net_minor"], line["discount_minor"]) == (18_01, net, off)
    if net == 13_34:
        assert round(Decimal(off) / 18_01 * 100, 2) == Decimal("25.93")
    async with await clients.signed_in("owner", org) as owner:
        steps = (await owner.get(f"/api/portal/charges/{line['id']}")).json()["steps"]
    kinds = {step["kind"]: step["amount"]["amount_minor"] for step in steps}
    assert kinds["level_discount"] == -5_40
    assert kinds.get("price_floor", 0) == 5_40 - off
    assert sum(kinds.values()) == net
    # Another resource has no floor, and what was used before keeps its price.
    assert (await made.charge(org, resource="disk", **unit))["net_minor"] == 12_61
    before = await made.charge(org, charged_on=date(2026, 10, 31), **unit)
    assert before["net_minor"] == 12_61


async def test_the_floor_holds_for_each_tier_of_wholesalers(db: None) -> None:
    """Certified, critical: 20 % off is 14.41; the wholesaler's 25 % would be 13.51 < 14.00."""
    sub, wholesaler = await reseller("certified"), await organisation("wholesaler")
    await network.join(sub, wholesaler, "operator", now=JANUARY, actor=given.SYSTEM)
    await announce(a_pool(cost_minor=105_000_00))
    line = await made.charge(
        sub, environment="critical", quantity=Decimal(1), unit_price=Decimal("18.01")
    )
    margin = await core.fetch_value("SELECT margin_minor FROM charges.margin")
    assert (line["net_minor"], margin) == (14_41, 41)


async def test_a_contract_signed_under_a_floor_keeps_to_it_and_a_running_one_is_not_repriced(
    db: None,
) -> None:
    """«no repricing of running contracts»: a floor announced after the signature leaves it."""
    running, later = await organisation("buyer"), await organisation("buyer")
    price = ContractPrice("vm.large", None, Decimal("10.00"), "EUR")
    await actions_contract.sign_contract(running, a_contract(price), now=EARLY, actor=given.SYSTEM)
    await announce(a_pool(), now=EARLY + timedelta(hours=1))
    await actions_contract.sign_contract(
        later, a_contract(price), now=EARLY + timedelta(hours=2), actor=given.SYSTEM
    )
    unit: dict[str, Any] = {"quantity": Decimal(10), "unit_price": Decimal("18.01")}
    assert (await made.charge(running, **unit))["net_minor"] == 100_00
    assert (await made.charge(later, **unit))["net_minor"] == 133_40


async def test_a_floor_above_list_price_raises_the_alarm_to_revise_the_grid(db: None) -> None:
    """Money rule l: at 55 % observed a unit costs 18.19, at list it sells for 18.01."""
    await announce(a_pool(observed_bp=8500, basis="observed"))
    assert await core.fetch("SELECT FROM audit.alarm") == []
    floor = await announce(
        a_pool(observed_bp=5500, basis="observed"), valid_from=FROM + timedelta(days=1)
    )
    [alarm] = await core.fetch("SELECT subject, kind, detail FROM audit.alarm")
    assert (alarm["subject"], alarm["kind"]) == (f"price_floor:{floor}", "grid_below_cost")
    assert "18.19 EUR, above its list price of 18.01" in alarm["detail"]
    assert "Revise the grid" in alarm["detail"]


async def test_a_floor_begins_in_the_future_one_at_a_time_and_never_changes(db: None) -> None:
    with pytest.raises(BadFloor):
        await announce(a_pool(basis="observed"))
    with pytest.raises(BenefitTooLate):
        await announce(a_pool(), valid_from=EARLY)
    floor = await announce(a_pool())
    with pytest.raises(BenefitTaken):
        await announce(a_pool())
    with pytest.raises(asyncpg.PostgresError):
        await core.fetch("UPDATE programmes.price_floor SET floor_price = 1 WHERE id = $1", floor)


@drawn(
    some.integers(1, 10**9), some.integers(1, 10**6), some.integers(1, 10_000),
    some.integers(0, 6), some.decimals(0, 10**4, places=6, allow_nan=False),
    some.lists(some.integers(0, 10**6), min_size=1, max_size=5), some.integers(0, 10_000),
)  # fmt: skip
def test_no_charge_is_below_its_floor_nor_above_its_list_price(
    cost: int, units: int, planned: int, decimals: int, quantity: Decimal, shares: list[int],
    rate: int,
) -> None:  # fmt: skip
    """However it is cut: the parts keep together what the whole may not go below."""
    pool = a_pool(cost_minor=cost, units=units, planned_bp=planned, decimals=decimals)
    assert pool.floor_price * units * planned >= cost * 100  # Each unit pays its part of the cost.
    floor = programmes.Floor(
        id=core.uuid7(), pool="x", resource="x", currency="EUR", floor_price=pool.floor_price,
        valid_from=FROM, recorded_at=EARLY,
    )  # fmt: skip
    parts = floor_shares(shares, [floor] * len(shares), quantity)
    nets = [
        programmes.priced(share, rate, floor_minor=part.minor)
        for share, part in zip(shares, parts, strict=True)
    ]
    whole = min(floor.of(quantity), sum(shares))
    assert sum(price.net_minor for price in nets) >= whole
    assert all(part.minor <= share for share, part in zip(shares, parts, strict=True))
