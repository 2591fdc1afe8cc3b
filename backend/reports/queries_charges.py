"""Facts of infrastructure charges, margins, awards and rebates on one statement."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from uuid import UUID

import asyncpg

from backend import charges
from backend.core import Month, fetch
from backend.reports.queries import cut, stream

CHARGES = f"""
    WITH by_contract AS ({charges.OF_DAYS})
    SELECT CASE l.kind WHEN 'charge' THEN 'charge:' ELSE 'charge_refund:' END
             || l.consumer_id || ':' || l.reference AS entry, l.kind, l.reference,
           b.reference AS original_reference, l.used_from, l.charged_on,
           l.end_customer, l.environment, l.resource, l.quantity, l.unit_price, l.stream_code,
           l.list_minor, l.discount_minor, l.net_minor, l.credit_minor, l.payable_minor,
           l.vat_category, l.vat_rate_bp, g.number AS contract_number,
           nullif(g.po_number, '') AS po_number, nullif(g.grouping_reference, '') AS group_ref
    FROM charges.charge_line l LEFT JOIN charges.charge_line b ON b.id = l.original_id
    LEFT JOIN by_contract g ON g.used_from = l.used_from AND l.consumer_id = $1
    WHERE l.organisation_id = $1 AND l.month = $2 AND l.currency::text = $3 ORDER BY l.id
"""  # noqa: S608

MARGINS = """
    SELECT CASE WHEN m.margin_minor > 0 THEN 'charge:' ELSE 'charge_refund:' END
             || m.consumer_id || ':' || m.reference AS entry, m.reference, m.charged_on,
           m.reseller, m.environment, m.margin_minor, m.vat_category, m.vat_rate_bp
    FROM charges.margin m
    WHERE m.organisation_id = $1 AND m.month = $2 AND m.currency::text = $3 ORDER BY m.id
"""

SUMS = """
    SELECT coalesce(sum(list_minor), 0)::bigint AS list_minor,
           coalesce(sum(discount_minor), 0)::bigint AS discount_minor,
           coalesce(sum(credit_minor), 0)::bigint AS credit_minor
    FROM charges.charge_line
    WHERE organisation_id = $1 AND month = $2 AND currency::text = $3
"""

ROWS = """
    SELECT l.reference, l.charged_on, l.kind, o.reference,
           coalesce(c.reference, l.consumer_id::text), l.end_customer, l.stream_code,
           l.environment, l.resource, trim_scale(l.quantity)::text, trim_scale(l.unit_price)::text,
           l.currency::text, l.list_minor, -l.discount_minor, l.net_minor, -l.credit_minor,
           l.payable_minor, l.vat_category, l.vat_rate_bp, to_char(l.month, 'YYYY-MM'), b.reference
    FROM charges.charge_line l
    LEFT JOIN partners.organisation o ON o.id = l.organisation_id
    LEFT JOIN partners.organisation c ON c.id = l.consumer_id
    LEFT JOIN charges.charge_line b ON b.id = l.original_id
"""

MARGIN_ROWS = """
    SELECT m.reference, m.charged_on, o.reference, m.reseller, m.environment,
           to_char(m.month, 'YYYY-MM'), m.currency::text, m.points_bp, m.margin_minor,
           m.vat_category, m.vat_rate_bp
    FROM charges.margin m LEFT JOIN partners.organisation o ON o.id = m.organisation_id
    WHERE ($1::uuid IS NULL OR m.organisation_id = $1) AND ($2::date IS NULL OR m.month = $2)
    ORDER BY m.line_id
"""

CREDIT_ROWS = """
    SELECT o.reference, o.name, g.granted_on, g.expires_on, g.currency::text, g.amount_minor,
           b.left_minor, g.reason
    FROM charges.credit_grant g
    JOIN charges.credit_balance b ON b.grant_id = g.id
    JOIN partners.organisation o ON o.id = g.organisation_id
    WHERE $1::uuid IS NULL OR g.organisation_id = $1 ORDER BY g.id
"""

VAT = """
    SELECT category, rate_bp, base_minor, vat_minor FROM settlement.statement_charges_vat
    WHERE statement_id = $1 ORDER BY category, rate_bp
"""
VAT_BASES = """
    SELECT vat_category AS category, vat_rate_bp AS rate_bp,
           sum(payable_minor)::bigint AS base_minor
    FROM charges.charge_line WHERE organisation_id = $1 AND month = $2 AND currency::text = $3
    GROUP BY 1, 2 ORDER BY 1, 2
"""

AWARDS = """
    SELECT 'award:' || a.reference AS entry, a.kind, a.reference, a.amount_minor, a.to_on,
           a.subject, a.contract_number, a.document_type, a.vat_category, a.vat_rate_bp,
           (a.awarded_at AT TIME ZONE 'Europe/Paris')::date AS day
    FROM awards.award a
    WHERE a.organisation_id = $1 AND a.month = $2 AND a.currency::text = $3
      AND (a.kind = 'rebate') = $4 ORDER BY a.id
"""
RECEIPTS = """
    SELECT 'receipt:' || r.id AS entry,
           CASE r.kind WHEN 'receipt' THEN 'receipt' ELSE 'receipt_reversal' END AS kind,
           coalesce(b.reference, r.reference) AS reference, r.received_on, r.amount_minor,
           b.reference AS original_reference
    FROM receipts.receipt r LEFT JOIN receipts.receipt b ON b.id = r.original_id
    WHERE r.organisation_id = $1 AND r.month = $2 AND r.currency::text = $3 ORDER BY r.id
"""
REBATES_VAT = """
    SELECT category, rate_bp, base_minor, vat_minor FROM settlement.statement_rebates_vat
    WHERE statement_id = $1 ORDER BY category, rate_bp
"""
REBATES_VAT_BASES = """
    SELECT vat_category AS category, vat_rate_bp AS rate_bp,
           sum(amount_minor)::bigint AS base_minor
    FROM awards.award WHERE organisation_id = $1 AND month = $2 AND currency::text = $3
      AND kind = 'rebate' GROUP BY 1, 2 ORDER BY 1, 2
"""


async def rebates_vat(head: dict[str, Any]) -> list[asyncpg.Record]:
    """VAT parts of the credit note for rebates, as `charges_vat`."""
    if head["id"] is not None:
        return await fetch(REBATES_VAT, head["id"])
    return await fetch(REBATES_VAT_BASES, *cut(head))


async def award_lines(head: dict[str, Any], *, rebates: bool) -> list[asyncpg.Record]:
    """Rebates on turnover, or else a supplier's shares and co-marketing, as they were given."""
    return await fetch(AWARDS, *cut(head), rebates)


async def receipt_lines(head: dict[str, Any]) -> list[asyncpg.Record]:
    """What the organisation paid of what it owed, and what of it bounced."""
    return await fetch(RECEIPTS, *cut(head))


async def charges_vat(head: dict[str, Any]) -> list[asyncpg.Record]:
    """VAT parts of the operator's invoice of a closed statement; of a draft, the bases so far."""
    if head["id"] is not None:
        return await fetch(VAT, head["id"])
    return await fetch(VAT_BASES, *cut(head))


async def charge_lines(head: dict[str, Any]) -> AsyncGenerator[list[asyncpg.Record]]:
    """What was used, and refunds of it, in the order of recording."""
    async with aclosing(stream(CHARGES, *cut(head))) as batches:
        async for rows in batches:
            yield rows


async def margin_lines(head: dict[str, Any]) -> AsyncGenerator[list[asyncpg.Record]]:
    """What a wholesaler earned of its resellers' charges, in the order of recording."""
    async with aclosing(stream(MARGINS, *cut(head))) as batches:
        async for rows in batches:
            yield rows


async def charge_sums(head: dict[str, Any]) -> asyncpg.Record:
    """List prices, discounts and credits of one statement, refunds taken off."""
    [row] = await fetch(SUMS, *cut(head))
    return row


async def charge_rows(wanted: charges.Wanted) -> AsyncGenerator[list[Any]]:
    """The charges that are asked for, in the order of recording. `rules.CHARGES`."""
    condition, values = wanted.condition()
    async with aclosing(stream(f"{ROWS} WHERE {condition} ORDER BY l.id", *values)) as batches:
        async for rows in batches:
            yield list(rows)


async def margin_rows(
    organisation_id: UUID | None, month: Month | None
) -> AsyncGenerator[list[Any]]:
    """Margins in the order of recording. `rules.MARGINS`."""
    day = None if month is None else month.first_day
    async with aclosing(stream(MARGIN_ROWS, organisation_id, day)) as batches:
        async for rows in batches:
            yield list(rows)


async def credit_rows(organisation_id: UUID | None) -> AsyncGenerator[list[Any]]:
    """Credits as they were granted, with what is left of each. `rules.CREDITS`."""
    async with aclosing(stream(CREDIT_ROWS, organisation_id)) as batches:
        async for rows in batches:
            yield list(rows)
