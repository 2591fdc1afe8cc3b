"""What PostgreSQL itself refuses about payouts, whatever the program believes."""

import asyncpg
import pytest

from backend import core, payouts
from tests import given
from tests.given.payouts import closed_month, run, started, state_of
from tests.payments.conftest import Watched

STEPS_FROM_SENT = ["held", "planned", "transferred", "final"]


@pytest.mark.parametrize("state", STEPS_FROM_SENT)
async def test_a_sent_payout_does_not_go_back(stripe: Watched, state: str) -> None:
    _, payout = await started()
    await run()
    assert await state_of(payout) == "payout_pending"
    with pytest.raises((asyncpg.ObjectNotInPrerequisiteStateError, asyncpg.CheckViolationError)):
        await core.fetch(
            "UPDATE payouts.payout SET state = $2, paid_at = now(), held_reason = "
            "CASE WHEN $2 = 'held' THEN 'ready' END WHERE id = $1",
            payout,
            state,
        )


@pytest.mark.parametrize("state", ["held", "canceled", "failed"])
async def test_what_may_have_been_transferred_is_not_taken_back(
    stripe: Watched, state: str
) -> None:
    """Not even by a bug: its operation is not rejected."""
    _, payout = await started()
    await payouts.step_payout(payout, payouts.sandbox_clock)
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="may have been made"):
        await core.fetch(
            "UPDATE payouts.payout SET state = $2, failure_code = 'x', held_reason = "
            "CASE WHEN $2 = 'held' THEN 'ready' END WHERE id = $1",
            payout,
            state,
        )


@pytest.mark.parametrize(
    "change",
    ["transfer_id = 'tr_other'", "organisation_id = uuidv7()", "statement_id = uuidv7()",
     "currency = 'USD'", "state = 'paid'", "held_reason = 'hold'", "failure_code = NULL, "
     "state = 'failed'"],
)  # fmt: skip
async def test_facts_are_frozen_and_states_complete(stripe: Watched, change: str) -> None:
    _, payout = await started()
    await run()
    with pytest.raises((asyncpg.ObjectNotInPrerequisiteStateError, asyncpg.CheckViolationError)):
        await core.fetch(f"UPDATE payouts.payout SET {change} WHERE id = $1", payout)


async def test_one_payout_for_one_statement(stripe: Watched) -> None:
    await started()
    with pytest.raises(asyncpg.UniqueViolationError):
        await core.fetch(
            "INSERT INTO payouts.payout (statement_id, organisation_id, currency, amount_minor, "
            "held_reason, next_step_at, created_at, changed_at) SELECT statement_id, "
            "organisation_id, currency, amount_minor, 'ready', now(), now(), now() "
            "FROM payouts.payout"
        )


async def test_the_statement_of_another_partner_cannot_be_paid(stripe: Watched) -> None:
    mine, other = await given.partner(), await given.partner()
    await closed_month(mine)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await core.fetch(
            "INSERT INTO payouts.payout (statement_id, organisation_id, currency, amount_minor, "
            "held_reason, next_step_at, created_at, changed_at) SELECT id, $1, currency, "
            "due_minor, 'ready', now(), now(), now() FROM settlement.statement",
            other,
        )


@pytest.mark.parametrize(
    "change",
    ["state = 'pending'", "stripe_payout_id = 'po_other'", "number = 2", "booked = false"],
)
async def test_a_bank_payout_does_not_go_back(stripe: Watched, change: str) -> None:
    _, payout = await started()
    await run()
    await core.fetch("UPDATE payouts.payout_attempt SET state = 'paid', booked = true")
    with pytest.raises((asyncpg.ObjectNotInPrerequisiteStateError, asyncpg.CheckViolationError)):
        await core.fetch(f"UPDATE payouts.payout_attempt SET {change} WHERE payout_id = $1", payout)


async def test_one_bank_payout_at_a_time(stripe: Watched) -> None:
    await started()
    await run()
    with pytest.raises(asyncpg.UniqueViolationError, match="one_attempt_at_a_time"):
        await core.fetch(
            "INSERT INTO payouts.payout_attempt (payout_id, organisation_id, number, "
            "operation_id, stripe_payout_id, created_at, changed_at) SELECT payout_id, "
            "organisation_id, 2, (SELECT id FROM payments.operation WHERE kind = 'transfer'), "
            "'po_second', now(), now() FROM payouts.payout_attempt"
        )


@pytest.mark.parametrize("table", ["payout", "payout_attempt", "payout_step"])
async def test_nothing_is_removed(
    stripe: Watched, owner: "asyncpg.Connection[asyncpg.Record]", table: str
) -> None:
    await started()
    await run()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await core.fetch(f"DELETE FROM payouts.{table}")
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        await owner.execute(f"DELETE FROM payouts.{table}")


async def test_row_level_security_hides_the_payouts_of_others(stripe: Watched) -> None:
    _, payout = await started()
    await run()
    with core.acting_for(await given.partner()):
        for table in ("payout", "payout_attempt", "payout_step"):
            assert await core.fetch(f"SELECT * FROM payouts.{table}") == []
        with pytest.raises(payouts.PayoutUnknown):
            await payouts.read_payout(payout)
