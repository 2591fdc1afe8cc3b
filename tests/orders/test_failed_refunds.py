"""A refund taken for refused may have been executed: no second one before Stripe was asked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from backend import audit, core, ledger, orders, payments, stripe_sandbox
from backend.core import Money
from backend.orders import Order, Refund, actions_refund, jobs
from backend.orders.jobs import request_refund
from tests import clients, given
from tests.orders.test_jobs import at, euros, paid
from tests.payments.conftest import Watched


async def request(placed: Order, net_minor: int | None = None) -> Refund:
    return await request_refund(
        at(hours=1),
        placed.id,
        None if net_minor is None else Money(net_minor, "EUR"),
        reason="duplicate",
        actor=given.SYSTEM,
    )


async def taken_for_refused(placed: Order, net_minor: int = 40_00) -> Refund:
    """Executed at Stripe; what came back on the way was a refusal."""
    planned = await request(placed, net_minor)
    claim = await payments.claim_operation(planned.id, given.NOW + timedelta(hours=1))
    assert claim is not None
    await payments.carry_out(claim)
    refusal = payments.Refused("api_error", "a proxy answered")
    await actions_refund.record_sent(claim, refusal, given.NOW)
    failed = (await orders.refunds_of(placed.id))[-1]
    assert failed.state == "failed"
    return failed


async def kinds() -> list[str]:
    return [row["kind"] for row in await core.fetch("SELECT kind FROM audit.alarm ORDER BY id")]


async def made_at_stripe() -> int:
    objects = (await stripe_sandbox.describe())["objects"]
    return int(objects.get("refund", 0))


async def test_an_executed_refund_is_adopted_before_another_is_planned(stripe: Watched) -> None:
    editor = await given.partner()
    placed = await paid(stripe, editor)
    failed = await taken_for_refused(placed)
    assert await euros(ledger.earned(editor)) == 70_00

    rest = await request(placed)
    assert (rest.net_minor, rest.gross_minor) == (60_00, 72_00)
    adopted, _ = await orders.refunds_of(placed.id)
    assert (adopted.id, adopted.state, adopted.failure) == (failed.id, "done", None)
    assert adopted.stripe_refund_id is not None
    assert await euros(ledger.earned(editor)) == 42_00
    assert await kinds() == ["refund_after_failure"]

    await jobs.send_refund(at(hours=2), rest.id, dated_by=at(hours=2))
    assert await made_at_stripe() == 2
    for code in (ledger.earned(editor), ledger.OPERATOR_REVENUE, ledger.OPERATOR_VAT):
        assert await euros(code) == 0
    (balance,) = (await stripe_sandbox.describe())["balances"]
    assert await euros(ledger.OPERATOR_STRIPE) == -(
        balance["available_minor"] + balance["pending_minor"]
    )
    assert await audit.broken_links() == []


async def test_the_whole_refund_is_not_made_twice_by_the_office(stripe: Watched) -> None:
    placed = await paid(stripe, await given.partner())
    await taken_for_refused(placed, 100_00)
    async with await clients.signed_in("finance") as staff:
        answer = await staff.post(f"/api/office/orders/{placed.id}/refunds", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "order-refund-too-large")
    assert await made_at_stripe() == 1


async def test_no_refund_is_planned_before_stripe_was_asked_about_a_failed_one(
    stripe: Watched,
) -> None:
    placed = await paid(stripe, await given.partner())
    await taken_for_refused(placed)
    with pytest.raises(orders.RefundInDoubt):
        await orders.plan_refund(
            placed.id, None, reason="duplicate", now=given.NOW, actor=given.SYSTEM
        )
    await stripe_sandbox.add_fault("GET", "/v1/refunds", "lost")
    async with await clients.signed_in("finance") as staff:
        answer = await staff.post(f"/api/office/orders/{placed.id}/refunds", json={})
    assert (answer.status_code, answer.json()["code"]) == (503, "stripe-no-answer")
    assert len(await orders.refunds_of(placed.id)) == 1


async def past_us(placed: Order, amount_minor: int) -> None:
    await payments.gateway().ask(
        lambda client: client.v1.refunds.create_async(
            {"payment_intent": placed.payment_intent_id, "amount": amount_minor}
        )
    )


async def test_a_refund_that_stripe_refused_indeed_may_be_asked_for_again(stripe: Watched) -> None:
    placed = await paid(stripe, await given.partner())
    await past_us(placed, 1_00)
    for net_minor, state in ((100_00, "failed"), (40_00, "done")):
        planned = await request(placed, net_minor)
        await jobs.send_refund(at(hours=2), planned.id, dated_by=at(hours=2))
        assert (await orders.refunds_of(placed.id))[-1].state == state
    assert await made_at_stripe() == 2 and await kinds() == []


async def test_an_executed_refund_that_waits_for_funds_is_under_way_again(stripe: Watched) -> None:
    editor = await given.partner()
    placed = await paid(stripe, editor)
    await stripe_sandbox.advance_clock(3 * 86_400)
    await taken_for_refused(placed, 100_00)
    with pytest.raises(orders.RefundUnderWay):
        await request(placed)
    assert (await orders.refunds_of(placed.id))[0].state == "open"
    await stripe_sandbox.fund(100_00)
    await stripe_sandbox.advance_clock(2 * 86_400)
    assert await jobs.look_for_lost_refunds(at(hours=3)) == 1
    (refund,) = await orders.refunds_of(placed.id)
    assert (refund.state, await euros(ledger.earned(editor))) == ("done", 0)


async def test_a_webhook_of_an_executed_refund_adopts_it_once(stripe: Watched) -> None:
    editor = await given.partner()
    placed = await paid(stripe, editor)
    failed = await taken_for_refused(placed)
    (made,) = await payments.list_refunds(placed.payment_intent_id)
    assert made.operation_id == str(failed.id)
    for _ in range(2):
        assert await orders.settle_refund(made, now=given.NOW) == "done"
    assert await euros(ledger.earned(editor)) == 42_00
    assert await kinds() == ["refund_after_failure"]


async def both(stripe: Watched, price_minor: int, parts: tuple[int, int]) -> tuple[Order, UUID]:
    """Two parts were executed; the first, taken for refused, is not adopted yet."""
    editor = await given.partner()
    placed = await paid(stripe, editor, price_minor)
    failed = await taken_for_refused(placed, parts[0])
    second = await orders.plan_refund(
        placed.id,
        Money(parts[1], "EUR"),
        reason="duplicate",
        now=given.NOW,
        actor=given.SYSTEM,
        not_executed=frozenset({failed.id}),
    )
    await jobs.send_refund(at(hours=2), second.id, dated_by=at(hours=2))
    return placed, editor


@pytest.mark.parametrize(
    ("price_minor", "parts", "state"),
    [
        (100_00, (40_00, 60_00), "done"),
        # The VAT of 0.33 twice is 0.07 twice, of 0.66 it is 0.13: people have to book it.
        (1_00, (33, 33), "failed"),
    ],
    ids=str,
)
async def test_one_adopted_after_another_is_posted_to_the_cent_or_not(
    stripe: Watched, price_minor: int, parts: tuple[int, int], state: str
) -> None:
    placed, editor = await both(stripe, price_minor, parts)
    (made,) = [
        made
        for made in await payments.list_refunds(placed.payment_intent_id)
        if made.operation_id == str((await orders.refunds_of(placed.id))[0].id)
    ]
    earned = await euros(ledger.earned(editor))
    assert await orders.settle_refund(made, now=given.NOW) == state
    assert await kinds() == ["refund_after_failure"]
    assert (await euros(ledger.earned(editor)) == earned) == (state == "failed")
    if state == "failed":
        with pytest.raises(orders.RefundInDoubt):
            await request(placed)


async def test_one_that_waits_for_funds_is_not_under_way_beside_another(stripe: Watched) -> None:
    placed = await paid(stripe, await given.partner())
    failed = await taken_for_refused(placed)
    await orders.plan_refund(
        placed.id,
        Money(60_00, "EUR"),
        reason="duplicate",
        now=given.NOW,
        actor=given.SYSTEM,
        not_executed=frozenset({failed.id}),
    )
    (made,) = await payments.list_refunds(placed.payment_intent_id)
    pending = msgspec.structs.replace(made, status="pending")
    assert await orders.settle_refund(pending, now=given.NOW) == "failed"
    assert [refund.state for refund in await orders.refunds_of(placed.id)] == ["failed", "open"]
    assert await kinds() == ["refund_after_failure"]


async def test_more_than_what_is_left_at_stripe_is_refused_by_stripe(stripe: Watched) -> None:
    """Somebody has refunded past us: Stripe's own limit holds, nothing is posted."""
    editor = await given.partner()
    placed = await paid(stripe, editor)
    await past_us(placed, 1_00)
    planned = await request(placed)
    await jobs.send_refund(at(hours=2), planned.id, dated_by=at(hours=2))
    (refund,) = await orders.refunds_of(placed.id)
    assert refund.state == "failed" and "greater than unrefunded" in refund.failure
    assert await euros(ledger.earned(editor)) == 70_00 and await made_at_stripe() == 1


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ("state = 'done', stripe_refund_id = 're_x'", True),
        ("state = 'open', stripe_refund_id = 're_x', ended_at = NULL", True),
        ("state = 'open', ended_at = NULL", False),
        ("failure = 'other'", False),
        ("stripe_refund_id = 're_x'", False),
    ],
)
async def test_postgresql_revives_only_what_stripe_has(
    stripe: Watched, change: str, passes: bool
) -> None:
    placed = await paid(stripe, await given.partner())
    await taken_for_refused(placed)
    statement = f"UPDATE orders.refund SET {change}"
    if passes:
        await core.fetch(statement)
        return
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await core.fetch(statement)


async def test_postgresql_revives_nothing_beyond_the_order(stripe: Watched) -> None:
    placed = await paid(stripe, await given.partner())
    failed = await taken_for_refused(placed, 60_00)
    await orders.plan_refund(
        placed.id,
        Money(60_00, "EUR"),
        reason="duplicate",
        now=given.NOW,
        actor=given.SYSTEM,
        not_executed=frozenset({failed.id}),
    )
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await core.fetch(
            "UPDATE orders.refund SET state = 'done', stripe_refund_id = 're_x' WHERE id = $1",
            failed.id,
        )
    assert refused.value.constraint_name == "refund_within_order"


async def test_a_refund_that_stripe_failed_keeps_stripes_name(stripe: Watched) -> None:
    placed = await paid(stripe, await given.partner())
    planned = await request(placed, 40_00)
    told: dict[str, Any] = {
        "refund_id": "re_1",
        "status": "failed",
        "intent_id": placed.payment_intent_id,
        "operation_id": str(planned.id),
        "amount_minor": planned.gross_minor,
        "currency": "EUR",
        "booked_at": given.NOW,
    }
    await orders.settle_refund(payments.RefundMade(**told), now=given.NOW)
    (refund,) = await orders.refunds_of(placed.id)
    assert (refund.state, refund.stripe_refund_id) == ("failed", "re_1")
