"""Reads of what waits for one partner, and of how its partnership stands."""

from datetime import date, datetime
from uuid import UUID

import asyncpg

from backend.core import Month, fetch, operators_work

SHOWN = 5
"""Rows of each kind on the front page; the pages behind show all."""

LEADS = """
    SELECT l.name AS lead, f.respond_by, count(*) OVER () AS among
    FROM deals.lead_offer f JOIN deals.lead l ON l.id = f.lead_id
    WHERE f.organisation_id = $1 AND f.state = 'offered' AND f.respond_by > $2
    ORDER BY f.respond_by LIMIT $3
"""

DEALS = """
    SELECT d.id, d.customer_name, d.review, d.protected_until, count(*) OVER () AS among
    FROM deals.deal d
    WHERE d.organisation_id = $1 AND (d.review = 'action_required' OR d.review = 'approved'
      AND d.stage NOT IN ('launched', 'closed_lost') AND d.protected_until > $2
      AND d.protected_until <= $2::timestamptz + interval '30 days')
    ORDER BY d.protected_until NULLS FIRST, d.number LIMIT $3
"""

CREDITS = """
    SELECT g.currency::text AS currency, sum(b.left_minor)::bigint AS left_minor,
           min(g.expires_on) AS expires_on,
           sum(b.left_minor) FILTER (WHERE g.expires_on = first.expires_on)::bigint AS first_minor
    FROM charges.credit_grant g JOIN charges.credit_balance b ON b.grant_id = g.id
    CROSS JOIN LATERAL (
      SELECT min(x.expires_on) AS expires_on FROM charges.credit_grant x
      JOIN charges.credit_balance y ON y.grant_id = x.id
      WHERE x.organisation_id = g.organisation_id AND x.currency = g.currency
        AND y.left_minor > 0 AND x.expires_on >= $2) AS first
    WHERE g.organisation_id = $1 AND b.left_minor > 0 AND g.expires_on >= $2
    GROUP BY 1 ORDER BY 1
"""

MARGINS = """
    SELECT currency::text AS currency, sum(margin_minor)::bigint AS margin_minor
    FROM charges.margin WHERE organisation_id = $1 AND month = $2 GROUP BY 1 ORDER BY 1
"""

JOINT = """
    SELECT l.name AS listing, o.name AS partner, j.second_bp
    FROM catalogue.joint_offer j JOIN catalogue.listing l ON l.id = j.listing_id
    JOIN partners.organisation o ON o.id = j.organisation_id
    WHERE j.second_id = $1 AND j.state = 'proposed' ORDER BY j.id LIMIT $2
"""


async def roles_of(organisation_id: UUID) -> list[str]:
    rows = await fetch(
        "SELECT role FROM partners.organisation_role WHERE organisation_id = $1 ORDER BY role",
        organisation_id,
    )
    return [row["role"] for row in rows]


async def programmes_applied_to(organisation_id: UUID) -> set[str]:
    """Those whose application the office has not decided on."""
    rows = await fetch(
        "SELECT programme FROM programmes.application "
        "WHERE organisation_id = $1 AND state = 'open'",
        organisation_id,
    )
    return {row["programme"] for row in rows}


@operators_work
async def leads_waiting(organisation_id: UUID, now: datetime) -> list[asyncpg.Record]:
    """Leads offered to it that it may still answer, the most urgent first: their company, and
    nothing of the person behind (D-11).
    """
    return await fetch(LEADS, organisation_id, now, SHOWN)


async def deals_to_look_at(organisation_id: UUID, now: datetime) -> list[asyncpg.Record]:
    """Deals sent back to it, then those whose protection ends within 30 days."""
    return await fetch(DEALS, organisation_id, now, SHOWN)


async def credits_left(organisation_id: UUID, today: date) -> list[asyncpg.Record]:
    """What is left of its credits, by currency, and how much of it ends first, and when."""
    return await fetch(CREDITS, organisation_id, today)


async def margins_in(organisation_id: UUID, month: Month) -> list[asyncpg.Record]:
    """What it earned of its network's use in one month, by currency."""
    return await fetch(MARGINS, organisation_id, month.first_day)


@operators_work
async def joint_offers_asked(organisation_id: UUID) -> list[asyncpg.Record]:
    """Joint offers of others that wait for its answer."""
    return await fetch(JOINT, organisation_id, SHOWN)
