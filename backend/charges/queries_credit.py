"""Reads of start-up credits."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from backend.charges.rules_credit import Grant, GrantUnknown
from backend.core import fetch, fetch_row

GRANT = """
    SELECT g.id, g.organisation_id, o.name AS organisation_name, g.currency::text AS currency,
           g.amount_minor, b.left_minor, g.granted_on, g.expires_on, g.reason, g.recorded_at
    FROM charges.credit_grant g
    JOIN charges.credit_balance b ON b.grant_id = g.id
    JOIN partners.organisation o ON o.id = g.organisation_id
"""


async def grants_left(organisations: Collection[UUID]) -> list[Grant]:
    """The grants of `organisations` of which something is left, expired ones too."""
    rows = await fetch(
        "SELECT g.id, g.organisation_id, g.currency::text, b.left_minor, g.granted_on, "
        "g.expires_on FROM charges.credit_grant g "
        "JOIN charges.credit_balance b ON b.grant_id = g.id "
        "WHERE g.organisation_id = ANY ($1) AND b.left_minor > 0 ORDER BY g.expires_on, g.id",
        list(organisations),
    )
    return [Grant(*row) for row in rows]


async def list_grants(
    *, organisation_id: UUID | None = None, after: UUID | None = None, limit: int = 200
) -> list[asyncpg.Record]:
    """Credits granted, newest first, from behind `after`; of one organisation if named."""
    return await fetch(
        GRANT + "WHERE ($1::uuid IS NULL OR g.organisation_id = $1) "
        "AND ($2::uuid IS NULL OR g.id < $2) ORDER BY g.id DESC LIMIT $3",
        organisation_id,
        after,
        limit,
    )


async def read_grant(grant_id: UUID) -> asyncpg.Record:
    """Raises: GrantUnknown: none has this id, or the session may not see it."""
    row = await fetch_row(GRANT + "WHERE g.id = $1", grant_id)
    if row is None:
        raise GrantUnknown(f"No credit has the id {grant_id}.")
    return row


async def list_uses(grant_id: UUID, *, after: int = 0, limit: int = 200) -> list[asyncpg.Record]:
    """What one grant paid, and what came back to it or was lost, in order."""
    return await fetch(
        "SELECT u.id, u.line_id, l.reference, l.charged_on, u.kind, u.amount_minor "
        "FROM charges.credit_use u JOIN charges.charge_line l ON l.id = u.line_id "
        "WHERE u.grant_id = $1 AND u.id > $2 ORDER BY u.id LIMIT $3",
        grant_id,
        after,
        limit,
    )
