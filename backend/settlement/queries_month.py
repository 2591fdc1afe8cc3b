"""Months as the operator sees them."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend.core import Month, fetch
from backend.settlement.rules import Carried, Earnings, Owed, Rebated, Received


async def list_months(now: datetime) -> list[asyncpg.Record]:
    """Each month that has begun or has sales, and each currency sold in it, newest first.

    A closed month by its statements, an open one by its sale lines.
    """
    return await fetch(
        """
        WITH months AS (SELECT month FROM ledger.balance
                        UNION SELECT month FROM settlement.month_close),
        sums AS (
          SELECT month, currency::text AS currency, sum(net_minor)::bigint AS net_minor,
                 sum(sales_minor + refunds_minor)::bigint AS partner_minor,
                 sum(operator_minor)::bigint AS operator_minor, sum(due_minor)::bigint AS due_minor,
                 sum(closing_minor)::bigint AS carried_minor, sum(line_count)::bigint AS line_count
          FROM settlement.statement GROUP BY 1, 2
          UNION ALL
          SELECT month, currency::text, sum(net_minor)::bigint, sum(partner_minor)::bigint,
                 sum(operator_minor)::bigint, 0, 0, count(*)
          FROM sales.sale_line WHERE month NOT IN (SELECT month FROM settlement.month_close)
          GROUP BY 1, 2)
        SELECT m.month, c.closed_at, c.actor, c.statement_count, s.currency, s.net_minor,
               s.partner_minor, s.operator_minor, s.due_minor, s.carried_minor, s.line_count,
               (SELECT k.state FROM settlement.closing k WHERE k.month = m.month
                ORDER BY k.id DESC LIMIT 1) AS closing
        FROM months m LEFT JOIN settlement.month_close c ON c.month = m.month
        LEFT JOIN sums s ON s.month = m.month
        WHERE m.month <= $1 OR s.month IS NOT NULL ORDER BY m.month DESC, s.currency
        """,
        Month.of(now).first_day,
    )


async def carried_into(month: Month) -> dict[tuple[UUID, str], Carried]:
    """What the statements of the month before left unpaid."""
    rows = await fetch(
        "SELECT organisation_id, currency::text AS currency, closing_minor, hold_until "
        "FROM settlement.statement WHERE month = $1 AND closing_minor <> 0 ORDER BY 1, 2",
        month.previous.first_day,
    )
    return {
        (row["organisation_id"], row["currency"]): Carried(row["closing_minor"], row["hold_until"])
        for row in rows
    }


async def charges_in(month: Month) -> list[Owed]:
    """What each organisation used of the infrastructure, by currency, VAT category and rate."""
    rows = await fetch(
        "SELECT organisation_id, currency::text, vat_category, vat_rate_bp, "
        "sum(payable_minor)::bigint, count(*) FROM charges.charge_line WHERE month = $1 "
        "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        month.first_day,
    )
    return [Owed(*row) for row in rows]


async def margins_in(month: Month) -> list[Earnings]:
    """What each wholesaler earned of what its sub-resellers were invoiced."""
    rows = await fetch(
        "SELECT organisation_id, currency::text, vat_category, vat_rate_bp, "
        "sum(margin_minor)::bigint FROM charges.margin WHERE month = $1 "
        "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        month.first_day,
    )
    nothing_sold = (0, 0, 0, 0, 0, None)
    return [Earnings(row[0], row[1], row[2], row[3], *nothing_sold, row[4]) for row in rows]


async def awards_in(month: Month) -> list[Earnings]:
    """What each organisation has as a supplier, or of its co-marketing: self-billed too."""
    rows = await fetch(
        "SELECT organisation_id, currency::text, vat_category, vat_rate_bp, "
        "sum(amount_minor)::bigint FROM awards.award WHERE month = $1 AND kind <> 'rebate' "
        "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        month.first_day,
    )
    nothing_sold = (0, 0, 0, 0, 0, None, 0)
    return [Earnings(row[0], row[1], row[2], row[3], *nothing_sold, row[4]) for row in rows]


async def rebates_in(month: Month) -> list[Rebated]:
    """Rebates on turnover, by currency, VAT category and rate."""
    rows = await fetch(
        "SELECT organisation_id, currency::text, vat_category, vat_rate_bp, "
        "sum(amount_minor)::bigint FROM awards.award WHERE month = $1 AND kind = 'rebate' "
        "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        month.first_day,
    )
    return [Rebated(*row) for row in rows]


async def receipts_in(month: Month) -> list[Received]:
    """What organisations paid of what they owe, by currency."""
    rows = await fetch(
        "SELECT organisation_id, currency::text, sum(amount_minor)::bigint "
        "FROM receipts.receipt WHERE month = $1 GROUP BY 1, 2 ORDER BY 1, 2",
        month.first_day,
    )
    return [Received(*row) for row in rows]
