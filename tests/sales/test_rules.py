"""Worked examples to the cent, and the laws of sharing."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend import sales
from backend.core import at_rate, split
from backend.sales import Rates, VatLine
from tests.fixtures import minor, vectors

EXPONENTS = {"EUR": 2, "JPY": 0, "KWD": 3}
WEIGHTS = {
    "30/70": (("editor", "operator"), (7000, 3000)),
    "20/10/70": (("editor", "vai", "operator"), (7000, 1000, 2000)),
    "1/3": (("editor", "vai", "operator"), (1, 1, 1)),
}
ROWS_G = sorted(key for key in vectors() if key.startswith("g_"))
amounts = st.integers(-(10**15), 10**15)
rates = st.integers(0, 10_000).flatmap(
    lambda a: st.integers(0, 10_000 - a).map(lambda b: Rates(a, b, 10_000 - a - b))
)


@pytest.mark.parametrize("row", ROWS_G)
def test_g_parts_are_those_of_the_worked_example(row: str) -> None:
    _, currency, amount = row.split("_")
    exponent = EXPONENTS[currency]
    for weights, expected in vectors()[row].items():
        parties, parts = WEIGHTS[weights]
        got = split(minor(amount, exponent), parts)
        assert dict(zip(parties, got, strict=True)) == {
            party: minor(text, exponent) for party, text in expected.items()
        }


def test_a_hundred_euros_are_seventy_and_thirty() -> None:
    assert sales.share(100_00, Rates(7000, 0, 3000)) == (70_00, 0, 30_00)


def test_f4_three_refunds_of_a_third_take_back_the_worked_parts() -> None:
    steps, total = vectors()["f_cum_33.33"]
    before = 0
    for step in steps:
        taken = sales.share_of_refund(
            11_11, refunded_before_minor=before, rates=Rates(7000, 0, 3000), vat_rate_bp=2000
        )
        assert -taken.parts.partner_minor == minor(step["editor"])
        assert -taken.parts.operator_minor == minor(step["operator"])
        before += 11_11
    assert sales.share(33_33, Rates(7000, 0, 3000))[0] == minor(total["editor"])


def test_f2_a_partial_refund_takes_back_its_share_and_tax() -> None:
    taken = sales.share_of_refund(
        40_00, refunded_before_minor=0, rates=Rates(7000, 0, 3000), vat_rate_bp=2000
    )
    expected = vectors()["f_partial_40"]
    assert (taken.net_minor, taken.vat_minor) == (-40_00, -8_00)
    assert -taken.parts.partner_minor == minor(expected["editor"])
    assert -at_rate(taken.parts.partner_minor, 12_000) == minor(expected["editor_ttc"])


def test_b_vat_is_taken_once_per_document() -> None:
    lines = [VatLine("S", 2000, 33_33)] * 3
    expected = vectors()["b_3x33.33"]
    [total] = sales.vat_of_document(lines)
    assert total.vat_minor == minor(expected["per_document"])
    assert sum(at_rate(33_33, 2000) for _ in lines) == minor(expected["per_line"])


def test_b_each_rate_has_its_own_total() -> None:
    totals = sales.vat_of_document([VatLine("S", 2000, 100_00), VatLine("S", 550, 50_00)])
    assert [total.vat_minor for total in totals] == [
        minor(vectors()["b_mix"]["5.5%"]),
        minor(vectors()["b_mix"]["20%"]),
    ]


def test_b_a_price_with_tax_is_taken_apart() -> None:
    expected = vectors()["b_ttc_99.99"]
    net = sales.net_of_gross(99_99, 2000)
    assert net == (minor(expected["ht"]), minor(expected["vat"]))
    parts = sales.share(net.net_minor, Rates(7000, 0, 3000))
    assert parts.partner_minor == minor(expected["split"]["editor"])
    assert parts.operator_minor == minor(expected["split"]["operator"])


@given(amounts, rates)
def test_parts_sum_to_the_whole(amount: int, rate: Rates) -> None:
    assert sum(sales.share(amount, rate)) == amount


@given(amounts, rates)
def test_each_part_is_within_one_unit_of_exact(amount: int, rate: Rates) -> None:
    for part, bp in zip(sales.share(amount, rate), rate, strict=True):
        assert abs(Decimal(part) - Decimal(amount) * bp / 10_000) < 1


@given(amounts, rates)
def test_sharing_a_negative_amount_mirrors_the_positive(amount: int, rate: Rates) -> None:
    assert sales.share(-amount, rate) == tuple(-part for part in sales.share(amount, rate))


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=12), rates, st.integers(0, 10_000))
def test_refunds_that_add_up_return_every_account_to_zero(
    steps: list[int], rate: Rates, vat_rate_bp: int
) -> None:
    whole = sum(steps)
    partner, referrer, operator = sales.share(whole, rate)
    tax, before = at_rate(whole, vat_rate_bp), 0
    for step in steps:
        taken = sales.share_of_refund(
            step, refunded_before_minor=before, rates=rate, vat_rate_bp=vat_rate_bp
        )
        partner += taken.parts.partner_minor
        referrer += taken.parts.referrer_minor
        operator += taken.parts.operator_minor
        tax += taken.vat_minor
        before += step
        assert tax >= 0
    assert (partner, referrer, operator, tax) == (0, 0, 0, 0)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_refund_never_takes_more_than_a_party_has(first: int, rest: int) -> None:
    """Two parties are monotone; PostgreSQL refuses the sign otherwise."""
    rate = Rates(7000, 0, 3000)
    taken = sales.share_of_refund(first, refunded_before_minor=rest, rates=rate, vat_rate_bp=2000)
    assert max(taken.parts) <= 0
    assert taken.vat_minor <= 0


@settings(max_examples=200)
@given(amounts, st.integers(0, 10_000))
def test_net_and_tax_of_a_gross_price_sum_to_it(gross: int, rate_bp: int) -> None:
    assert sum(sales.net_of_gross(gross, rate_bp)) == gross


@pytest.mark.long
@settings(max_examples=20_000, deadline=None)
@given(amounts, rates)
def test_twenty_thousand_shares_are_exact(amount: int, rate: Rates) -> None:
    parts = sales.share(amount, rate)
    assert sum(parts) == amount
    assert all(
        abs(part * 10_000 - amount * bp) < 10_000 for part, bp in zip(parts, rate, strict=True)
    )
