"""One POST to a partner: the name is resolved once, and the connection goes to that address."""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from typing import Any

import httpcore
from msgspec import Struct

from backend.webhooks.rules import ANSWER_CHARACTERS, TIME_LIMIT_S, Trouble
from backend.webhooks.rules_address import BadAddress, Target, is_public, read_address

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""The IP addresses of a name, asked once per attempt."""

_UNPRINTABLE = re.compile(r"[^\n\r\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]")


class Answer(Struct, frozen=True):
    """What came back: a status and the beginning of a text, or the trouble there was."""

    status: int | None = None
    trouble: Trouble | None = None
    text: str = ""
    address: str | None = None
    duration_ms: int = 0


class Refused(Exception):
    """What the name resolves to is no address that anything is sent to."""


async def resolve(host: str, port: int) -> list[str]:
    """What this machine's resolver says."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


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
    addresses: list[str] = []
    told = Answer()
    try:
        async with asyncio.timeout(time_limit_s):
            target = read_address(url, loopback=loopback)
            addresses = await _addresses_of(target, resolver)
            told = await post(target, addresses, headers, body)
    except (TimeoutError, httpcore.TimeoutException):
        told = Answer(trouble="time_out")
    except (BadAddress, Refused):
        told = Answer(trouble="address_refused")
    except (socket.gaierror, UnicodeError):
        told = Answer(trouble="unknown_host")
    except httpcore.ProtocolError:
        told = Answer(trouble="bad_answer")
    except (httpcore.NetworkError, OSError) as error:
        told = Answer(trouble="no_connection", text=_readable(str(error)))
    return Answer(
        status=told.status,
        trouble=told.trouble,
        text=told.text,
        address=addresses[0] if addresses else None,
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
    *,
    trusted: ssl.SSLContext | None = None,
) -> Answer:
    """POST to one of `addresses`; Host, SNI and certificate are those of the target's name.

    Raises:
        httpcore.NetworkError, httpcore.ProtocolError, OSError: nobody answered, or not in HTTP.
    """
    async with (
        httpcore.AsyncConnectionPool(
            ssl_context=trusted, network_backend=_Pinned(addresses), retries=0
        ) as pool,
        pool.stream("POST", target.url, headers=list(headers.items()), content=body) as answer,
    ):
        assert isinstance(answer.stream, AsyncIterable)
        return Answer(status=answer.status, text=await _beginning(answer.stream))


async def _beginning(stream: AsyncIterable[bytes]) -> str:
    """As much as is kept; the rest is not read."""
    seen = b""
    async for part in stream:
        seen += part
        if len(seen) >= ANSWER_CHARACTERS:
            break
    return _readable(seen[:ANSWER_CHARACTERS].decode("utf-8", "replace"))


def _readable(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)[:ANSWER_CHARACTERS]


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connects to these addresses, whatever the name would resolve to by now."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses = addresses
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
            try:
                return await self.network.connect_tcp(address, port, timeout)
            except httpcore.NetworkError as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
