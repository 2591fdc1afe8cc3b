"""One POST to a partner: the name is resolved once, and the connection goes to that address."""

import asyncio
import functools
import re
import socket
import ssl
import time
from collections.abc import AsyncIterable, Mapping, Sequence
from typing import Any

import httpcore
from msgspec import Struct

from backend.webhooks.resolving import Resolver, resolve
from backend.webhooks.rules import ANSWER_CHARACTERS, CONNECT_LIMIT_S, TIME_LIMIT_S, Trouble
from backend.webhooks.rules_address import BadAddress, Target, is_public, read_address

_UNPRINTABLE = re.compile(r"[^\n\r\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]")


class Answer(Struct, frozen=True):
    """What came back: a status and the beginning of a text, or the trouble there was."""

    status: int | None = None
    trouble: Trouble | None = None
    text: str = ""
    address: str | None = None
    duration_ms: int = 0


class Seen:
    """What is known of a request so far: it stands, also when the rest never comes."""

    def __init__(self) -> None:
        self.address: str | None = None
        self.status: int | None = None
        self.text = b""


class Refused(Exception):
    """What the name resolves to is no address that anything is sent to."""


async def send(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    loopback: bool,
    resolver: Resolver = resolve,
    time_limit_s: float = TIME_LIMIT_S,
) -> Answer:
    """Whatever happens is an answer. Redirects are not followed: a 3xx is not delivered."""
    began = time.monotonic()
    seen, why = Seen(), ""
    trouble: Trouble | None = None
    try:
        async with asyncio.timeout(time_limit_s):
            target = read_address(url, loopback=loopback)
            addresses = await _addresses_of(target, resolver)
            await post(target, addresses, headers, body, seen)
    except (TimeoutError, httpcore.TimeoutException):
        trouble = "time_out"
    except (BadAddress, Refused):
        trouble = "address_refused"
    except (socket.gaierror, UnicodeError):
        trouble = "unknown_host"
    except httpcore.ProtocolError:
        trouble = "bad_answer"
    except (httpcore.NetworkError, OSError) as error:
        trouble, why = "no_connection", str(error)
    answered = seen.status is not None
    return Answer(
        status=seen.status,
        trouble=None if answered else trouble,
        text=_readable(seen.text.decode("utf-8", "replace") if answered else why),
        address=seen.address,
        duration_ms=int((time.monotonic() - began) * 1000),
    )


async def _addresses_of(target: Target, resolver: Resolver) -> list[str]:
    """Raises Refused, if only one of them is not public: nobody's name honestly means both."""
    if target.fixed is not None:
        return [target.fixed]
    found = await resolver(target.host, target.port)
    if not found or not all(is_public(each) for each in found):
        raise Refused
    return found


async def post(
    target: Target,
    addresses: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    seen: Seen,
    *,
    trusted: ssl.SSLContext | None = None,
) -> None:
    """POST to one of `addresses`; Host, SNI and certificate are those of the target's name.

    What comes back is in `seen` as it comes: which address took it, the status, and as much of the
    text as is kept; the rest is not read.

    Raises:
        httpcore.NetworkError, httpcore.ProtocolError, OSError: nobody answered, or not in HTTP.
    """
    async with (
        httpcore.AsyncConnectionPool(
            ssl_context=trusted or _authorities(),
            network_backend=_Pinned(addresses, seen),
            retries=0,
        ) as pool,
        pool.stream("POST", target.url, headers=list(headers.items()), content=body) as answer,
    ):
        seen.status = answer.status
        assert isinstance(answer.stream, AsyncIterable)
        async for part in answer.stream:
            seen.text += part[:ANSWER_CHARACTERS]
            if len(seen.text) >= ANSWER_CHARACTERS:
                break


@functools.cache
def _authorities() -> ssl.SSLContext:
    """Those the world trusts: reading them takes longer than a request."""
    return httpcore.default_ssl_context()


def _readable(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)[:ANSWER_CHARACTERS]


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connects to one of these addresses, whatever the name would resolve to by now."""

    def __init__(self, addresses: Sequence[str], seen: Seen) -> None:
        self.addresses = addresses
        self.seen = seen
        self.network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  (as httpcore calls it)
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        for address in self.addresses:
            self.seen.address = address
            try:
                return await self.network.connect_tcp(address, port, CONNECT_LIMIT_S)
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
