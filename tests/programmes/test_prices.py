"""What levels are worth, to the cent: money rules e, k and l, and the laws that they follow."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from backend.core import at_rate
from backend.programmes import (
    ENVIRONMENTS,
    Environment,
    Matrix,
    Period,
    Piece,
    Tier,
    at_level,
    billing,
    jumps,
    level_of,
    pieces,
    priced,
    priced_over_time,
    rebate,
    wholesale,
)
from backend.programmes.rules_benefit import (
    BadMatrix,
    BadTiers,
    Mode,
    check_matrix,
    check_tiers,
)
from tests.fixtures import minor, vectors

MODES: tuple[Mode, ...] = ("incremental", "retroactive")
LEVELS = ("registered", "certified", "premium")
SHIPPED = {
    "registered": (500, 800, 1000),
    "certified": (1000, 1500, 2000),
    "premium": (1500, 2200, 3000),
}
NOBODY = UUID(int=0)
DAWN = datetime(1970, 1, 2, tzinfo=UTC)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
TIERS = [Tier(0, 0), Tier(10_000_00, 300), Tier(50_000_00, 500), Tier(100_000_00, 800)]


def matrix(
    rates: Mapping[str, tuple[int, ...]] = SHIPPED, *, cap_bp: int = 4000, points_bp: int = 500
) -> Matrix:
    return Matrix(
        id=NOBODY,
        name="",
        valid_from=DAWN,
        rates={
            (level, environment): rate
            for level, row in rates.items()
            for environment, rate in zip(ENVIRONMENTS, row, strict=True)
        },
        cap_bp=cap_bp,
        wholesaler_points_bp=points_bp,
        isv_rate_bp=2000,
    )


def period(level: str, starts_at: datetime, ends_at: datetime | None) -> Period:
    return Period(NOBODY, "reseller_integrator", level, starts_at, ends_at, "entry", "", "", None)


@pytest.mark.parametrize(
    ("level", "discount", "net", "vat"),
    [
        ("registered", 51_00, 549_00, 109_80),
        ("certified", 100_00, 500_00, 100_00),
        ("premium", 149_00, 451_00, 90_20),
    ],
)
def test_an_order_of_three_environments_costs_what_money_rule_e_says(
    level: str, discount: int, net: int, vat: int
) -> None:
    lists: dict[Environment, int] = {"start": 100_00, "enterprise": 200_00, "critical": 300_00}
    lines = [at_level(minor, level, name, matrix()) for name, minor in lists.items()]
    assert sum(line.discount_minor for line in lines) == discount
    assert sum(line.net_minor for line in lines) == net
    assert at_rate(net, 2000) == vat


def test_a_discount_is_rounded_half_up_once_a_line() -> None:
    line = priced(33_33, 2200)
    assert (line.discount_minor, line.net_minor, line.is_clamped) == (7_33, 26_00, False)
    assert priced(1, 5000).discount_minor == 1
    assert priced(-33_33, 2200).discount_minor == -7_33


def test_every_vector_of_money_rules_e_k_and_l_comes_out() -> None:
    """Computed apart from the product."""
    known, lists = vectors(), {"start": 100_00, "enterprise": 200_00, "critical": 300_00}
    for level, wanted in known["e_order_100_200_300"].items():
        lines = [at_level(lists[name], level, name, matrix()) for name in ENVIRONMENTS]
        assert sum(line.discount_minor for line in lines) == minor(wanted["discount"])
        assert sum(line.net_minor for line in lines) == minor(wanted["net"])
    line = priced(33_33, 2200)
    assert (line.discount_minor, line.net_minor) == tuple(
        minor(known["e_33.33_22"][name]) for name in ("discount", "net")
    )
    through, told = wholesale(1000_00, "certified", "enterprise", matrix()), known["e_wholesale"]
    assert through.sub.net_minor == minor(told["sub_reseller_buys"])
    assert through.wholesaler.net_minor == minor(told["wholesaler_buys"])
    assert through.margin_minor == minor(told["wholesaler_margin"])
    for turnover, wanted in known["k"].items():
        for mode in MODES:
            assert rebate(minor(turnover), TIERS, mode) == minor(wanted[mode])
    list_minor, floors = minor(known["l_list_35"]), known["l_floor"]
    for planned in ("75", "85"):
        floored = at_level(
            list_minor,
            "premium",
            "critical",
            matrix(),
            floor_minor=minor(floors[f"floor{planned}"]),
        )
        assert floored.net_minor == minor(floors[f"applied{planned}"])


def test_outside_the_programme_nothing_is_off() -> None:
    assert at_level(100_00, None, "critical", matrix()).net_minor == 100_00


@pytest.mark.parametrize(
    ("mode", "billed_to", "billed", "self_billed"),
    [("resale", "wholesaler", 800_00, 0), ("commission", "sub_reseller", 850_00, 50_00)],
)
def test_a_wholesaler_has_five_points_more_in_both_ways_of_billing(
    mode: Any, billed_to: str, billed: int, self_billed: int
) -> None:
    line = wholesale(1000_00, "certified", "enterprise", matrix())
    assert (line.sub.net_minor, line.wholesaler.net_minor) == (850_00, 800_00)
    assert line.margin_minor == 50_00
    found = billing(line, mode)
    assert (found.billed_to, found.billed_minor) == (billed_to, billed)
    assert (found.self_billed_minor, found.operator_minor) == (self_billed, 800_00)
    assert at_rate(line.margin_minor, 2000) == 10_00


def test_no_discount_passes_the_cap() -> None:
    line = wholesale(1000_00, "premium", "critical", matrix(points_bp=1500))
    assert (line.sub.net_minor, line.wholesaler.net_minor) == (700_00, 600_00)
    tight = wholesale(1000_00, "premium", "critical", matrix(cap_bp=2500))
    assert (tight.sub.net_minor, tight.margin_minor) == (750_00, 0)


def test_the_floor_takes_back_what_the_discount_gave_too_much() -> None:
    """Money rule l: list 18.01, floor 13.34 at 75 % occupancy, 11.77 at 85 %, 18.19 at 55 %."""
    line = at_level(18_01, "premium", "critical", matrix(), floor_minor=13_34)
    assert (line.net_minor, line.is_clamped) == (13_34, True)
    assert line.discount_minor * 10_000 // 18_01 == 2593
    observed = at_level(18_01, "premium", "critical", matrix(), floor_minor=11_77)
    assert (observed.net_minor, observed.is_clamped) == (12_61, False)
    frozen = at_level(18_01, "premium", "critical", matrix(), floor_minor=18_19)
    assert (frozen.net_minor, frozen.discount_minor) == (18_01, 0)


@pytest.mark.parametrize(
    ("turnover", "incremental", "retroactive"),
    [
        (9_999_99, 0, 0),
        (10_000_00, 0, 300_00),
        (49_999_99, 1_200_00, 1_500_00),
        (50_000_00, 1_200_00, 2_500_00),
        (75_000_00, 2_450_00, 3_750_00),
        (100_000_00, 3_700_00, 8_000_00),
        (120_000_00, 5_300_00, 9_600_00),
        (-5_00, 0, 0),
    ],
)
def test_turnover_is_rebated_as_money_rule_k_says(
    turnover: int, incremental: int, retroactive: int
) -> None:
    assert rebate(turnover, TIERS, "incremental") == incremental
    assert rebate(turnover, TIERS, "retroactive") == retroactive


def test_a_retroactive_table_says_where_it_jumps() -> None:
    found = [(jump.from_minor, jump.jump_minor) for jump in jumps(TIERS, "retroactive")]
    assert found == [(10_000_00, 300_00), (50_000_00, 1_000_00), (100_000_00, 3_000_00)]
    assert jumps(TIERS, "incremental") == []


@pytest.mark.parametrize(
    "tiers",
    [
        [],
        [Tier(1, 0)],
        [Tier(0, 300), Tier(10, 200)],
        [Tier(0, 0), Tier(0, 300)],
        [Tier(0, 10_001)],
        [Tier(0, -1)],
        [Tier(n, 0) for n in range(21)],
    ],
)
def test_tiers_that_cannot_be_are_refused(tiers: list[Tier]) -> None:
    with pytest.raises(BadTiers):
        check_tiers(tiers)


def test_level_changes_count_from_their_moment() -> None:
    noon, end = MARCH + timedelta(hours=12), MARCH + timedelta(days=1)
    parts = pieces(MARCH, end, [period("registered", DAWN, noon), period("premium", noon, None)])
    assert parts == [Piece("registered", MARCH, noon), Piece("premium", noon, end)]
    lines = priced_over_time(100_00, "critical", matrix(), parts)
    assert [line.price.net_minor for line in lines] == [45_00, 35_00]


def test_time_outside_the_programme_has_no_level() -> None:
    one, two = MARCH + timedelta(hours=6), MARCH + timedelta(hours=18)
    held = [period("certified", one, two)]
    assert [part.level for part in pieces(MARCH, MARCH + timedelta(days=1), held)] == [
        None, "certified", None,
    ]  # fmt: skip
    assert [level_of(held, NOBODY, at) for at in (MARCH, one, two)] == [None, "certified", None]


rates = st.integers(0, 10_000)
amounts = st.integers(0, 10**10)


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """Any that is whole and never decreases."""
    found: dict[str, tuple[int, ...]] = {}
    above = [0, 0, 0]
    for level in LEVELS:
        row: list[int] = []
        for least in above:
            row.append(draw(st.integers(max([least, *row[-1:]]), 10_000)))
        found[level], above = tuple(row), row
    return matrix(found, cap_bp=draw(rates), points_bp=draw(rates))


@drawn(matrices(), amounts, amounts)
def test_a_higher_level_or_environment_never_costs_more(
    prices: Matrix, list_minor: int, floor_minor: int
) -> None:
    check_matrix(prices.rates, LEVELS)
    net = {
        cell: at_level(list_minor, cell[0], cell[1], prices, floor_minor=floor_minor).net_minor
        for cell in prices.rates
    }
    for environment in ENVIRONMENTS:
        for lower, higher in pairwise(LEVELS):
            assert net[higher, environment] <= net[lower, environment]
    for level in LEVELS:
        for plain, high_end in pairwise(ENVIRONMENTS):
            assert net[level, high_end] <= net[level, plain]


@drawn(matrices(), amounts, amounts, st.sampled_from(LEVELS), st.sampled_from(ENVIRONMENTS))
def test_cap_and_floor_are_never_crossed_and_every_line_sums(
    prices: Matrix, list_minor: int, floor_minor: int, level: str, environment: Environment
) -> None:
    line = wholesale(list_minor, level, environment, prices, floor_minor=floor_minor)
    for price in (line.sub, line.wholesaler):
        assert price.discount_minor + price.net_minor == list_minor
        assert 0 <= price.discount_minor <= at_rate(list_minor, prices.cap_bp)
        assert price.net_minor >= min(floor_minor, list_minor)
    assert line.margin_minor >= 0
    assert billing(line, "resale").operator_minor == billing(line, "commission").operator_minor


@drawn(amounts, rates, amounts)
def test_a_credit_is_the_exact_opposite_of_its_charge(
    list_minor: int, rate_bp: int, floor_minor: int
) -> None:
    there = priced(list_minor, rate_bp, floor_minor=floor_minor)
    back = priced(-list_minor, rate_bp, floor_minor=floor_minor)
    assert there.net_minor + back.net_minor == there.discount_minor + back.discount_minor == 0


@drawn(st.lists(st.tuples(st.integers(1, 10**9), rates), max_size=6), st.integers(1, 10**9))
def test_incremental_tiers_never_jump_and_retroactive_ones_never_give_less(
    drawn_tiers: list[tuple[int, int]], at: int
) -> None:
    bounds = sorted({bound for bound, _ in drawn_tiers})
    percents = sorted(rate for _, rate in drawn_tiers)
    tiers = [Tier(0, 0), *[Tier(b, r) for b, r in zip(bounds, percents, strict=False)]]
    check_tiers(tiers)
    for moment in (at, *bounds):
        before, after = (rebate(x, tiers, "incremental") for x in (moment - 1, moment))
        assert 0 <= after - before <= 1
        assert after <= rebate(moment, tiers, "retroactive")
    for jump in jumps(tiers, "retroactive"):
        below, there = (
            rebate(x, tiers, "retroactive") for x in (jump.from_minor - 1, jump.from_minor)
        )
        assert abs((there - below) - jump.jump_minor) <= 2


@drawn(
    st.lists(st.integers(1, 86_399), min_size=1, max_size=5, unique=True),
    amounts,
    st.sampled_from(ENVIRONMENTS),
)
def test_a_line_over_several_levels_sums_to_its_list_price(
    seconds: list[int], list_minor: int, environment: Environment
) -> None:
    cuts = [MARCH + timedelta(seconds=at) for at in sorted(seconds)]
    held = [
        period(LEVELS[i % 3], start, end)
        for i, (start, end) in enumerate(pairwise([*cuts, MARCH + timedelta(days=2)]))
    ]
    end = MARCH + timedelta(days=1)
    parts = pieces(MARCH, end, held)
    assert parts[0].starts_at == MARCH and parts[-1].ends_at == end
    assert all(one.ends_at == two.starts_at for one, two in pairwise(parts))
    lines = priced_over_time(list_minor, environment, matrix(), parts)
    assert sum(line.price.list_minor for line in lines) == list_minor


@drawn(
    st.dictionaries(
        st.tuples(st.sampled_from(LEVELS), st.sampled_from(ENVIRONMENTS)), rates, min_size=9
    )
)
def test_a_matrix_is_taken_only_if_it_never_decreases(
    found: dict[tuple[str, Environment], int],
) -> None:
    places = {name: i for i, name in enumerate((*LEVELS, *ENVIRONMENTS))}
    rises = all(
        found[b] >= found[a]
        for a in found
        for b in found
        if places[b[0]] >= places[a[0]] and places[b[1]] >= places[a[1]]
    )
    if rises:
        check_matrix(found, LEVELS)
    else:
        with pytest.raises(BadMatrix):
            check_matrix(found, LEVELS)
