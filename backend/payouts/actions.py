"""What people and the calendar decide about payouts. Each function is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from backend import audit, ledger, payments, settlement, webhooks
from backend.core import Month, connection, fetch, transaction, uuid7
from backend.payouts import rules
from backend.payouts.actions_gate import FACTS, recheck_held, why_held, why_sql
from backend.payouts.rules import Payout

WORKER = "system:worker"
STRIPE = "system:stripe"
COLUMNS = ", ".join(f"p.{name}" for name in Payout.__struct_fields__)


class MonthPaid(msgspec.Struct, frozen=True):
    """Payouts of one month: how many are new, and how many stand in each state.

    `held`: how many wait for each reason of `rules.REASONS`.
    """

    month: Month
    new: int
    states: dict[str, int]
    held: dict[str, int]


async def pay_month(month: Month, *, now: datetime, actor: str) -> MonthPaid:
    """Every statement of the month that owes something has its payout; workers send them.

    Those that nothing holds are ready, the others say why not. Doing it again adds nothing, looks
    at the held ones anew, and no longer waits with those that lacked funds.

    Raises:
        MonthNotClosed: its statements are not drawn yet.
    """
    async with transaction():
        if await settlement.read_close(month) is None:
            last = await ledger.closed_through()
            if last is not None and month < last:
                raise rules.MonthNotClosed(
                    f"It has no statements: the books begin after it, {last} is closed, and sales "
                    "of that time are on later statements. Pay those months."
                )
            raise rules.MonthNotClosed(f"Close it first: maillage close {month}.")
        new = await connection().fetch(
            "INSERT INTO payouts.payout (id, statement_id, organisation_id, currency, "  # noqa: S608
            "amount_minor, held_reason, next_step_at, created_at, changed_at) "
            "SELECT uuidv7(), p.id, p.organisation_id, p.currency, p.due_minor, "
            f"{why_sql('$2', '$3')}, $2, $2, $2 FROM settlement.statement p "
            f"{FACTS.replace('p.statement_id', 'p.id')} "
            "WHERE p.month = $1 AND p.due_minor > 0 "
            "ORDER BY p.number ON CONFLICT (statement_id) DO NOTHING RETURNING id",
            month.first_day, now, sorted(payments.PAID_CURRENCIES),
        )  # fmt: skip
        await recheck_held(now, month=month)
        waiting = await connection().fetch(
            "UPDATE payouts.payout p SET next_step_at = $2 FROM settlement.statement s "
            "WHERE s.id = p.statement_id AND s.month = $1 AND p.state IN ('planned', "
            "'transferred') AND p.next_step_at > $2 "
            "RETURNING coalesce(p.payout_operation_id, p.transfer_operation_id) AS operation",
            month.first_day,
            now,
        )
        for row in waiting:
            if row["operation"] is not None:
                await payments.wake_operation(row["operation"], now)
        if new:
            after = {"payouts": len(new)}
            await audit.write(None, actor, "pay_month", f"month:{month}", None, after)
        return await _count(month, len(new))


async def _count(month: Month, new: int) -> MonthPaid:
    rows = await fetch(
        "SELECT p.state, p.held_reason, count(*) AS number FROM payouts.payout p "
        "JOIN settlement.statement s ON s.id = p.statement_id WHERE s.month = $1 GROUP BY 1, 2",
        month.first_day,
    )
    states: dict[str, int] = {}
    for row in rows:
        states[row["state"]] = states.get(row["state"], 0) + row["number"]
    held = {row["held_reason"]: row["number"] for row in rows if row["held_reason"]}
    return MonthPaid(month, new, states, held)


async def retry_payout(payout_id: UUID, *, now: datetime, actor: str) -> Payout:
    """A failed or canceled payout is under way again.

    Its money is at Stripe already: only a new bank payout is made. A new transfer is made only if
    there was none, or if Stripe confirmed that it was reversed. What Stripe had refused is looked
    for first (stripe.md 4).

    Raises:
        PayoutUnknown: none has this id, or the session may not see it.
        NotRetriable: it has not failed, or a part of its transfer came back.
    """
    async with transaction():
        payout = await lock_payout(payout_id)
        if payout.state not in ("failed", "canceled"):
            raise rules.NotRetriable(f"This one is {payout.state}.", state=payout.state)
        if payout.transfer_reversed_minor:
            raise rules.NotRetriable(
                f"A part of {payout.transfer_id} came back: reverse the rest at Stripe first.",
                state=payout.state,
            )
        if payout.transfer_id is None:
            return await change(
                payout, now, "retry_payout", actor, state="held", failure_code=None,
                failure_message=None, held_reason=await why_held(payout_id, now), next_step_at=now,
                payout_operation_id=None,
            )  # fmt: skip
        known = await connection().fetchval(
            "SELECT true FROM payouts.payout_attempt WHERE operation_id = $1",
            payout.payout_operation_id,
        )
        return await change(
            payout, now, "retry_payout", actor, state="transferred", failure_code=None,
            failure_message=None, next_step_at=now,
            payout_operation_id=None if known else payout.payout_operation_id,
        )  # fmt: skip


async def cancel_payout(payout_id: UUID, *, now: datetime, actor: str) -> Payout:
    """It will not be sent; the money is owed as before. `retry_payout` takes it up again.

    Raises:
        PayoutUnknown: none has this id, or the session may not see it.
        TooLateToCancel: it is not only planned; Stripe may have it.
    """
    async with transaction():
        payout = await lock_payout(payout_id)
        if payout.state == "held":
            return await change(
                payout, now, "cancel_payout", actor, state="canceled", held_reason=None
            )
        if payout.state != "planned" or not await _take_back(payout, "canceled", now):
            raise rules.TooLateToCancel(f"This one is {payout.state}.", state=payout.state)
        return await change(payout, now, "cancel_payout", actor, state="canceled")


async def hold_again(payout: Payout, reason: str, now: datetime) -> bool:
    """A planned payout that may not be sent any more waits again; False: it may be sent already."""
    if not await _take_back(payout, "held", now):
        return False
    await change(
        payout, now, "hold_payout", state="held", held_reason=reason,
        next_step_at=now,
    )  # fmt: skip
    return True


async def _take_back(payout: Payout, why: str, now: datetime) -> bool:
    """The planned transfer is withdrawn, in PostgreSQL and in the books."""
    assert payout.transfer_operation_id is not None
    if not await payments.withdraw_operation(payout.transfer_operation_id, why, now):
        return False
    await book(payout, f"withdrawn:{payout.round}", rules.withdrawn(payout), now)
    return True


async def plan(payout_id: UUID, now: datetime) -> None:
    """A held payout that nothing holds is planned: its transfer is intended, its money set aside.

    Raises:
        NothingPayable: the ledger owes the partner less.
    """
    async with transaction():
        payout = await lock_payout(payout_id)
        if payout.state != "held":
            return
        reason = await why_held(payout_id, now)
        if reason != "ready":
            return
        account = await payments.read_connected_account(payout.organisation_id)
        assert account.stripe_account is not None and account.payable
        operation_id = uuid7()
        await payments.plan_operation(
            operation_id,
            "transfer",
            organisation_id=payout.organisation_id,
            subject=payout.subject,
            params=payments.transfer_params(operation_id, payout.amount, account.stripe_account),
            now=now,
        )
        # The books before the audit chains, here as everywhere: no two wait for each other.
        number = payout.round + 1
        await book(payout, f"intended:{number}", rules.intended(payout), now)
        await change(
            payout, now, "plan_payout", state="planned", round=number,
            stripe_account=account.stripe_account, transfer_operation_id=operation_id,
            next_step_at=now,
        )  # fmt: skip
        left = await ledger.balance(ledger.payable(payout.organisation_id), payout.currency)
        if left.amount_minor < await _carried_below_zero(payout):
            raise rules.NothingPayable(
                f"Paying {payout.amount} would leave {left} payable: run maillage check."
            )


async def _carried_below_zero(payout: Payout) -> int:
    """What a later statement carries as owed by the partner: it is collected by itself, and takes
    nothing from what an older statement promised (money rules d, f3).
    """
    carried: int | None = await connection().fetchval(
        "SELECT closing_minor FROM settlement.statement "
        "WHERE organisation_id = $1 AND currency::text = $2 ORDER BY month DESC LIMIT 1",
        payout.organisation_id,
        payout.currency,
    )
    return min(carried or 0, 0)


async def lock_payout(payout_id: UUID) -> Payout:
    """The row, locked until the end of the transaction. Locked before its operation, always.

    Raises:
        PayoutUnknown: none has this id, or the session may not see it.
    """
    row = await connection().fetchrow(
        f"SELECT {COLUMNS} FROM payouts.payout p WHERE p.id = $1 FOR UPDATE",  # noqa: S608
        payout_id,
    )
    if row is None:
        raise rules.PayoutUnknown(f"No payout has the id {payout_id}.")
    return payout_of(row)


async def change(
    payout: Payout, now: datetime, action: str, actor: str = WORKER, **columns: Any
) -> Payout:
    """The row with these columns, and an audit row if its state is another; answers it.

    What holds a payout is forgotten where its new state cannot be held.
    """
    if columns.get("state", "held") not in ("held", "transferred"):
        columns["held_reason"] = None
    names = [*columns, "changed_at"]
    settings = ", ".join(f"{name} = ${number}" for number, name in enumerate(names, 2))
    row = await connection().fetchrow(
        f"UPDATE payouts.payout p SET {settings} WHERE p.id = $1 RETURNING {COLUMNS}",  # noqa: S608
        payout.id,
        *columns.values(),
        now,
    )
    changed = payout_of(row)
    if changed.state != payout.state:
        facts = ("state", "held_reason", "failure_code", "transfer_id")
        before = {name: getattr(payout, name) for name in facts}
        after = {name: getattr(changed, name) for name in facts}
        await audit.write(payout.organisation_id, actor, action, payout.subject, before, after)
        await _tell(changed, now)
    return changed


async def _tell(payout: Payout, now: datetime) -> None:
    """Whoever waits for the money is told that it is on its way, there, or not to come yet."""
    kind = rules.TOLD.get(payout.state)
    if kind is None:
        return
    facts = {
        "id": payout.id,
        "statement_id": payout.statement_id,
        "state": payout.state,
        "amount": payout.amount,
        "paid_at": payout.paid_at,
        "failure_code": payout.failure_code,
        "failure_message": payout.failure_message,
    }
    await webhooks.emit(payout.organisation_id, kind, payout.subject, facts, now=now)


async def postpone(payout: Payout, until: datetime) -> Payout:
    """Nothing is to be done about it before `until`."""
    row = await connection().fetchrow(
        f"UPDATE payouts.payout p SET next_step_at = $2 WHERE p.id = $1 RETURNING {COLUMNS}",  # noqa: S608
        payout.id,
        until,
    )
    return payout_of(row)


async def book(payout: Payout, what: str, lines: Sequence[ledger.Line], now: datetime) -> None:
    """Into the month of `now`, or the first one open after it. The same `what` twice is once."""
    month = await ledger.open_month(Month.of(now))
    await ledger.post(f"payout:{payout.id}:{what}", *lines, month=month, effective_at=now)


def payout_of(row: Any) -> Payout:
    return Payout(*row)
