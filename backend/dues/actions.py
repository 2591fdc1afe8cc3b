"""What a partner owes is paid online: asked, opened, settled. Each function is one transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit, orders, receipts
from backend.core import PARIS, Money, connection, transaction, uuid7
from backend.dues import letters, queries, rules
from backend.dues.writing import write_to
from backend.payments import Checkout, DisputeMade, Payment, RefundMade, checkout_differences

WORKER = "system:worker"


async def lock_debt(organisation_id: UUID) -> None:
    """Whoever pays, or records what was paid, of this organisation's debt takes turns."""
    await connection().execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"dues:{organisation_id}"
    )


async def ask_payment(
    organisation_id: UUID, currency: str, *, now: datetime, actor: str
) -> asyncpg.Record:
    """All that the organisation owes in this currency is to be paid: the one payment of it that is
    not paid yet, or a new one. The amount is what its closed statements carry, nobody's word.

    Raises:
        NothingOwed: nothing, or less than Stripe takes.
        PaymentUnderWay: a debit has been given to the bank.
    """
    async with transaction():
        await lock_debt(organisation_id)
        live = await connection().fetchrow(
            queries.PAYMENT + "WHERE p.organisation_id = $1 AND p.currency::text = $2 "
            "AND p.state = ANY ($3) FOR UPDATE OF p",
            organisation_id, currency, list(rules.LIVE),
        )  # fmt: skip
        if live is not None and live["state"] == "processing":
            amount = Money(live["amount_minor"], currency)
            raise rules.PaymentUnderWay(
                f"{amount} of {live['asked_at'].astimezone(PARIS):%Y-%m-%d} are with your bank: "
                "wait until they have arrived, some days for a debit."
            )
        if live is not None:
            return live
        owing = await queries.owing(organisation_id, currency)
        if owing is None or owing["left_minor"] < rules.LEAST_CHARGED_MINOR:
            raise rules.NothingOwed(
                f"Your closed statements carry nothing in {currency} that can be paid by card or "
                "debit; the rest is set against your next statement."
            )
        made = uuid7()
        await connection().execute(
            "INSERT INTO dues.payment (id, organisation_id, statement_id, currency, amount_minor, "
            "actor, asked_at, changed_at, look_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
            made, organisation_id, owing["statement_id"], currency, owing["left_minor"], actor,
            now, orders.next_look(now, now),
        )  # fmt: skip
        after = {"amount": Money(owing["left_minor"], currency), "statement": owing["number"]}
        await audit.write(organisation_id, actor, "ask_due_payment", f"due:{made}", None, after)
        return await _locked(made)


async def open_page(due_id: UUID, made: Checkout, *, now: datetime) -> str:
    """The payment has one hosted page, the first that is written here; answers its address.

    Raises:
        PaymentUnderWay: it was paid or given up meanwhile.
    """
    assert made.url is not None, "a new session is open"
    async with transaction():
        due = await _locked(due_id)
        if due["state"] == "planned":
            changes = {"state": "open", "session_id": made.session_id, "url": made.url}
            await _change(due, "open_due_page", changes, now)
            return made.url
        if due["state"] != "open":
            raise rules.PaymentUnderWay(f"It is {due['state']}: look at your payments.")
        first: str = due["url"]
        return first


async def renew_attempt(due_id: UUID, attempt: int, now: datetime) -> None:
    """Stripe keeps repeating a failure under the key of `attempt`: the next try has a new key.

    Only while no page is known: of a page that nobody was told, nobody can pay.
    """
    async with transaction():
        due = await _locked(due_id)
        if due["state"] == "planned" and due["attempt"] == attempt:
            await _change(due, "renew_attempt", {"attempt": attempt + 1}, now)


async def end_payment(
    due_id: UUID, state: rules.DueState, *, why: str, now: datetime, if_in: tuple[str, ...]
) -> None:
    """The payment is `expired` or `failed`, if it is in one of the states `if_in`."""
    async with transaction():
        due = await _locked(due_id)
        if due["state"] in if_in:
            changes = {"state": state, "look_at": None}
            await _change(due, "end_due_payment", changes, now, why=why)


async def settle_payment(due_id: UUID, seen: Checkout, *, now: datetime) -> str:
    """The payment is as Stripe says it is; one that was collected is a receipt, with its fee.

    Any number of times, in any order, at once: the row is locked, and only forward steps are made.
    What was collected is credited whatever became of the debt meanwhile: what is then too much
    goes back with the next payout (money rule d). Answers the state.
    """
    async with transaction():
        due = await _locked(due_id)
        owed = Money(due["amount_minor"], due["currency"])
        wrong = checkout_differences("due", str(due_id), owed, due["session_id"], seen)
        if wrong:
            await audit.raise_alarm(f"due:{due_id}", "payment_differs", "; ".join(wrong), now)
            return str(due["state"])
        outcome = orders.outcome(seen)
        if outcome == "paid":
            assert seen.payment is not None
            return await _collect(due, seen, seen.payment, now)
        if due["state"] in rules.LIVE:
            return await _follow(due, seen, outcome, owed, now)
        return str(due["state"])


async def _follow(
    due: asyncpg.Record, seen: Checkout, outcome: str, owed: Money, now: datetime
) -> str:
    """What is not collected: still open, with the bank, refused or over."""
    known: str = due["state"]
    if outcome == "failed" or (outcome == "expired" and known != "processing"):
        await _change(due, "end_due_payment", {"state": outcome, "look_at": None}, now)
        if outcome == "failed":
            await write_to(due["organisation_id"], letters.failed(owed, due["number"]), now)
        return outcome
    changes: dict[str, Any] = {"look_at": orders.next_look(due["asked_at"], now)}
    if outcome == "processing" and known != "processing":
        changes |= {"state": "processing", "session_id": seen.session_id}
        await _change(due, "due_payment_under_way", changes, now)
        return outcome
    await _write(due["id"], changes, now)
    return known


async def _collect(due: asyncpg.Record, seen: Checkout, payment: Payment, now: datetime) -> str:
    fee = _fee_of(due, payment)
    told = await _tell_of_other_currency(due, payment, now)
    if due["state"] == "paid":
        if told:
            await _write(due["id"], {"look_at": None}, now)
        if due["fee_minor"] is None and fee is not None:
            if fee.amount_minor:
                await receipts.book_fee(due["receipt_id"], fee, now=now)
            await _write(due["id"], {"fee_minor": fee.amount_minor, "look_at": None}, now)
        return "paid"
    # A clock ahead of ours (the sandbox's) must not date a receipt into the future.
    collected_at = min(payment.booked_at or now, now)
    made = await receipts.record_receipt(
        due["organisation_id"],
        Money(due["amount_minor"], due["currency"]),
        reference=payment.intent_id,
        received_on=collected_at.astimezone(PARIS).date(),
        means="direct_debit" if payment.by_debit else "card",
        note=due["number"],
        held_at="stripe",
        fee=fee,
        now=now,
        actor=WORKER,
    )
    changes: dict[str, Any] = {
        "state": "paid",
        "session_id": seen.session_id,
        "intent_id": payment.intent_id,
        "receipt_id": made.id,
        "fee_minor": None if fee is None else fee.amount_minor,
        "look_at": orders.next_look(now, now) if fee is None and not told else None,
    }
    await _change(due, "take_due_payment", changes, now)
    return "paid"


async def _tell_of_other_currency(due: asyncpg.Record, payment: Payment, now: datetime) -> bool:
    """Stripe turned the money into another currency: nobody guesses the rate, an alarm tells of it
    (decision 0017)."""
    if payment.fee_currency in (None, due["currency"]):
        return False
    detail = (
        f"{payment.intent_id} of {due['number']} settled in {payment.fee_currency}: its fee is not "
        "booked. Look at it in Stripe's dashboard, and book the fee and what the exchange cost."
    )
    await audit.raise_alarm(f"due:{due['id']}", "fee_in_other_currency", detail, now)
    return True


def _fee_of(due: asyncpg.Record, payment: Payment) -> Money | None:
    if payment.fee_minor is None or payment.fee_currency != due["currency"]:
        return None
    return Money(payment.fee_minor, due["currency"])


async def note_dispute(made: DisputeMade, due: asyncpg.Record, now: datetime) -> None:
    """A payment that its bank took back for good is owed again, from today on (stripe.md 1.5).

    Of a part the alarm alone tells: somebody books it. One that is still argued about is an alarm,
    once in each of its states.
    """
    async with transaction():
        due = await _locked(due["id"])
        amount = Money(made.amount_minor, made.currency)
        if made.status == "lost":
            reason = f"{made.dispute_id}: {made.reason}"
            await _take_back(due, amount, reason, Money(made.fee_minor, made.currency), now)
        detail = f"{made.dispute_id}: {amount}, {made.reason}, {made.status}"
        await audit.raise_alarm(f"due:{due['id']}", "disputed", detail, now)


async def note_refund(made: RefundMade, due: asyncpg.Record, now: datetime) -> None:
    """A payment given back in Stripe's dashboard is owed again, and an alarm says who has to look.

    A part of it, or one that came back to us, is the alarm alone: somebody books it.
    """
    async with transaction():
        due = await _locked(due["id"])
        amount = Money(made.amount_minor, made.currency)
        if made.status == "succeeded":
            await _take_back(due, amount, made.refund_id, Money(0, made.currency), now)
        detail = f"{made.refund_id}: {amount} was made elsewhere, {made.status}"
        await audit.raise_alarm(f"due:{due['id']}", "refund_differs", detail, now)


async def _take_back(
    due: asyncpg.Record, taken: Money, reason: str, fee: Money, now: datetime
) -> None:
    """Once, and only what is the whole payment: of a part no receipt is reversed."""
    whole = Money(due["amount_minor"], due["currency"])
    if due["state"] != "paid" or due["reversal_id"] is not None or taken != whole:
        return
    reversal = await receipts.reverse_receipt(
        due["receipt_id"], reason=reason, now=now, actor=WORKER, by_stripe=True, fee=fee
    )
    await _change(due, "due_payment_taken_back", {"reversal_id": reversal}, now)
    await write_to(due["organisation_id"], letters.taken_back(whole, due["number"]), now)


async def claim_due(now: datetime, *, limit: int) -> list[asyncpg.Record]:
    """Payments whose webhooks may be lost, the longest due first; ours for a while."""
    async with transaction():
        return await connection().fetch(
            "WITH picked AS MATERIALIZED (SELECT id FROM dues.payment WHERE look_at <= $1 "
            "ORDER BY look_at LIMIT $3 FOR UPDATE SKIP LOCKED) "
            "UPDATE dues.payment p SET look_at = "
            "CASE WHEN p.asked_at < $4 THEN NULL ELSE $2::timestamptz END "
            "FROM picked WHERE p.id = picked.id RETURNING p.id, p.session_id",
            now,
            orders.next_look(now, now),
            limit,
            now - rules.LONGEST_LOOK,
        )


async def _locked(due_id: UUID) -> asyncpg.Record:
    """The row, after its debt: whoever records by hand sees it paid, or it comes after them."""
    of = await connection().fetchval(
        "SELECT organisation_id FROM dues.payment WHERE id = $1", due_id
    )
    assert of is not None, f"no payment {due_id}"
    await lock_debt(of)
    row = await connection().fetchrow(queries.PAYMENT + "WHERE p.id = $1 FOR UPDATE OF p", due_id)
    assert row is not None, "payments are never removed"
    return row


async def _write(due_id: UUID, changes: dict[str, Any], now: datetime) -> None:
    columns = "".join(f", {name} = ${place}" for place, name in enumerate(changes, 3))
    await connection().execute(
        f"UPDATE dues.payment SET changed_at = $2{columns} WHERE id = $1",  # noqa: S608
        due_id, now, *changes.values(),
    )  # fmt: skip


async def _change(
    due: asyncpg.Record, action: str, changes: dict[str, Any], now: datetime, **why: str
) -> None:
    await _write(due["id"], changes, now)
    kept = {name: value for name, value in changes.items() if name not in ("look_at", "url")}
    await audit.write(
        due["organisation_id"], WORKER, action, f"due:{due['id']}", {"state": due["state"]},
        {**kept, **why},
    )  # fmt: skip
