"""Who stood above whom at a moment, and the tree below an organisation."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from backend import core
from backend.network.rules import Billing


class Parent(Struct, frozen=True):
    """Who stood above, since when, and who bills."""

    organisation_id: UUID
    billing: Billing
    joined_at: datetime


class Link(Struct, frozen=True):
    """One organisation below a root: `depth` 1 is right below it."""

    organisation_id: UUID
    parent_id: UUID
    reference: str
    name: str
    verification: str
    billing: Billing
    joined_at: datetime
    depth: int


async def parent_at(organisation_id: UUID, at: datetime) -> Parent | None:
    """Who stood right above the organisation at that moment."""
    row = await core.fetch_row(
        "SELECT parent_id, billing, joined_at FROM network.membership "
        "WHERE organisation_id = $1 AND during @> $2::timestamptz",
        organisation_id,
        at,
    )
    return None if row is None else Parent(*row)


async def chain_at(organisation_id: UUID, at: datetime) -> list[Parent]:
    """Everybody above the organisation at that moment, the nearest first."""
    rows = await core.fetch(
        """
        WITH RECURSIVE up (parent_id, billing, joined_at, steps) AS (
          SELECT parent_id, billing, joined_at, 1 FROM network.membership
          WHERE organisation_id = $1 AND during @> $2::timestamptz
          UNION ALL
          SELECT m.parent_id, m.billing, m.joined_at, up.steps + 1 FROM up
          JOIN network.membership m ON m.organisation_id = up.parent_id
          WHERE m.during @> $2::timestamptz
        )
        SELECT parent_id, billing, joined_at FROM up ORDER BY steps
        """,
        organisation_id,
        at,
    )
    return [Parent(*row) for row in rows]


async def memberships_between(
    organisations: Sequence[UUID], start: datetime, end: datetime
) -> list[asyncpg.Record]:
    """Rows (organisation_id, parent_id, billing, starts_at, ends_at or None), oldest first."""
    return await core.fetch(
        "SELECT organisation_id, parent_id, billing, lower(during) AS starts_at, "
        "upper(during) AS ends_at FROM network.membership "
        "WHERE organisation_id = ANY ($1) AND during && tstzrange($2, $3) "
        "ORDER BY organisation_id, lower(during)",
        list(organisations),
        start,
        end,
    )


@core.operators_work
async def below_between(organisation_id: UUID, start: datetime, end: datetime) -> set[UUID]:
    """Everybody who may have stood below the organisation for a while in `[start, end)`: also who
    has left since, and whoever stood below those. The caller is the operator, or the organisation.
    """
    rows = await core.fetch(
        """
        WITH RECURSIVE down (organisation_id) AS (
          SELECT organisation_id FROM network.membership
          WHERE parent_id = $1 AND during && tstzrange($2, $3)
          UNION
          SELECT m.organisation_id FROM down
          JOIN network.membership m ON m.parent_id = down.organisation_id
          WHERE m.during && tstzrange($2, $3)
        )
        SELECT organisation_id FROM down
        """,
        organisation_id,
        start,
        end,
    )
    return {row["organisation_id"] for row in rows}


@core.operators_work
async def read_downstream(organisation_id: UUID, at: datetime) -> list[Link]:
    """Everybody below the organisation at that moment, parents before their children.

    The caller has to be the organisation or the operator: nothing of what stands beside or above
    is answered (seed rows P-05, D-11).
    """
    rows = await core.fetch(
        """
        WITH RECURSIVE down (organisation_id, parent_id, billing, joined_at, depth) AS (
          SELECT organisation_id, parent_id, billing, joined_at, 1 FROM network.membership
          WHERE parent_id = $1 AND during @> $2::timestamptz
          UNION ALL
          SELECT m.organisation_id, m.parent_id, m.billing, m.joined_at, down.depth + 1 FROM down
          JOIN network.membership m ON m.parent_id = down.organisation_id
          WHERE m.during @> $2::timestamptz
        )
        SELECT d.organisation_id, d.parent_id, o.reference, o.name, o.verification, d.billing,
               d.joined_at, d.depth
        FROM down d JOIN partners.organisation o ON o.id = d.organisation_id
        ORDER BY d.depth, o.name, d.organisation_id
        """,
        organisation_id,
        at,
    )
    return [Link(*row) for row in rows]


async def is_downstream(organisation_id: UUID, of: UUID, at: datetime) -> bool:
    """Whether `organisation_id` stood anywhere below `of` at that moment."""
    with core.acting_for(None):
        return any(one.organisation_id == of for one in await chain_at(organisation_id, at))


@core.operators_work
async def list_memberships(organisation_id: UUID) -> list[asyncpg.Record]:
    """Where the organisation stood, newest first; it is the caller's own, or the caller's staff."""
    return await core.fetch(
        "SELECT m.parent_id, o.name AS parent_name, m.billing, m.joined_at, m.ended_at, m.reason "
        "FROM network.membership m JOIN partners.organisation o ON o.id = m.parent_id "
        "WHERE m.organisation_id = $1 ORDER BY m.joined_at DESC",
        organisation_id,
    )


async def list_roots(at: datetime) -> list[asyncpg.Record]:
    """Those with somebody below and nobody above at that moment, by name."""
    return await core.fetch(
        """
        SELECT o.id, o.reference, o.name, count(*) AS resellers
        FROM network.membership m JOIN partners.organisation o ON o.id = m.parent_id
        WHERE m.during @> $1::timestamptz AND NOT EXISTS (
          SELECT FROM network.membership u
          WHERE u.organisation_id = m.parent_id AND u.during @> $1::timestamptz)
        GROUP BY o.id ORDER BY o.name, o.id
        """,
        at,
    )
