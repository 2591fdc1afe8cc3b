"""Prices, what Stripe's answers mean, and every figure in which a payment can differ."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from backend.core import Money
from backend.orders import (
    BuyerVatUnknown,
    CurrencyNotSold,
    OrderInOtherCurrency,
    OrderRefundTooLarge,
    rules,
)
from backend.payments import Checkout, Payment, checkout_differences
from tests import given

EUR = Money(100_00, "EUR")
ORDER = "0190a000-0000-7000-8000-000000000001"
PAID = Payment(
    intent_id="pi_1",
    status="succeeded",
    order_id=ORDER,
    amount_minor=120_00,
    received_minor=120_00,
    currency="EUR",
)
SEEN = Checkout(
    session_id="cs_1",
    status="complete",
    order_id=ORDER,
    amount_minor=120_00,
    currency="EUR",
    payment=PAID,
)


def price(
    country: str = "FR", segment: str = "tpe", *, checked: bool = False, net: Money = EUR
) -> rules.Price:
    return rules.price_for(net, 2000, country=country, segment=segment, vat_number_checked=checked)


@pytest.mark.parametrize(
    ("country", "segment", "checked", "vat_minor"),
    [
        ("FR", "individual", False, 20_00),
        ("FR", "large_account", True, 20_00),
        ("DE", "pme", True, 0),
        ("US", "pme", False, 0),
    ],
)
def test_b1_the_buyer_pays_the_vat_of_its_case(
    country: str, segment: str, checked: bool, vat_minor: int
) -> None:
    asked = price(country, segment, checked=checked)
    assert asked.vat.amount_minor == vat_minor
    assert asked.gross == Money(100_00 + vat_minor, "EUR")


@pytest.mark.parametrize(
    ("country", "segment", "checked"),
    [("DE", "pme", False), ("DE", "individual", True), ("US", "individual", False)],
)
def test_a_buyer_whose_vat_is_not_known_is_refused(
    country: str, segment: str, checked: bool
) -> None:
    with pytest.raises(BuyerVatUnknown):
        price(country, segment, checked=checked)


def test_a_currency_with_three_decimals_is_refused() -> None:
    """Money rule M12."""
    with pytest.raises(CurrencyNotSold):
        price(net=Money(1_000, "KWD"))
    assert price(net=Money(333, "JPY")).gross == Money(400, "JPY")


def test_a_payment_as_ordered_differs_in_nothing() -> None:
    assert checkout_differences("order", ORDER, Money(120_00, "EUR"), "cs_1", SEEN) == []
    assert checkout_differences("order", ORDER, Money(120_00, "EUR"), None, SEEN) == []


@pytest.mark.parametrize(
    "change",
    [
        {"session_id": "cs_2"},
        {"order_id": "another"},
        {"order_id": None},
        {"amount_minor": 119_99},
        {"amount_minor": 120_01},
        {"amount_minor": None},
        {"currency": "USD"},
        {"payment": {"order_id": "another"}},
        {"payment": {"order_id": None}},
        {"payment": {"amount_minor": 1}},
        {"payment": {"received_minor": 119_99}},
        {"payment": {"received_minor": 0}},
        {"payment": {"currency": "JPY"}},
    ],
    ids=str,
)
def test_every_changed_figure_is_a_difference(change: dict[str, Any]) -> None:
    """Goal G21, incident 18."""
    payment = msgspec.structs.replace(PAID, **change.pop("payment", {}))
    seen = msgspec.structs.replace(SEEN, payment=payment, **change)
    assert checkout_differences("order", ORDER, Money(120_00, "EUR"), "cs_1", seen)


@pytest.mark.parametrize(
    ("session", "intent", "expected"),
    [
        ("open", None, "open"),
        ("open", "requires_payment_method", "open"),
        ("open", "succeeded", "paid"),
        ("complete", "processing", "processing"),
        ("complete", "requires_payment_method", "failed"),
        ("complete", "canceled", "failed"),
        ("complete", "succeeded", "paid"),
        ("expired", None, "expired"),
        ("expired", "requires_payment_method", "expired"),
        ("expired", "succeeded", "paid"),
    ],
)
def test_what_stripe_says_is_read_as(session: Any, intent: str | None, expected: str) -> None:
    payment = None if intent is None else msgspec.structs.replace(PAID, status=intent)
    seen = msgspec.structs.replace(SEEN, status=session, payment=payment)
    assert rules.outcome(seen) == expected


def test_refunds_by_parts_return_the_vat_to_the_cent() -> None:
    """Money rule M5 on 33.33 at 20 %: 6.67 of VAT in three parts."""
    whole = price(net=Money(33_33, "EUR"))
    parts, refunded = [], Money(0, "EUR")
    for _ in range(3):
        part = rules.refund_price(whole, refunded, Money(11_11, "EUR"))
        parts.append(part.vat.amount_minor)
        refunded += part.net
    assert parts == [222, 222, 223] and sum(parts) == whole.vat.amount_minor
    for wanted in (None, Money(1, "EUR")):
        with pytest.raises(OrderRefundTooLarge, match="Nothing is left of it"):
            rules.refund_price(whole, refunded, wanted)


@pytest.mark.parametrize("wanted", [Money(0, "EUR"), Money(-1, "EUR"), Money(100_01, "EUR")])
def test_no_more_is_refunded_than_is_left(wanted: Money) -> None:
    with pytest.raises(OrderRefundTooLarge):
        rules.refund_price(price(), Money(0, "EUR"), wanted)


def test_a_refund_in_another_currency_is_told_that_of_the_order() -> None:
    with pytest.raises(OrderInOtherCurrency, match="paid in EUR"):
        rules.refund_price(price(), Money(0, "EUR"), Money(1_00, "USD"))


def test_the_sweep_looks_less_and_less_often() -> None:
    placed = given.NOW
    pauses = [
        rules.next_look(placed, placed + age) - (placed + age)
        for age in (timedelta(), timedelta(hours=1), timedelta(days=3))
    ]
    assert pauses == [timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)]
