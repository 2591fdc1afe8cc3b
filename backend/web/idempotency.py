"""Idempotency keys on POST, as Stripe v1 has them: the second call gets the first one's answer."""

import hashlib
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from backend import core
from backend.web.answers import BadRequest
from backend.web.principal import caller

KEPT = timedelta(hours=24)
"""As long as Stripe keeps them at least; afterwards the key is free again."""

IN_FLIGHT = timedelta(seconds=60)
"""A first call without an answer for longer was cut off by a crash."""

NOT_KEPT = {400, 401, 403, 404, 405, 413, 415, 429, 503}
"""Refused before anything was done, or asked to come again: the same key may be tried again."""

_CLAIM = """
INSERT INTO web.idempotency AS i (principal, key, request_digest, started_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (principal, key) DO UPDATE
   SET request_digest = $3, started_at = $4, status = NULL, headers = NULL, body = NULL
 WHERE i.started_at < $5
RETURNING true
"""
_FIRST = """
SELECT request_digest, started_at, status, headers, body
  FROM web.idempotency WHERE principal = $1 AND key = $2
"""
_KEEP = """
UPDATE web.idempotency SET status = $3, headers = $4, body = $5
 WHERE principal = $1 AND key = $2
"""
_RELEASE = "DELETE FROM web.idempotency WHERE principal = $1 AND key = $2"
_FORGET = "DELETE FROM web.idempotency WHERE started_at < $1"
_FORGET_LIMITS = "DELETE FROM web.rate_limit WHERE (window_number + 1) * window_s < $1"


class KeyReused(core.Problem):
    status = 422
    code = "idempotency-key-reused"
    title = "This idempotency key belongs to another request"


class KeyInFlight(core.Problem):
    status = 409
    code = "idempotency-key-in-flight"
    title = "The first request with this key is still running"


class OutcomeUnknown(core.Problem):
    status = 409
    code = "idempotency-outcome-unknown"
    title = "The first request with this key was cut off"


class Answer(msgspec.Struct):
    """What was sent: enough to send it again byte for byte."""

    status: int = 0
    headers: list[tuple[str, str]] = []
    body: bytes = b""


class Idempotency(ASGIMiddleware):
    """POST with `Idempotency-Key` runs once per caller and key; must stand behind identity.

    A key is bound to the route, the query and the body. Callers who are not signed in have no
    keys. A route whose answer must not be stored (it shows a secret) says
    `opt={"keeps_no_answer": True}`; a key sent to it is refused.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: Request[Any, Any, Any] = scope["litestar_app"].request_class(scope, receive, send)
        key = request.headers.get("idempotency-key")
        principal = caller(request)
        if key is None or principal is None or request.method != "POST":
            await next_app(scope, receive, send)
            return
        if request.route_handler.opt.get("keeps_no_answer"):
            raise BadRequest("This route shows a secret and takes no Idempotency-Key.")
        if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
            raise BadRequest("An Idempotency-Key has 1 to 255 printable ASCII characters.")
        place = (f"{principal.organisation_id or 'operator'}:{principal.actor}", key)
        digest = await _digest(request)
        kept = await _claim(place, digest, datetime.now(UTC))
        if kept is None:
            kept = await _run(place, scope, receive, next_app)
        else:
            kept.headers.append(("idempotent-replayed", "true"))
        await _send(kept, send)


async def forget_old(now: datetime) -> None:
    """Stored answers older than `KEPT` and counters of past windows are gone."""
    async with core.transaction():
        await core.fetch(_FORGET, now - KEPT)
        await core.fetch(_FORGET_LIMITS, int(now.timestamp()))


async def _digest(request: Request[Any, Any, Any]) -> bytes:
    url = request.url
    return hashlib.sha256(f"{url.path}?{url.query}\n".encode() + await request.body()).digest()


async def _claim(place: tuple[str, str], digest: bytes, now: datetime) -> Answer | None:
    """None: the key is ours and the request has to run. Else the first call's answer."""
    if await core.fetch_value(_CLAIM, *place, digest, now, now - KEPT):
        return None
    first = await core.fetch_row(_FIRST, *place)
    if first is None:
        raise KeyInFlight("It was just given back; send the request again.")
    if first["request_digest"] != digest:
        raise KeyReused("Use a new key for a new request.")
    if first["status"] is not None:
        headers = msgspec.json.decode(first["headers"], type=list[tuple[str, str]])
        return Answer(first["status"], headers, first["body"])
    if now - first["started_at"] < IN_FLIGHT:
        raise KeyInFlight("Wait for its answer, then send the same request again.")
    raise OutcomeUnknown("Look whether it took effect, before you try again with a new key.")


async def _run(place: tuple[str, str], scope: Scope, receive: Receive, next_app: ASGIApp) -> Answer:
    """Runs the handler and stores its answer before anybody sees it."""
    given = Answer(headers=[])

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            given.status = message["status"]
            given.headers = [(name.decode(), value.decode()) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            given.body += message["body"]

    await next_app(scope, receive, collect)
    if given.status in NOT_KEPT:
        await core.fetch(_RELEASE, *place)
    else:
        headers = msgspec.json.encode(given.headers).decode()
        await core.fetch(_KEEP, *place, given.status, headers, given.body)
    return given


async def _send(kept: Answer, send: Send) -> None:
    headers = [(name.encode(), value.encode()) for name, value in kept.headers]
    assert HTTPStatus(kept.status)
    await send({"type": "http.response.start", "status": kept.status, "headers": headers})
    await send({"type": "http.response.body", "body": kept.body, "more_body": False})
