"""The one way to Stripe: one client a process, at most so many calls a second, no retries.

Facts of the library that this rests on are in stripe.md 7.
"""

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import stripe

from backend import core
from backend.payments.rules_answer import (
    DEFINITIVE,
    OTHER_REQUEST,
    StripeRefused,
    StripeUnknown,
    WrongLibrary,
    check_key,
    is_definitive,
)

API_VERSION = "2026-10-28.endive"
TIMEOUT_S = 30.0
RATE_PER_S = 20

T = TypeVar("T")

_send_before: contextvars.ContextVar[float | None] = contextvars.ContextVar(
    "stripe_send_before", default=None
)


class TooLateToSend(httpx.RequestError):
    """The claim on an operation ended before its request left (a paused process, a full queue)."""


class Wire(httpx.AsyncClient):
    """The library hands bytes over as `data`, which httpx has deprecated."""

    async def request(self, method: str, url: Any, *, data: Any = None, **more: Any) -> Any:
        before = _send_before.get()
        # The wall clock: a process may be stopped for a day, and its key forgotten meanwhile.
        if before is not None and time.time() > before:
            raise TooLateToSend("the claim on this operation has ended")
        core.point()
        return await super().request(method, url, content=data or None, **more)


class Transport(stripe.HTTPXClient):
    """The library's own client drops limits and transports."""

    def __init__(self, timeout_s: float, app: Any | None) -> None:
        super().__init__(timeout=timeout_s)
        if app is None:
            limits = httpx.Limits(max_connections=40, max_keepalive_connections=40)
            self._client_async = Wire(limits=limits)
        else:
            self._client_async = Wire(transport=httpx.ASGITransport(app=app))


class Gateway:
    """An open way to Stripe. `ask` is the only method that leaves the process."""

    def __init__(
        self, api_key: str, api_base: str | None, rate_per_s: float, timeout_s: float, app: Any
    ) -> None:
        check_key(api_key)
        if stripe.api_version != API_VERSION:
            raise WrongLibrary(
                f"It speaks {stripe.api_version}, Maillage {API_VERSION}: install stripe 16.1."
            )
        self.timeout_s = timeout_s
        self._transport = Transport(timeout_s, app)
        self._client = stripe.StripeClient(
            api_key,
            http_client=self._transport,
            max_network_retries=0,
            base_addresses={"api": api_base} if api_base else {},
        )
        self._pause_s = 1 / rate_per_s
        self._next = 0.0

    async def take_turn(self) -> None:
        """At most `rate_per_s` callers a second get past here (stripe.md 1.8)."""
        now = time.monotonic()
        mine = max(now, self._next)
        self._next = mine + self._pause_s
        if mine > now:
            await asyncio.sleep(mine - now)

    async def ask(
        self,
        question: Callable[[stripe.StripeClient], Awaitable[T]],
        *,
        before: float | None = None,
        turn_taken: bool = False,
    ) -> T:
        """Stripe's answer. `before`: not sent later than this moment (`time.time()`).

        Raises:
            StripeRefused: nothing was executed, and would not be on repetition.
            StripeUnknown: timeout, connection, 401, 409, 429, 5xx, unreadable: repeat it with the
                same idempotency key, or look first.
        """
        assert not core.in_transaction(), "no network inside a transaction"
        if not turn_taken:
            await self.take_turn()
        told = _send_before.set(before)
        try:
            async with asyncio.timeout(self.timeout_s):
                return await question(self._client)
        except TimeoutError as error:
            raise StripeUnknown("timeout", f"No answer in {self.timeout_s} s.") from error
        except stripe.StripeError as error:
            raise _understand(error) from error
        finally:
            _send_before.reset(told)

    async def close(self) -> None:
        await self._transport.close_async()  # type: ignore[no-untyped-call]


def _understand(error: stripe.StripeError) -> StripeRefused | StripeUnknown:
    told = error.error
    kind = getattr(told, "type", None)
    reason = getattr(told, "code", None) or error.code or kind or type(error).__name__
    headers = {name.lower(): value for name, value in dict(error.headers or {}).items()}
    message = error.user_message or str(error)
    replayed = headers.get("idempotent-replayed") == "true"
    if not is_definitive(error.http_status, kind):
        if kind == "idempotency_error" and error.http_status in DEFINITIVE:
            reason = OTHER_REQUEST  # A 409 of the same type only means: later.
        return StripeUnknown(reason, message, request_id=error.request_id, replayed=replayed)
    declined = getattr(told, "decline_code", None)
    facts = {} if declined is None else {"decline_code": declined}
    return StripeRefused(reason, message, request_id=error.request_id, replayed=replayed, **facts)


def told_by(answer: Any) -> tuple[str | None, bool]:
    """The id of the request, and whether this is an old answer repeated."""
    response = getattr(answer, "last_response", None) or answer
    headers = {str(k).lower(): v for k, v in dict(getattr(response, "headers", None) or {}).items()}
    return headers.get("request-id"), headers.get("idempotent-replayed") == "true"


_open: Gateway | None = None


def open_gateway(
    *,
    api_key: str,
    api_base: str | None = None,
    rate_per_s: float = RATE_PER_S,
    timeout_s: float = TIMEOUT_S,
    app: Any | None = None,
) -> Gateway:
    """This process's way to Stripe is open; call it where the event loop runs.

    `api_base`: another address than Stripe's (the sandbox). `app`: an ASGI app that plays Stripe
    in this process, without sockets.

    Raises:
        LiveKeyRefused: a key that could move real money.
        WrongLibrary: the library speaks another version of the API.
    """
    global _open  # noqa: PLW0603
    assert _open is None, "the gateway is open"
    if app is not None and api_base is None:
        api_base = "http://stripe.test"
    _open = Gateway(api_key, api_base, rate_per_s, timeout_s, app)
    return _open


def gateway() -> Gateway:
    """The open gateway."""
    assert _open is not None, "payments.open_gateway was not called"
    return _open


async def close_gateway() -> None:
    """Closed; closing it again does nothing."""
    global _open
    closing, _open = _open, None
    if closing is not None:
        await closing.close()
