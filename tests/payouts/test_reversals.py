"""Transfers that come back from the partner's Stripe account, in part or whole, early or late."""

from uuid import UUID

import asyncpg
import msgspec
import pytest

from backend import core, ledger, payments, payouts, stripe_sandbox
from backend.payouts import actions_step
from backend.payouts.rules import MadeTwice
from backend.reports import checks
from tests.given.partners import SYSTEM
from tests.given.payouts import (
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
from tests.payouts.test_nasty import account_of

DUE = 84_00


async def reverse(payout: UUID, amount_minor: int) -> None:
    """At Stripe, and told to us, twice."""
    transfer_id = (await payouts.read_payout(payout))["transfer_id"]
    await payments.gateway().ask(
        lambda client: client.v1.transfers.reversals.create_async(
            transfer_id, {"amount": amount_minor}
        )
    )
    for _ in range(2):
        found = await payments.read_transfer(transfer_id)
        assert await payouts.apply_transfer(found, await sandbox_time())


async def books_hold() -> None:
    listed_at = await sandbox_time()
    assert await checks.run_checks(await payments.list_transfers(), listed_at=listed_at) == []


async def failed() -> tuple[UUID, UUID]:
    partner, payout = await started("3001")
    await run()
    await days_pass(2.1)
    await run()
    assert await state_of(payout) == "failed"
    return partner, payout


async def test_a_reversal_in_part_is_owed_again_and_an_alarm(stripe: Watched) -> None:
    partner, payout = await failed()
    await reverse(payout, 1_00)
    assert await state_of(payout) == "failed"
    assert await books(partner) == {"at_stripe": DUE - 1_00, "payable": 1_00}
    assert await alarms() == [(f"payout:{payout}", "transfer_reversed")]
    with pytest.raises(payouts.NotRetriable, match="reverse the rest"):
        await payouts.retry_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    await books_hold()


async def test_reversed_piece_by_piece_it_is_sent_anew_in_the_end(stripe: Watched) -> None:
    partner, payout = await failed()
    for amount_minor in (1_00, 50_00, DUE - 51_00):
        await reverse(payout, amount_minor)
        await books_hold()
    assert (await state_of(payout), await books(partner)) == ("canceled", {"payable": DUE})
    assert (await ledger.balance(ledger.OPERATOR_STRIPE_CONNECTED, "EUR")).amount_minor == 0
    await stripe_sandbox.verify_account(await account_of(partner))
    await payments.refresh_account(partner)
    await payouts.retry_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    await run()
    assert (await state_of(payout), len(await transfers_of(payout))) == ("payout_pending", 2)
    await books_hold()


async def test_reversed_in_part_before_its_bank_payout_nothing_more_is_sent(
    stripe: Watched,
) -> None:
    partner, payout = await transferred()
    await reverse(payout, 1_00)
    await run()
    assert (await state_of(payout), await bank_payouts_of(payout)) == ("transferred", [])
    assert (await payouts.read_payout(payout))["held_reason"] == "transfer_reversed"
    await reverse(payout, DUE - 1_00)
    assert (await state_of(payout), await books(partner)) == ("canceled", {"payable": DUE})
    await books_hold()


@pytest.mark.parametrize("amount_minor", [1_00, DUE])
async def test_a_reversal_after_the_money_reached_the_bank_is_booked_and_an_alarm(
    stripe: Watched, amount_minor: int
) -> None:
    """Stripe allows it where the account has other money: here, what the sandbox gives it."""
    partner, payout = await started()
    await run()
    await days_pass(2.1)
    await run()
    assert await state_of(payout) == "paid"
    transfer_id = (await payouts.read_payout(payout))["transfer_id"]
    found = await payments.read_transfer(transfer_id)
    back = payments.Transfer(
        found.id, DUE, amount_minor, "EUR", found.destination, found.operation_id
    )
    for _ in range(2):
        assert await payouts.apply_transfer(back, await sandbox_time())
    assert await state_of(payout) == "paid"
    assert await books(partner) == {"at_stripe": -amount_minor, "payable": amount_minor}
    assert await alarms() == [(f"payout:{payout}", "transfer_reversed")]
    assert await checks.run_checks() == []


async def test_wholly_reversed_while_it_is_at_the_bank_it_can_be_sent_anew_once_it_fails(
    stripe: Watched,
) -> None:
    partner, payout = await started("3001")
    await run()
    transfer_id = (await payouts.read_payout(payout))["transfer_id"]
    found = await payments.read_transfer(transfer_id)
    back = payments.Transfer(found.id, DUE, DUE, "EUR", found.destination, found.operation_id)
    assert await payouts.apply_transfer(back, await sandbox_time())
    assert await state_of(payout) == "payout_pending"
    await days_pass(2.1)
    await run()
    assert (await state_of(payout), await books(partner)) == ("canceled", {"payable": DUE})


@pytest.mark.parametrize("refusal", ["no funds", "for good"])
async def test_wholly_reversed_while_its_bank_payout_is_sent_it_can_be_sent_anew(
    stripe: Watched, refusal: str
) -> None:
    partner, payout = await transferred()
    claim = await actions_step._claim(payout, await sandbox_time())
    assert claim is not None and claim.move == "send"
    await reverse(payout, DUE)
    assert await state_of(payout) == "transferred"
    outcome: payments.Outcome = payments.Refused("account_closed", "No.")
    if refusal == "no funds":
        outcome = await payments.carry_out(claim)
    await actions_step._record(payout, claim, outcome, await sandbox_time())
    assert (await state_of(payout), await books(partner)) == ("canceled", {"payable": DUE})
    await payouts.retry_payout(payout, now=await sandbox_time(), actor=SYSTEM)
    await run()
    assert (await state_of(payout), await books(partner)) == ("payout_pending", {"at_stripe": DUE})
    await books_hold()


async def test_reversed_in_part_it_leaves_the_way_to_the_payouts_of_later_months(
    stripe: Watched,
) -> None:
    partner, august = await transferred()
    await reverse(august, 1_00)
    september = await next_month(partner)
    for _ in range(3):
        await run()
    assert await state_of(august) == "transferred"
    assert await state_of(september) in ("payout_pending", "in_transit", "paid")


async def test_a_second_transfer_of_one_operation_is_never_taken_for_the_first(
    stripe: Watched,
) -> None:
    _, payout = await transferred()
    transfer_id = (await payouts.read_payout(payout))["transfer_id"]
    other = msgspec.structs.replace(await payments.read_transfer(transfer_id), id="tr_other")
    with pytest.raises(MadeTwice, match="tr_other"):
        await payouts.apply_transfer(other, await sandbox_time())


@pytest.mark.parametrize(
    "change",
    [
        "transfer_reversed_minor = 0",
        "transfer_reversed_minor = amount_minor + 1",
        "transfer_reversed_minor = -1",
    ],
)
async def test_what_came_back_never_grows_less_nor_above_the_transfer(
    stripe: Watched, change: str
) -> None:
    _, payout = await failed()
    await reverse(payout, 1_00)
    with pytest.raises(asyncpg.PostgresError):
        await core.fetch(f"UPDATE payouts.payout SET {change} WHERE id = $1", payout)
