"""Reads of sale lines."""

from uuid import UUID

import asyncpg
from msgspec import Struct

from backend.core import Month, fetch, fetch_row
from backend.sales.rules import SaleUnknown
from backend.sales.rules_share import Rates, ShareRule

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


class Wanted(Struct, frozen=True):
    """Which sale lines are asked for; what is None is not asked about."""

    organisation_id: UUID | None = None
    month: Month | None = None
    through: Month | None = None
    kind: str | None = None
    channel: str | None = None
    buyer_segment: str | None = None
    source: str | None = None
    currency: str | None = None
    reference: str | None = None


async def list_lines(wanted: Wanted, *, after: int | None, limit: int) -> list[asyncpg.Record]:
    """Sales and refunds, newest first; posted in `month`, or from it to `through`.

    `reference` is a line's own, or its beginning.
    """
    first = wanted.month
    last = wanted.through or first
    return await fetch(
        LINE + "WHERE ($1::uuid IS NULL OR l.organisation_id = $1) "
        "AND ($2::date IS NULL OR l.month >= $2) AND ($3::date IS NULL OR l.month <= $3) "
        "AND ($4::text IS NULL OR l.kind = $4) AND ($5::text IS NULL OR l.channel = $5) "
        "AND ($6::text IS NULL OR l.buyer_segment = $6) AND ($7::text IS NULL OR l.source = $7) "
        "AND ($8::text IS NULL OR l.currency = $8) "
        "AND ($9::text IS NULL OR starts_with(l.reference, $9)) "
        "AND ($10::bigint IS NULL OR l.id < $10) ORDER BY l.id DESC LIMIT $11",
        wanted.organisation_id,
        None if first is None else first.first_day,
        None if last is None else last.first_day,
        wanted.kind,
        wanted.channel,
        wanted.buyer_segment,
        wanted.source,
        wanted.currency,
        wanted.reference,
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


async def list_share_rules() -> list[ShareRule]:
    """Every rule ever announced that the session may see, the newest beginning first."""
    rows = await fetch(
        "SELECT id, name, organisation_id, channel, brought_by, partner_bp, operator_bp, "
        "valid_from FROM sales.share_rule ORDER BY valid_from DESC, id"
    )
    return [
        ShareRule(
            id=row["id"],
            name=row["name"],
            organisation_id=row["organisation_id"],
            channel=row["channel"],
            brought_by=row["brought_by"],
            rates=Rates(row["partner_bp"], 0, row["operator_bp"]),
            valid_from=row["valid_from"],
        )
        for row in rows
    ]
