"""A partner's server on this machine: takes webhooks, verifies them as its own program would."""

import asyncio
import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from msgspec import Struct


class Message(Struct):
    """One request as it came over the wire."""

    first_line: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> Any:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Standard Webhooks, written a second time by hand."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        at = self.headers["webhook-timestamp"]
        signed = f"{self.id}.{at}.".encode() + self.body
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{expected}" in self.headers["webhook-signature"].split(" ")


Reply = Callable[[Message], Awaitable[bytes]]


def answer(status: int, text: str = "", *headers: str) -> bytes:
    body = text.encode()
    head = [f"HTTP/1.1 {status} Whatever", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


class Receiver:
    """`kept` is all that came; `reply` says what it answers, 200 unless told otherwise."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.kept: list[Message] = []
        self.statuses: list[int] = []
        self.status = 200
        self.reply: Reply = self.by_status

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?from=maillage"

    async def by_status(self, message: Message) -> bytes:
        return answer(self.statuses.pop(0) if self.statuses else self.status, "noted")


@asynccontextmanager
async def receiving(trusting: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver on a free port of 127.0.0.1."""
    held: list[Receiver] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *rest = head.strip().split("\r\n")
            headers = {
                name.lower(): value for name, value in (line.split(": ", 1) for line in rest)
            }
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            message = Message(first, headers, body)
            held[0].kept.append(message)
            writer.write(await held[0].reply(message))
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=trusting)
    held.append(Receiver(server.sockets[0].getsockname()[1]))
    async with server:
        yield held[0]
