"""Reads of receipts."""

from uuid import UUID

import asyncpg

from backend.core import Month, fetch, fetch_row
from backend.receipts.rules import ReceiptUnknown

SELECT = """
    SELECT r.id, r.kind, r.original_id, r.organisation_id, o.name AS organisation,
           coalesce(a.reference, r.reference) AS reference, r.received_on,
           r.month, r.is_late, r.currency::text AS currency, r.amount_minor,
           r.means, r.note, r.recorded_at, r.held_at,
           (SELECT b.id FROM receipts.receipt b WHERE b.original_id = r.id) AS reversal_id
    FROM receipts.receipt r JOIN partners.organisation o ON o.id = r.organisation_id
    LEFT JOIN receipts.receipt a ON a.id = r.original_id
"""
"""A reversal is shown by the reference of what it takes back: the bank knows no other."""


async def list_receipts(
    *,
    organisation_id: UUID | None = None,
    month: Month | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[asyncpg.Record]:
    """Newest first, of one organisation or of all."""
    return await fetch(
        SELECT + "WHERE ($1::uuid IS NULL OR r.organisation_id = $1) "
        "AND ($2::date IS NULL OR r.month = $2) AND ($3::uuid IS NULL OR r.id < $3) "
        "ORDER BY r.id DESC LIMIT $4",
        organisation_id,
        None if month is None else month.first_day,
        after,
        limit,
    )


async def read_receipt(receipt_id: UUID) -> asyncpg.Record:
    """Raises: ReceiptUnknown."""
    row = await fetch_row(SELECT + "WHERE r.id = $1", receipt_id)
    if row is None:
        raise ReceiptUnknown(f"No receipt has the id {receipt_id}.")
    return row
