"""Price floors: in force between moments, and all that were announced."""

from collections.abc import Collection
from datetime import datetime

import asyncpg

from backend.core import fetch
from backend.programmes.rules_floor import Floor

BETWEEN = """
    SELECT id, pool, resource, currency::text AS currency, floor_price, valid_from, recorded_at
    FROM programmes.price_floor
    WHERE withdrawn_at IS NULL AND valid_from < $2 AND resource = ANY ($1)
    ORDER BY resource, currency, valid_from
"""


async def price_floors_until(
    resources: Collection[str], end: datetime
) -> dict[tuple[str, str], list[Floor]]:
    """Of each resource and currency, every floor that begins before `end`, the oldest first."""
    found: dict[tuple[str, str], list[Floor]] = {}
    for row in await fetch(BETWEEN, list(resources), end):
        floor = Floor(**dict(row))
        found.setdefault((floor.resource, floor.currency), []).append(floor)
    return found


async def list_price_floors() -> list[asyncpg.Record]:
    """Every one ever announced, the newest beginning first."""
    return await fetch(
        "SELECT * FROM programmes.price_floor ORDER BY valid_from DESC, resource, id"
    )
