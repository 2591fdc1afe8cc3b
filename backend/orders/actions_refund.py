"""Refunds of paid orders: the intent, and what Stripe made of it. Each one transaction."""

from datetime import datetime
from uuid import UUID

from backend import audit, ledger, payments, sales, webhooks
from backend.core import Money, Month, transaction, uuid7
from backend.orders import rules
from backend.orders.actions import lock_order, owners_of
from backend.orders.actions_alarm import WORKER, raise_alarm
from backend.orders.parts import read_parts, refunds_of_parts, told_of
from backend.orders.queries import price_of, price_of_refund, sent_in_vain
from backend.orders.tables import Order, Refund


async def plan_refund(
    order_id: UUID,
    net: Money | None,
    *,
    reason: str,
    now: datetime,
    actor: str,
    not_executed: frozenset[UUID] = frozenset(),
) -> Refund:
    """The refund of `net` (before VAT; None: all that is left) is intended; Stripe knows nothing.

    The buyer gets VAT back with it; Stripe's fee stays with the operator (money rules f1, p).
    `not_executed`: failed refunds of the order about which Stripe was just asked.

    Raises:
        OrderUnknown, OrderNotPaid, OrderRefundTooLarge: there is nothing to refund.
        OrderRefundedWhole: an order of several parts, of which this is less.
        OrderInOtherCurrency: `net` is not in the currency that was paid.
        RefundUnderWay: the tax of a refund depends on those before it, so they take turns.
        RefundInDoubt: an earlier one was sent and failed, and is not in `not_executed`: Stripe
            may have executed it.
    """
    async with transaction():
        order = await lock_order(order_id)
        if order.state != "paid":
            raise rules.OrderNotPaid(f"The order is {order.state}.")
        if await _one_is_open(order):
            raise rules.RefundUnderWay("Wait for its end, then ask again.")
        doubtful = await sent_in_vain(order.id) - not_executed
        if doubtful:
            names = ", ".join(map(str, doubtful))
            raise rules.RefundInDoubt(f"Look at Stripe's refunds, and at the alarms, of {names}.")
        price = rules.refund_price(price_of(order), await _refunded(order), net)
        if price.net != price_of(order).net and await read_parts(order.id):
            raise rules.OrderRefundedWhole(f"Refund all of its {price_of(order).net}.")
        refund = Refund(
            id=uuid7(),
            order_id=order.id,
            organisation_id=order.organisation_id,
            currency=order.currency,
            net_minor=price.net.amount_minor,
            vat_minor=price.vat.amount_minor,
            gross_minor=price.gross.amount_minor,
            reason=reason,
            requested_by=actor,
            requested_at=now,
        )
        await payments.plan_operation(
            refund.id,
            "refund",
            organisation_id=order.organisation_id,
            subject=f"order:{order.id}",
            params=payments.refund_params(
                refund.id, price.gross, intent_id=order.payment_intent_id, reason=reason
            ),
            now=now,
        )
        await Refund.insert(refund)
        after = {"order": order.id, "net": price.net, "gross": price.gross, "reason": reason}
        subject = f"refund:{refund.id}"
        await audit.write(order.organisation_id, actor, "plan_refund", subject, None, after)
    return refund


async def record_sent(
    claim: payments.Claim, outcome: payments.Outcome, now: datetime
) -> payments.Operation:
    """What Stripe answered is written, for the operation and its refund at once.

    Locked in one order everywhere: the order, its refund, its operation.
    """
    async with transaction():
        found = await _find(claim.operation.id)
        assert found is not None, f"no refund {claim.operation.id}"
        await lock_order(found.order_id)
        refund = await _lock_refund(found.id)
        operation = await payments.record_outcome(claim, outcome, now)
        if operation.state == "done" and refund.stripe_refund_id is None:
            await Refund.update({Refund.stripe_refund_id: operation.result_id}).where(
                Refund.id == refund.id
            )
        elif operation.state == "rejected":
            await _fail(refund, operation.error_message or "refused", now)
    return operation


async def settle_refund(made: payments.RefundMade, *, now: datetime) -> str | None:
    """The refund is as Stripe says it is; confirmed, it comes off the sale and is posted.

    Only now, and once, whoever tells it (money rules f1-f4: dated the day it happens). Answers
    its state, None if it is not one of ours: of an order's payment, that raises an alarm.
    """
    refund_id = payments.operation_id_of(made.operation_id)
    async with transaction():
        found = None if refund_id is None else await _find(refund_id)
        if found is None:
            await _raise_foreign(made, now)
            return None
        order = await lock_order(found.order_id)
        refund = await _lock_refund(found.id)
        gross, known = Money(refund.gross_minor, refund.currency), refund.stripe_refund_id
        wrong = rules.refund_differences(gross, order.payment_intent_id, known, made)
        if wrong:
            await raise_alarm(order, "refund_differs", "; ".join(wrong), now)
            return refund.state
        return await _conclude(refund, order, made, now)


async def _conclude(refund: Refund, order: Order, made: payments.RefundMade, now: datetime) -> str:
    returned = made.status in rules.RETURNED
    if refund.state == "failed":
        return refund.state if returned else await _revive(refund, order, made, now)
    if refund.state == "done":
        if returned:
            await _owe_by_bank(refund, order, made, now)
        return refund.state
    await payments.adopt_result(refund.id, made.refund_id, now)
    if returned:
        await _fail(refund, f"Stripe says {made.status}", now, made.refund_id)
        return "failed"
    if made.status == "succeeded":
        await _finish(refund, order, made, now)
        return "done"
    await Refund.update({Refund.stripe_refund_id: made.refund_id}).where(Refund.id == refund.id)
    return "open"


async def _finish(refund: Refund, order: Order, made: payments.RefundMade, now: datetime) -> None:
    at = rules.refunded_at(made, order.paid_at, now)
    await Refund.update(
        {
            Refund.state: "done",
            Refund.stripe_refund_id: made.refund_id,
            Refund.ended_at: at,
            Refund.failure: None,
        }
    ).where(Refund.id == refund.id)
    parts = await read_parts(order.id)
    net = Money(refund.net_minor, refund.currency)
    await sales.refund_together(
        refunds_of_parts(order, parts, net, f"order-refund:{refund.id}"),
        refunded_at=at,
        now=now,
        actor=WORKER,
    )
    after = {"state": "done", "stripe_refund_id": made.refund_id, "at": at}
    subject = f"refund:{refund.id}"
    await audit.write(order.organisation_id, WORKER, "finish_refund", subject, None, after)
    for owner, facts in told_of(order, parts, await owners_of(order)):
        back = facts["net"] if parts else net
        told = {"refund_id": refund.id, "refunded_net": back, "refunded_at": at, **facts}
        await webhooks.emit(owner, "order.refunded", f"order:{order.id}", told, now=now)


async def _owe_by_bank(
    refund: Refund, order: Order, made: payments.RefundMade, now: datetime
) -> None:
    """Stripe has the money again, and the buyer still has it coming: from the bank, by a person.

    The sale stays taken back, so nothing of it is shared anew. Posted once, however often told.
    """
    gross = Money(refund.gross_minor, refund.currency)
    await ledger.post(
        f"refund_returned:{refund.id}",
        ledger.Line(ledger.OPERATOR_STRIPE, ledger.OPERATOR_BANK, gross),
        month=await ledger.open_month(Month.of(now)),
        effective_at=now,
    )
    detail = f"{made.refund_id} of {refund.id} came back as {made.status}: pay the buyer {gross}"
    await raise_alarm(order, "refund_returned", f"{detail} by bank, as the books say", now)


async def _revive(refund: Refund, order: Order, made: payments.RefundMade, now: datetime) -> str:
    """Taken for refused, and yet executed: it goes on as if that had been known, with an alarm.

    It stays as it is where another one has changed what its VAT would be, or is open: people
    have to look, and no further refund is planned (`RefundInDoubt`).
    """
    state, advice = refund.state, "book it by hand"
    if rules.comes_off(price_of(order), await _refunded(order), price_of_refund(refund, order)):
        if made.status == "succeeded":
            await _finish(refund, order, made, now)
            state, advice = "done", "it is booked"
        elif not await _one_is_open(order):
            await _reopen(refund, made)
            state, advice = "open", "it is awaited"
    told = f"{made.refund_id} is {made.status}, but {refund.id} was taken for refused; {advice}"
    await raise_alarm(order, "refund_after_failure", told, now)
    return state


async def _reopen(refund: Refund, made: payments.RefundMade) -> None:
    await Refund.update(
        {
            Refund.state: "open",
            Refund.stripe_refund_id: made.refund_id,
            Refund.ended_at: None,
            Refund.failure: None,
        }
    ).where(Refund.id == refund.id)
    after = {"state": "open", "stripe_refund_id": made.refund_id}
    subject = f"refund:{refund.id}"
    await audit.write(refund.organisation_id, WORKER, "reopen_refund", subject, None, after)


async def _fail(
    refund: Refund, why: str, now: datetime, stripe_refund_id: str | None = None
) -> None:
    if refund.state != "open":
        return
    await Refund.update(
        {
            Refund.state: "failed",
            Refund.failure: why[:1000],
            Refund.ended_at: now,
            Refund.stripe_refund_id: stripe_refund_id or refund.stripe_refund_id,
        }
    ).where(Refund.id == refund.id)
    subject = f"refund:{refund.id}"
    after = {"state": "failed", "failure": why}
    await audit.write(refund.organisation_id, WORKER, "fail_refund", subject, None, after)


async def _raise_foreign(made: payments.RefundMade, now: datetime) -> None:
    """Money went back past Maillage (Stripe's dashboard): nobody has told the ledger."""
    order = await Order.objects().get(Order.payment_intent_id == made.intent_id)
    if made.intent_id is not None and order is not None:
        detail = f"{made.refund_id} of {made.amount_minor} {made.currency} was made elsewhere"
        await raise_alarm(order, "refund_differs", detail, now)


async def _refunded(order: Order) -> Money:
    """Net, what went back or is on its way."""
    counted = await Refund.objects().where(
        (Refund.order_id == order.id) & (Refund.state != "failed")
    )
    return Money(sum(refund.net_minor for refund in counted), order.currency)


async def _one_is_open(order: Order) -> bool:
    return bool(
        await Refund.exists().where((Refund.order_id == order.id) & (Refund.state == "open"))
    )


async def _find(refund_id: UUID) -> Refund | None:
    return await Refund.objects().get(Refund.id == refund_id)


async def _lock_refund(refund_id: UUID) -> Refund:
    refund: Refund | None = await Refund.objects().get(Refund.id == refund_id).lock_rows()
    assert refund is not None, f"no refund {refund_id}"
    return refund
