"""Limits that hold on any number of nodes: one atomic UPSERT in PostgreSQL."""

import math
from datetime import UTC, datetime
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from backend import core
from backend.web.answers import TooManyRequests
from backend.web.principal import address, caller

_COUNT = """
INSERT INTO web.rate_limit AS r (key, window_s, window_number, hits) VALUES ($1, $2, $3, 1)
ON CONFLICT (key, window_s, window_number) DO UPDATE SET hits = r.hits + 1
RETURNING hits
"""


async def take(key: str, *, limit: int, window_s: int, now: datetime) -> None:
    """Counts one use of `key` in the current window; the use after the `limit`th is refused.

    Never inside a transaction: what is rolled back would not be counted.

    Raises:
        TooManyRequests: with `retry_after_s`, the seconds until the next window.
    """
    assert not core.in_transaction(), "a limit is counted outside transactions"
    seconds = now.timestamp()
    window = math.floor(seconds / window_s)
    hits = await core.fetch_value(_COUNT, key, window_s, window)
    if hits > limit:
        wait_s = max(1, math.ceil((window + 1) * window_s - seconds))
        raise TooManyRequests(f"Try again in {wait_s} seconds.", retry_after_s=wait_s)


class limited:
    """Guard of a route: at most `limit` calls per caller (or address) in `window_s` seconds."""

    def __init__(self, name: str, limit: int, *, window_s: int) -> None:
        self.name, self.limit, self.window_s = name, limit, window_s

    async def __call__(
        self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
    ) -> None:
        principal = caller(connection)
        who = principal.actor if principal else f"address:{address(connection)}"
        now = datetime.now(UTC)
        await take(f"{self.name}:{who}", limit=self.limit, window_s=self.window_s, now=now)
