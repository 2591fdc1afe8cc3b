"""What became of payments online is found out, by webhook or by asking; letters are written."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import asyncpg

from backend import payments
from backend.core import Clock, for_each, retrying
from backend.dues import actions, queries
from backend.dues.reminders import write_reminders
from backend.payments import Checkout, DisputeMade, RefundMade, operation_id_of

BATCH = 100


def payment_taker(clock: Clock) -> Callable[[Checkout | None], Awaitable[bool]]:
    """For `orders.take_payments`: takes what is paid and is no order."""

    async def take(seen: Checkout | None) -> bool:
        due_id = None if seen is None else operation_id_of(seen.due_id)
        if seen is None or due_id is None:
            return True  # The operator's Stripe account may sell elsewhere too.
        if await queries.due_of_intent(None, due_id) is None:
            return False
        await actions.settle_payment(due_id, seen, now=await clock())
        return True

    return take


def dispute_taker(clock: Clock) -> Callable[[DisputeMade], Awaitable[bool]]:
    """For `orders.take_disputes`: takes what a bank takes back and is no order."""

    async def take(made: DisputeMade) -> bool:
        told = operation_id_of(made.due_id)
        due = await queries.due_of_intent(made.intent_id, told)
        if due is None:
            return told is None
        await actions.note_dispute(made, due, await clock())
        # A dispute may be told before its payment: it is reversed once that is a receipt.
        return made.status != "lost" or due["receipt_id"] is not None

    return take


def refund_taker(clock: Clock) -> Callable[[RefundMade], Awaitable[bool]]:
    """For `orders.take_refunds`: takes what went back past Maillage and is of no order."""

    async def take(made: RefundMade) -> bool:
        due = await queries.due_of_intent(made.intent_id, None)
        if due is not None:
            await actions.note_refund(made, due, await clock())
        return True

    return take


async def look_for_lost_payments(clock: Clock) -> int:
    """Payments whose webhook did not come are asked about; those never opened end after a day.

    Raises:
        ExceptionGroup: what failed; it is tried again at the next sweep.
    """

    async def look(due: asyncpg.Record) -> None:
        now = await clock()
        if due["session_id"] is None:
            await actions.end_payment(
                due["id"], "expired", why="no page", now=now, if_in=("planned",)
            )
            return
        seen = await payments.read_checkout(due["session_id"])
        await retrying(lambda: actions.settle_payment(due["id"], seen, now=now))

    return await for_each(await actions.claim_due(await clock(), limit=BATCH), look)


async def remind(_: Clock) -> None:
    """Who owes for long is written to, each letter once; by the machine's clock, as programmes.

    Raises:
        ExceptionGroup: what failed; the next night does.
    """
    await write_reminders(datetime.now(UTC))
