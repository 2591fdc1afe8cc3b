"""A wholesaler prices its resellers: within what it has, from a day to come, line by line."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as some

from backend import charges, core, ledger, network
from backend.charges import actions_reseller, queries_network, queries_reseller, trial_reseller
from backend.charges.rules_price import Standing, price_piece, tier_rates
from backend.charges.rules_reseller import GivenRates, PriceAboveOwn, PriceTooSoon, SetPrice
from backend.core import Money, Month
from backend.programmes import ENVIRONMENTS, Environment
from tests import clients, given
from tests.charges.test_network import chain
from tests.charges.test_rules import END, LEVELS, START, a_matrix, tiers
from tests.given import charges as made
from tests.given.programmes import organisation, reseller

FROM = date(2026, 11, 1)
EARLY = datetime(2026, 10, 20, 9, tzinfo=UTC)


async def price(
    parties: list[UUID], *percents: int | None, tier: int = 0, now: datetime = EARLY
) -> None:
    """Whoever is above `tier` gives it these, or one for all environments."""
    rates = [None if each is None else each * 100 for each in percents]
    await actions_reseller.set_reseller_price(
        parties[tier], parties[tier + 1],
        SetPrice(FROM, GivenRates(*(rates * 3 if len(rates) == 1 else rates))),
        now=now, actor=given.SYSTEM,
    )  # fmt: skip


async def earned(org: UUID) -> int:
    return (await ledger.balance(ledger.earned(org), "EUR")).amount_minor


async def test_D_10_a_wholesaler_prices_its_reseller_and_earns_the_difference(db: None) -> None:
    """List 1,000.00: it has 20 % and gives 12 %; 880.00 invoiced, 80.00 paid, 800.00 kept."""
    shop, near = await chain("operator")
    await price([shop, near], 12)
    line = await made.charge(shop, 1000_00, environment="enterprise")
    assert (line["organisation_id"], line["net_minor"]) == (shop, 880_00)
    assert await earned(near) == 80_00
    margin = await core.fetch_row("SELECT margin_minor, points_bp FROM charges.margin")
    assert margin is not None
    assert tuple(margin) == (80_00, 800)


async def test_D_10_where_the_wholesaler_bills_it_still_buys_at_its_own_price(db: None) -> None:
    shop, near = await chain("wholesaler")
    await price([shop, near], 12)
    line = await made.charge(shop, 1000_00, environment="enterprise")
    assert (line["organisation_id"], line["net_minor"]) == (near, 800_00)
    [bought] = await queries_network.earnings_by_reseller(near, None)
    assert bought.better_by == Money(80_00, "EUR")
    async with await clients.signed_in("owner", near) as owner:
        detail = (await owner.get(f"/api/portal/charges/{line['id']}")).json()
    assert [(one["kind"], one["rate_bp"]) for one in detail["steps"]] == [
        ("list_price", None), ("wholesaler_price", 1200), ("wholesaler_margin", 800),
    ]  # fmt: skip
    assert sum(one["amount"]["amount_minor"] for one in detail["steps"]) == 800_00


async def test_D_10_a_price_begins_on_its_day_and_no_line_before_it_changes(db: None) -> None:
    shop, near = await chain("operator")
    await made.charge(shop, 1000_00, environment="enterprise", charged_on=date(2026, 10, 31))
    await price([shop, near], 12)
    late = await made.charge(shop, 1000_00, environment="enterprise", charged_on=date(2026, 10, 31))
    assert late["net_minor"] == 850_00
    first = await made.charge(shop, 1000_00, environment="enterprise", charged_on=FROM)
    assert first["net_minor"] == 880_00
    rows = await core.fetch("SELECT net_minor FROM charges.charge_line ORDER BY id")
    assert [row["net_minor"] for row in rows] == [850_00, 850_00, 880_00]


async def test_the_matrix_holds_where_a_price_says_nothing_or_is_given_back(db: None) -> None:
    shop, near = await chain("operator")
    await price([shop, near], None, 12, None)
    assert (await made.charge(shop, 1000_00, environment="start"))["net_minor"] == 900_00
    assert (await made.charge(shop, 1000_00, environment="enterprise"))["net_minor"] == 880_00
    day = made.DAY + timedelta(days=1)
    await actions_reseller.set_reseller_price(
        shop, near, SetPrice(day, GivenRates(None, None, None)), now=EARLY, actor=given.SYSTEM
    )
    back = await made.charge(shop, 1000_00, environment="enterprise", charged_on=day)
    assert back["net_minor"] == 850_00


async def test_nobody_gives_more_than_it_has_nor_for_today_nor_to_another_ones_reseller(
    db: None,
) -> None:
    shop, near, top = await chain("operator", "operator")
    with pytest.raises(PriceAboveOwn, match="enterprise: at most 20 %"):
        await price([shop, near], 15, 21, 25)
    with pytest.raises(PriceTooSoon):
        await price([shop, near], 12, now=datetime(2026, 11, 1, 9, tzinfo=UTC))
    with pytest.raises(network.NotInNetwork):
        await price([shop, top], 12)
    # What its own wholesaler gives it bounds what it gives on: 18 % here, not 20.
    await price([near, top], 18)
    with pytest.raises(PriceAboveOwn, match="at most 18 %"):
        await price([shop, near], 15, 19, 25)


async def test_what_a_wholesaler_asks_of_its_reseller_is_nothing_for_whoever_stands_above_it(
    db: None,
) -> None:
    shop, near, top = await chain("operator", "operator")
    await price([shop, near], None, 12, None)
    at = core.midnight(FROM)
    by = {one.reseller_id: one for one in await queries_reseller.prices_of_resellers(top, at)}
    assert by[shop].reseller_bp == {"start": 1000, "critical": 2000}
    assert by[shop].own_bp["enterprise"] == 2500
    [near_sees] = await queries_reseller.prices_of_resellers(near, at)
    assert near_sees.reseller_bp["enterprise"] == 1200


async def test_postgresql_refuses_a_price_outside_the_rule_and_any_change(db: None) -> None:
    shop, near, top = await chain("operator", "operator")
    insert = (
        "INSERT INTO charges.reseller_price (organisation_id, parent_id, starts_on, start_bp, "
        "enterprise_bp, critical_bp, actor, set_at) VALUES ($1, $2, $3, $4, $5, $6, 'test', $7)"
    )
    for facts, constraint in (
        ((shop, near, FROM, None, 2001, None), "never_more_than_its_own"),
        ((shop, near, FROM, 1501, None, None), "never_more_than_its_own"),
        ((shop, top, FROM, 0, 0, 0), "priced_from_right_above"),
        ((shop, near, EARLY.date(), 0, 0, 0), "begins_on_a_day_to_come"),
        ((shop, near, FROM, -1, None, None), "start_bp_check"),
    ):
        with pytest.raises(asyncpg.CheckViolationError) as refusal:
            await core.fetch(insert, *facts, EARLY)
        assert constraint in (refusal.value.constraint_name or "")
    await core.fetch(insert, shop, near, FROM, 1500, 2000, 2500, EARLY)
    with core.acting_for(near), pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch(insert, shop, near, FROM, 0, 0, 0, EARLY)
    for change in ("UPDATE charges.reseller_price SET start_bp = 0",
                   "DELETE FROM charges.reseller_price"):  # fmt: skip
        with pytest.raises(asyncpg.PostgresError):
            await core.fetch(change)


async def test_a_price_is_held_to_what_the_wholesaler_has_later(db: None) -> None:
    """It gave all its 20 %; then its own wholesaler leaves it 17 %."""
    shop, near, top = await chain("operator", "operator")
    await price([shop, near], None, 20, None)
    await price([near, top], None, 17, None)
    line = await made.charge(shop, 1000_00, environment="enterprise")
    assert line["net_minor"] == 830_00
    assert (await earned(near), await earned(top)) == (0, 80_00)


async def test_a_refund_takes_back_a_set_margin_to_the_cent(db: None) -> None:
    shop, near = await chain("operator")
    await price([shop, near], 12)
    line = await made.charge(shop, 99_99, environment="enterprise")
    for number, minor in enumerate((29_33, 29_33, line["net_minor"] - 58_66)):
        await charges.refund_charge(
            line["id"], Money(minor, "EUR"), reference=f"b-{number}", now=given.NOW, actor="test"
        )
    assert await earned(near) == 0


async def test_moving_to_another_wholesaler_leaves_the_price_behind(db: None) -> None:
    shop, near = await chain("operator")
    await price([shop, near], 12)
    other = await organisation("wholesaler")
    await network.join(shop, other, "operator", now=EARLY + timedelta(1), actor=given.SYSTEM)
    line = await made.charge(shop, 1000_00, environment="enterprise")
    assert line["net_minor"] == 850_00
    assert (await earned(near), await earned(other)) == (0, 50_00)


async def test_D_10_the_reseller_sees_its_own_price_and_nothing_of_its_wholesalers(
    db: None,
) -> None:
    shop, near, top = await chain("operator", "operator")
    await price([near, top], None, 18, None)
    await price([shop, near], None, 12, None)
    async with await clients.signed_in("owner", shop) as owner:
        answer = await owner.get("/api/portal/network/price")
        assert answer.json()["price"]["rates_bp"]["enterprise"] in (1200, 1500)
        await made.charge(shop, 1000_00, environment="enterprise")
        [charge] = (await owner.get("/api/portal/charges")).json()["items"]
        detail = (await owner.get(f"/api/portal/charges/{charge['id']}")).text
        assert "1800" not in answer.text + detail
        assert "wholesaler_margin" not in detail
        assert (await owner.get("/api/portal/network/prices")).json() == {"items": []}
    seen = await queries_reseller.own_price(shop, given.NOW)
    assert seen is not None
    assert (seen.rates_bp["enterprise"], seen.current) == (
        1200, SetPrice(FROM, GivenRates(None, 1200, None)),
    )  # fmt: skip
    for one, count in ((shop, 1), (near, 2), (top, 1)):
        with core.acting_for(one):
            rows = await core.fetch("SELECT FROM charges.reseller_price")
            assert len(rows) == count
    with core.acting_for(shop):
        assert await core.fetch("SELECT FROM charges.margin") == []


async def test_D_10_a_wholesaler_tries_a_price_on_last_months_lines_and_sets_it(db: None) -> None:
    """In the portal: tried, set, read; what it may not do is said."""
    shop, near, _ = await chain("operator", "operator")
    today = datetime.now(UTC)
    last = Month.of(today).previous
    await charges.record_charge(
        made.a_charge(shop, 1000_00, environment="enterprise", charged_on=last.last_day),
        now=today, actor=given.SYSTEM,
    )  # fmt: skip
    body: dict[str, Any] = {
        "starts_on": str(today.date() + timedelta(days=2)),
        "start_bp": None, "enterprise_bp": 1200, "critical_bp": None,
    }  # fmt: skip
    url = f"/api/portal/network/resellers/{shop}/price"
    async with await clients.signed_in("owner", near) as owner:
        tried = (await owner.post(f"{url}/trial", json=body)).json()
        [row] = tried["rows"]
        assert (tried["month"], tried["is_whole"], row["lines"]) == (str(last), True, 1)
        amounts = [row[name]["amount_minor"] for name in
                   ("list", "before", "after", "margin_before", "margin_after")]  # fmt: skip
        assert amounts == [1000_00, 850_00, 880_00, 50_00, 80_00]
        assert await core.fetch("SELECT FROM charges.reseller_price") == []
        for _ in range(2):
            assert (await owner.post(url, json=body)).status_code == 201
        assert await core.fetch_value("SELECT count(*) FROM charges.reseller_price") == 1
        far = await owner.post(url, json={**body, "enterprise_bp": 2001})
        assert (far.status_code, far.json()["code"]) == (422, "price-above-own")
        soon = await owner.post(url, json={**body, "starts_on": str(today.date())})
        assert soon.json()["code"] == "price-too-soon"
        [mine] = (await owner.get("/api/portal/network/prices")).json()["items"]
        assert mine["prices"][0]["rates"]["enterprise"] == 1200
        assert (mine["current"], mine["may_set"]) == (None, True)
    said = await core.fetch_row(
        "SELECT after FROM audit.change WHERE action = 'set_reseller_price'"
    )
    assert said is not None
    async with await clients.signed_in("owner", shop) as other:
        assert (await other.post(url, json=body)).json()["code"] == "not-in-network"


async def test_a_trial_of_what_was_agrees_with_the_books(db: None) -> None:
    shop, near = await chain("operator")
    await price([shop, near], 12)
    for minor in (33_33, 1_01, 999_99):
        await made.charge(shop, minor, environment="enterprise")
    trial = await trial_reseller.try_price(shop, near, {"enterprise": 1200}, Month.parse("2026-11"))
    [row] = trial.rows
    booked = await core.fetch_row(
        "SELECT sum(net_minor)::bigint AS net, (SELECT sum(margin_minor)::bigint "
        "FROM charges.margin) AS margin FROM charges.charge_line"
    )
    assert booked is not None
    assert (row.before.amount_minor, row.margin_before.amount_minor) == tuple(booked)
    assert (row.after, row.margin_after) == (row.before, row.margin_before)


async def test_a_trial_counts_who_left_the_network_during_the_month_until_then(db: None) -> None:
    shop, near = await chain("operator")
    below = await reseller("certified")
    joined, left = (datetime(2026, *day, 12, tzinfo=UTC) for day in ((10, 21), (11, 10)))
    await network.join(below, shop, "operator", now=joined, actor=given.SYSTEM)
    await network.end_membership(below, now=left, reason="x", actor=given.SYSTEM)
    for day in (5, 20):
        await made.charge(below, 100_00, environment="start", charged_on=date(2026, 11, day))
    trial = await trial_reseller.try_price(shop, near, {"start": 1200}, Month.parse("2026-11"))
    assert [(row.lines, row.list.amount_minor) for row in trial.rows] == [(1, 100_00)]


given_rates = some.dictionaries(some.sampled_from(ENVIRONMENTS), some.integers(0, 10_000))
trees = some.lists(given_rates, min_size=1, max_size=4)


@drawn(some.integers(0, 10**9), some.sampled_from(ENVIRONMENTS), trees,
       some.sampled_from([None, *LEVELS]), some.integers(0, 10_000), some.data())  # fmt: skip
def test_whatever_wholesalers_set_no_margin_is_negative_and_the_operator_keeps_the_same(
    minor: int,
    environment: Environment,
    tree: list[dict[Environment, int]],
    level: str | None,
    cap_bp: int,
    data: some.DataObject,
) -> None:
    matrix = a_matrix(cap_bp)
    resold = data.draw(some.integers(0, len(tree)))
    upstream = tiers(resold, len(tree) - resold)
    standing = Standing(level, False, upstream, matrix, tuple(tree))
    rates = tier_rates(standing, environment)
    assert rates == sorted(rates)
    assert rates[-1] == tier_rates(standing._replace(given=()), environment)[-1]
    own = min(matrix.rates[level, environment] if level else 0, cap_bp)
    for place, rate in enumerate(rates):
        if place or environment not in tree[0]:
            assert rate >= own
    piece = price_piece(START, END, minor, environment, standing)
    bare = price_piece(START, END, minor, environment, standing._replace(given=()))
    assert min((piece.points_minor, *piece.margins_minor)) >= 0
    assert piece.net_minor - piece.margin_minor == bare.net_minor - bare.margin_minor


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@drawn(
    some.lists(some.sampled_from(["wholesaler", "operator"]), min_size=1, max_size=4),
    some.lists(some.none() | some.integers(0, 45), min_size=4, max_size=4),
    some.integers(1, 10**7),
)
async def test_any_priced_tree_is_booked_as_a_plain_recomputation_says(
    db: None, billing: list[network.Billing], percents: list[int | None], minor: int
) -> None:
    """From the root down; PostgreSQL's own bound is the one that the prices follow."""
    parties = await chain(*billing)
    rates = [min(15 + 5 * tier, 40) for tier in range(len(parties))]
    for tier in reversed(range(len(billing))):
        most = (await queries_reseller.most_given(parties[tier], FROM))["enterprise"]
        assert most == rates[tier + 1] * 100
        percent = percents[tier]
        if percent is not None and percent <= rates[tier + 1]:
            await price(parties, None, percent, None, tier=tier)
            rates[tier] = max(percent, 15) if tier else percent
        rates[tier] = min(rates[tier], rates[tier + 1])
    line = await made.charge(parties[0], minor, environment="enterprise")
    nets = [minor - (minor * rate + 50) // 100 for rate in rates]
    payer = next((i for i, mode in enumerate(billing) if mode == "operator"), len(billing))
    assert (line["organisation_id"], line["net_minor"]) == (parties[payer], nets[payer])
    rows = await core.fetch(
        "SELECT organisation_id, margin_minor FROM charges.margin WHERE line_id = $1 ORDER BY id",
        line["id"],
    )
    assert [tuple(row) for row in rows] == [
        (parties[payer + 1 + place], below - own)
        for place, (below, own) in enumerate(itertools.pairwise(nets[payer:]))
        if below != own
    ]
