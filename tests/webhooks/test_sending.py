"""The connection goes to the address that was checked, whatever the name means a moment later."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend.webhooks import sending
from backend.webhooks.resolving import resolve
from backend.webhooks.rules_address import read_address
from backend.webhooks.sending import Seen, post, send
from tests.webhooks.receiver import Message, receiving
from tests.webhooks.test_rules_address import PRIVATE

URL = "https://hooks.partner.fr:8443/"


class Names:
    """A resolver that answers each question with the next of its answers."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> list[str]:
        assert (host, port) == ("hooks.partner.fr", 8443)
        self.asked += 1
        return list(self.answers.pop(0))


@pytest.mark.parametrize("address", [one for one in PRIVATE if one])
async def test_a_name_that_means_a_private_address_is_sent_nothing(address: str) -> None:
    names = Names([address])
    answer = await send(URL, {}, b"{}", loopback=True, resolver=names)
    assert answer.trouble == "address_refused" and answer.address is None and names.asked == 1


async def test_nor_is_one_that_means_both_or_nothing() -> None:
    for addresses in (["8.8.8.8", "127.0.0.1"], []):
        answer = await send(URL, {}, b"{}", loopback=True, resolver=Names(addresses))
        assert answer.trouble == "address_refused"


async def test_a_name_that_nobody_knows_is_said_so() -> None:
    async def nobody(host: str, port: int) -> list[str]:
        raise __import__("socket").gaierror(-2, "Name or service not known")

    assert (await send(URL, {}, b"{}", loopback=False, resolver=nobody)).trouble == "unknown_host"


async def test_a_stored_address_is_looked_at_again_before_each_attempt() -> None:
    """One that was made while this machine was allowed is refused once it is not."""
    async with receiving() as box:
        assert (await send(box.url, {}, b"{}", loopback=False)).trouble == "address_refused"
        assert (await send(box.url, {}, b"{}", loopback=True)).status == 200


async def test_a_name_is_asked_for_once_and_rebinding_it_changes_nothing() -> None:
    """The second answer would be this machine: it is never asked for."""
    names = Names(["192.0.2.1"], ["127.0.0.1"])
    await send(URL, {}, b"{}", loopback=False, resolver=names, time_limit_s=0.2)
    assert names.asked == 1


async def test_of_several_addresses_the_one_that_took_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first is full: it neither takes nor refuses, and is left after a while."""
    monkeypatch.setattr(sending, "CONNECT_LIMIT_S", 0.3)
    seen = Seen()
    async with receiving() as box, full(box.port):
        target = read_address(box.url, loopback=True)
        await asyncio.wait_for(post(target, ["::1", "127.0.0.1"], {}, b"{}", seen), 3)
    assert (seen.status, seen.address) == (200, "127.0.0.1")


@asynccontextmanager
async def full(port: int) -> AsyncIterator[None]:
    """On ::1, somebody listens and lets nobody in."""
    loop = asyncio.get_running_loop()
    with ExitStack() as held:
        server = held.enter_context(socket.socket(socket.AF_INET6))
        server.bind(("::1", port))
        server.listen(0)
        for _ in range(3):
            client = held.enter_context(socket.socket(socket.AF_INET6))
            client.setblocking(False)
            with suppress(TimeoutError):
                await asyncio.wait_for(loop.sock_connect(client, ("::1", port)), 0.1)
        yield


async def test_a_status_once_seen_stands_whatever_becomes_of_the_rest() -> None:
    async def half(_: Message) -> bytes:
        return b"HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\ntaken"

    async with receiving() as box:
        box.reply = half
        answer = await send(box.url, {}, b"{}", loopback=True)
    assert (answer.status, answer.trouble, answer.text) == (202, None, "taken")


async def test_a_status_stands_also_when_the_text_takes_too_long() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 410 Gone\r\ncontent-length: 100\r\n\r\nnobody")
        await asyncio.sleep(1)
        writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        answer = await send(url, {}, b"{}", loopback=True, time_limit_s=0.3)
    assert (answer.status, answer.trouble, answer.text) == (410, None, "nobody")


async def test_a_name_that_never_answers_keeps_no_other_name_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def slow(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        if host.startswith("tarpit"):
            sleep(1.5)
            raise socket.gaierror(-3, "no answer")
        return [(0, 0, 0, "", ("192.0.2.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    waiting = [
        send("https://tarpit.partner.fr/", {}, b"", loopback=False, time_limit_s=0.2)
        for _ in range(80)
    ]
    told = {answer.trouble for answer in await asyncio.gather(*waiting)}
    assert told == {"time_out"} and asked == ["tarpit.partner.fr"]
    assert await asyncio.wait_for(resolve("good.partner.fr", 443), 0.5) == ["192.0.2.1"]


def certificate(name: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize(
    ("name", "arrives"), [("hooks.partner.fr", True), ("other.partner.fr", False)]
)
async def test_the_pinned_connection_says_and_checks_the_name(
    tmp_path: Path, name: str, arrives: bool
) -> None:
    """TCP goes to the checked address; Host, SNI and certificate are the name's."""
    pem = certificate(name, tmp_path)
    said: list[str | None] = []
    seen = Seen()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    serving.sni_callback = lambda _, told, __: said.append(told)
    trusted = ssl.create_default_context(cafile=str(pem))
    async with receiving(serving) as box:
        target = read_address(f"https://hooks.partner.fr:{box.port}/x", loopback=False)
        if arrives:
            await post(target, ["127.0.0.1"], {}, b"{}", seen, trusted=trusted)
            assert seen.status == 200
            assert box.kept[0].headers["host"] == f"hooks.partner.fr:{box.port}"
        else:
            with pytest.raises(Exception, match="certificate verify failed"):
                await post(target, ["127.0.0.1"], {}, b"{}", seen, trusted=trusted)
            assert box.kept == []
    assert said == ["hooks.partner.fr"]
