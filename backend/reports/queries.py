"""Facts of reports, straight from the tables of the packages below, row after row."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import ledger, sales, settlement
from backend.core import Month, connection, fetch, fetch_row, transaction
from backend.reports.drafts import DRAFTS
from backend.reports.rules import PAYOUT_WORDS, Cycle

BATCH = 2_000

SALES = """
    SELECT l.reference, l.sold_at, o.reference, c.reference, l.net_minor, l.currency::text, r.name,
           l.partner_minor, l.operator_minor, s.number,
           CASE WHEN s.id IS NULL THEN 'accrued'
                WHEN s.due_minor = 0 THEN 'carried'
                WHEN p.state IN ('paid', 'final') THEN 'paid'
                WHEN s.hold_until > {now} THEN 'on_hold'
                ELSE 'payable' END{more}
    FROM sales.sale_line l
    JOIN partners.organisation o ON o.id = l.organisation_id
    JOIN catalogue.listing c ON c.id = l.listing_id
    JOIN sales.share_rule r ON r.id = l.share_rule_id
    LEFT JOIN settlement.statement s
      ON s.organisation_id = l.organisation_id AND s.month = l.month AND s.currency = l.currency
    LEFT JOIN payouts.payout p ON p.statement_id = s.id
    {joined}
"""
# The order behind a sale, or behind the sale that a refund is of, kept who managed its buyer then.
MANAGED = """
    LEFT JOIN sales.sale_line b ON b.id = l.original_id
    LEFT JOIN orders.order d ON l.source = 'order'
      AND d.id = substring(coalesce(b.reference, l.reference) FROM '^order:([0-9a-f-]{36})')::uuid
"""
JOINT = """
    LEFT JOIN catalogue.joint_partner jp ON jp.offer_id = l.joint_offer_id
      AND jp.organisation_id = l.organisation_id
"""

POSTINGS = """
    SELECT p.entry_id, p.line, e.reference, to_char(e.month, 'YYYY-MM') AS month, e.effective_at,
           e.recorded_at, CASE WHEN p.debit_id = $1 THEN c.code ELSE d.code END AS counterpart,
           CASE WHEN p.debit_id = $1 THEN p.amount_minor END AS debit_minor,
           CASE WHEN p.credit_id = $1 THEN p.amount_minor END AS credit_minor,
           p.currency::text AS currency
    FROM ledger.posting p
    JOIN ledger.entry e ON e.id = p.entry_id
    JOIN ledger.account d ON d.id = p.debit_id
    JOIN ledger.account c ON c.id = p.credit_id
    WHERE (p.debit_id = $1 OR p.credit_id = $1) AND ($2::date IS NULL OR e.month = $2)
    ORDER BY p.entry_id, p.line
"""

HEADS = """
    SELECT s.id, s.number, s.organisation_id, o.reference AS partner_id, o.name AS partner_name,
           o.country, o.siren, o.vat_number, o.language, s.month, s.currency::text AS currency,
           s.opening_minor, s.sales_minor, s.refunds_minor, s.vat_minor, s.due_minor,
           s.closing_minor, s.net_minor, s.operator_minor, s.line_count, s.hold_until, s.closed_at,
           s.margins_minor, s.charges_minor, s.charges_vat_minor, s.charge_count,
           s.awards_minor, s.rebates_minor, s.rebates_vat_minor, s.receipts_minor,
           m.minimum_hundredths
    FROM settlement.statement s
    JOIN settlement.month_close m ON m.month = s.month
    JOIN partners.organisation o ON o.id = s.organisation_id
"""

VAT = """
    SELECT category, rate_bp, base_minor, vat_minor FROM settlement.statement_vat
    WHERE statement_id = $1 ORDER BY category, rate_bp
"""
VAT_BASES = """
    SELECT category, rate_bp, sum(minor)::bigint AS base_minor
    FROM (SELECT partner_vat_category AS category, partner_vat_rate_bp AS rate_bp,
                 partner_minor AS minor
          FROM sales.sale_line WHERE organisation_id = $1 AND month = $2 AND currency::text = $3
          UNION ALL
          SELECT vat_category, vat_rate_bp, margin_minor
          FROM charges.margin WHERE organisation_id = $1 AND month = $2 AND currency::text = $3
          UNION ALL
          SELECT vat_category, vat_rate_bp, amount_minor FROM awards.award
          WHERE organisation_id = $1 AND month = $2 AND currency::text = $3 AND kind <> 'rebate')
      AS x
    GROUP BY 1, 2 ORDER BY 1, 2
"""

DEDUCTIONS = """
    SELECT r.name, l.partner_bp, l.operator_bp, l.kind, count(*) AS lines,
           sum(l.net_minor)::bigint AS net_minor, sum(l.operator_minor)::bigint AS operator_minor
    FROM sales.sale_line l JOIN sales.share_rule r ON r.id = l.share_rule_id
    WHERE l.organisation_id = $1 AND l.month = $2 AND l.currency::text = $3
    GROUP BY 1, 2, 3, 4 ORDER BY l.kind DESC, 6 DESC
"""

LINES = """
    SELECT l.kind, l.reference, l.sold_at, l.stream_code, l.channel, l.buyer_country,
           CASE l.brought_by WHEN 'partner' THEN 'partner_deal' ELSE 'operator_marketplace' END
             AS attribution,
           c.reference AS listing_reference, c.name AS listing_name, l.net_minor,
           r.name AS share_rule, l.partner_bp, l.operator_minor, l.partner_minor,
           l.partner_vat_category, l.partner_vat_rate_bp, b.reference AS original_reference,
           l.hold_until, jp.name AS joint_with
    FROM sales.sale_line l
    JOIN catalogue.listing c ON c.id = l.listing_id
    JOIN sales.share_rule r ON r.id = l.share_rule_id
    LEFT JOIN sales.sale_line b ON b.id = l.original_id
    LEFT JOIN catalogue.joint_partner jp ON jp.offer_id = l.joint_offer_id
      AND jp.organisation_id = l.organisation_id
    WHERE l.organisation_id = $1 AND l.month = $2 AND l.currency::text = $3 ORDER BY l.id
"""

# Of the newest bank payout; a payout on its way there again has none yet.
PAYOUTS = """
    WITH refund_vat AS (
      SELECT organisation_id, currency, sum(vat)::bigint AS vat FROM (
        SELECT organisation_id, currency::text AS currency,
               sign(sum(partner_minor)) * div(
                 2 * abs(sum(partner_minor)) * partner_vat_rate_bp + 10000, 20000) AS vat
        FROM sales.sale_line WHERE month = $1 AND kind = 'refund'
        GROUP BY 1, 2, partner_vat_category, partner_vat_rate_bp) AS x
      GROUP BY 1, 2)
    SELECT s.month, p.id, (t.created_at AT TIME ZONE 'Europe/Paris')::date AS sent_on,
           (p.paid_at AT TIME ZONE 'Europe/Paris')::date AS arrived_on, p.state, s.due_minor,
           s.hold_until, o.reference, o.name, s.currency::text AS currency, s.number,
           s.organisation_id,
           s.sales_minor + s.margins_minor + s.awards_minor + s.vat_minor - coalesce(v.vat, 0)
             AS gross_minor,
           s.rebates_minor + s.rebates_vat_minor - s.charges_minor - s.charges_vat_minor
             + s.receipts_minor AS iaas_minor,
           s.refunds_minor + coalesce(v.vat, 0) AS refunds_minor,
           s.opening_minor, s.closing_minor, t.stripe_payout_id, p.transfer_id,
           coalesce(p.held_reason, 'refused:' || p.failure_code) AS why
    FROM settlement.statement s
    JOIN partners.organisation o ON o.id = s.organisation_id
    LEFT JOIN refund_vat v ON v.organisation_id = s.organisation_id AND v.currency = s.currency
    LEFT JOIN payouts.payout p ON p.statement_id = s.id
    LEFT JOIN payouts.payout_attempt t ON t.payout_id = p.id AND t.number = p.attempt_count
      AND p.state NOT IN ('held', 'planned', 'transferred')
    WHERE s.month = $1 ORDER BY s.number
"""


async def read_cycle(month: Month) -> Cycle:
    """Whether the month is closed, and since when."""
    closed_through = await ledger.closed_through()
    close = await settlement.read_close(month)
    return Cycle(
        str(month),
        closed_through is not None and month <= closed_through,
        None if close is None else close["closed_at"],
    )


async def stream(sql: str, *values: Any) -> AsyncGenerator[list[asyncpg.Record]]:
    """Rows in batches, through a cursor on the server, all of one snapshot."""
    async with transaction():
        cursor = await connection().cursor(sql, *values)
        while rows := await cursor.fetch(BATCH):
            yield rows


async def sales_rows(month: Month, now: datetime) -> AsyncGenerator[list[Any]]:
    """Every shared line posted in `month`, in the order of recording. `rules.SALES`."""
    sql = SALES.format(now="$2", more="", joined="") + "WHERE l.month = $1 ORDER BY l.id"
    async with aclosing(stream(sql, month.first_day, now)) as batches:
        async for rows in batches:
            yield list(rows)


async def wanted_sales_rows(
    wanted: sales.Wanted, now: datetime, *, managed: bool
) -> AsyncGenerator[list[Any]]:
    """The same columns, of the lines that are asked for, and with whom each was sold; `managed`:
    and who managed the buyer, for who may see it. `rules.SOLD`.
    """
    condition, values = wanted.condition()
    sql = SALES.format(
        now=f"${len(values) + 1}",
        more=", jp.name" + (", d.relation, d.managed_by" if managed else ""),
        joined=JOINT + (MANAGED if managed else ""),
    )
    sql += f"WHERE {condition} ORDER BY l.id"
    async with aclosing(stream(sql, *values, now)) as batches:
        async for rows in batches:
            yield list(rows)


async def account_rows(account_id: int, month: Month | None) -> AsyncGenerator[list[Any]]:
    """The postings of one account, oldest first. `rules.ACCOUNT`."""
    first_day = None if month is None else month.first_day
    async with aclosing(stream(POSTINGS, account_id, first_day)) as batches:
        async for rows in batches:
            yield list(rows)


async def payout_rows(month: Month, now: datetime) -> AsyncGenerator[list[Any]]:
    """One row per statement of `month`: paid, to be paid, or carried. `rules.PAYOUTS`."""
    async with aclosing(stream(PAYOUTS, month.first_day)) as batches:
        async for rows in batches:
            yield [_payout_row(row, now) for row in rows]


async def statement_heads(organisation_id: UUID, month: Month) -> list[dict[str, Any]]:
    """The statements of one partner and month, one per currency; drafts while it is open."""
    rows = await fetch(
        HEADS + "WHERE s.organisation_id = $1 AND s.month = $2 ORDER BY s.currency",
        organisation_id,
        month.first_day,
    )
    if not rows:
        rows = await fetch(DRAFTS, organisation_id, month.first_day)
    return [dict(row) for row in rows]


async def statement_head(statement_id: UUID) -> dict[str, Any]:
    """One closed statement.

    Raises:
        StatementUnknown: none has this id, or the session may not see it.
    """
    row = await fetch_row(HEADS + "WHERE s.id = $1", statement_id)
    if row is None:
        raise settlement.StatementUnknown(f"No statement has the id {statement_id}.")
    return dict(row)


async def statement_vat(head: dict[str, Any]) -> list[asyncpg.Record]:
    """VAT parts of a closed statement; of a draft, the bases so far."""
    if head["id"] is not None:
        return await fetch(VAT, head["id"])
    return await fetch(VAT_BASES, *cut(head))


async def deductions(head: dict[str, Any]) -> list[asyncpg.Record]:
    """What the operator kept, per share rule: base, rate, amount, number of lines."""
    return await fetch(DEDUCTIONS, *cut(head))


async def statement_lines(head: dict[str, Any]) -> AsyncGenerator[list[asyncpg.Record]]:
    """Sales and refunds of one statement, in the order of recording."""
    async with aclosing(stream(LINES, *cut(head))) as batches:
        async for rows in batches:
            yield rows


def statement_entry(head: Any) -> str:
    """The reference of the ledger entry with which the close made it payable."""
    return f"statement:{head['month']:%Y-%m}:{head['currency']}:{head['organisation_id']}"


def cut(head: dict[str, Any]) -> tuple[Any, ...]:
    """A line belongs to the statement of its partner, month and currency."""
    return head["organisation_id"], head["month"], head["currency"]


def _payout_row(row: asyncpg.Record, now: datetime) -> tuple[Any, ...]:
    sent = row["id"] is not None
    why = row["why"]
    if row["due_minor"] == 0:
        status = "carried"
        why = _why_carried(row["closing_minor"])
    else:
        status = PAYOUT_WORDS[row["state"]] if sent else "scheduled"
        if not sent and row["hold_until"] is not None and row["hold_until"] > now:
            why = "hold"
    return (
        row["id"],
        row["sent_on"],
        row["arrived_on"] if status == "paid" else None,
        status,
        "stripe" if row["transfer_id"] else None,
        row["stripe_payout_id"],
        row["transfer_id"],
        row["reference"],
        row["name"],
        row["currency"],
        1,
        row["number"],
        statement_entry(row),
        row["gross_minor"],
        row["refunds_minor"],
        row["opening_minor"],
        row["closing_minor"],
        row["due_minor"],
        row["hold_until"],
        why,
        row["iaas_minor"],
    )


def _why_carried(closing_minor: int) -> str:
    if closing_minor == 0:
        return "nothing_due"
    return "below_minimum" if closing_minor > 0 else "negative_balance"
