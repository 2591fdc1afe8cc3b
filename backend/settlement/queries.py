"""Reads of statements."""

from typing import Any
from uuid import UUID

import asyncpg

from backend.core import Month, fetch, fetch_row
from backend.settlement.rules import StatementUnknown

STATEMENT = """
    SELECT s.id, s.number, s.organisation_id, o.reference AS organisation_reference,
           o.name AS organisation_name, s.month, s.currency::text AS currency, s.opening_minor,
           s.sales_minor, s.refunds_minor, s.vat_minor, s.due_minor, s.closing_minor, s.net_minor,
           s.operator_minor, s.line_count, s.hold_until, s.margins_minor, s.charges_minor,
           s.charges_vat_minor, s.charge_count, s.awards_minor, s.rebates_minor,
           s.rebates_vat_minor, s.receipts_minor, s.closed_at
    FROM settlement.statement s JOIN partners.organisation o ON o.id = s.organisation_id
"""


async def list_statements(
    *,
    organisation_id: UUID | None = None,
    month: Month | None = None,
    newest_first: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> list[asyncpg.Record]:
    """Statements from behind `after`; of one partner or month if named."""
    behind, order = ("<", "DESC") if newest_first else (">", "ASC")
    return await fetch(
        STATEMENT + "WHERE ($1::uuid IS NULL OR s.organisation_id = $1) "
        f"AND ($2::date IS NULL OR s.month = $2) AND ($3::uuid IS NULL OR s.id {behind} $3) "
        f"ORDER BY s.id {order} LIMIT $4",
        organisation_id,
        None if month is None else month.first_day,
        after,
        limit,
    )


async def read_statement(statement_id: UUID) -> asyncpg.Record:
    """One statement.

    Raises:
        StatementUnknown: none has this id, or the session may not see it.
    """
    row = await fetch_row(STATEMENT + "WHERE s.id = $1", statement_id)
    if row is None:
        raise StatementUnknown(f"No statement has the id {statement_id}.")
    return row


async def statement_lines(
    statement: asyncpg.Record | dict[str, Any], *, after: int = 0, limit: int = 200
) -> list[asyncpg.Record]:
    """The sales and refunds of one statement, in the order in which they were recorded.

    No row links them: a line belongs to the statement of its partner, posting month and currency.
    """
    return await fetch(
        """
        SELECT l.*, l.currency::text AS currency, o.reference AS original_reference,
               r.name AS share_rule_name, c.reference AS listing_reference, c.name AS listing_name,
               jp.name AS joint_with
        FROM sales.sale_line l
        JOIN sales.share_rule r ON r.id = l.share_rule_id
        JOIN catalogue.listing c ON c.id = l.listing_id
        LEFT JOIN sales.sale_line o ON o.id = l.original_id
        LEFT JOIN catalogue.joint_partner jp ON jp.offer_id = l.joint_offer_id
          AND jp.organisation_id = l.organisation_id
        WHERE l.organisation_id = $1 AND l.month = $2 AND l.currency::text = $3 AND l.id > $4
        ORDER BY l.id LIMIT $5
        """,
        statement["organisation_id"],
        statement["month"],
        statement["currency"],
        after,
        limit,
    )


async def statement_vat(statement_id: UUID) -> list[asyncpg.Record]:
    """VAT of one statement, per category and rate."""
    return await fetch(
        "SELECT category, rate_bp, base_minor, vat_minor FROM settlement.statement_vat "
        "WHERE statement_id = $1 ORDER BY category, rate_bp",
        statement_id,
    )


async def statement_charges_vat(statement_id: UUID) -> list[asyncpg.Record]:
    """VAT of the infrastructure on one statement, per category and rate."""
    return await fetch(
        "SELECT category, rate_bp, base_minor, vat_minor FROM settlement.statement_charges_vat "
        "WHERE statement_id = $1 ORDER BY category, rate_bp",
        statement_id,
    )


async def statement_rebates_vat(statement_id: UUID) -> list[asyncpg.Record]:
    """VAT of the rebates on one statement, per category and rate."""
    return await fetch(
        "SELECT category, rate_bp, base_minor, vat_minor FROM settlement.statement_rebates_vat "
        "WHERE statement_id = $1 ORDER BY category, rate_bp",
        statement_id,
    )


async def statement_deductions(statement: asyncpg.Record) -> list[asyncpg.Record]:
    """What was kept of the statement's sales, and given back of its refunds, by rule and rate."""
    return await fetch(
        """
        SELECT l.kind, l.share_rule_id, r.name AS rule, l.operator_bp, count(*) AS line_count,
               sum(l.net_minor)::bigint AS net_minor,
               sum(l.operator_minor)::bigint AS operator_minor
        FROM sales.sale_line l JOIN sales.share_rule r ON r.id = l.share_rule_id
        WHERE l.organisation_id = $1 AND l.month = $2 AND l.currency::text = $3
        GROUP BY 1, 2, 3, 4 ORDER BY l.kind DESC, 6 DESC
        """,
        statement["organisation_id"],
        statement["month"],
        statement["currency"],
    )


async def statement_charged(statement: asyncpg.Record) -> asyncpg.Record:
    """What was used at list prices, and what discounts and credits took off it."""
    row = await fetch_row(
        """
        SELECT coalesce(sum(list_minor), 0)::bigint AS list_minor,
               coalesce(sum(discount_minor), 0)::bigint AS discount_minor,
               coalesce(sum(credit_minor), 0)::bigint AS credit_minor
        FROM charges.charge_line
        WHERE organisation_id = $1 AND month = $2 AND currency::text = $3
        """,
        statement["organisation_id"],
        statement["month"],
        statement["currency"],
    )
    assert row is not None
    return row


async def read_close(month: Month) -> asyncpg.Record | None:
    """When and by whom a month was closed, or None while it is open."""
    return await fetch_row("SELECT * FROM settlement.month_close WHERE month = $1", month.first_day)
