"""Reads of sale lines."""

from uuid import UUID

import asyncpg

from backend.core import Month, fetch, fetch_row
from backend.sales.rules import SaleUnknown

LINE = """
    SELECT l.id, l.reference, l.kind, o.reference AS original_reference, l.organisation_id,
           l.listing_id, c.name AS listing_name, l.buyer_country, l.buyer_segment, l.channel,
           l.brought_by, l.stream_code, l.capture_mode, l.sold_at, l.month, l.is_late,
           l.currency::text AS currency, l.net_minor, l.vat_rate_bp, l.vat_minor,
           l.share_rule_id, r.name AS share_rule_name, l.partner_bp, l.operator_bp,
           l.partner_minor, l.operator_minor, l.hold_until, l.source, l.collected_in
    FROM sales.sale_line l
    JOIN sales.share_rule r ON r.id = l.share_rule_id
    JOIN catalogue.listing c ON c.id = l.listing_id
    LEFT JOIN sales.sale_line o ON o.id = l.original_id
"""


async def list_lines(
    organisation_id: UUID | None, month: Month | None, *, after: int | None, limit: int
) -> list[asyncpg.Record]:
    """Sales and refunds, newest first; of one partner or one month if named."""
    return await fetch(
        LINE + "WHERE ($1::uuid IS NULL OR l.organisation_id = $1) "
        "AND ($2::date IS NULL OR l.month = $2) AND ($3::bigint IS NULL OR l.id < $3) "
        "ORDER BY l.id DESC LIMIT $4",
        organisation_id,
        None if month is None else month.first_day,
        after,
        limit,
    )


async def read_line(*, line_id: int | None = None, reference: str | None = None) -> asyncpg.Record:
    """One sale or refund, by its id or its reference.

    Raises:
        SaleUnknown: there is none, or the session may not see it.
    """
    row = await fetch_row(LINE + "WHERE l.id = $1 OR l.reference = $2", line_id, reference)
    if row is None:
        named = f"the id {line_id}" if reference is None else f"the reference {reference!r}"
        raise SaleUnknown(f"No sale has {named}.")
    return row
