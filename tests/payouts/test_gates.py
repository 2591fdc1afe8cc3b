"""Nothing leaves for a partner that may not be paid any more, whatever was begun before."""

import asyncio
from datetime import timedelta
from typing import TypeAlias

import asyncpg
import pytest

from backend import audit, core, payments, payouts, stripe_sandbox
from backend.payouts import actions_step
from tests.given.partners import SYSTEM
from tests.given.payouts import (
    AUGUST,
    alarms,
    bank_payouts_of,
    books,
    days_pass,
    next_month,
    run,
    sandbox_time,
    started,
    state_of,
    transferred,
    transfers_of,
)
from tests.payments.conftest import Watched
from tests.payouts.test_reversals import reverse

DUE = 84_00
Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
# The program has no way back from verified: a hand in the database.
UNVERIFY = """ALTER TABLE partners.organisation DISABLE TRIGGER guard_verification;
UPDATE partners.organisation SET verification = 'unverified';
ALTER TABLE partners.organisation ENABLE TRIGGER guard_verification"""
NO_LONGER = {
    "organisation_unverified": UNVERIFY,
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
    partner, payout = await transferred()
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


async def gate_closes(owner: Owner, reason: str = "account_not_payable") -> None:
    await owner.execute(NO_LONGER[reason])


async def test_a_bank_payout_whose_answer_was_lost_is_found_behind_a_closed_gate(
    stripe: Watched, owner: Owner
) -> None:
    _, payout = await transferred()
    await stripe_sandbox.add_fault("POST", "/v1/payouts", "lost")
    await payouts.step_payout(payout, payouts.sandbox_clock)
    await gate_closes(owner)
    for _ in range(4):
        await days_pass(0.1)
        await run()
    row = await payouts.read_payout(payout)
    assert (row["state"], row["held_reason"]) == ("payout_pending", None)
    assert len(await bank_payouts_of(payout)) == 1


@pytest.mark.parametrize("answer", ["made", "refused"])
async def test_an_answer_that_comes_after_the_gate_was_closed_is_written(
    stripe: Watched, owner: Owner, answer: str
) -> None:
    _, payout = await transferred()
    claim = await actions_step._claim(payout, await sandbox_time())
    assert claim is not None and claim.move == "send"
    await gate_closes(owner)
    assert await actions_step._claim(payout, await sandbox_time()) is None
    assert (await payouts.read_payout(payout))["held_reason"] == "account_not_payable"
    outcome: payments.Outcome = payments.Refused("account_invalid", "No such account.")
    if answer == "made":
        outcome = await payments.carry_out(claim)
    await actions_step._record(payout, claim, outcome, await sandbox_time())
    row = await payouts.read_payout(payout)
    wanted = "payout_pending" if answer == "made" else "failed"
    assert (row["state"], row["held_reason"]) == (wanted, None)


@pytest.mark.parametrize("what", ["gate", "reversal"])
async def test_paying_does_not_wait_for_money_that_is_kept_at_stripe(
    stripe: Watched, owner: Owner, what: str
) -> None:
    _, payout = await transferred()
    if what == "gate":
        await gate_closes(owner, "organisation_unverified")
    else:
        await reverse(payout, 1_00)
    await asyncio.wait_for(payouts.drain(payouts.sandbox_clock, month=AUGUST), 20)
    assert await state_of(payout) == "transferred"


async def test_paying_does_not_wait_behind_a_bank_payout_that_waits_for_funds(
    stripe: Watched,
) -> None:
    partner, first = await transferred()
    claim = await actions_step._claim(first, await sandbox_time())
    assert claim is not None
    refused = payments.Refused("balance_insufficient", "Not yet.")
    await actions_step._record(first, claim, refused, await sandbox_time())
    second = await next_month(partner)
    await core.fetch(
        "UPDATE payments.operation SET next_attempt_at = $1 WHERE kind = 'payout'",
        await sandbox_time() + timedelta(days=1),
    )
    await asyncio.wait_for(payouts.drain(payouts.sandbox_clock, month=AUGUST.next), 20)
    assert await state_of(second) == "transferred"


async def test_turning_the_clock_ends_where_only_a_person_can_help(
    stripe: Watched, owner: Owner
) -> None:
    _, payout = await started()
    await run()
    await owner.execute(
        "UPDATE stripe_sandbox.object SET body = jsonb_set(body, '{amount}', '1') "
        "WHERE kind = 'payout'"
    )
    await asyncio.wait_for(
        payouts.wait_until_final(payouts.sandbox_clock, stripe_sandbox.advance_clock, month=AUGUST),
        60,
    )
    assert await state_of(payout) == "payout_pending"
    assert await alarms() == [(f"payout:{payout}", "payout-amount-differs")]


async def test_what_is_set_aside_again_after_its_alarm_was_closed_is_told_again(
    stripe: Watched, owner: Owner
) -> None:
    await started()
    await run()
    await owner.execute(
        "UPDATE stripe_sandbox.object SET body = jsonb_set(body, '{amount}', '1') "
        "WHERE kind = 'payout'"
    )
    for closed in (1, 2, 2):
        await days_pass(2.1)
        await run()
        assert len(await alarms()) == closed
        if closed == 1:
            [alarm] = await core.fetch("SELECT id FROM audit.alarm")
            now = await sandbox_time()
            await audit.close_alarm(alarm["id"], "It will mend itself.", now=now, actor=SYSTEM)


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
