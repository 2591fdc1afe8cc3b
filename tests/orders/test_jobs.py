"""From the hosted page to a posted sale, in front of the Stripe sandbox."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from backend import core, ledger, orders, payments, stripe_sandbox
from backend.core import Clock, Money, Month
from backend.orders import Order, actions, jobs
from tests import given
from tests.given.orders import opened, order, pay_on_page
from tests.given.payments import minute_passes
from tests.given.sales import closed
from tests.payments.conftest import Watched

HOLD = 14


def at(**later: int) -> Clock:
    """A clock that stands still, so much later than `given.NOW`."""

    async def clock() -> datetime:
        return given.NOW + timedelta(**later)

    return clock


async def look(of: Order) -> str:
    return await jobs.look_at_order(at(), of.id, hold_days=HOLD)


async def euros(code: str) -> int:
    return (await ledger.balance(code, "EUR")).amount_minor


async def lines() -> list[Any]:
    return await core.fetch("SELECT * FROM sales.sale_line ORDER BY id")


async def test_a_paid_order_is_a_sale_shared_and_posted_with_its_fee(stripe: Watched) -> None:
    editor = await given.partner()
    placed = await opened(await order(editor=editor))
    assert (placed.state, placed.gross_minor) == ("checkout_open", 120_00)

    answer = await pay_on_page(stripe, placed.checkout_url)
    assert answer.status_code == 303, answer.text
    assert await look(placed) == "paid"

    (line,) = await lines()
    assert (line["net_minor"], line["vat_minor"]) == (100_00, 20_00)
    assert (line["reference"], line["source"]) == (f"order:{placed.id}", "order")
    assert (line["collected_in"], line["buyer_id"]) == ("stripe", placed.organisation_id)
    assert await euros(ledger.earned(editor)) == 70_00
    assert await euros(ledger.OPERATOR_REVENUE) == 30_00
    assert await euros(ledger.OPERATOR_VAT) == 20_00
    fee = 25 + 120_00 * 15 // 1000
    assert await euros(ledger.OPERATOR_PSP_FEES) == -fee
    assert await euros(ledger.OPERATOR_STRIPE) == -(120_00 - fee)
    assert await euros(ledger.OPERATOR_BANK) == 0


async def test_our_cash_at_stripe_is_what_stripe_says(stripe: Watched) -> None:
    for price_minor in (100_00, 33_33, 99_99):
        placed = await opened(await order(price_minor=price_minor))
        await pay_on_page(stripe, placed.checkout_url)
        await look(placed)
    (balance,) = (await stripe_sandbox.describe())["balances"]
    held = balance["available_minor"] + balance["pending_minor"]
    assert await euros(ledger.OPERATOR_STRIPE) == -held


async def test_eight_webhooks_at_once_make_one_sale(stripe: Watched) -> None:
    placed = await opened(await order())
    await pay_on_page(stripe, placed.checkout_url)
    states = await asyncio.gather(*[look(placed) for _ in range(8)])
    assert set(states) == {"paid"}
    assert len(await lines()) == 1
    assert len(await core.fetch("SELECT FROM ledger.entry")) == 2


async def test_a_lost_answer_leads_to_the_same_page_again(stripe: Watched) -> None:
    placed = await order()
    await stripe_sandbox.add_fault("POST", "/v1/checkout/sessions$", "lost")
    with pytest.raises(orders.CheckoutUnavailable):
        await orders.open_page(placed, base_url=given.BASE_URL, now=given.NOW)
    assert (await orders.read_order(placed.id)).state == "placed"

    placed = await opened(placed)
    made = (await stripe_sandbox.describe())["objects"]
    assert made["checkout.session"] == 1 and made["customer"] == 1
    again = await orders.open_page(placed, base_url=given.BASE_URL, now=given.NOW)
    assert again == placed.checkout_url


async def test_a_failure_that_stripe_only_repeats_gets_a_new_key(stripe: Watched) -> None:
    placed = await order()
    await stripe_sandbox.add_fault("POST", "/v1/checkout/sessions$", "500_after")
    for _ in range(2):
        with pytest.raises(orders.CheckoutUnavailable):
            await orders.open_page(placed, base_url=given.BASE_URL, now=given.NOW)
    placed = await orders.read_order(placed.id)
    assert placed.attempt == 2
    assert (await opened(placed)).state == "checkout_open"


async def test_two_requests_at_once_open_one_page(stripe: Watched) -> None:
    placed = await order()
    tries = [orders.open_page(placed, base_url=given.BASE_URL, now=given.NOW) for _ in range(4)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    pages = {answer for answer in answers if isinstance(answer, str)}
    others = [answer for answer in answers if not isinstance(answer, str)]
    assert len(pages) == 1
    assert all(isinstance(answer, orders.CheckoutUnavailable) for answer in others)
    assert (await stripe_sandbox.describe())["objects"]["checkout.session"] == 1


async def test_what_stripe_refuses_fails_the_order(stripe: Watched) -> None:
    placed = await order()
    await actions.remember_customer(placed.organisation_id, "cus_gone", given.NOW)
    with pytest.raises(orders.CheckoutRefused):
        await orders.open_page(placed, base_url=given.BASE_URL, now=given.NOW)
    placed = await orders.read_order(placed.id)
    assert placed.state == "failed"
    with pytest.raises(orders.OrderEnded):
        await orders.open_page(placed, base_url=given.BASE_URL, now=given.NOW)


async def test_a_declined_card_leaves_the_page_open(stripe: Watched) -> None:
    placed = await opened(await order())
    await pay_on_page(stripe, placed.checkout_url, "pm_card_chargeDeclined")
    assert await look(placed) == "checkout_open"
    await pay_on_page(stripe, placed.checkout_url)
    assert await look(placed) == "paid"


async def test_a_debit_is_a_sale_when_the_money_has_come(stripe: Watched) -> None:
    placed = await opened(await order())
    await pay_on_page(stripe, placed.checkout_url, "pm_sepa_success")
    assert await look(placed) == "checkout_open"
    assert await lines() == []
    await stripe_sandbox.advance_clock(6 * 86_400)
    assert await look(placed) == "paid"
    assert await euros(ledger.OPERATOR_PSP_FEES) == -35


async def test_a_debit_that_fails_ends_the_order(stripe: Watched) -> None:
    placed = await opened(await order())
    await pay_on_page(stripe, placed.checkout_url, "pm_sepa_fail")
    await stripe_sandbox.advance_clock(6 * 86_400)
    assert await look(placed) == "failed"
    assert await lines() == []


async def test_a_page_that_nobody_used_expires(stripe: Watched) -> None:
    placed = await opened(await order())
    await stripe_sandbox.advance_clock(25 * 3600)
    assert await look(placed) == "expired"
    assert await look(placed) == "expired"


async def test_a_lost_webhook_is_found_by_the_sweep(stripe: Watched) -> None:
    placed = await opened(await order())
    await pay_on_page(stripe, placed.checkout_url)
    assert await jobs.look_for_lost_payments(at(), hold_days=HOLD) == 0
    assert await jobs.look_for_lost_payments(at(minutes=6), hold_days=HOLD) == 1
    assert (await orders.read_order(placed.id)).state == "paid"
    assert await jobs.look_for_lost_payments(at(days=9), hold_days=HOLD) == 0


async def test_an_order_without_a_page_is_given_up_after_a_day(stripe: Watched) -> None:
    placed = await order()
    later = given.NOW + timedelta(hours=23)
    with pytest.raises(orders.OrderEnded):
        await orders.open_page(placed, base_url=given.BASE_URL, now=later)
    other = await order()
    assert await jobs.look_for_lost_payments(at(hours=23), hold_days=HOLD) == 1
    assert (await orders.read_order(other.id)).state == "expired"
    assert "checkout.session" not in (await stripe_sandbox.describe())["objects"]


async def test_one_order_that_stripe_does_not_know_holds_no_other(stripe: Watched) -> None:
    lost, placed = await opened(await order()), await opened(await order())
    await core.fetch("DELETE FROM stripe_sandbox.object WHERE id = $1", lost.session_id)
    await pay_on_page(stripe, placed.checkout_url)
    with pytest.raises(ExceptionGroup):
        await jobs.look_for_lost_payments(at(minutes=6), hold_days=HOLD)
    assert await jobs.look_for_lost_payments(at(minutes=6), hold_days=HOLD) == 0
    assert (await orders.read_order(placed.id)).state == "paid"


async def refunded(placed: Order, net_minor: int | None = None, *, hours: int = 1) -> Any:
    net = None if net_minor is None else Money(net_minor, "EUR")
    now = given.NOW + timedelta(hours=hours)
    planned = await orders.plan_refund(
        placed.id, net, reason="requested_by_customer", now=now, actor=given.SYSTEM
    )
    await jobs.send_refund(at(hours=hours), planned.id, dated_by=at())
    return (await orders.refunds_of(placed.id))[-1]


async def paid(stripe: Watched, editor: UUID, price_minor: int = 100_00) -> Order:
    placed = await opened(await order(editor=editor, price_minor=price_minor))
    await pay_on_page(stripe, placed.checkout_url)
    await look(placed)
    return await orders.read_order(placed.id)


async def test_f1_a_full_refund_returns_all_but_the_fee(stripe: Watched) -> None:
    editor = await given.partner()
    placed = await paid(stripe, editor)
    refund = await refunded(placed)
    assert (refund.state, refund.gross_minor) == ("done", 120_00)
    for code in (ledger.earned(editor), ledger.OPERATOR_REVENUE, ledger.OPERATOR_VAT):
        assert await euros(code) == 0
    assert await euros(ledger.OPERATOR_STRIPE) == -await euros(ledger.OPERATOR_PSP_FEES) > 0
    with pytest.raises(orders.OrderRefundTooLarge):
        await refunded(placed)


async def test_f2_a_partial_refund_takes_its_part_of_the_vat(stripe: Watched) -> None:
    editor = await given.partner()
    placed = await paid(stripe, editor)
    refund = await refunded(placed, 40_00)
    assert (refund.net_minor, refund.gross_minor) == (40_00, 48_00)
    assert await euros(ledger.earned(editor)) == 42_00
    assert await euros(ledger.OPERATOR_REVENUE) == 18_00


async def test_f4_three_thirds_leave_nothing_behind(stripe: Watched) -> None:
    editor = await given.partner()
    placed = await paid(stripe, editor, 33_33)
    earned = []
    for number in range(3):
        await refunded(placed, 11_11, hours=number)
        earned.append(await euros(ledger.earned(editor)))
    assert earned == [15_55, 7_78, 0]
    assert await euros(ledger.OPERATOR_VAT) == await euros(ledger.OPERATOR_REVENUE) == 0
    (balance,) = (await stripe_sandbox.describe())["balances"]
    held = balance["available_minor"] + balance["pending_minor"]
    assert await euros(ledger.OPERATOR_STRIPE) == -held


async def test_a_refund_whose_answer_is_lost_is_made_once(stripe: Watched) -> None:
    editor = await given.partner()
    placed = await paid(stripe, editor)
    await stripe_sandbox.add_fault("POST", "/v1/refunds$", "lost")
    refund = await refunded(placed, 40_00)
    assert refund.state == "open"
    assert await euros(ledger.earned(editor)) == 70_00
    with pytest.raises(orders.RefundUnderWay):
        await refunded(placed, 10_00)
    await jobs.send_refunds(at(hours=2), dated_by=at())
    assert (await orders.refunds_of(placed.id))[0].state == "done"
    assert (await stripe_sandbox.describe())["objects"]["refund"] == 1


async def test_a_refund_of_an_old_attempt_is_looked_for_before_another(stripe: Watched) -> None:
    placed = await paid(stripe, await given.partner())
    await stripe_sandbox.add_fault("POST", "/v1/refunds$", "lost")
    await refunded(placed, 40_00)
    await minute_passes()
    await jobs.send_refunds(at(hours=30), dated_by=at())
    await minute_passes()
    await jobs.send_refunds(at(hours=31), dated_by=at())
    assert (await orders.refunds_of(placed.id))[0].state == "done"
    assert (await stripe_sandbox.describe())["objects"]["refund"] == 1


async def test_a_refund_that_stripe_refuses_fails_and_posts_nothing(stripe: Watched) -> None:
    editor = await given.partner()
    placed = await paid(stripe, editor)
    charge = await core.fetch_value("SELECT id FROM stripe_sandbox.object WHERE kind = 'charge'")
    await stripe_sandbox.dispute(charge)
    refund = await refunded(placed)
    assert refund.state == "failed" and "charged back" in refund.failure
    assert await euros(ledger.earned(editor)) == 70_00


async def test_a_refund_that_waits_for_funds_is_posted_when_they_come(stripe: Watched) -> None:
    editor = await given.partner()
    placed = await paid(stripe, editor)
    await stripe_sandbox.advance_clock(3 * 86_400)
    refund = await refunded(placed)
    assert refund.state == "open"  # The fee is missing: 118.15 do not cover 120.00.
    assert await euros(ledger.earned(editor)) == 70_00
    await stripe_sandbox.fund(100_00)
    await stripe_sandbox.advance_clock(2 * 86_400)
    assert await jobs.send_refunds(at(hours=2), dated_by=at()) == 0
    assert await jobs.look_for_lost_refunds(at(hours=2)) == 1
    assert (await orders.refunds_of(placed.id))[0].state == "done"
    assert await euros(ledger.earned(editor)) == 0


async def test_refunds_asked_for_at_once_never_exceed_the_order(stripe: Watched) -> None:
    placed = await paid(stripe, await given.partner())

    async def ask() -> bool:
        try:
            await refunded(placed, 60_00)
        except (orders.RefundUnderWay, orders.OrderRefundTooLarge):
            return False
        return True

    assert sum(await asyncio.gather(*[ask() for _ in range(8)])) == 1


async def test_the_gateway_is_never_asked_inside_a_transaction(stripe: Watched) -> None:
    with pytest.raises(AssertionError, match="no network"):
        async with core.transaction():
            await payments.read_checkout("cs_test_1")


async def seen_refund(placed: Order, **change: Any) -> payments.RefundMade:
    """The only refund of the order, as Stripe would tell of it, but for `change`."""
    (refund,) = await orders.refunds_of(placed.id)
    made = payments.RefundMade(
        refund_id="re_1",
        status="succeeded",
        intent_id=placed.payment_intent_id,
        operation_id=str(refund.id),
        amount_minor=refund.gross_minor,
        currency=refund.currency,
        booked_at=given.NOW,
    )
    return msgspec.structs.replace(made, **change)


async def planned(stripe: Watched, editor: UUID) -> Order:
    placed = await paid(stripe, editor)
    await orders.plan_refund(
        placed.id,
        Money(40_00, "EUR"),
        reason="duplicate",
        now=given.NOW,
        actor=given.SYSTEM,
    )
    return placed


async def test_a_refund_told_eight_times_at_once_is_posted_once(stripe: Watched) -> None:
    editor = await given.partner()
    placed = await planned(stripe, editor)
    made = await seen_refund(placed)
    told = await asyncio.gather(*[orders.settle_refund(made, now=given.NOW) for _ in range(8)])
    assert set(told) == {"done"}
    assert await euros(ledger.earned(editor)) == 42_00
    late = await seen_refund(placed, status="pending")
    assert await orders.settle_refund(late, now=given.NOW) == "done"


@pytest.mark.parametrize(
    "change", [{"amount_minor": 48_01}, {"currency": "USD"}, {"intent_id": "pi_2"}], ids=str
)
async def test_a_refund_that_is_not_as_intended_is_not_posted(
    stripe: Watched, change: dict[str, Any]
) -> None:
    editor = await given.partner()
    placed = await planned(stripe, editor)
    made = await seen_refund(placed, **change)
    assert await orders.settle_refund(made, now=given.NOW) == "open"
    assert await core.fetch_value("SELECT kind FROM audit.alarm") == "refund_differs"
    assert await euros(ledger.earned(editor)) == 70_00


@pytest.mark.parametrize(
    "known", [("pending", "open"), ("succeeded", "done"), ("failed", "failed")]
)
@pytest.mark.parametrize("second", ["pending", "succeeded", "failed"])
async def test_a_second_refund_at_stripe_for_one_of_ours_is_an_alarm_and_no_more(
    stripe: Watched, known: tuple[str, str], second: str
) -> None:
    editor = await given.partner()
    placed = await planned(stripe, editor)
    status, state = known
    await orders.settle_refund(await seen_refund(placed, status=status), now=given.NOW)
    earned = await euros(ledger.earned(editor))
    other = await seen_refund(placed, refund_id="re_2", status=second)
    assert await orders.settle_refund(other, now=given.NOW) == state
    assert await core.fetch_value("SELECT kind FROM audit.alarm") == "refund_differs"
    assert "re_2" in await core.fetch_value("SELECT detail FROM audit.alarm")
    assert await euros(ledger.earned(editor)) == earned


@pytest.mark.parametrize("status", ["failed", "canceled"])
async def test_a_refund_that_comes_back_is_owed_by_bank_and_an_alarm(
    stripe: Watched, status: str
) -> None:
    """The buyer still has it coming; Stripe has the money again (no second try by card)."""
    editor = await given.partner()
    placed = await planned(stripe, editor)
    at_stripe = await euros(ledger.OPERATOR_STRIPE)
    await orders.settle_refund(await seen_refund(placed), now=given.NOW)
    assert await euros(ledger.OPERATOR_STRIPE) == at_stripe + 48_00
    back = await seen_refund(placed, status=status)
    for hours in range(2):
        now = given.NOW + timedelta(days=31 * hours)
        assert await orders.settle_refund(back, now=now) == "done"
    kind, detail = await core.fetch_row("SELECT kind, detail FROM audit.alarm") or ("", "")
    assert kind == "refund_returned" and "48.00 EUR" in detail and "bank" in detail
    assert await euros(ledger.earned(editor)) == 42_00
    assert await euros(ledger.OPERATOR_STRIPE) == at_stripe
    assert await euros(ledger.OPERATOR_BANK) == 48_00


async def test_a_refund_that_fails_before_it_was_confirmed_may_be_tried_again(
    stripe: Watched,
) -> None:
    editor = await given.partner()
    placed = await planned(stripe, editor)
    failed = await seen_refund(placed, status="failed")
    assert await orders.settle_refund(failed, now=given.NOW) == "failed"
    assert await euros(ledger.earned(editor)) == 70_00
    assert (await refunded(placed, 100_00)).state == "done"


@pytest.mark.parametrize(
    ("booked", "dated"),
    [
        (timedelta(hours=2), timedelta(hours=2)),
        (timedelta(days=9), timedelta(days=3)),  # A clock ahead of ours: not in the future.
        (timedelta(days=-9), timedelta()),  # Nor before its sale.
    ],
    ids=str,
)
async def test_a_refund_is_dated_when_it_happened_not_when_it_was_told(
    stripe: Watched, booked: timedelta, dated: timedelta
) -> None:
    placed = await planned(stripe, await given.partner())
    sold_at = placed.paid_at
    made = await seen_refund(placed, booked_at=sold_at + booked)
    await orders.settle_refund(made, now=sold_at + timedelta(days=3))
    (refund,) = await orders.refunds_of(placed.id)
    row = await core.fetch_row(
        "SELECT sold_at, recorded_at FROM sales.sale_line WHERE kind = $1", "refund"
    )
    assert row is not None
    assert row["sold_at"] == refund.ended_at == sold_at + dated
    assert row["recorded_at"] == sold_at + timedelta(days=3)


async def test_a_refund_told_after_its_month_closed_is_posted_into_the_open_one(
    stripe: Watched,
) -> None:
    placed = await planned(stripe, await given.partner())
    await closed(Month.of(placed.paid_at))
    told = await seen_refund(placed, booked_at=placed.paid_at)
    await orders.settle_refund(told, now=given.NOW + timedelta(days=40))
    row = await core.fetch_row(
        "SELECT sold_at, month, is_late FROM sales.sale_line WHERE kind = $1", "refund"
    )
    assert row is not None and row["is_late"] and row["sold_at"] == placed.paid_at
    assert Month(row["month"]) == Month.of(given.NOW + timedelta(days=31))


async def test_a_refund_that_waited_for_funds_is_of_the_day_they_came(stripe: Watched) -> None:
    placed = await paid(stripe, await given.partner())
    await stripe_sandbox.advance_clock(3 * 86_400)
    refund = await refunded(placed)
    before = await payments.read_refund_at_stripe(refund.stripe_refund_id)
    await stripe_sandbox.fund(100_00)
    await stripe_sandbox.advance_clock(2 * 86_400)
    after = await payments.read_refund_at_stripe(refund.stripe_refund_id)
    assert (before.status, after.status) == ("pending", "succeeded")
    assert timedelta(days=1) <= after.booked_at - before.booked_at <= timedelta(days=2, hours=1)
