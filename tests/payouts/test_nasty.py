"""The nastiest cases that peers have met (stripe.md 6.1), those that concern payouts."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import core, ledger, payments, payouts, sales, settlement, stripe_sandbox
from backend.core import Money, Month, fetch_value
from backend.payments.actions import lock_operation
from backend.payouts import actions, actions_step
from backend.payouts.actions import lock_payout
from backend.payouts.actions_conclude import conclude
from backend.payouts.rules import ExecutedAfterAll, Payout
from tests import given
from tests.given.partners import SYSTEM
from tests.given.payouts import (
    AUGUST,
    alarms,
    bank_payouts_of,
    books,
    days_pass,
    next_month,
    payable_partner,
    payout_of,
    run,
    sandbox_time,
    started,
    state_of,
    transfers_of,
)
from tests.payments.conftest import Watched

DUE = 84_00


async def account_of(partner: object) -> str:
    found: str = await fetch_value(
        "SELECT stripe_account FROM payments.connected_account WHERE organisation_id = $1", partner
    )
    return found


@pytest.mark.parametrize("path", ["/v1/transfers", "/v1/payouts"])
@pytest.mark.parametrize("kind", ["lost", "500_after", "truncated", "html_502"])
async def test_01_the_answer_is_lost_after_stripe_executed(
    stripe: Watched, path: str, kind: str
) -> None:
    partner, payout = await started()
    await stripe_sandbox.add_fault("POST", path, kind)
    await run()
    for minutes in (0, 10, 20):
        await asyncio.gather(*(later_run(minutes + worker) for worker in range(5)))
    assert await state_of(payout) == "payout_pending"
    assert (len(await transfers_of(payout)), await bank_payouts_of(payout)) == (1, ["pending"])
    assert await books(partner) == {"at_stripe": DUE}


async def later_run(minutes: int) -> None:
    """Several workers, whose clocks differ."""

    async def clock() -> datetime:
        return await sandbox_time() + timedelta(minutes=minutes)

    await payouts.run_due(clock)


@pytest.mark.parametrize("path", ["/v1/transfers", "/v1/payouts"])
@pytest.mark.parametrize("kind", ["lost", "500_after"])
async def test_02_the_key_is_forgotten_before_the_next_try(
    stripe: Watched, path: str, kind: str
) -> None:
    _, payout = await started()
    await stripe_sandbox.add_fault("POST", path, kind)
    await run()
    await days_pass(1.1)
    await run()
    assert (len(await transfers_of(payout)), len(await bank_payouts_of(payout))) == (1, 1)


async def test_03_a_refusal_that_stripe_keeps_repeating_poisons_nothing(stripe: Watched) -> None:
    """The stored refusal for lack of funds belongs to one attempt; the next has its own key."""
    partner = await payable_partner()
    await given.sale(partner)
    await settlement.close_month(
        AUGUST, minimum_hundredths=0, now=await sandbox_time(), actor=SYSTEM
    )
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    for _ in range(3):
        await run()
        await days_pass(0.3)
    await stripe_sandbox.fund(1_000_00)
    await days_pass(0.3)
    await run()
    payout = await payout_of(partner)
    assert (await state_of(payout), len(await transfers_of(payout))) == ("payout_pending", 1)
    attempt = await fetch_value("SELECT attempt FROM payments.operation WHERE kind = 'transfer'")
    assert attempt > 2


async def test_04_a_refund_between_computing_and_sending_changes_no_amount(
    stripe: Watched,
) -> None:
    """The amount is the statement's; the refund goes onto the next one."""
    partner = await payable_partner()
    sale = await given.sale(partner)
    await settlement.close_month(
        AUGUST, minimum_hundredths=0, now=await sandbox_time(), actor=SYSTEM
    )
    await stripe_sandbox.fund(1_000_00)
    await payouts.pay_month(AUGUST, now=await sandbox_time(), actor=SYSTEM)
    payout = await payout_of(partner)
    await payouts.step_payout(payout, payouts.sandbox_clock)
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "lost")
    await payouts.step_payout(payout, payouts.sandbox_clock)
    await refund(sale)
    await days_pass(0.01)
    await run()
    made = await fetch_value(
        "SELECT body->>'amount' FROM stripe_sandbox.object WHERE kind = 'transfer'"
    )
    assert (int(made), len(await transfers_of(payout))) == (DUE, 1)
    assert await books(partner) == {"at_stripe": DUE, "earned": -70_00}


async def refund(sale: str) -> None:
    await sales.refund_sale(
        sale, Money(100_00, "EUR"), reference=f"{sale}-refund", refunded_at=await sandbox_time(),
        now=await sandbox_time(), actor=SYSTEM,
    )  # fmt: skip


async def test_04_an_amount_cannot_be_changed_nor_differ_from_its_statement(
    stripe: Watched,
) -> None:
    _, payout = await started()
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="frozen"):
        await core.fetch("UPDATE payouts.payout SET amount_minor = 1 WHERE id = $1", payout)
    with pytest.raises(asyncpg.CheckViolationError, match="not what its statement owes"):
        await core.fetch(
            "INSERT INTO payouts.payout (statement_id, organisation_id, currency, amount_minor, "
            "held_reason, next_step_at, created_at, changed_at) SELECT statement_id, "
            "organisation_id, currency, amount_minor + 1, 'ready', now(), now(), now() "
            "FROM payouts.payout"
        )


async def test_05_failed_after_paid_and_after_the_next_settlement(stripe: Watched) -> None:
    """The failure of August's payout comes when September's is under way already."""
    partner, august = await started("3002")
    await run()
    await days_pass(2.1)
    await run()
    assert await state_of(august) == "paid"
    september = AUGUST.next
    await given.sale(partner, sold_at=september.start + timedelta(days=5))
    await settlement.close_month(
        september, minimum_hundredths=0, now=await sandbox_time(), actor=SYSTEM
    )
    await payouts.pay_month(september, now=await sandbox_time(), actor=SYSTEM)
    await run()
    await days_pass(7.1)
    await run()
    rows = await payouts.list_payouts(organisation_id=partner)
    assert [row["state"] for row in rows] == ["failed", "failed"]
    assert await books(partner) == {"at_stripe": 2 * DUE}
    await stripe_sandbox.verify_account(await account_of(partner))
    for row in rows:
        await payouts.retry_payout(row["id"], now=await sandbox_time(), actor=SYSTEM)
    for _ in range(3):
        await run()
        await days_pass(0.01)
    await days_pass(2.1)
    await run()
    assert await books(partner) == {}
    for row in rows:
        assert len(await transfers_of(row["id"])) == 1


async def test_05_a_failure_after_final_is_still_booked_back(stripe: Watched) -> None:
    partner, payout = await started()
    await run()
    await days_pass(2.1)
    await run()
    await days_pass(7.1)
    await run()
    assert await state_of(payout) == "final"
    row = await payouts.read_payout(payout)
    found = await payments.read_payout(await account_of(partner), row["stripe_payout_id"])
    failed = payments.BankPayout(
        found.id, "failed", found.amount_minor, found.currency, "account_closed", None,
        found.arrives_at, found.operation_id,
    )  # fmt: skip
    assert await payouts.apply_bank_payout(failed, await sandbox_time())
    assert (await state_of(payout), await books(partner)) == ("failed", {"at_stripe": DUE})
    assert await payouts.apply_bank_payout(found, await sandbox_time()), "paid, read too late"
    assert await state_of(payout) == "failed"


async def test_08_two_statements_of_one_partner_are_paid_one_bank_payout_at_a_time(
    stripe: Watched,
) -> None:
    """Incident 1 (polar 4196)."""
    partner = await payable_partner()
    now = await sandbox_time()
    for month in (AUGUST, AUGUST.next):
        await given.sale(partner, sold_at=month.start + timedelta(days=5))
        await settlement.close_month(month, minimum_hundredths=0, now=now, actor=SYSTEM)
        await payouts.pay_month(month, now=now, actor=SYSTEM)
    await stripe_sandbox.fund(1_000_00)
    for _ in range(4):
        await asyncio.gather(run(), run())
        await days_pass(0.001)
    rows = await payouts.list_payouts(organisation_id=partner)
    assert [row["state"] for row in rows] == ["payout_pending"] * 2
    for row in rows:
        assert (len(await transfers_of(row["id"])), len(await bank_payouts_of(row["id"]))) == (1, 1)


async def test_08_a_payout_that_we_did_not_make_is_never_taken_for_ours(stripe: Watched) -> None:
    """Started by the partner in its dashboard, or by Stripe's own schedule."""
    partner, payout = await started()
    foreign = payments.BankPayout(
        "po_foreign", "paid", DUE, "EUR", None, None, await sandbox_time(), None
    )
    assert not await payouts.apply_bank_payout(foreign, await sandbox_time())
    assert (await state_of(payout), await books(partner)) == ("held", {"payable": DUE})


async def test_08_canceled_at_stripe_it_is_retried_with_a_bank_payout_only(
    stripe: Watched,
) -> None:
    partner, payout = await started()
    await run()
    row = await payouts.read_payout(payout)
    account = await account_of(partner)
    await payments.gateway().ask(
        lambda client: client.v1.payouts.cancel_async(
            row["stripe_payout_id"], None, {"stripe_account": account, "idempotency_key": "c"}
        )
    )
    found = await payments.read_payout(account, row["stripe_payout_id"])
    await payouts.apply_bank_payout(found, await sandbox_time())
    assert (await state_of(payout), await books(partner)) == ("canceled", {"at_stripe": DUE})
    await payouts.retry_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    await run()
    assert (len(await transfers_of(payout)), await bank_payouts_of(payout)) == (
        1, ["canceled", "pending"],
    )  # fmt: skip


async def test_08_a_second_transfer_needs_a_reversal_that_stripe_confirmed(
    stripe: Watched,
) -> None:
    """Ground rule 24."""
    partner, payout = await started("3001")
    await run()
    await days_pass(2.1)
    await run()
    assert await state_of(payout) == "failed"
    row = await payouts.read_payout(payout)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="not reversed"):
        await core.fetch(
            "UPDATE payouts.payout SET transfer_id = NULL, state = 'canceled' WHERE id = $1", payout
        )
    await payments.gateway().ask(
        lambda client: client.v1.transfers.reversals.create_async(
            row["transfer_id"], {"amount": DUE}, {"idempotency_key": "reversal"}
        )
    )
    reversed_now = await payments.read_transfer(row["transfer_id"])
    for _ in range(2):
        assert await payouts.apply_transfer(reversed_now, await sandbox_time())
    assert (await state_of(payout), await books(partner)) == ("canceled", {"payable": DUE})
    assert (await ledger.balance(ledger.OPERATOR_STRIPE_CONNECTED, "EUR")).amount_minor == 0
    await stripe_sandbox.verify_account(await account_of(partner))
    await payments.refresh_account(partner)
    await payouts.retry_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    await run()
    assert await state_of(payout) == "payout_pending"
    assert len(await transfers_of(payout)) == 2
    assert await books(partner) == {"at_stripe": DUE}


async def test_09_lost_webhooks_are_found_by_asking(stripe: Watched) -> None:
    _, payout = await started()
    await run()
    await days_pass(2.1)
    await run()
    assert await state_of(payout) == "paid", "no webhook was ever sent"


async def test_09_an_event_before_our_own_commit_completes_the_operation(stripe: Watched) -> None:
    """The transfer exists, our answer is lost, its event comes first."""
    partner, payout = await started()
    await payouts.step_payout(payout, payouts.sandbox_clock)
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "lost")
    await payouts.step_payout(payout, payouts.sandbox_clock)
    assert await state_of(payout) == "planned"
    made = await fetch_value("SELECT id FROM stripe_sandbox.object WHERE kind = 'transfer'")
    assert await payouts.apply_transfer(await payments.read_transfer(made), await sandbox_time())
    assert (await state_of(payout), await books(partner)) == ("transferred", {"at_stripe": DUE})
    await run()
    assert len(await transfers_of(payout)) == 1


async def test_an_amount_that_differs_at_stripe_is_an_alarm_and_changes_nothing(
    stripe: Watched,
) -> None:
    """Incident 18."""
    _, payout = await started()
    await run()
    row = await payouts.read_payout(payout)
    wrong = payments.Transfer(row["transfer_id"], 1, 0, "EUR", "acct_x", None)
    with pytest.raises(payouts.AmountDiffers):
        await payouts.apply_transfer(wrong, await sandbox_time())
    assert await state_of(payout) == "payout_pending"


async def test_a_refusal_that_was_none_stands_once_stripe_shows_its_transfer(
    stripe: Watched,
) -> None:
    partner, payout = await started()
    await stripe_sandbox.set_capability(await account_of(partner), "stripe_transfers", "restricted")
    await run()
    assert await state_of(payout) == "failed"
    operation_id = await fetch_value(
        "SELECT id::text FROM payments.operation WHERE kind = 'transfer'"
    )
    made = payments.Transfer("tr_x", DUE, 0, "EUR", "acct_x", operation_id)
    for _ in range(2):
        assert await payouts.apply_transfer(made, await sandbox_time())
    assert (await state_of(payout), await books(partner)) == ("transferred", {"at_stripe": DUE})


async def test_canceled_after_a_refusal_that_was_none_its_money_is_found_and_waits_for_a_person(
    stripe: Watched, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    partner, payout = await started()
    await payouts.step_payout(payout, payouts.sandbox_clock)
    claim = await actions_step._claim(payout, await sandbox_time())
    assert claim is not None
    made = await payments.carry_out(claim)
    assert isinstance(made, payments.Done)
    refused = payments.Refused("account_invalid", "Said a proxy.")
    await actions_step._record(payout, claim, refused, await sandbox_time())
    await owner.execute("UPDATE payments.connected_account SET schedule = 'daily'")
    await payouts.retry_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    await payouts.cancel_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    transfer = await payments.read_transfer(made.result_id)
    for _ in range(2):
        assert await payouts.apply_transfer(transfer, await sandbox_time())
    row = await payouts.read_payout(payout)
    assert (row["state"], row["failure_code"]) == ("failed", "executed_after_cancel")
    assert await books(partner) == {"at_stripe": DUE}
    assert await alarms() == [(f"payout:{payout}", "executed_after_refusal")]
    await owner.execute("UPDATE payments.connected_account SET schedule = 'manual'")
    await payouts.retry_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    await run()
    assert (await state_of(payout), len(await transfers_of(payout))) == ("payout_pending", 1)


async def test_planning_and_canceling_payouts_of_one_partner_never_wait_for_each_other_crosswise(
    stripe: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner, august = await started()
    await payouts.step_payout(august, payouts.sandbox_clock)
    september = await next_month(partner)
    book = actions.book

    async def slowly(payout: Payout, *rest: Any) -> None:
        if payout.id == september:
            await asyncio.sleep(0.5)
        await book(payout, *rest)
        if payout.id == august:
            await asyncio.sleep(0.5)

    monkeypatch.setattr(actions, "book", slowly)
    now = await sandbox_time()
    await asyncio.gather(
        actions.plan(september, now), payouts.cancel_payout(august, now=now, actor=SYSTEM)
    )
    assert (await state_of(august), await state_of(september)) == ("canceled", "planned")


async def test_a_transfer_that_was_taken_back_unsent_cannot_have_been_made(
    stripe: Watched,
) -> None:
    partner, payout = await started()
    await payouts.step_payout(payout, payouts.sandbox_clock)
    operation_id = await fetch_value(
        "SELECT id::text FROM payments.operation WHERE kind='transfer'"
    )
    await payouts.cancel_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    made = payments.Transfer("tr_x", DUE, 0, "EUR", "acct_x", operation_id)
    with pytest.raises(ExecutedAfterAll):
        await payouts.apply_transfer(made, await sandbox_time())
    assert (await state_of(payout), await books(partner)) == ("canceled", {"payable": DUE})


@pytest.mark.parametrize(("path", "steps"), [("/v1/transfers", 2), ("/v1/payouts", 3)])
async def test_what_stripe_refused_is_looked_for_before_it_is_sent_again(
    stripe: Watched, path: str, steps: int
) -> None:
    """Stripe's word is not trusted twice: it said no, and had done it."""
    partner, payout = await started()
    await stripe_sandbox.add_fault("POST", path, "lost")
    for _ in range(steps):
        await payouts.step_payout(payout, payouts.sandbox_clock)
    await refused_for_good(payout)
    assert await state_of(payout) == "failed"
    await payouts.retry_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    for _ in range(4):
        await run()
    assert (await state_of(payout), await books(partner)) == ("payout_pending", {"at_stripe": DUE})
    assert (len(await transfers_of(payout)), await bank_payouts_of(payout)) == (1, ["pending"])


async def refused_for_good(payout: UUID) -> None:
    """The operation under way was executed; a worker believes that it was refused."""
    row = await core.fetch_row(
        "SELECT coalesce(payout_operation_id, transfer_operation_id) AS operation "
        "FROM payouts.payout WHERE id = $1",
        payout,
    )
    assert row is not None
    async with core.transaction():
        claim = payments.Claim(await lock_operation(row["operation"]), "send", {}, 0)
        outcome = payments.Refused("account_invalid", "No such account.")
        ended = await payments.record_outcome(claim, outcome, await sandbox_time())
        await conclude(await lock_payout(payout), ended, await sandbox_time())


async def test_the_month_of_a_payout_is_the_one_in_which_money_moved(stripe: Watched) -> None:
    partner, _ = await started()
    await run()
    month = Month.of(await sandbox_time())
    moved = await ledger.balance(ledger.at_stripe(partner), "EUR", through=month)
    before = await ledger.balance(ledger.at_stripe(partner), "EUR", through=month.previous)
    assert (moved.amount_minor, before.amount_minor) == (DUE, 0)
