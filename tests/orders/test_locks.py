"""Rows are locked in one order: order, refund, operation; the ledger before the audit chains."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
import pytest

from backend import ledger, orders, payments
from backend.orders import actions_refund
from tests import given
from tests.given.orders import order
from tests.orders.test_actions import seen_of, settle
from tests.orders.test_jobs import planned, seen_refund
from tests.payments.conftest import Watched

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@asynccontextmanager
async def held(owner: Owner, table: str, where: str, *arguments: object) -> AsyncIterator[None]:
    """Somebody else has these rows."""
    async with owner.transaction():
        rows = await owner.fetch(f"SELECT FROM {table} WHERE {where} FOR UPDATE", *arguments)
        assert rows
        yield


async def is_free(owner: Owner, table: str, where: str, *arguments: object) -> bool:
    """Nobody else has locked these rows (or there are none yet)."""
    try:
        async with owner.transaction():
            await owner.fetch(f"SELECT FROM {table} WHERE {where} FOR UPDATE NOWAIT", *arguments)
    except asyncpg.LockNotAvailableError:
        return False
    return True


async def waits(working: "asyncio.Task[object]") -> bool:
    """It has come as far as it can."""
    await asyncio.sleep(0.3)
    return not working.done()


async def test_an_answer_of_stripe_waits_for_the_order_before_it_takes_the_operation(
    stripe: Watched, owner: Owner
) -> None:
    placed = await planned(stripe, await given.partner())
    (refund,) = await orders.refunds_of(placed.id)
    claim = await payments.claim_operation(refund.id, given.NOW)
    assert claim is not None
    outcome = await payments.carry_out(claim)
    async with held(owner, "orders.order", "id = $1", placed.id):
        recording = asyncio.create_task(actions_refund.record_sent(claim, outcome, given.NOW))
        assert await waits(recording)
        assert await is_free(owner, "payments.operation", "id = $1", refund.id)
        assert await is_free(owner, "orders.refund", "id = $1", refund.id)
    assert (await recording).state == "done"
    (refund,) = await orders.refunds_of(placed.id)
    assert refund.stripe_refund_id is not None


async def test_a_payment_waits_for_the_books_before_it_takes_an_audit_chain(
    db: None, owner: Owner
) -> None:
    first, second = await order(), await order()
    await settle(first, seen_of(first))
    seen = seen_of(second, session_id="cs_2", payment={"intent_id": "pi_2"})
    fees = "account_id = (SELECT id FROM ledger.account WHERE code = $1)"
    async with held(owner, "ledger.balance", fees, ledger.OPERATOR_PSP_FEES):
        settling = asyncio.create_task(settle(second, seen))
        assert await waits(settling)
        for chain in (second.organisation_id, second.editor_id):
            assert await is_free(owner, "audit.head", "chain = $1", str(chain))
    assert await settling == "paid"


async def test_a_refund_waits_for_the_books_before_it_takes_an_audit_chain(
    stripe: Watched, owner: Owner
) -> None:
    placed = await planned(stripe, await given.partner())
    made = await seen_refund(placed)
    revenue = "account_id = (SELECT id FROM ledger.account WHERE code = $1)"
    async with held(owner, "ledger.balance", revenue, ledger.OPERATOR_REVENUE):
        settling = asyncio.create_task(orders.settle_refund(made, now=given.NOW))
        assert await waits(settling)
        for chain in (placed.organisation_id, placed.editor_id):
            assert await is_free(owner, "audit.head", "chain = $1", str(chain))
    assert await settling == "done"


@pytest.mark.parametrize("times", range(3))
async def test_a_fee_told_later_and_a_new_sale_do_not_wait_crosswise(db: None, times: int) -> None:
    unknown = {"booked_at": None, "fee_minor": None, "fee_currency": None}
    buyer, editor = await given.buyer(), await given.partner()
    placed = [await order(of=buyer, editor=editor) for _ in range(16)]

    def seen(number: int, **payment: object) -> payments.Checkout:
        one = placed[number]
        return seen_of(
            one, session_id=f"cs_{one.id}", payment={"intent_id": f"pi_{one.id}", **payment}
        )

    for number in range(8):
        await settle(placed[number], seen(number, **unknown))
    states = await asyncio.gather(*[settle(one, seen(n)) for n, one in enumerate(placed)])
    assert set(states) == {"paid"}
    assert await ledger.drifted_balances() == []
    assert (await ledger.balance(ledger.OPERATOR_PSP_FEES, "EUR")).amount_minor == -16 * 205
