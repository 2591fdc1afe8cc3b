"""An operation is sent exactly once, whatever becomes of its answers."""

import random
import time
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from backend import core, payments, stripe_sandbox
from backend.core import Money, uuid7
from backend.payments.rules import OperationAltered
from tests import given
from tests.given.partners import NOW
from tests.given.payments import (
    account,
    funds,
    minute_passes,
    perform,
    sandbox_transfers,
    transfer_operation,
)
from tests.payments.conftest import Watched

HOUR = timedelta(hours=1)


async def planned(*, funded: bool = True) -> UUID:
    partner = await given.partner()
    destination = await account(partner)
    if funded:
        await funds()
    return await transfer_operation(partner, destination)


async def test_a_clear_answer_ends_it(stripe: Watched) -> None:
    operation_id = await planned()
    done = await perform(operation_id)
    assert done is not None and done.state == "done" and done.result_id is not None
    assert await perform(operation_id) is None
    assert await sandbox_transfers(operation_id) == 1


async def test_the_intent_is_committed_before_the_call(stripe: Watched) -> None:
    operation_id = await planned()
    claim = await payments.claim_operation(operation_id, NOW)
    assert claim is not None
    row = await core.fetch_row("SELECT * FROM payments.operation WHERE id = $1", operation_id)
    assert row is not None and row["state"] == "sending" and row["first_sent_at"] == NOW
    assert claim.key == f"{operation_id}:1"
    assert claim.params["transfer_group"] == claim.params["metadata"]["op"] == str(operation_id)


@pytest.mark.parametrize(
    "kind", ["lost", "429", "409", "lock_timeout", "500_before", "html_502", "truncated", "refused"]
)
async def test_after_an_unclear_answer_the_same_key_is_sent_again(
    stripe: Watched, kind: str
) -> None:
    operation_id = await planned()
    await stripe_sandbox.add_fault("POST", "/v1/transfers", kind)
    first = await perform(operation_id)
    assert first is not None and (first.state, first.attempt) == ("sending", 1)
    assert first.next_attempt_at > NOW
    done = await perform(operation_id, first.next_attempt_at)
    assert done is not None and (done.state, done.attempt) == ("done", 1)
    assert await sandbox_transfers(operation_id) == 1


async def test_a_stored_500_is_looked_up_and_adopted(stripe: Watched) -> None:
    """Incident 3: Stripe repeats the failure for a day, though the transfer exists."""
    operation_id = await planned()
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "500_after")
    first = await perform(operation_id)
    assert first is not None and first.state == "sending"
    replayed = await perform(operation_id, NOW + timedelta(minutes=1))
    assert replayed is not None and replayed.state == "reconcile"
    done = await perform(operation_id, NOW + timedelta(minutes=2))
    assert done is not None and (done.state, done.attempt) == ("done", 1)
    assert await sandbox_transfers(operation_id) == 1


async def test_an_old_key_is_never_sent_again(stripe: Watched) -> None:
    """Case 2: Stripe has forgotten the key after a day; the transfer is found, not made twice."""
    operation_id = await planned()
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "lost")
    await perform(operation_id)
    await stripe_sandbox.advance_clock(25 * 3600)
    await minute_passes()
    done = await perform(operation_id, NOW + 25 * HOUR)
    assert done is not None and (done.state, done.attempt) == ("done", 1)
    assert await sandbox_transfers(operation_id) == 1


async def test_what_was_looked_for_and_not_found_is_a_new_attempt(stripe: Watched) -> None:
    operation_id = await planned()
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "500_before")
    await perform(operation_id)
    await minute_passes()
    looked = await perform(operation_id, NOW + 25 * HOUR)
    assert looked is not None and (looked.state, looked.attempt) == ("planned", 2)
    claim = await payments.claim_operation(operation_id, NOW + 26 * HOUR)
    assert claim is not None and claim.key == f"{operation_id}:2"


async def test_a_look_waits_until_nothing_can_be_under_way(stripe: Watched) -> None:
    """Somebody turns the sandbox's clock by a day while a request is still being executed."""
    operation_id = await planned()
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "lost")
    await perform(operation_id)
    assert await perform(operation_id, NOW + 25 * HOUR) is None
    await minute_passes()
    looked = await perform(operation_id, NOW + 25 * HOUR)
    assert looked is not None and looked.state == "done"


async def test_without_funds_it_waits_and_is_then_a_new_attempt(stripe: Watched) -> None:
    """Case 3: the refusal is stored under the old key; only a new one can succeed."""
    operation_id = await planned(funded=False)
    refused = await perform(operation_id)
    assert refused is not None and (refused.state, refused.attempt) == ("planned", 2)
    assert refused.error_code == "balance_insufficient"
    assert await perform(operation_id) is None, "it waits"
    await funds()
    await payments.wake_operation(operation_id, NOW)
    done = await perform(operation_id)
    assert done is not None and done.state == "done"
    assert await sandbox_transfers(operation_id) == 1


async def test_a_refusal_for_good_ends_it(stripe: Watched) -> None:
    partner = await given.partner()
    destination = await account(partner)
    await funds()
    await stripe_sandbox.set_capability(destination, "stripe_transfers", "restricted")
    operation_id = await transfer_operation(partner, destination)
    refused = await perform(operation_id)
    assert refused is not None and refused.state == "rejected"
    assert refused.error_code == "insufficient_capabilities_for_transfer"
    await stripe_sandbox.set_capability(destination, "stripe_transfers", "active")
    assert await perform(operation_id, NOW + 48 * HOUR) is None
    assert await sandbox_transfers(operation_id) == 0


async def test_what_was_sent_under_this_key_before_is_looked_for(stripe: Watched) -> None:
    """Case 4: another request has used the key; nobody knows what it made."""
    operation_id = await planned()
    await perform_other_request_with_its_key(operation_id)
    first = await perform(operation_id)
    assert first is not None and first.state == "reconcile"
    assert first.error_code == "key_of_other_request"


async def perform_other_request_with_its_key(operation_id: UUID) -> None:
    await payments.gateway().ask(
        lambda client: client.v1.customers.create_async(
            {"name": "another"}, {"idempotency_key": f"{operation_id}:1"}
        )
    )


async def test_two_workers_send_it_once(stripe: Watched) -> None:
    operation_id = await planned()
    first = await payments.claim_operation(operation_id, NOW)
    assert first is not None
    assert await payments.claim_operation(operation_id, NOW) is None
    after_its_lease = NOW + timedelta(minutes=5)
    assert await payments.claim_operation(operation_id, after_its_lease) is None
    await minute_passes()
    second = await payments.claim_operation(operation_id, after_its_lease)
    assert second is not None and second.key == first.key
    await payments.record_outcome(second, await payments.carry_out(second), after_its_lease)
    late = await payments.carry_out(first)
    done = await payments.record_outcome(first, late, after_its_lease)
    assert done.state == "done"
    assert await sandbox_transfers(operation_id) == 1


async def test_a_worker_that_was_paused_for_a_day_does_not_send(
    stripe: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 2: stopped between the claim and the call, and let go when the key is forgotten."""
    operation_id = await planned()
    claim = await payments.claim_operation(operation_id, NOW)
    assert claim is not None
    moment = time.time() + 25 * 3600
    monkeypatch.setattr(time, "time", lambda: moment)
    outcome = await payments.carry_out(claim)
    assert isinstance(outcome, payments.Unknown)
    assert await sandbox_transfers(operation_id) == 0


async def test_a_late_answer_to_an_attempt_that_is_over_changes_nothing(stripe: Watched) -> None:
    operation_id = await planned()
    old = await payments.claim_operation(operation_id, NOW)
    assert old is not None
    assert await payments.claim_operation(operation_id, NOW + 25 * HOUR) is None, "clock turned"
    await minute_passes()
    look = await payments.claim_operation(operation_id, NOW + 25 * HOUR)
    assert look is not None and look.move == "look"
    planned_again = await payments.record_outcome(look, payments.NotFound(), NOW + 25 * HOUR)
    assert (planned_again.state, planned_again.attempt) == ("planned", 2)
    refusal = payments.Refused("insufficient_capabilities_for_transfer", "late")
    unchanged = await payments.record_outcome(old, refusal, NOW + 26 * HOUR)
    assert (unchanged.state, unchanged.attempt) == ("planned", 2)


async def test_an_object_that_names_it_proves_it_done(stripe: Watched) -> None:
    operation_id = await planned()
    await stripe_sandbox.add_fault("POST", "/v1/transfers", "lost")
    await perform(operation_id)
    done = await payments.adopt_result(operation_id, "tr_seen", NOW)
    assert done is not None and (done.state, done.result_id) == ("done", "tr_seen")
    again = await payments.adopt_result(operation_id, "tr_another", NOW + HOUR)
    assert again == done, "what is done stays as it is"
    assert await payments.adopt_result(uuid7(), "tr_other", NOW) is None


async def test_only_the_object_that_names_it_is_adopted(stripe: Watched) -> None:
    """The look-up of a bank payout lists all of an account: another of the same amount is there."""
    partner = await given.partner()
    made = await account(partner)
    await funds()
    await perform(await transfer_operation(partner, made, 2_00))
    first, second = uuid7(), uuid7()
    for operation_id in (first, second):
        await payments.plan_operation(
            operation_id, "payout", organisation_id=partner, subject=f"payout:{operation_id}",
            params=payments.payout_params(operation_id, Money(1_00, "EUR")), account=made, now=NOW,
        )  # fmt: skip
        if operation_id == first:
            await perform(first)
    await stripe_sandbox.add_fault("POST", "/v1/payouts", "500_before")
    await perform(second)
    await minute_passes()
    looked = await perform(second, NOW + 25 * HOUR)
    assert looked is not None and (looked.state, looked.attempt) == ("planned", 2)


async def test_a_changed_parameter_is_never_sent(stripe: Watched, owner: object) -> None:
    operation_id = await planned()
    assert isinstance(owner, asyncpg.Connection)
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(
        "UPDATE payments.operation SET params = replace(params, '7000', '9000') WHERE id = $1",
        operation_id,
    )
    await owner.execute("SET session_replication_role = origin")
    with pytest.raises(OperationAltered):
        await payments.claim_operation(operation_id, NOW)


async def test_one_transfer_for_one_subject_until_it_is_reversed(stripe: Watched) -> None:
    partner = await given.partner()

    async def plan() -> UUID:
        operation_id = uuid7()
        await payments.plan_operation(
            operation_id, "transfer", organisation_id=partner, subject="payout:1", now=NOW,
            params=payments.transfer_params(operation_id, Money(1, "EUR"), "acct_x"),
        )  # fmt: skip
        return operation_id

    first = await plan()
    with pytest.raises(payments.OperationLive):
        await plan()
    await payments.adopt_result(first, "tr_1", NOW)
    with pytest.raises(payments.OperationLive):
        await plan()
    await payments.mark_reversed(first, NOW)
    second = await plan()
    assert await payments.withdraw_operation(second, "canceled", NOW)
    await plan()


async def test_one_live_bank_payout_for_one_account(stripe: Watched) -> None:
    """Incident 1: two payouts race for one balance."""
    partner = await given.partner()

    async def plan(account: str) -> UUID:
        operation_id = uuid7()
        await payments.plan_operation(
            operation_id, "payout", organisation_id=partner, subject=f"payout:{operation_id}",
            params=payments.payout_params(operation_id, Money(1, "EUR")), account=account, now=NOW,
        )  # fmt: skip
        return operation_id

    first = await plan("acct_1")
    await plan("acct_2")
    with pytest.raises(payments.OperationLive):
        await plan("acct_1")
    await payments.adopt_result(first, "po_1", NOW)
    await plan("acct_1")


ATTACKS = {
    "other parameters": "params = '{}'",
    "another account": "account = 'acct_other'",
    "another attempt": "attempt = 2",
    "done without being sent": "state = 'done'",
    "back in time": "state = 'sending', first_sent_at = now(), attempt = 2",
    "refused without a reason": "state = 'rejected', ended_at = now()",
    "reversed before it was done": "reversed_at = now()",
}


@pytest.mark.parametrize("what", ATTACKS)
async def test_postgresql_refuses(stripe: Watched, what: str) -> None:
    operation_id = await planned()
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.ObjectNotInPrerequisiteStateError)):
        await core.fetch(
            f"UPDATE payments.operation SET {ATTACKS[what]} WHERE id = $1", operation_id
        )


@pytest.mark.parametrize(
    "change",
    ["state = 'planned', result_id = NULL, ended_at = NULL", "result_id = 'tr_other'",
     "state = 'sending', result_id = NULL, ended_at = NULL"],
)  # fmt: skip
async def test_postgresql_refuses_to_send_again_what_is_done(stripe: Watched, change: str) -> None:
    operation_id = await planned()
    await perform(operation_id)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await core.fetch(f"UPDATE payments.operation SET {change} WHERE id = $1", operation_id)


async def test_an_operation_cannot_be_removed(stripe: Watched) -> None:
    operation_id = await planned()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch("DELETE FROM payments.operation WHERE id = $1", operation_id)


FAULTS = ["lost", "429", "500_before", "500_after", "lock_timeout"]
JUMPS = [timedelta(seconds=1), timedelta(minutes=1), HOUR, 6 * HOUR, 25 * HOUR]


async def random_history(seed: int) -> tuple[str, int]:
    """Crashes before and after the call, faults, clock jumps: the end state, and transfers made."""
    chance = random.Random(seed)
    funded = chance.random() < 0.7
    operation_id = await planned(funded=funded)
    # The sandbox's clock only goes forward, over all histories of one test.
    now = datetime.fromtimestamp(await stripe_sandbox.clock(), NOW.tzinfo)
    for step in range(60):
        fault = chance.choice(["none", "none", "crash_before", "crash_after", *FAULTS])
        if fault in FAULTS:
            await stripe_sandbox.add_fault("POST", "/v1/transfers", fault)
        claim = await payments.claim_operation(operation_id, now)
        if claim is not None and fault != "crash_before":
            outcome = await payments.carry_out(claim)
            if fault != "crash_after":
                done = await payments.record_outcome(claim, outcome, now)
                if done.state in ("done", "rejected"):
                    break
        await stripe_sandbox.clear_faults()
        await minute_passes()
        jump = chance.choice(JUMPS)
        now += jump
        await stripe_sandbox.advance_clock(int(jump.total_seconds()))
        if not funded and step == 3:
            await funds()
            funded = True
    await stripe_sandbox.clear_faults()
    state = await core.fetch_value(
        "SELECT state FROM payments.operation WHERE id = $1", operation_id
    )
    return state, await sandbox_transfers(operation_id)


@pytest.mark.parametrize("block", range(2))
async def test_random_histories_end_with_one_transfer(stripe: Watched, block: int) -> None:
    for seed in range(block * 10, block * 10 + 10):
        assert await random_history(seed) == ("done", 1), f"seed {seed}"


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
async def test_400_random_histories_end_with_one_transfer(stripe: Watched, block: int) -> None:
    """stripe.md 4: with one stable key 151 of 400 made two or more."""
    for seed in range(1000 + block * 20, 1000 + block * 20 + 20):
        assert await random_history(seed) == ("done", 1), f"seed {seed}"
