"""Webhooks: due events are signed and sent, in the order and with the losses asked for."""

import asyncio
import hashlib
import hmac
import random
import time
from typing import Any, Protocol

import httpx

from backend import core
from backend.stripe_sandbox.life import settle_if_due
from backend.stripe_sandbox.refusal import unusable
from backend.stripe_sandbox.state import CLOCK, decode, encode

RETRY_AFTER_S = (60, 3_600, 10_800)
"""A test-mode destination is tried three times more over a few hours (stripe.md 1.11)."""

BATCH = 100
LEASE_S = 30
TIMEOUT_S = 10.0
MODES = {"order": str, "seed": int, "duplicate_every": int, "drop_every": int, "delay_s": int}


class Answer(Protocol):
    @property
    def status_code(self) -> int: ...


class Sender(Protocol):
    """As much of `httpx.AsyncClient` as is needed."""

    async def post(self, url: str, *, content: bytes, headers: dict[str, str]) -> Answer: ...


def sign(secret: str, payload: bytes, at_s: int) -> str:
    """The Stripe-Signature header."""
    signed = hmac.new(secret.encode(), f"{at_s}.".encode() + payload, hashlib.sha256)
    return f"t={at_s},v1={signed.hexdigest()}"


async def set_delivery(**mode: Any) -> None:
    """How events travel from now on; without arguments, in order and whole.

    `order`: in_order or shuffled (by `seed`); `duplicate_every` n: each nth delivery is sent
    twice; `drop_every` n: each nth is never sent; `delay_s`: seconds of the sandbox's clock.
    """
    for name, value in mode.items():
        if name not in MODES or not isinstance(value, MODES[name]) or isinstance(value, bool):
            raise unusable(f"Unknown delivery mode {name}={value!r}: {', '.join(MODES)}.")
    if mode.get("order", "in_order") not in ("in_order", "shuffled"):
        raise unusable("order is in_order or shuffled.")
    await core.fetch(
        "INSERT INTO stripe_sandbox.world (delivery) VALUES ($1::jsonb) "
        "ON CONFLICT (single) DO UPDATE SET delivery = excluded.delivery",
        encode(mode),
    )


async def deliver_due(send: Sender, *, limit: int = BATCH) -> int:
    """What is due happens, and what is due is sent; answers how many deliveries were tried.

    An answer of 2xx ends a delivery; any other, and silence, is repeated at `RETRY_AFTER_S`.
    """
    assert not core.in_transaction(), "no network inside a transaction"
    await settle_if_due("")
    mode = decode(await core.fetch_value("SELECT delivery FROM stripe_sandbox.world") or "{}")
    rows = [dict(row) for row in await core.fetch(_LEASE, LEASE_S, limit)]
    rows.sort(key=lambda row: row["id"])
    if mode.get("order") == "shuffled":
        random.Random(mode.get("seed", 0)).shuffle(rows)
    for row in rows:
        if _each(mode, "drop_every", row["id"]):
            await _end(row["id"], "dropped", "dropped on request")
            continue
        if _each(mode, "duplicate_every", row["id"]):
            await _post(send, row)
        answer, delivered = await _post(send, row)
        await _record(row, answer, delivered=delivered)
    return len(rows)


async def deliver_forever(send: Sender, *, pause_s: float = 0.5) -> None:
    """Until cancelled: the served sandbox's background task."""
    while True:
        if not await deliver_due(send):
            await asyncio.sleep(pause_s)


def _each(mode: dict[str, Any], name: str, number: int) -> bool:
    return bool(mode.get(name)) and number % int(mode[name]) == 0


async def _post(send: Sender, row: dict[str, Any]) -> tuple[str, bool]:
    body = decode(row["body"])
    if row["kind"] == "event":
        body["pending_webhooks"] = 1
    payload = encode(body).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (Maillage Stripe sandbox)",
        "Stripe-Signature": sign(row["secret"], payload, int(time.time())),
    }
    try:
        async with asyncio.timeout(TIMEOUT_S):
            answer = await send.post(row["url"], content=payload, headers=headers)
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return f"{type(error).__name__}: {error}", False
    return str(answer.status_code), 200 <= answer.status_code < 300


async def _record(row: dict[str, Any], answer: str, *, delivered: bool) -> None:
    tried = row["attempts"]
    if delivered:
        await _end(row["id"], "delivered", answer)
    elif tried > len(RETRY_AFTER_S):
        await _end(row["id"], "failed", answer)
    else:
        await core.fetch(
            f"UPDATE stripe_sandbox.delivery SET leased_until = NULL, last_answer = $2, "  # noqa: S608
            f"due_s = ({CLOCK}) + $3 WHERE id = $1",
            row["id"], answer, RETRY_AFTER_S[tried - 1],
        )  # fmt: skip


async def _end(delivery: int, status: str, answer: str) -> None:
    await core.fetch(
        "UPDATE stripe_sandbox.delivery SET status = $2, last_answer = $3, leased_until = NULL "
        "WHERE id = $1",
        delivery, status, answer,
    )  # fmt: skip


_LEASE = f"""
WITH due AS (
  SELECT id FROM stripe_sandbox.delivery
  WHERE status = 'due' AND due_s <= ({CLOCK})
    AND (leased_until IS NULL OR leased_until < clock_timestamp())
  ORDER BY due_s, id LIMIT $2 FOR UPDATE SKIP LOCKED
), leased AS (
  UPDATE stripe_sandbox.delivery d SET attempts = attempts + 1,
    leased_until = clock_timestamp() + make_interval(secs => $1::integer)
  FROM due WHERE d.id = due.id RETURNING d.id, d.event, d.destination, d.attempts
)
SELECT leased.id, leased.attempts, e.kind, e.body,
  t.hidden->>'url' AS url, t.hidden->>'secret' AS secret
FROM leased JOIN stripe_sandbox.object e ON e.id = leased.event
JOIN stripe_sandbox.object t ON t.id = leased.destination
ORDER BY leased.id
"""  # noqa: S608
