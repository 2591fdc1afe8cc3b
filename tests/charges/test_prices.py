"""What a charge comes to: level, environment, editors' rate, wholesalers, and the moments."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend import charges, core, ledger, network, programmes, settlement
from backend.charges import queries_network
from backend.core import Money, Month
from tests import given
from tests.given import charges as made
from tests.given.programmes import JANUARY, organisation, reseller

LISTS = {"start": 100_00, "enterprise": 200_00, "critical": 300_00}


async def pieces(charge: Any) -> list[tuple[Any, ...]]:
    rows = await core.fetch(
        "SELECT basis, level, rate_bp, points_bp, list_minor, discount_minor, points_minor "
        "FROM charges.charge_piece WHERE line_id = $1 ORDER BY position",
        charge["id"],
    )
    return [tuple(row) for row in rows]


async def balance(code: str) -> int:
    return (await ledger.balance(code, "EUR")).amount_minor


@pytest.mark.parametrize(
    ("level", "discount", "net"),
    [("registered", 51_00, 549_00), ("certified", 100_00, 500_00), ("premium", 149_00, 451_00)],
)
async def test_F_10_level_and_environment_decide_what_comes_off_a_charge(
    db: None, level: str, discount: int, net: int
) -> None:
    """Money rule e: 100.00 of start, 200.00 of enterprise, 300.00 of critical."""
    org = await reseller(level)
    matrix = await programmes.discount_matrix_at(given.NOW)
    for environment, minor in LISTS.items():
        line = await made.charge(org, minor, environment=environment)
        rate = matrix.rates[level, environment]  # type: ignore[index]
        off = core.at_rate(minor, rate)
        assert await pieces(line) == [("level", level, rate, 0, minor, off, 0)]
    row = await core.fetch_row(
        "SELECT sum(discount_minor)::bigint, sum(net_minor)::bigint FROM charges.charge_line"
    )
    assert row is not None
    assert tuple(row) == (discount, net)
    assert await balance(ledger.owed(org)) == -net


async def test_a_discount_is_rounded_half_up_once_per_line(db: None) -> None:
    """33.33 at 22 %: 7.33 off (money rule e)."""
    line = await made.charge(await reseller("premium"), 33_33, environment="enterprise")
    assert (line["discount_minor"], line["net_minor"]) == (7_33, 26_00)


async def test_who_is_in_no_programme_pays_the_list_price(db: None) -> None:
    line = await made.charge(await organisation("reseller"))
    assert await pieces(line) == [("list", None, 0, 0, 100_00, 0, 0)]


async def editor() -> UUID:
    org = await organisation("isv")
    await programmes.enter(
        org, programmes.EDITOR, reason="Selected.", now=JANUARY, actor=given.SYSTEM
    )
    return org


async def test_a_selected_editor_has_its_preferential_rate(db: None) -> None:
    """Money rule d: 250.00 at list, 20 % off: 200.00."""
    line = await made.charge(await editor(), 250_00, environment="critical", end_customer="")
    assert await pieces(line) == [("isv_rate", None, 2000, 0, 250_00, 50_00, 0)]
    assert (line["net_minor"], line["stream_code"]) == (200_00, "E1")


async def test_the_preferential_rate_begins_and_ends_with_the_programme(db: None) -> None:
    org = await editor()
    before = await made.charge(org, charged_on=JANUARY.date() - timedelta(days=1))
    assert before["discount_minor"] == 0
    await programmes.leave(org, programmes.EDITOR, reason="Bye.", now=given.NOW, actor="test")
    after = await made.charge(org, charged_on=given.NOW.date())
    # It left at ten in the morning of Paris: ten hours of the day have the rate.
    assert await pieces(after) == [
        ("isv_rate", None, 2000, 0, 41_67, 8_33, 0),
        ("list", None, 0, 0, 58_33, 0, 0),
    ]


async def test_a_level_counts_from_its_moment_and_not_from_the_day(db: None) -> None:
    """Money rule e: hours before a promotion have the rate of before."""
    org = await reseller("registered")
    at_six = datetime(2026, 11, 10, 17, tzinfo=UTC)  # 18:00 in Paris
    await programmes.promote(
        org, programmes.RESELLER, "premium", reason="Facts.", now=at_six, actor=given.SYSTEM
    )
    line = await made.charge(org, 100_00, environment="critical")
    assert await pieces(line) == [
        ("level", "registered", 1000, 0, 75_00, 7_50, 0),
        ("level", "premium", 3000, 0, 25_00, 7_50, 0),
    ]
    assert (line["list_minor"], line["discount_minor"]) == (100_00, 15_00)
    the_day_before = await made.charge(org, charged_on=made.DAY - timedelta(days=1))
    assert the_day_before["discount_minor"] == 5_00


async def under_a_wholesaler(billing: network.Billing) -> tuple[UUID, UUID]:
    wholesaler, sub = await organisation("wholesaler"), await reseller("certified")
    await network.join(sub, wholesaler, billing, now=JANUARY, actor=given.SYSTEM)
    return wholesaler, sub


async def test_a_wholesaler_buys_what_its_reseller_uses_with_points_on_top(db: None) -> None:
    """Money rule e: list 1,000.00, certified, enterprise: it buys at 800.00."""
    wholesaler, sub = await under_a_wholesaler("wholesaler")
    line = await made.charge(sub, 1000_00, environment="enterprise")
    assert (line["organisation_id"], line["consumer_id"]) == (wholesaler, sub)
    assert (line["payable_minor"], line["stream_code"]) == (800_00, "WHS")
    assert await pieces(line) == [("level", "certified", 1500, 500, 1000_00, 150_00, 50_00)]
    assert await balance(ledger.owed(wholesaler)) == -800_00
    assert await balance(ledger.owed(sub)) == 0
    with core.acting_for(sub):
        assert await core.fetch("SELECT * FROM charges.charge_line") == []
        assert await core.fetch("SELECT * FROM charges.charge_piece") == []


async def test_an_invoiced_reseller_earns_its_wholesaler_the_margin(db: None) -> None:
    """Money rule e, second mode: 850.00 invoiced, 50.00 paid, 800.00 kept either way."""
    wholesaler, sub = await under_a_wholesaler("operator")
    line = await made.charge(sub, 1000_00, environment="enterprise")
    assert (line["organisation_id"], line["payable_minor"]) == (sub, 850_00)
    assert await balance(ledger.owed(sub)) == -850_00
    assert await balance(ledger.earned(wholesaler)) == 50_00
    assert await balance(ledger.OPERATOR_IAAS) + await balance(ledger.OPERATOR_MARGINS) == 800_00
    with core.acting_for(sub):
        assert len(await core.fetch("SELECT * FROM charges.charge_line")) == 1
        assert await core.fetch("SELECT * FROM charges.margin") == []
    with core.acting_for(wholesaler):
        [margin] = await core.fetch("SELECT margin_minor, points_bp FROM charges.margin")
        assert tuple(margin) == (50_00, 500)
        assert await core.fetch("SELECT * FROM charges.charge_line") == []


async def test_a_tree_bought_through_is_invoiced_at_its_first_direct_customer(db: None) -> None:
    wholesaler, sub = await under_a_wholesaler("wholesaler")
    below = await reseller("registered")
    await network.join(below, sub, "wholesaler", now=JANUARY, actor=given.SYSTEM)
    line = await made.charge(below, 1000_00, environment="start")
    # 5 % of its own level, 5 points for its parent, 5 for the parent's parent, which is invoiced.
    assert (line["organisation_id"], line["payable_minor"]) == (wholesaler, 850_00)
    assert await pieces(line) == [("level", "registered", 500, 1000, 1000_00, 50_00, 100_00)]


async def tree(*billing: network.Billing) -> list[UUID]:
    """A reseller at the level "certified", and whoever stands above it, the nearest first."""
    chain = [await reseller("certified")]
    for mode in billing:
        chain.append(await organisation("wholesaler"))
        await network.join(chain[-2], chain[-1], mode, now=JANUARY, actor=given.SYSTEM)
    return chain


async def earned_by(*chain: UUID) -> list[int]:
    return [await balance(ledger.earned(one)) for one in chain]


async def test_P_04_each_tier_of_a_deep_tree_earns_its_margin_and_is_paid_it(db: None) -> None:
    """List 1,000.00, certified, enterprise: 850.00, 800.00, 750.00, 700.00 by tier (rule e)."""
    shop, near, middle, top = await tree("operator", "operator", "operator")
    line = await made.charge(shop, 1000_00, environment="enterprise")
    assert (line["organisation_id"], line["payable_minor"]) == (shop, 850_00)
    assert await earned_by(shop, near, middle, top) == [0, 50_00, 50_00, 50_00]
    assert await balance(ledger.OPERATOR_IAAS) + await balance(ledger.OPERATOR_MARGINS) == 700_00
    rows = await core.fetch(
        "SELECT organisation_id, below_id, margin_minor FROM charges.margin ORDER BY id"
    )
    assert [tuple(row) for row in rows] == [
        (near, shop, 50_00), (middle, near, 50_00), (top, middle, 50_00),
    ]  # fmt: skip
    for tier in (near, middle, top):
        with core.acting_for(tier):
            assert await core.fetch_value("SELECT count(*) FROM charges.margin") == 1
    await settlement.close_through(
        Month(line["month"]), minimum_hundredths=2500, now=given.NOW + timedelta(days=20),
        actor=given.SYSTEM,
    )  # fmt: skip
    paid = await core.fetch(
        "SELECT organisation_id, margins_minor, due_minor FROM settlement.statement "
        "WHERE margins_minor <> 0"
    )
    assert {tuple(row) for row in paid} == {(tier, 50_00, 60_00) for tier in (near, middle, top)}


async def test_tiers_that_buy_are_invoiced_once_and_those_above_are_paid(db: None) -> None:
    shop, near, middle, top = await tree("wholesaler", "operator", "wholesaler")
    line = await made.charge(shop, 1000_00, environment="enterprise")
    assert (line["organisation_id"], line["payable_minor"]) == (near, 800_00)
    assert await earned_by(shop, near, middle, top) == [0, 0, 50_00, 50_00]


async def test_the_cap_ends_the_margins_of_the_upper_tiers(db: None) -> None:
    """Premium and critical 30 %: 35 and 40 above it, and a third tier finds nothing left."""
    chain = await tree("operator", "operator", "operator")
    await programmes.promote(
        chain[0], programmes.RESELLER, "premium", reason="Facts.", now=JANUARY + timedelta(1),
        actor=given.SYSTEM,
    )  # fmt: skip
    await made.charge(chain[0], 1000_00, environment="critical")
    assert await earned_by(*chain) == [0, 50_00, 50_00, 0]


async def test_a_refund_takes_its_part_of_every_tiers_margin(db: None) -> None:
    """Cumulative (M5): three refunds of a third take back what was earned, to the cent."""
    chain = await tree("operator", "operator")
    line = await made.charge(chain[0], 100_00, environment="enterprise")
    assert await earned_by(*chain) == [0, 5_00, 5_00]
    for number, minor in enumerate((28_33, 28_33, 28_34)):
        await charges.refund_charge(
            line["id"], Money(minor, "EUR"), reference=f"back-{number}", now=given.NOW,
            actor=given.SYSTEM,
        )  # fmt: skip
        assert len(set((await earned_by(*chain))[1:])) == 1
    assert await earned_by(*chain) == [0, 0, 0]


async def test_leaving_and_moving_keep_the_margins_of_every_tier(db: None) -> None:
    shop, near, top = await tree("operator", "operator")
    await made.charge(shop, 1000_00, environment="enterprise")
    other = await organisation("wholesaler")
    await network.join(near, other, "operator", now=given.NOW, actor=given.SYSTEM)
    await network.end_membership(shop, now=given.NOW, actor=given.SYSTEM, reason="Over.")
    # A charge of a past day, recorded today, finds who stood above it then.
    await made.charge(shop, 1000_00, environment="enterprise")
    assert await earned_by(shop, near, top, other) == [0, 100_00, 100_00, 0]


async def test_moving_to_another_wholesaler_moves_no_past_margin(db: None) -> None:
    first, sub = await under_a_wholesaler("operator")
    charge = made.a_charge(sub, 1000_00)
    await charges.record_charge(charge, now=given.NOW, actor=given.SYSTEM)
    second = await organisation("wholesaler")
    await network.join(sub, second, "operator", now=given.NOW, actor=given.SYSTEM)
    assert await charges.record_charge(charge, now=given.NOW, actor=given.SYSTEM) is False
    late = await made.charge(sub, 1000_00, charged_on=made.DAY)  # Of a day with the first one.
    assert await balance(ledger.earned(first)) == 2 * 50_00
    assert await balance(ledger.earned(second)) == 0
    assert late["organisation_id"] == sub


async def test_a_day_of_winter_time_is_an_hour_longer(db: None) -> None:
    """Money rule i: 25 hours, so that noon is not its middle."""
    org = await reseller("registered")
    noon = datetime(2026, 10, 25, 11, tzinfo=UTC)
    await programmes.promote(
        org, programmes.RESELLER, "premium", reason="Facts.", now=noon, actor=given.SYSTEM
    )
    line = await made.charge(org, 25_00, charged_on=noon.date())
    assert [piece[4] for piece in await pieces(line)] == [13_00, 12_00]


async def test_R_03_a_discount_that_the_level_gives_no_more_is_on_no_charge(db: None) -> None:
    """Announced for the tenth: the ninth has it, the tenth has not, and the certified keep theirs.
    The wholesaler's page says the same."""
    org, certified = await reseller("registered"), await reseller("certified")
    top = await organisation("wholesaler")
    await network.join(org, top, "operator", now=JANUARY, actor=given.SYSTEM)
    tenth = core.midnight(made.DAY)
    await programmes.announce_benefit(
        programmes.RESELLER, "registered", "discount", is_given=False, valid_from=tenth,
        now=JANUARY, actor=given.SYSTEM,
    )  # fmt: skip
    before = await made.charge(org, charged_on=made.DAY - timedelta(days=1))
    after = await made.charge(org)
    assert (before["net_minor"], after["net_minor"]) == (95_00, 100_00)
    assert await pieces(after) == [("list", None, 0, 0, 100_00, 0, 0)]
    assert (await made.charge(certified))["net_minor"] == 90_00
    (prices,) = await queries_network.prices_of_resellers(top, tenth)
    assert (prices.level, prices.reseller_bp["start"]) == ("registered", 0)
    await programmes.announce_benefit(
        programmes.EDITOR, "selected", "isv_rate", is_given=False, valid_from=tenth,
        now=JANUARY, actor=given.SYSTEM,
    )  # fmt: skip
    editor = await organisation("isv")
    await programmes.enter(
        editor, programmes.EDITOR, reason="Chosen.", now=JANUARY, actor=given.SYSTEM
    )
    assert (await made.charge(editor))["net_minor"] == 100_00
