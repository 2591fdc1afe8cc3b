"""From a statement to the bank, and every way in which it can be held, refused or given back."""

import asyncio
import time
from datetime import timedelta

import asyncpg
import pytest

from backend import core, ledger, payments, payouts, settlement, stripe_sandbox
from backend.core import Money, Month
from tests import given
from tests.given.partners import NOW, SYSTEM
from tests.given.payments import account
from tests.given.payouts import (
    AUGUST,
    alarms,
    bank_payouts_of,
    books,
    closed_month,
    days_pass,
    payable_partner,
    payout_of,
    run,
    sandbox_time,
    started,
    state_of,
    transfers_of,
    verified,
)
from tests.payments.conftest import Watched
from tests.payouts.test_gates import UNVERIFY

DUE = 84_00
"""70 % of 100.00, and the VAT of the self-billed invoice."""


async def test_an_open_month_cannot_be_paid(stripe: Watched) -> None:
    with pytest.raises(payouts.MonthNotClosed, match="maillage close 2026-08"):
        await payouts.pay_month(AUGUST, now=NOW, actor=SYSTEM)


async def test_a_month_before_the_books_names_no_remedy_that_is_none(stripe: Watched) -> None:
    await given.sale(await given.partner())
    await settlement.close_month(AUGUST, minimum_hundredths=2500, now=NOW, actor="test")
    with pytest.raises(payouts.MonthNotClosed, match="the books begin after it, 2026-08 is closed"):
        await payouts.pay_month(AUGUST.previous, now=NOW, actor="test")


async def test_each_statement_has_one_payout_however_often_it_is_paid(stripe: Watched) -> None:
    partner, _ = await started()
    again = await asyncio.gather(
        *(payouts.pay_month(AUGUST, now=NOW, actor=SYSTEM) for _ in range(8))
    )
    assert {made.new for made in again} == {0}
    assert len(await payouts.list_payouts(organisation_id=partner)) == 1


async def test_a_statement_that_owes_nothing_has_no_payout(stripe: Watched) -> None:
    small = await given.partner()
    await closed_month(small, net_minor=5_00)
    made = await payouts.pay_month(AUGUST, now=NOW, actor=SYSTEM)
    assert (made.new, made.states) == (0, {})


async def test_the_books_follow_each_step(stripe: Watched) -> None:
    """Ground rule 24."""
    partner, payout = await started()
    assert await books(partner) == {"payable": DUE}
    await payouts.step_payout(payout, payouts.sandbox_clock)
    assert (await state_of(payout), await books(partner)) == ("planned", {"in_transit": DUE})
    await payouts.step_payout(payout, payouts.sandbox_clock)
    assert (await state_of(payout), await books(partner)) == ("transferred", {"at_stripe": DUE})
    connected = await ledger.balance(ledger.OPERATOR_STRIPE_CONNECTED, "EUR")
    platform = await ledger.balance(ledger.OPERATOR_STRIPE, "EUR")
    assert (connected.amount_minor, platform.amount_minor) == (-DUE, DUE)
    await run()
    assert (await state_of(payout), await books(partner)) == ("payout_pending", {"at_stripe": DUE})
    await days_pass(2.1)
    await run()
    assert (await state_of(payout), await books(partner)) == ("paid", {})
    assert (await ledger.balance(ledger.OPERATOR_STRIPE_CONNECTED, "EUR")).amount_minor == 0
    await days_pass(7.1)
    await run()
    assert (await state_of(payout), await books(partner)) == ("final", {})
    assert await bank_payouts_of(payout) == ["paid"]
    assert len(await transfers_of(payout)) == 1
    assert await ledger.drifted_balances() == []


async def test_a_posting_goes_into_the_first_open_month(stripe: Watched) -> None:
    """The month of the payout may be closed by the time Stripe tells."""
    partner, payout = await started()
    await run()
    month = AUGUST.next
    while month <= Month.of(await sandbox_time()):
        await given.closed(month)
        month = month.next
    await days_pass(2.1)
    await run()
    assert await state_of(payout) == "paid"
    assert await books(partner) == {}


REASONS = {
    "organisation_unverified": UNVERIFY,
    "account_closed": "UPDATE payments.connected_account SET closed = true",
    "account_not_payable": "UPDATE payments.connected_account SET payouts_status = 'restricted'",
    "schedule_not_manual": "UPDATE payments.connected_account SET schedule = 'daily'",
}


@pytest.mark.parametrize("reason", REASONS)
async def test_what_holds_a_payout_is_said_and_nothing_is_sent(
    stripe: Watched, owner: "asyncpg.Connection[asyncpg.Record]", reason: str
) -> None:
    partner = await payable_partner()
    await closed_month(partner)
    await stripe_sandbox.fund(1_000_00)
    await owner.execute(REASONS[reason])
    made = await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    assert made.held == {reason: 1}
    assert reason in payouts.REASONS
    await run()
    assert await state_of(await payout_of(partner)) == "held"
    assert await transfers_of(await payout_of(partner)) == []
    assert await books(partner) == {"payable": DUE}


async def test_an_account_alone_is_not_enough(stripe: Watched) -> None:
    """Verified by Stripe, not by the operator."""
    partner = await given.partner()
    await account(partner)
    await closed_month(partner)
    made = await payouts.pay_month(AUGUST, now=NOW, actor=SYSTEM)
    assert made.held == {"organisation_unverified": 1}


async def test_without_an_account_it_waits_and_goes_once_there_is_one(stripe: Watched) -> None:
    partner = await given.partner()
    await verified(partner)
    await closed_month(partner)
    await stripe_sandbox.fund(1_000_00)
    made = await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    assert made.held == {"no_account": 1}
    await account(partner)
    await days_pass(0.01)
    await run()
    assert await state_of(await payout_of(partner)) == "payout_pending"


async def test_the_hold_of_its_sales_holds_the_payout(stripe: Watched) -> None:
    """Ground rule 26."""
    partner = await payable_partner()
    await given.sale(partner, 100_00, sold_at=NOW - timedelta(days=90))
    row = await core.fetch_row("SELECT max(hold_until) AS until FROM sales.sale_line")
    assert row is not None
    await closed_month(partner)
    made = await payouts.pay_month(AUGUST, now=row["until"] - timedelta(days=1), actor=SYSTEM)
    assert made.held == {"hold": 1}


async def test_ready_a_moment_ago_and_no_longer_is_not_planned(
    stripe: Watched, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    partner, payout = await started()
    await owner.execute(REASONS["account_closed"])
    await payouts.step_payout(payout, payouts.sandbox_clock)
    assert (await state_of(payout), await books(partner)) == ("held", {"payable": DUE})
    await days_pass(0.01)
    await run()
    assert (await payouts.read_payout(payout))["held_reason"] == "account_closed"


async def test_verified_yesterday_and_no_longer_today_is_taken_back(
    stripe: Watched, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    partner, payout = await started()
    await payouts.step_payout(payout, payouts.sandbox_clock)
    assert await state_of(payout) == "planned"
    await owner.execute(REASONS["account_not_payable"])
    await payouts.step_payout(payout, payouts.sandbox_clock)
    assert (await state_of(payout), await books(partner)) == ("held", {"payable": DUE})
    assert await transfers_of(payout) == []
    await owner.execute("UPDATE payments.connected_account SET payouts_status = 'active'")
    await days_pass(0.01)
    await run()
    assert (await state_of(payout), await books(partner)) == ("payout_pending", {"at_stripe": DUE})
    assert len(await transfers_of(payout)) == 1


async def test_a_transfer_refused_for_good_is_owed_again_and_retried_by_a_person(
    stripe: Watched,
) -> None:
    """Case: the capability is lost between our reading and the transfer."""
    partner, payout = await started()
    found = await payments.read_connected_account(partner)
    assert found.stripe_account is not None
    await stripe_sandbox.set_capability(found.stripe_account, "stripe_transfers", "restricted")
    await run()
    row = await payouts.read_payout(payout)
    assert (row["state"], row["failure_code"]) == (
        "failed", "insufficient_capabilities_for_transfer",
    )  # fmt: skip
    assert await books(partner) == {"payable": DUE}
    await stripe_sandbox.set_capability(found.stripe_account, "stripe_transfers", "active")
    await days_pass(2)
    await run()
    assert await state_of(payout) == "failed", "no worker retries a refusal"
    await payouts.retry_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    await run()
    assert (await state_of(payout), await books(partner)) == ("payout_pending", {"at_stripe": DUE})
    assert len(await transfers_of(payout)) == 1


async def test_without_funds_it_waits_and_pay_takes_it_up_at_once(stripe: Watched) -> None:
    partner = await payable_partner()
    await closed_month(partner)
    began = time.monotonic()
    paid = await payouts.pay(AUGUST, actor=SYSTEM, clock=sandbox_time)
    assert time.monotonic() - began < 20, "funds are not waited for"
    assert (paid.sent, paid.waiting, paid.reasons) == (0, 1, {"balance_insufficient": 1})
    assert await books(partner) == {"in_transit": DUE}
    await stripe_sandbox.fund(1_000_00)
    paid = await payouts.pay(AUGUST, actor=SYSTEM, clock=sandbox_time)
    assert (paid.sent, paid.waiting) == (1, 0)
    assert len(await transfers_of(await payout_of(partner))) == 1


async def test_pay_waits_until_all_is_final(stripe: Watched) -> None:
    """Ground rule 27."""
    good, late, bad = [await payable_partner(tail) for tail in ("3000", "3002", "3001")]
    unverified = await given.partner()
    await closed_month(good, late, bad, unverified)
    await stripe_sandbox.fund(1_000_00)
    paid = await payouts.pay(
        AUGUST, actor=SYSTEM, wait=True, advance_clock=stripe_sandbox.advance_clock
    )
    assert (paid.new, paid.sent, paid.held, paid.failed) == (4, 1, 1, 2)
    assert paid.reasons == {"organisation_unverified": 1, "account_closed": 1, "no_account": 1}
    assert await books(good) == {}
    assert await books(late) == await books(bad) == {"at_stripe": DUE}


async def test_a_failed_bank_payout_is_retried_without_a_second_transfer(stripe: Watched) -> None:
    partner, payout = await started("3001")
    await run()
    await days_pass(2.1)
    await run()
    assert (await state_of(payout), await books(partner)) == ("failed", {"at_stripe": DUE})
    found = await payments.read_connected_account(partner)
    assert found.stripe_account is not None
    await stripe_sandbox.verify_account(found.stripe_account)  # A new IBAN.
    await payouts.retry_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    await run()
    await days_pass(2.1)
    await run()
    assert (await state_of(payout), await books(partner)) == ("paid", {})
    assert len(await transfers_of(payout)) == 1
    assert await bank_payouts_of(payout) == ["failed", "paid"]
    attempts = await payouts.read_attempts(payout)
    assert [(row["number"], row["state"]) for row in attempts] == [(1, "failed"), (2, "paid")]


async def test_late_failure_books_the_money_back(stripe: Watched) -> None:
    """Case 5: shown as paid, returned by the bank three days later."""
    partner, payout = await started("3002")
    await run()
    await days_pass(2.1)
    await run()
    assert (await state_of(payout), await books(partner)) == ("paid", {})
    await days_pass(7.1)
    await run()
    assert (await state_of(payout), await books(partner)) == ("failed", {"at_stripe": DUE})
    assert (await ledger.balance(ledger.OPERATOR_STRIPE_CONNECTED, "EUR")).amount_minor == -DUE


async def test_only_a_failed_or_canceled_payout_is_retried(stripe: Watched) -> None:
    """Case 8: the back office retries what is under way (Polar 12869)."""
    _, payout = await started()
    for _ in range(3):
        with pytest.raises(payouts.NotRetriable):
            await payouts.retry_payout(payout, now=NOW, actor=SYSTEM)
        await payouts.step_payout(payout, payouts.sandbox_clock)


async def test_cancel_takes_back_what_was_not_sent(stripe: Watched) -> None:
    partner, payout = await started()
    await payouts.step_payout(payout, payouts.sandbox_clock)
    await payouts.cancel_payout(payout, now=NOW, actor=SYSTEM)
    assert (await state_of(payout), await books(partner)) == ("canceled", {"payable": DUE})
    await run()
    assert await transfers_of(payout) == []
    await payouts.retry_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    await run()
    assert (await state_of(payout), len(await transfers_of(payout))) == ("payout_pending", 1)


async def test_what_may_have_been_sent_is_not_canceled(stripe: Watched) -> None:
    """Case 8: cancel against trigger (Polar 13134)."""
    _, payout = await started()
    await payouts.step_payout(payout, payouts.sandbox_clock)
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "lost")
    await payouts.step_payout(payout, payouts.sandbox_clock)
    with pytest.raises(payouts.TooLateToCancel):
        await payouts.cancel_payout(payout, now=NOW, actor=SYSTEM)
    await days_pass(0.01)
    await run()
    assert (await state_of(payout), len(await transfers_of(payout))) == ("payout_pending", 1)


async def test_cancel_and_send_race_to_one_end(stripe: Watched) -> None:
    made = [await payable_partner() for _ in range(5)]
    await closed_month(*made)
    await stripe_sandbox.fund(1_000_00)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    planned = [await payout_of(partner) for partner in made]
    for payout in planned:
        await payouts.step_payout(payout, payouts.sandbox_clock)
    cancels = (payouts.cancel_payout(payout, now=NOW, actor=SYSTEM) for payout in planned)
    await asyncio.gather(run(), *cancels, return_exceptions=True)
    await run()
    for payout in planned:
        end = await state_of(payout), len(await transfers_of(payout))
        assert end in (("canceled", 0), ("payout_pending", 1))


async def test_two_workers_send_each_payout_once(stripe: Watched) -> None:
    made = [await payable_partner() for _ in range(6)]
    await closed_month(*made)
    await stripe_sandbox.fund(10_000_00)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    await asyncio.gather(run(), run(), run())
    for partner in made:
        payout = await payout_of(partner)
        assert len(await transfers_of(payout)) == len(await bank_payouts_of(payout)) == 1


async def test_one_stuck_payout_holds_no_other(
    stripe: Watched, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    made = [await payable_partner() for _ in range(5)]
    await closed_month(*made)
    await stripe_sandbox.fund(10_000_00)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    stuck = await payout_of(made[0])
    async with owner.transaction():
        await owner.execute("SELECT 1 FROM payouts.payout WHERE id = $1 FOR UPDATE", stuck)
        await run()
        states = [await state_of(await payout_of(partner)) for partner in made]
        assert states == ["held", *["payout_pending"] * 4]
    await run()
    assert await state_of(stuck) == "payout_pending"


async def test_a_failing_payout_holds_no_other(stripe: Watched) -> None:
    made = [await payable_partner() for _ in range(3)]
    await closed_month(*made)
    await stripe_sandbox.fund(10_000_00)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    # The books owe the first partner nothing: a bug, or a theft.
    async with core.transaction():
        await ledger.post(
            "theft", *ledger.move(ledger.payable(made[0]), "operator:bank", Money(1, "EUR")),
            month=AUGUST.next, effective_at=NOW,
        )  # fmt: skip
    await run()
    states = [await state_of(await payout_of(partner)) for partner in made]
    assert states == ["held", "payout_pending", "payout_pending"]
    assert await books(made[0]) == {"payable": DUE - 1}
    stuck = await payout_of(made[0])
    assert (await payouts.read_payout(stuck))["held_reason"] == "not_owed"
    for _ in range(2):  # Looked at anew, told once.
        paid = await payouts.pay(AUGUST, actor=SYSTEM, clock=sandbox_time)
        assert (paid.sent, paid.reasons) == (2, {"not_owed": 1})
    assert await alarms() == [(f"payout:{stuck}", "nothing-payable")]


async def test_the_partner_reads_its_history(stripe: Watched) -> None:
    _, payout = await started()
    await run()
    await days_pass(2.1)
    await run()
    steps = await payouts.read_steps(payout)
    assert [row["state"] for row in steps] == [
        "held", "planned", "transferred", "payout_pending", "paid",
    ]  # fmt: skip
    assert steps[0]["reason"] == "ready"


async def test_every_change_is_in_the_audit_trail(stripe: Watched) -> None:
    partner, payout = await started()
    await run()
    rows = await core.fetch(
        "SELECT action FROM audit.change WHERE chain = $1 AND subject = $2 ORDER BY number",
        str(partner), f"payout:{payout}",
    )  # fmt: skip
    assert [row["action"] for row in rows] == ["plan_payout", "transfer_payout", "send_payout"]
