"""Nothing leaves for a partner that may not be paid any more, whatever was begun before."""

from datetime import timedelta
from typing import TypeAlias

import asyncpg
import pytest

from backend import core, payments, payouts, stripe_sandbox
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
Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
NO_LONGER = {
    "organisation_unverified": "UPDATE partners.organisation SET verification = 'unverified'",
    "account_not_payable": "UPDATE payments.connected_account SET payouts_status = 'restricted'",
    "schedule_not_manual": "UPDATE payments.connected_account SET schedule = 'daily'",
}
AGAIN = """UPDATE partners.organisation SET verification = 'verified';
UPDATE payments.connected_account SET payouts_status = 'active', schedule = 'manual'"""


@pytest.mark.parametrize("fault", ["refused", "lost"])
async def test_a_lost_first_send_is_looked_for_and_not_repeated_once_the_gate_is_closed(
    stripe: Watched, owner: Owner, fault: str
) -> None:
    """`refused`: the request never reached Stripe. `lost`: its answer never reached us."""
    partner, payout = await started()
    await payouts.step_payout(payout, payouts.sandbox_clock)
    await stripe_sandbox.add_fault("POST", "/v1/transfers", fault)
    await payouts.step_payout(payout, payouts.sandbox_clock)
    await owner.execute(NO_LONGER["account_not_payable"])
    for _ in range(3):
        await days_pass(0.01)
        await run()
    if fault == "refused":
        assert (await state_of(payout), await books(partner)) == ("held", {"payable": DUE})
        assert await transfers_of(payout) == []
    else:
        assert await state_of(payout) == "transferred"
        assert (await books(partner), await bank_payouts_of(payout)) == ({"at_stripe": DUE}, [])
    await owner.execute(AGAIN)
    await days_pass(0.1)
    await run()
    assert (await state_of(payout), await books(partner)) == ("payout_pending", {"at_stripe": DUE})
    assert len(await transfers_of(payout)) == 1


@pytest.mark.parametrize("reason", NO_LONGER)
async def test_money_at_stripe_stays_there_until_its_partner_may_be_paid_again(
    stripe: Watched, owner: Owner, reason: str
) -> None:
    partner, payout = await started()
    for _ in range(2):
        await payouts.step_payout(payout, payouts.sandbox_clock)
    assert await state_of(payout) == "transferred"
    await owner.execute(NO_LONGER[reason])
    for _ in range(2):
        await days_pass(0.01)
        await run()
    row = await payouts.read_payout(payout)
    assert (row["state"], row["held_reason"]) == ("transferred", reason)
    assert (await books(partner), await bank_payouts_of(payout)) == ({"at_stripe": DUE}, [])
    await owner.execute(AGAIN)
    await days_pass(0.01)
    await run()
    row = await payouts.read_payout(payout)
    assert (row["state"], row["held_reason"]) == ("payout_pending", None)
    steps = [(step["state"], step["reason"]) for step in await payouts.read_steps(payout)]
    assert ("transferred", reason) in steps


async def test_a_payout_at_the_bank_is_asked_about_every_few_hours_and_not_all_the_time(
    stripe: Watched,
) -> None:
    _, payout = await started()
    await run()
    now = await sandbox_time()
    await core.fetch("UPDATE payouts.payout SET next_step_at = $1", now)
    await run()
    assert await state_of(payout) in ("payout_pending", "in_transit")
    due = await core.fetch_value("SELECT next_step_at FROM payouts.payout")
    assert due - now > timedelta(hours=5)


async def test_a_payout_is_dated_by_the_moment_that_stripe_tells(stripe: Watched) -> None:
    _, payout = await started()
    await run()
    [bank] = await core.fetch(
        "SELECT stripe_payout_id AS id, created_at FROM payouts.payout_attempt"
    )
    await days_pass(2.1)
    account = await core.fetch_value("SELECT stripe_account FROM payouts.payout")
    found = await payments.read_payout(account, bank["id"])
    assert found.status == "paid"
    told_at = bank["created_at"] + timedelta(days=2)
    learned_at = bank["created_at"] + timedelta(days=40)
    await payouts.apply_bank_payout(found, learned_at, told_at=told_at)
    assert (await payouts.read_payout(payout))["paid_at"] == told_at
    entry = await core.fetch_row(
        "SELECT effective_at, month FROM ledger.entry WHERE reference LIKE 'payout:%:paid:1'"
    )
    assert entry is not None and entry["effective_at"] == told_at
