"""Recording what arrived at the bank, and reversing what bounced."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from backend import audit, identity, ledger
from backend.core import PARIS, Money, Month, connection, transaction, uuid7
from backend.receipts.rules import (
    AlreadyReversed,
    Means,
    ReceiptConflict,
    ReceiptUnknown,
    check_receipt,
)

INSERT = """
    INSERT INTO receipts.receipt (id, kind, original_id, organisation_id, reference, received_on,
      month, is_late, currency, amount_minor, means, note, actor, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""


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
    now: datetime,
    actor: str,
) -> Receipt:
    """`amount` arrived at the operator's bank and is taken off what the organisation owes.

    The bank's `reference` names it for ever: the same again changes nothing. It counts in the
    month of `now`, or in the first open one. More than was owed goes back with the next payout.

    Raises:
        BadReceipt: nothing arrived, or on a day to come.
        OwnOrganisation: whoever records it acts for the partner.
        ReceiptConflict: the reference is recorded with other facts.
    """
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
                        amount, means, note, now=now, actor=actor,
                    )  # fmt: skip
            except asyncpg.UniqueViolationError:
                known = await _named(reference)
            else:
                return Receipt(receipt_id, new=True)
    assert known is not None
    facts = (known["organisation_id"], known["currency"], known["amount_minor"], known["means"])
    if facts != (organisation_id, amount.currency, amount.amount_minor, means):
        raise ReceiptConflict(f"{reference} is the bank's reference of another receipt.")
    return Receipt(known["id"], new=False)


async def reverse_receipt(receipt_id: UUID, *, reason: str, now: datetime, actor: str) -> UUID:
    """What bounced is owed again, from today on; the receipt itself stays as it was.

    Raises:
        ReceiptUnknown: no receipt has this id.
        AlreadyReversed: it bounced before.
    """
    async with transaction():
        row = await connection().fetchrow(
            "SELECT *, currency::text AS currency FROM receipts.receipt "
            "WHERE id = $1 AND kind = 'receipt'",
            receipt_id,
        )
        if row is None:
            raise ReceiptUnknown(f"No receipt has the id {receipt_id}.")
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
                    now=now, actor=actor,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise AlreadyReversed("Look at the list: it has its reversal.") from None
    return reversal_id


async def _named(reference: str) -> asyncpg.Record | None:
    return await connection().fetchrow(
        "SELECT id, organisation_id, currency::text AS currency, amount_minor, means "
        "FROM receipts.receipt WHERE reference = $1",
        reference,
    )


async def _insert(
    receipt_id: UUID,
    kind: str,
    original_id: UUID | None,
    organisation_id: UUID,
    reference: str,
    received_on: date,
    amount: Money,
    means: Means,
    note: str,
    *,
    now: datetime,
    actor: str,
) -> None:
    month = await ledger.open_month(Month.of(now))
    await connection().execute(
        INSERT, receipt_id, kind, original_id, organisation_id, reference, received_on,
        month.first_day, month != Month.of(now), amount.currency, amount.amount_minor, means,
        note, actor, now,
    )  # fmt: skip
    lines = ledger.move(ledger.OPERATOR_BANK, ledger.owed(organisation_id), amount)
    await ledger.post(f"receipt:{receipt_id}", *lines, month=month, effective_at=now)
    after = {"amount": amount, "reference": reference, "received_on": received_on, "note": note}
    action = "record_receipt" if kind == "receipt" else "reverse_receipt"
    await audit.write(organisation_id, actor, action, f"receipt:{receipt_id}", None, after)
