"""Faults on request: what networks, proxies and Stripe itself do on bad days."""

import re
from dataclasses import dataclass
from typing import Any

from backend import core
from backend.stripe_sandbox.refusal import Refusal, unusable
from backend.stripe_sandbox.state import decode, encode

KINDS = (
    "429", "lock_timeout", "409", "500_before", "500_after", "lost", "slow", "html_502",
    "truncated", "refused",
)  # fmt: skip
NOT_EXECUTED = {"429", "lock_timeout", "409", "500_before", "refused"}


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str
    facts: dict[str, Any]

    def refuse_before(self) -> None:
        """Raises: Refusal, for the kinds that stop a request before it is executed."""
        message = "Injected by the Stripe sandbox."
        if self.kind == "429":
            error = Refusal(message, status=429, code="rate_limit", stored=False)
            error.headers["stripe-rate-limited-reason"] = self.facts.get("reason", "global-rate")
            raise error
        if self.kind == "lock_timeout":
            raise Refusal(message, status=429, code="lock_timeout", stored=False)
        if self.kind == "409":
            raise Refusal(message, status=409, kind="idempotency_error", stored=False)
        if self.kind == "500_before":
            raise Refusal(message, status=500, kind="api_error", stored=False)


async def add_fault(
    method: str, path: str, kind: str, nth: int = 1, times: int = 1, **facts: Any
) -> None:
    """The nth matching request from now, and the `times` - 1 after it, go wrong.

    `path` is a regular expression for the whole path. Facts: `seconds` of slow, `reason` of 429.
    """
    if kind not in KINDS:
        raise unusable(f"Unknown fault {kind!r}: one of {', '.join(KINDS)}.", param="kind")
    try:
        re.compile(path)
    except re.error as error:
        raise unusable(f"The path is no regular expression: {error}", param="path") from error
    if nth < 1 or times < 1:
        raise unusable("nth and times begin with 1.", param="nth")
    await core.fetch(
        "INSERT INTO stripe_sandbox.fault (method, path, kind, skip, times, facts) "
        "VALUES ($1, $2, $3, $4, $5, $6::jsonb)",
        method.upper(), path, kind, nth - 1, times, encode(facts),
    )  # fmt: skip


async def next_fault(method: str, path: str) -> Fault | None:
    """Counts this request against every fault that matches; the first one that is due, if any."""
    found: Fault | None = None
    async with core.transaction():
        rows = await core.fetch(
            "SELECT id, path, kind, skip, facts FROM stripe_sandbox.fault "
            "WHERE method = $1 AND times > 0 ORDER BY id FOR UPDATE",
            method,
        )
        for row in rows:
            if not re.fullmatch(row["path"], path):
                continue
            column = "skip" if row["skip"] else "times"
            if column == "times" and found is not None:
                continue
            await core.fetch(
                f"UPDATE stripe_sandbox.fault SET {column} = {column} - 1 WHERE id = $1",  # noqa: S608
                row["id"],
            )
            if column == "times":
                found = Fault(row["kind"], decode(row["facts"]))
    return found


async def clear_faults() -> None:
    await core.fetch("DELETE FROM stripe_sandbox.fault")
