"""The connection goes to the address that was checked, whatever the name means a moment later."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from backend.webhooks.rules_address import read_address
from backend.webhooks.sending import post, send
from tests.webhooks.receiver import receiving
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
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    serving.sni_callback = lambda _, told, __: said.append(told)
    trusted = ssl.create_default_context(cafile=str(pem))
    async with receiving(serving) as box:
        target = read_address(f"https://hooks.partner.fr:{box.port}/x", loopback=False)
        if arrives:
            answer = await post(target, ["127.0.0.1"], {}, b"{}", trusted=trusted)
            assert answer.status == 200
            assert box.kept[0].headers["host"] == f"hooks.partner.fr:{box.port}"
        else:
            with pytest.raises(Exception, match="certificate verify failed"):
                await post(target, ["127.0.0.1"], {}, b"{}", trusted=trusted)
            assert box.kept == []
    assert said == ["hooks.partner.fr"]
