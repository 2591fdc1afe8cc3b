"""Who owes the operator money, how much is left, and since when."""

from datetime import date
from uuid import UUID

import asyncpg

from backend.core import fetch

OWING = """
    WITH last AS (
      SELECT s.organisation_id, s.currency, s.number, s.id, s.month, s.opening_minor,
        s.charges_minor, s.refunds_minor, s.closing_minor
      FROM settlement.statement s
      WHERE s.month = (SELECT max(month) FROM settlement.month_close) AND s.closing_minor < 0),
    paid AS (
      SELECT organisation_id, currency, sum(amount_minor)::bigint AS paid_minor
      FROM receipts.receipt
      WHERE month > (SELECT max(month) FROM settlement.month_close) GROUP BY 1, 2)
    SELECT o.id AS organisation_id, o.reference, o.name, l.currency::text AS currency,
           l.id AS statement_id, l.number, l.month, l.opening_minor, l.charges_minor,
           l.refunds_minor, l.closing_minor, -l.closing_minor AS carried_minor,
           coalesce(p.paid_minor, 0) AS paid_minor,
           -l.closing_minor - coalesce(p.paid_minor, 0) AS left_minor,
           (f.since + interval '1 month')::date AS owed_since, f.by_refunds
    FROM last l
    JOIN partners.organisation o ON o.id = l.organisation_id
    LEFT JOIN paid p ON p.organisation_id = l.organisation_id AND p.currency = l.currency
    CROSS JOIN LATERAL (
      SELECT s.month AS since, s.charges_minor = 0 AND s.refunds_minor < 0 AS by_refunds
      FROM settlement.statement s
      WHERE s.organisation_id = l.organisation_id AND s.currency = l.currency
        AND s.closing_minor < 0 AND s.month > coalesce((
          SELECT max(g.month) FROM settlement.statement g
          WHERE g.organisation_id = l.organisation_id AND g.currency = l.currency
            AND g.closing_minor >= 0), '-infinity')
      ORDER BY s.month LIMIT 1) AS f
    WHERE -l.closing_minor > coalesce(p.paid_minor, 0)
"""


async def list_owing(
    *, organisation_id: UUID | None = None, after: UUID | None = None, limit: int = 50
) -> list[asyncpg.Record]:
    """What the last closed statements carry below zero, less what was paid since.

    `owed_since` is the first day after the month whose statement went below zero, and all since
    did (money rule f6). `by_refunds`: in that month nothing was used, and refunds took back more
    than was earned.
    """
    return await fetch(
        OWING + "AND ($1::uuid IS NULL OR o.id = $1) AND ($2::uuid IS NULL OR l.id > $2) "
        "ORDER BY l.id LIMIT $3",
        organisation_id,
        after,
        limit,
    )


async def sum_owing(today: date) -> list[asyncpg.Record]:
    """By currency and age in days: 0 to 30, 31 to 60, 61 to 90, more (money rule f6)."""
    return await fetch(
        "SELECT currency, CASE WHEN $1::date - owed_since <= 30 THEN '0-30' "  # noqa: S608
        "WHEN $1::date - owed_since <= 60 THEN '31-60' "
        "WHEN $1::date - owed_since <= 90 THEN '61-90' ELSE '90+' END AS age, "
        f"count(*) AS organisations, sum(left_minor)::bigint AS left_minor FROM ({OWING}) AS x "
        "GROUP BY 1, 2 ORDER BY 1, 2",
        today,
    )
