"""Reads: turnovers of a quarter, revenue of suppliers' pools, what was awarded."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import ledger, programmes
from backend.awards.rules import Quarter
from backend.awards.rules_rebate import Due, Posted, Turnover, due
from backend.core import Month, fetch, fetch_value

# What was invoiced while the benefit was held; refunds follow the charge that they take back, and
# so the quarter of it (money rules k, M5; seed row R-03).
TURNOVERS = """
    WITH gift AS (
      SELECT programme, level, is_given, tstzrange(valid_from, lead(valid_from) OVER
               (PARTITION BY programme, level ORDER BY valid_from)) AS during
      FROM programmes.benefit
      WHERE kind = 'turnover_rebate' AND withdrawn_at IS NULL),
    held AS (
      SELECT p.organisation_id, range_agg(p.during * g.during) AS during,
             (array_agg(p.programme ORDER BY lower(p.during) DESC))[1] AS programme
      FROM programmes.level_period p JOIN gift g USING (programme, level)
      WHERE g.is_given AND p.during && g.during AND lower(p.during) < $4
        AND ($3::uuid IS NULL OR p.organisation_id = $3)
      GROUP BY 1),
    lines AS (
      SELECT organisation_id, currency, used_from, payable_minor FROM charges.charge_line
      WHERE kind = 'charge' AND month BETWEEN $1 AND $2
        AND ($3::uuid IS NULL OR organisation_id = $3)
      UNION ALL
      SELECT o.organisation_id, o.currency, o.used_from, r.payable_minor
      FROM charges.charge_line o JOIN charges.charge_line r ON r.original_id = o.id
      WHERE o.kind = 'charge' AND o.month BETWEEN $1 AND $2
        AND ($3::uuid IS NULL OR o.organisation_id = $3)),
    sums AS (
      SELECT l.organisation_id, l.currency::text AS currency, h.programme,
             sum(l.payable_minor)::bigint AS turnover_minor
      FROM lines l JOIN held h ON h.organisation_id = l.organisation_id
      WHERE h.during @> l.used_from GROUP BY 1, 2, 3)
    SELECT s.organisation_id, s.currency, s.turnover_minor,
           o.reference || '/' || s.programme || '/' || to_char(
             (SELECT min(lower(p.during)) FROM programmes.level_period p
              WHERE p.organisation_id = s.organisation_id AND p.programme = s.programme)
             AT TIME ZONE 'Europe/Paris', 'YYYY-MM-DD') AS contract_number
    FROM sums s JOIN partners.organisation o ON o.id = s.organisation_id
    ORDER BY 1, 2
"""

INVOICED = """
    SELECT coalesce(sum(payable_minor), 0)::bigint FROM (
      SELECT payable_minor FROM charges.charge_line
      WHERE kind = 'charge' AND organisation_id = $1 AND currency::text = $2
        AND month BETWEEN $3 AND $4
      UNION ALL
      SELECT r.payable_minor
      FROM charges.charge_line o JOIN charges.charge_line r ON r.original_id = o.id
      WHERE o.kind = 'charge' AND o.organisation_id = $1 AND o.currency::text = $2
        AND o.month BETWEEN $3 AND $4) AS x
"""

POSTED = """
    SELECT DISTINCT ON (organisation_id, currency) organisation_id, currency::text AS currency,
           number, turnover_minor, rebate_minor, tier_table_id
    FROM awards.rebate WHERE quarter = $1 AND ($2::uuid IS NULL OR organisation_id = $2)
    ORDER BY organisation_id, currency, number DESC
"""

# Each line at the share in force on its day; a refund at that of its charge (money rules n, M10).
POOLS = """
    WITH shares AS (
      SELECT c.id AS contract_id, c.organisation_id, c.reference, c.starts_on, c.ends_on,
             s.valid_from, s.rate_bp, s.base,
             lead(s.valid_from) OVER (PARTITION BY c.id ORDER BY s.valid_from) AS until
      FROM partners.supply_contract c JOIN partners.supply_share s ON s.contract_id = c.id),
    lines AS (
      SELECT l.resource, l.currency::text AS currency, l.net_minor,
             coalesce(o.charged_on, l.charged_on) AS day
      FROM charges.charge_line l LEFT JOIN charges.charge_line o ON o.id = l.original_id
      WHERE l.month = $1 AND EXISTS (SELECT FROM shares))
    SELECT s.contract_id, s.organisation_id, s.reference, s.valid_from, s.base, s.rate_bp,
           l.currency, sum(l.net_minor)::bigint AS revenue_minor
    FROM shares s JOIN lines l
      ON (l.resource = s.base OR starts_with(l.resource, s.base || '.'))
     AND l.day >= s.valid_from AND (s.until IS NULL OR l.day < s.until)
     AND l.day >= s.starts_on AND (s.ends_on IS NULL OR l.day <= s.ends_on)
    WHERE NOT EXISTS (SELECT FROM awards.supplier_share a WHERE a.contract_id = s.contract_id
                       AND a.month = $1 AND a.currency::text = l.currency)
    GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY s.reference, s.contract_id, s.valid_from, l.currency
"""

UNSHARED = """
    WITH used AS (SELECT DISTINCT month, resource, currency::text AS currency
                  FROM charges.charge_line WHERE month <= $1)
    SELECT DISTINCT u.month FROM used u
    JOIN partners.supply_share s
      ON (u.resource = s.base OR starts_with(u.resource, s.base || '.'))
     AND u.month >= date_trunc('month', s.valid_from::timestamp)::date
    WHERE NOT EXISTS (SELECT FROM awards.supplier_share a WHERE a.contract_id = s.contract_id
                       AND a.month = u.month AND a.currency::text = u.currency)
    ORDER BY 1
"""

AWARD = """
    SELECT a.id, a.kind, a.reference, a.organisation_id, o.reference AS organisation_reference,
           o.name AS organisation_name, a.currency::text AS currency, a.amount_minor, a.month,
           a.from_on, a.to_on, a.contract_number, a.document_type, a.subject, a.vat_category,
           a.vat_rate_bp, a.awarded_at
    FROM awards.award a JOIN partners.organisation o ON o.id = a.organisation_id
"""
REBATE = """
    SELECT r.organisation_id, o.reference AS organisation_reference, o.name AS organisation_name,
           r.quarter, r.currency::text AS currency, r.number, r.tier_table_id, r.turnover_minor,
           r.rebate_minor, r.amount_minor, r.posted_at, a.month, a.document_type,
           a.contract_number
    FROM awards.rebate r JOIN partners.organisation o ON o.id = r.organisation_id
    LEFT JOIN awards.award a ON a.id = r.award_id
"""
SHARE = """
    SELECT s.contract_id, s.contract_reference, s.organisation_id,
           o.reference AS organisation_reference, o.name AS organisation_name, s.month,
           s.currency::text AS currency, s.base, s.rate_bp, s.revenue_minor, s.share_minor,
           a.month AS posted_in, s.posted_at
    FROM awards.supplier_share s JOIN partners.organisation o ON o.id = s.organisation_id
    LEFT JOIN awards.award a ON a.id = s.award_id
"""


class Pool(Struct, frozen=True):
    """Revenue of a month of what a supplier has a share of, at one rate; nothing is posted yet."""

    contract_id: UUID
    organisation_id: UUID
    contract_reference: str
    valid_from: date
    base: str
    rate_bp: int
    currency: str
    revenue_minor: int


async def rebates_due(quarter: Quarter, organisation_id: UUID | None = None) -> list[Due]:
    """What the quarter's turnovers come to by the tiers in force as it began, and what of it was
    posted: the dry run. Reads only; as long as the quarter is open, so far.
    """
    bounds = quarter.months[0].first_day, quarter.months[2].first_day
    rows = await fetch(TURNOVERS, *bounds, organisation_id, quarter.end)
    posted = {
        (row["organisation_id"], row["currency"]): Posted(*row[2:])
        for row in await fetch(POSTED, quarter.first_day, organisation_id)
    }
    tables = {
        currency: await programmes.tier_table_at(quarter.start, currency)
        for currency in {row["currency"] for row in rows}
    }
    found = []
    for row in rows:
        table = tables[row["currency"]]
        if table is not None:
            seen = posted.get((row["organisation_id"], row["currency"]))
            found.append(due(Turnover(*row), table, seen))
    return found


async def invoiced(organisation_id: UUID, quarter: Quarter, currency: str) -> int:
    """All that was invoiced to it for infrastructure in a quarter, before VAT, net of refunds."""
    minor: int = await fetch_value(
        INVOICED,
        organisation_id,
        currency,
        quarter.months[0].first_day,
        quarter.months[2].first_day,
    )
    return minor


async def pools_in(month: Month) -> list[Pool]:
    """What contracts have a share of in a month and was not posted: the dry run."""
    return [Pool(*row) for row in await fetch(POOLS, month.first_day)]


async def unshared_months() -> list[Month]:
    """Closed months, the oldest first, in which something of a supplier's pool was used, and of
    which that supplier was given nothing yet.
    """
    last = await ledger.closed_through()
    if last is None:
        return []
    return [Month(row["month"]) for row in await fetch(UNSHARED, last.first_day)]


async def list_awards(
    *,
    organisation_id: UUID | None = None,
    kind: str | None = None,
    month: Month | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[asyncpg.Record]:
    """Awards, newest first, from behind `after`."""
    wanted: list[Any] = [organisation_id, kind, month and month.first_day, after, limit]
    return await fetch(
        AWARD + "WHERE ($1::uuid IS NULL OR a.organisation_id = $1) "
        "AND ($2::text IS NULL OR a.kind = $2) AND ($3::date IS NULL OR a.month = $3) "
        "AND ($4::uuid IS NULL OR a.id < $4) ORDER BY a.id DESC LIMIT $5",
        *wanted,
    )


async def list_rebates(
    *, organisation_id: UUID | None = None, quarter: Quarter | None = None
) -> list[asyncpg.Record]:
    """Every posting of rebates, the newest quarter first; corrections behind their first."""
    return await fetch(
        REBATE + "WHERE ($1::uuid IS NULL OR r.organisation_id = $1) "
        "AND ($2::date IS NULL OR r.quarter = $2) "
        "ORDER BY r.quarter DESC, o.name, r.organisation_id, r.currency, r.number",
        organisation_id,
        quarter and quarter.first_day,
    )


async def list_supplier_shares(
    *, organisation_id: UUID | None = None, month: Month | None = None
) -> list[asyncpg.Record]:
    """What suppliers had of the revenue of their pools, the newest month first."""
    return await fetch(
        SHARE + "WHERE ($1::uuid IS NULL OR s.organisation_id = $1) "
        "AND ($2::date IS NULL OR s.month = $2) "
        "ORDER BY s.month DESC, o.name, s.contract_reference, s.valid_from, s.currency",
        organisation_id,
        month and month.first_day,
    )


async def posted_quarters() -> list[Quarter]:
    """Quarters whose rebates were posted, newest first."""
    rows = await fetch("SELECT DISTINCT quarter FROM awards.rebate ORDER BY 1 DESC")
    return [Quarter(row["quarter"]) for row in rows]


async def is_closed(month: Month) -> bool:
    """Whether nothing more can be invoiced in the month."""
    closed_through = await ledger.closed_through()
    return closed_through is not None and month <= closed_through
