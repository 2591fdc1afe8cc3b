"""Recording what arrived at the bank, and reversing what bounced."""

from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

import asyncpg

from backend import audit, identity, ledger
from backend.core import PARIS, Money, Month, connection, transaction, uuid7
from backend.receipts.rules import (
    AlreadyReversed,
    HeldAt,
    Means,
    ReceiptAtStripe,
    ReceiptConflict,
    ReceiptUnknown,
    check_by_hand,
    check_receipt,
)

INSERT = """
    INSERT INTO receipts.receipt (id, kind, original_id, organisation_id, reference, received_on,
      month, is_late, currency, amount_minor, means, note, actor, recorded_at, held_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""

Kind = Literal["receipt", "reversal"]


class Receipt(NamedTuple):
    """`new` is false when the same had been recorded before."""

    id: UUID
    new: bool


async def record_receipt(
    organisation_id: UUID,
    amount: Money,
    *,
    reference: str,
    received_on: date,
    means: Means,
    note: str = "",
    held_at: HeldAt = "bank",
    fee: Money | None = None,
    now: datetime,
    actor: str,
) -> Receipt:
    """`amount` arrived at the operator's bank and is taken off what the organisation owes.

    The bank's `reference` names it for ever: the same again changes nothing. It counts in the
    month of `now`, or in the first open one. More than was owed goes back with the next payout.
    What Stripe collected is `held_at` Stripe, less its `fee`, which the operator bears.

    Raises:
        BadReceipt: nothing arrived, or on a day to come.
        OwnOrganisation: whoever records it acts for the partner.
        ReceiptConflict: the reference is recorded with other facts.
        ReferenceOfStripe: what Stripe collected is not at the bank.
    """
    if held_at == "bank":
        check_by_hand(reference)
    check_receipt(amount, received_on, now.astimezone(PARIS).date())
    async with transaction():
        await identity.check_other(actor, organisation_id)
        known = await _named(reference)
        if known is None:
            receipt_id = uuid7()
            try:
                async with transaction():
                    await _insert(
                        receipt_id, "receipt", None, organisation_id, reference, received_on,
                        amount, means, note, held_at, fee, now=now, actor=actor,
                    )  # fmt: skip
            except asyncpg.UniqueViolationError:
                known = await _named(reference)
            else:
                return Receipt(receipt_id, new=True)
    assert known is not None
    _check_same(known, reference, organisation_id, amount, means)
    return Receipt(known["id"], new=False)


async def find_receipt(
    organisation_id: UUID, amount: Money, *, reference: str, means: Means
) -> UUID | None:
    """The receipt of these facts, if the bank's line was recorded before.

    Raises:
        ReceiptConflict: the reference is recorded with other facts.
    """
    async with transaction():
        known = await _named(reference)
    if known is None:
        return None
    _check_same(known, reference, organisation_id, amount, means)
    found: UUID = known["id"]
    return found


def _check_same(
    known: asyncpg.Record, reference: str, organisation_id: UUID, amount: Money, means: Means
) -> None:
    facts = (known["organisation_id"], known["currency"], known["amount_minor"], known["means"])
    if facts != (organisation_id, amount.currency, amount.amount_minor, means):
        before = Money(known["amount_minor"], known["currency"])
        raise ReceiptConflict(
            f"reference: {reference} was recorded as {before} of {known['organisation']}, received "
            f"on {known['received_on']}. Look at it under payments received: if it was wrong, say "
            "there that it bounced; if this is another line of the bank's, give its own reference.",
            field="reference",
            receipt_id=known["id"],
        )


async def reverse_receipt(
    receipt_id: UUID,
    *,
    reason: str,
    now: datetime,
    actor: str,
    by_stripe: bool = False,
    fee: Money | None = None,
) -> UUID:
    """What bounced is owed again, from today on; the receipt itself stays as it was.

    Stripe took it back, with a `fee` of its own, if `by_stripe`.

    Raises:
        ReceiptUnknown: no receipt has this id.
        AlreadyReversed: it bounced before.
        ReceiptAtStripe: Stripe collected it, and did not say that it took it back.
    """
    async with transaction():
        row = await connection().fetchrow(
            "SELECT *, currency::text AS currency FROM receipts.receipt "
            "WHERE id = $1 AND kind = 'receipt'",
            receipt_id,
        )
        if row is None:
            raise ReceiptUnknown(f"No receipt has the id {receipt_id}.")
        if row["held_at"] == "stripe" and not by_stripe:
            raise ReceiptAtStripe(
                "Give it back in Stripe's dashboard; a dispute there is booked here by itself."
            )
        reversal_id = uuid7()
        reference = f"{row['reference']} reversed"
        if await _named(reference) is not None:  # It may be the bank's own of another receipt.
            reference = f"{reference} {receipt_id}"
        try:
            async with transaction():
                await _insert(
                    reversal_id, "reversal", receipt_id, row["organisation_id"],
                    reference, now.astimezone(PARIS).date(),
                    Money(-row["amount_minor"], row["currency"]), row["means"], reason,
                    row["held_at"], fee, now=now, actor=actor,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise AlreadyReversed("Look at the list: it has its reversal.") from None
    return reversal_id


async def _named(reference: str) -> asyncpg.Record | None:
    return await connection().fetchrow(
        "SELECT r.id, r.organisation_id, o.name AS organisation, r.currency::text AS currency, "
        "r.amount_minor, r.means, r.received_on FROM receipts.receipt r "
        "JOIN partners.organisation o ON o.id = r.organisation_id WHERE r.reference = $1",
        reference,
    )


async def book_fee(receipt_id: UUID, fee: Money, *, now: datetime) -> None:
    """What Stripe kept of a receipt, told later than the receipt itself; once."""
    async with transaction():
        month = await ledger.open_month(Month.of(now))
        lines = ledger.move(ledger.OPERATOR_PSP_FEES, ledger.OPERATOR_STRIPE, fee)
        await ledger.post(f"receipt_fee:{receipt_id}", *lines, month=month, effective_at=now)


async def _insert(
    receipt_id: UUID,
    kind: Kind,
    original_id: UUID | None,
    organisation_id: UUID,
    reference: str,
    received_on: date,
    amount: Money,
    means: Means,
    note: str,
    held_at: HeldAt,
    fee: Money | None,
    *,
    now: datetime,
    actor: str,
) -> None:
    month = await ledger.open_month(Month.of(now))
    await connection().execute(
        INSERT, receipt_id, kind, original_id, organisation_id, reference, received_on,
        month.first_day, month != Month.of(now), amount.currency, amount.amount_minor, means,
        note, actor, now, held_at,
    )  # fmt: skip
    cash = ledger.OPERATOR_STRIPE if held_at == "stripe" else ledger.OPERATOR_BANK
    lines = ledger.move(cash, ledger.owed(organisation_id), amount)
    await ledger.post(f"receipt:{receipt_id}", *lines, month=month, effective_at=now)
    if fee is not None and fee.amount_minor:
        await book_fee(receipt_id, fee, now=now)
    after = {"amount": amount, "reference": reference, "received_on": received_on, "note": note}
    action = "record_receipt" if kind == "receipt" else "reverse_receipt"
    await audit.write(organisation_id, actor, action, f"receipt:{receipt_id}", None, after)
