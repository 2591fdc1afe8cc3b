"""Amounts as they are read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import EXPONENTS, BadAmount, Money, UnknownCurrency, at_rate


@pytest.mark.parametrize(
    ("text", "currency", "amount_minor"),
    [
        ("49.99", "EUR", 4999),
        ("49.9", "EUR", 4990),
        ("49", "EUR", 4900),
        ("-0.01", "EUR", -1),
        ("3333", "JPY", 3333),
        ("33.333", "KWD", 33333),
    ],
)
def test_a_plain_decimal_is_read_exactly(text: str, currency: str, amount_minor: int) -> None:
    assert Money.parse(text, currency) == Money(amount_minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".5",
        "1e2",
        "1_000",
        "1 000",
        "1,5",
        "0.001",
        "٣",
        "NaN",
        "+1",
        "1.",
        "10000000000000.01",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    if text == "1.":
        assert Money.parse(text + "0", "EUR") == Money(100, "EUR")
    with pytest.raises(BadAmount):
        Money.parse(text, "EUR")


def test_an_unknown_currency_is_named() -> None:
    with pytest.raises(UnknownCurrency, match="XXX"):
        Money.parse("1", "XXX")


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(EXPONENTS)))
def test_what_is_written_is_read_back(amount_minor: int, currency: str) -> None:
    money = Money(amount_minor, currency)
    assert Money.parse(money.decimal(), currency) == money


@pytest.mark.parametrize(("amount", "rate", "tax"), [(25, 2000, 5), (3, 5000, 2), (-3, 5000, -2)])
def test_half_a_cent_goes_away_from_zero(amount: int, rate: int, tax: int) -> None:
    assert at_rate(amount, rate) == tax
