"""Prices and earnings of a network, and what nobody beside or below may see of them."""

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as some

from backend import charges, core, network, programmes
from backend.charges import queries_network, queries_reseller
from backend.core import Money
from tests import clients, given
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation, reseller


async def chain(*billing: network.Billing) -> list[UUID]:
    """A certified reseller, and whoever stands above it, the nearest first."""
    found = [await reseller("certified")]
    for mode in billing:
        found.append(await organisation("wholesaler"))
        await network.join(found[-2], found[-1], mode, now=JANUARY, actor=given.SYSTEM)
    return found


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


async def test_D_10_a_wholesaler_sees_what_it_buys_and_earns_through_each_reseller(
    db: None,
) -> None:
    shop, near, top = await chain("wholesaler", "operator")
    await made.charge(shop, 1000_00, environment="enterprise")
    [bought] = await queries_network.earnings_by_reseller(near, None)
    assert (bought.reseller_id, bought.bought, bought.better_by, bought.margin) == (
        shop, euros(800_00), euros(50_00), euros(0),
    )  # fmt: skip
    [earned] = await queries_network.earnings_by_reseller(top, None)
    assert (earned.reseller_id, earned.bought, earned.margin) == (shop, euros(0), euros(50_00))
    assert await queries_network.earnings_by_reseller(shop, None) == []


async def test_each_tier_sees_its_own_price_for_everybody_below(db: None) -> None:
    shop, near, top = await chain("operator", "operator")
    rows = await queries_reseller.prices_of_resellers(top, given.NOW)
    by = {one.reseller_id: one for one in rows}
    assert by[shop].level == "certified"
    assert by[shop].reseller_bp == {"start": 1000, "enterprise": 1500, "critical": 2000}
    assert by[shop].own_bp == {"start": 2000, "enterprise": 2500, "critical": 3000}
    assert by[near].own_bp == {"start": 500, "enterprise": 500, "critical": 500}
    [one] = await queries_reseller.prices_of_resellers(near, given.NOW)
    assert one.own_bp["enterprise"] == 2000


async def test_P_05_upstream_cost_and_siblings_are_on_no_page_of_a_reseller(db: None) -> None:
    shop, near = await chain("operator")
    sibling = await reseller("premium")
    await network.join(sibling, near, "operator", now=JANUARY, actor=given.SYSTEM)
    for one in (shop, sibling):
        await made.charge(one, 1000_00, environment="enterprise")
    async with await clients.signed_in("owner", shop) as owner:
        pages: list[Any] = []
        for path in ("network", "network/earnings", "network/prices", "charges", "margins"):
            answer = await owner.get(f"/api/portal/{path}")
            assert answer.status_code == 200, answer.text
            pages.append(answer.text)
        assert len(pages) == 5 and str(shop) in pages[3]
        assert all(str(sibling) not in page for page in pages)
        assert pages[1:3] == ['{"items":[]}'] * 2
        [charge] = (await owner.get("/api/portal/charges")).json()["items"]
        detail = (await owner.get(f"/api/portal/charges/{charge['id']}")).json()
        assert "wholesaler_points" not in {step["kind"] for step in detail["steps"]}
        assert charge["payable"]["amount_minor"] == 850_00
    async with await clients.signed_in("finance", near) as finance:
        items = (await finance.get("/api/portal/network/earnings")).json()["items"]
        assert {one["reseller_id"] for one in items} == {str(shop), str(sibling)}


BILLINGS = some.lists(some.sampled_from(["wholesaler", "operator"]), min_size=1, max_size=4)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@drawn(BILLINGS, some.integers(1, 10**7), some.sampled_from(["start", "enterprise", "critical"]))
async def test_any_tree_is_booked_as_a_plain_recomputation_says(
    db: None, billing: list[network.Billing], minor: int, environment: programmes.Environment
) -> None:
    parties = await chain(*billing)
    line = await made.charge(parties[0], minor, environment=environment)
    rate = {"start": 10, "enterprise": 15, "critical": 20}[environment]
    prices = []
    for tier in range(len(parties)):
        percent = min(rate + 5 * tier, 40)
        prices.append(minor - (minor * percent + 50) // 100)
    payer = next((i for i, mode in enumerate(billing) if mode == "operator"), len(billing))
    assert (line["organisation_id"], line["net_minor"]) == (parties[payer], prices[payer])
    rows = await core.fetch(
        "SELECT organisation_id, margin_minor FROM charges.margin WHERE line_id = $1 ORDER BY id",
        line["id"],
    )
    wanted = [
        (parties[payer + 1 + place], below - own)
        for place, (below, own) in enumerate(itertools.pairwise(prices[payer:]))
        if below != own
    ]
    assert [tuple(row) for row in rows] == wanted


async def test_what_a_wholesaler_buys_cheaper_goes_back_with_every_refund(db: None) -> None:
    """100.00 at certified is 90.00 for the shop and 85.00 for the wholesaler: 5.00 better, in the
    month of the charge; each third of the refund takes its part, and all take all."""
    (shop, top) = await chain("wholesaler")
    line = await made.charge(shop, 100_00)
    for number, (part, better) in enumerate([(28_33, 3_33), (28_33, 1_67), (28_34, 0)]):
        await charges.refund_charge(
            line["id"], euros(part), reference=f"r{number}",
            now=given.NOW + timedelta(days=number), actor=given.SYSTEM,
        )  # fmt: skip
        (one,) = await queries_network.earnings_by_reseller(top, None)
        assert one.better_by == euros(better)
    assert one.bought == euros(0)
