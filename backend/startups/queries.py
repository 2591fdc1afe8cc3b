"""Reads: how an account grew, what was applied for and asked, and the board of all start-ups."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import programmes
from backend.core import fetch, fetch_row
from backend.startups.rules import (
    Graduation,
    GraduationUnknown,
    GrowthMonth,
    Project,
)

GRADUATION = ", ".join(f"g.{name}" for name in Graduation.__struct_fields__)

# A charge of one day states how many of the resource ran: what is called vm… are servers.
GROWTH = """
    WITH days AS (
      SELECT date_trunc('month', l.charged_on::timestamp)::date AS month, l.charged_on,
             sum(l.quantity) FILTER (WHERE l.kind = 'charge' AND l.resource ~ '^vm($|[^a-z])')
               AS servers
      FROM charges.charge_line l WHERE l.consumer_id = $1 GROUP BY 1, 2
    ), fullest AS (SELECT month, coalesce(ceil(max(servers)), 0)::bigint AS servers
                   FROM days GROUP BY 1)
    SELECT f.month, l.currency::text AS currency, f.servers, sum(l.list_minor)::bigint,
           sum(l.net_minor)::bigint, sum(l.credit_minor)::bigint, sum(l.payable_minor)::bigint
    FROM charges.charge_line l
    JOIN fullest f ON f.month = date_trunc('month', l.charged_on::timestamp)::date
    WHERE l.consumer_id = $1
    GROUP BY 1, 2, 3 ORDER BY 1, 2
"""


async def growth(organisation_id: UUID) -> list[GrowthMonth]:
    """What the account used, month by month, oldest first: from one server on (seed row R-07).

    Months are those of the use, not of the statement.
    """
    return [GrowthMonth(*row) for row in await fetch(GROWTH, organisation_id)]


async def project_of(organisation_id: UUID) -> Project | None:
    """What it wrote when it applied last."""
    row = await fetch_row(
        "SELECT project, technology, team FROM startups.project WHERE organisation_id = $1 "
        "ORDER BY application_id DESC LIMIT 1",
        organisation_id,
    )
    return None if row is None else Project(*row)


async def welcome_of(organisation_id: UUID) -> asyncpg.Record | None:
    """The credit that it was given on coming in, and what is left of it."""
    return await fetch_row(
        "SELECT g.amount_minor, b.left_minor, g.currency::text AS currency, g.granted_on, "
        "g.expires_on FROM startups.welcome w JOIN charges.credit_grant g ON g.id = w.grant_id "
        "JOIN charges.credit_balance b ON b.grant_id = g.id WHERE w.organisation_id = $1",
        organisation_id,
    )


async def read_graduation(graduation_id: UUID, *, lock: bool = False) -> Graduation:
    """Raises: GraduationUnknown: none has this id, or the session may not see it."""
    row = await fetch_row(
        f"SELECT {GRADUATION} FROM startups.graduation g WHERE g.id = $1"  # noqa: S608
        + (" FOR UPDATE" if lock else ""),
        graduation_id,
    )
    if row is None:
        raise GraduationUnknown(f"No graduation has the id {graduation_id}: load the page again.")
    return Graduation(*row)


async def graduations_of(organisation_id: UUID) -> list[Graduation]:
    """What it asked for, newest first."""
    rows = await fetch(
        f"SELECT {GRADUATION} FROM startups.graduation g "  # noqa: S608  (our own words)
        "WHERE g.organisation_id = $1 ORDER BY g.id DESC LIMIT 50",
        organisation_id,
    )
    return [Graduation(*row) for row in rows]


async def due_graduations(now: datetime) -> list[UUID]:
    rows = await fetch(
        "SELECT id FROM startups.graduation WHERE state = 'accepted' AND effective_at <= $1 "
        "ORDER BY effective_at, id",
        now,
    )
    return [row["id"] for row in rows]


async def unwelcomed(now: datetime) -> list[UUID]:
    """Who came into the programme and has no credit yet, while its level gives one (R-03)."""
    rows = await fetch(
        "SELECT p.organisation_id FROM programmes.level_period p "
        "JOIN LATERAL (SELECT is_given FROM programmes.benefit b WHERE b.programme = p.programme "
        "AND b.level = p.level AND b.kind = 'startup_credit' AND b.valid_from <= $1 "
        "AND b.withdrawn_at IS NULL ORDER BY b.valid_from DESC LIMIT 1) b ON b.is_given "
        "WHERE p.programme = $2 AND p.ended_at IS NULL AND NOT EXISTS "
        "(SELECT FROM startups.welcome w WHERE w.organisation_id = p.organisation_id) ORDER BY 1",
        now,
        programmes.STARTUP,
    )
    return [row["organisation_id"] for row in rows]


BOARD = """
    SELECT o.id AS organisation_id, o.name, o.reference, m.since, m.level IS NOT NULL AS is_member,
           a.id AS application_id, a.applied_at, j.project, j.technology, j.team,
           a.message, g.id AS graduation_id, g.state AS graduation_state, g.effective_at,
           c.amount_minor AS credit_minor, c.left_minor, c.currency, c.expires_on,
           coalesce(s.servers, 0) AS servers
    FROM partners.organisation o
    LEFT JOIN LATERAL (SELECT p.level, lower(p.during) AS since FROM programmes.level_period p
      WHERE p.organisation_id = o.id AND p.programme = $1 AND p.ended_at IS NULL) m ON true
    LEFT JOIN LATERAL (SELECT * FROM programmes.application a WHERE a.organisation_id = o.id
      AND a.programme = $1 AND a.state = 'open') a ON true
    LEFT JOIN startups.project j ON j.application_id = a.id
    LEFT JOIN LATERAL (SELECT * FROM startups.graduation g WHERE g.organisation_id = o.id
      ORDER BY g.id DESC LIMIT 1) g ON true
    LEFT JOIN LATERAL (SELECT g.amount_minor, b.left_minor, g.currency::text AS currency,
        g.expires_on FROM startups.welcome w JOIN charges.credit_grant g ON g.id = w.grant_id
      JOIN charges.credit_balance b ON b.grant_id = g.id WHERE w.organisation_id = o.id) c ON true
    LEFT JOIN LATERAL (SELECT ceil(max(d.servers))::bigint AS servers FROM (
        SELECT sum(l.quantity) AS servers FROM charges.charge_line l
        WHERE l.consumer_id = o.id AND l.kind = 'charge' AND l.resource ~ '^vm($|[^a-z])'
          AND l.charged_on > $2::date - 31 GROUP BY l.charged_on) d) s ON true
    WHERE (m.level IS NOT NULL OR a.id IS NOT NULL OR g.state = 'done')
      AND ($3::uuid IS NULL OR o.id > $3)
    ORDER BY o.id LIMIT $4
"""


async def board(
    now: datetime, *, after: UUID | None = None, limit: int = 200
) -> list[asyncpg.Record]:
    """Every start-up that applied, is in the programme, or graduated, with where it stands."""
    told: list[Any] = [programmes.STARTUP, now, after, limit]
    return await fetch(BOARD, *told)
