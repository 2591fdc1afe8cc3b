"""A real SMTP server on loopback, as small as one can be: it keeps what it accepts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Mailbox:
    """`kept` is what arrived; `refuse` is answered to RCPT, `cut` ends the line after DATA."""

    def __init__(self) -> None:
        self.kept: list[EmailMessage] = []
        self.recipients: list[bytes] = []
        self.port = 0
        self.refuse: bytes | None = None
        self.cut = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mailbox ESMTP\r\n")
        while line := (await reader.readline()).strip():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                message = message_from_bytes(body[:-5], policy=policy.default)
                assert isinstance(message, EmailMessage)
                self.kept.append(message)
                if self.cut:
                    break
                writer.write(b"250 kept\r\n")
            elif word == b"RCPT":
                self.recipients.append(line)
                writer.write(self.refuse or b"250 yes\r\n")
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 yes\r\n")
            await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    kept = Mailbox()
    server = await asyncio.start_server(kept.serve, "127.0.0.1", 0)
    kept.port = server.sockets[0].getsockname()[1]
    async with server:
        yield kept
