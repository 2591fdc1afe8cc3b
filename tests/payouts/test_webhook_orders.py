"""Six events of one payout, in every order, one of them twice anywhere: one final state."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from backend import core, payments, payouts, stripe_sandbox
from backend.core import connection
from backend.payments import BankPayout, Event, Transfer
from backend.payouts.jobs import tells_more
from tests import clients
from tests.given.partners import NOW
from tests.given.payouts import (
    bank_payouts_of,
    books,
    days_pass,
    run,
    sandbox_time,
    started,
    state_of,
    transfers_of,
)
from tests.payments.conftest import Watched

DUE = 84_00
HISTORY = [
    ("transfer.created", ""),
    ("payout.created", "pending"),
    ("payout.updated", "in_transit"),
    ("payout.paid", "paid"),
    ("payout.updated", "failed"),
    ("payout.failed", "failed"),
]
"""The bank payout is shown as paid and fails days later (case 5)."""


class Orders:
    """Walks all orders as one tree of savepoints, so that equal beginnings are applied once.

    `live`: an object is read as far as any event delivered so far says that it is; otherwise it is
    read exactly as it was when the event was made, as a stale replica might answer.
    """

    def __init__(self, payout: UUID, transfer: Transfer, bank: BankPayout, *, live: bool) -> None:
        self.payout, self.transfer, self.bank, self.live = payout, transfer, bank, live
        self.sequences = 0

    async def walk(self, delivered: Sequence[int], *, duplicates: int) -> None:
        if len(set(delivered)) == len(HISTORY):
            await self.check(delivered)
        for number in range(len(HISTORY)):
            again = number in delivered
            if again and not duplicates:
                continue
            name = f"s{len(delivered)}"
            await connection().execute(f"SAVEPOINT {name}")
            await self.deliver(number, delivered)
            await self.walk([*delivered, number], duplicates=duplicates - again)
            await connection().execute(f"ROLLBACK TO {name}; RELEASE {name}")

    async def deliver(self, number: int, before: Sequence[int]) -> None:
        kind, status = HISTORY[number]
        body = msgspec.json.encode({"data": {"object": {"status": status}}}).decode()
        account = "" if kind.startswith("transfer.") else "acct_1"
        object_id = self.transfer.id if not account else self.bank.id
        event = Event(account, f"evt_{number}", kind, "snapshot", object_id, NOW, body)
        if not await tells_more(event):
            return
        if not account:
            assert await payouts.apply_transfer(self.transfer, NOW)
            return
        furthest = max(number, *before, 1) if self.live else number
        now_is = HISTORY[furthest][1]
        found = msgspec.structs.replace(
            self.bank, status=now_is, failure_code="account_closed" if now_is == "failed" else None
        )
        assert await payouts.apply_bank_payout(found, NOW)

    async def check(self, delivered: Sequence[int]) -> None:
        row = await connection().fetchrow(
            "SELECT p.state, p.failure_code, p.attempt_count, a.state AS attempt, a.booked, "
            "(SELECT sum(b.credit_minor - b.debit_minor)::bigint FROM ledger.account c "
            " JOIN ledger.balance b ON b.account_id = c.id "
            " WHERE c.code = 'partner:' || p.organisation_id || ':at_stripe') AS at_stripe "
            "FROM payouts.payout p JOIN payouts.payout_attempt a ON a.payout_id = p.id "
            "WHERE p.id = $1",
            self.payout,
        )
        assert row is not None and tuple(row) == (
            "failed", "account_closed", 1, "failed", False, DUE,
        ), f"{delivered}: {row}"  # fmt: skip
        self.sequences += 1


async def sent_without_answer() -> tuple[UUID, Transfer, BankPayout]:
    """Transfer and bank payout exist at Stripe; the answer to the second was lost."""
    _, payout = await started()
    await payouts.step_payout(payout, payouts.sandbox_clock)
    await payouts.step_payout(payout, payouts.sandbox_clock)
    await stripe_sandbox.add_fault("POST", "/v1/payouts", "lost")
    await payouts.step_payout(payout, payouts.sandbox_clock)
    assert await state_of(payout) == "transferred"
    row = await core.fetch_row(
        "SELECT p.transfer_id, p.stripe_account, s.id FROM payouts.payout p, "
        "stripe_sandbox.object s WHERE p.id = $1 AND s.kind = 'payout' "
        "AND s.body->'metadata'->>'op' = p.payout_operation_id::text",
        payout,
    )
    assert row is not None
    transfer = await payments.read_transfer(row["transfer_id"])
    return payout, transfer, await payments.read_payout(row["stripe_account"], row["id"])


async def walk_all(*, live: bool, duplicates: int) -> int:
    orders = Orders(*await sent_without_answer(), live=live)
    async with core.transaction():
        await orders.walk([], duplicates=duplicates)
    return orders.sequences


async def test_all_orders_of_six_events_have_one_end(stripe: Watched) -> None:
    assert await walk_all(live=True, duplicates=0) == 720


@pytest.mark.long
@pytest.mark.parametrize("live", [True, False])
async def test_all_orders_with_one_duplicate_anywhere_have_one_end(
    stripe: Watched, live: bool
) -> None:
    assert await walk_all(live=live, duplicates=1) == 720 + 15_120


@pytest.mark.parametrize("seed", range(4))
async def test_shuffled_and_doubled_on_the_wire_it_ends_the_same(
    stripe: Watched, seed: int
) -> None:
    await payments.ensure_destinations(f"{clients.BASE}/api/hooks/stripe", NOW)
    await stripe_sandbox.set_delivery(order="shuffled", seed=seed, duplicate_every=2)
    partner, payout = await started("3002")
    async with clients.visitor() as browser:
        for days in (0, 0.1, 2.1, 3.1):
            await days_pass(days)
            await stripe_sandbox.deliver_due(browser)
            await run_and_take()
    assert (await state_of(payout), await books(partner)) == ("failed", {"at_stripe": DUE})
    assert len(await transfers_of(payout)) == 1
    assert await bank_payouts_of(payout) == ["failed"]
    waiting = await core.fetch("SELECT type FROM payments.stripe_event WHERE state = 'waiting'")
    assert [row["type"] for row in waiting] == []


async def run_and_take() -> None:
    await run()
    await payments.take_account_events(machine)
    await payouts.take_events(machine)


async def machine() -> datetime:
    # Later than any first try of an event.
    return max(await sandbox_time(), datetime.now(UTC))
