"""Where a webhook may be sent: to no address but those of the public internet. Pure.

The name is checked when an endpoint is made; what it resolves to is checked at each attempt, and
the connection goes to exactly that address (`sending.py`), so that a name cannot change between.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from msgspec import Struct

from backend.core import Problem
from backend.web import FieldError

HTTPS_PORT = 443
LEAST_PORT = 1024
"""443, or one that needs no privilege: below live mail, shells and databases of old."""
MOST_CHARACTERS = 2000

_VISIBLE = re.compile(r"[!#-;=?-\[\]_a-z~]+\Z")
"""As RFC 3986 allows, in ASCII: no quote, angle, backslash, brace, bar, caret or white space."""
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")
_NUMBER = re.compile(r"([0-9]+|0x[0-9a-f]*)\Z")
_NOT_PUBLIC = {
    *("alt", "arpa", "corp", "example", "home", "internal", "intranet", "invalid", "lan", "local"),
    *("localdomain", "localhost", "mail", "onion", "private", "test", "workgroup"),
}
"""Last labels that name no host of the internet (RFC 6761, 6762, 7686, 8375, 9476, and custom)."""

_LOOPBACK = {"127.0.0.1": "127.0.0.1", "[::1]": "::1", "localhost": "127.0.0.1"}

_REFUSED = [
    ipaddress.ip_network(each)
    for each in (
        "100.64.0.0/10",  # Shared by carriers; some clouds' metadata.
        "168.63.129.16/32",  # A cloud's metadata, on a public address.
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays.
        "198.18.0.0/15",
        "2001::/23",  # Teredo and other protocols' own.
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in disguise.
        "3fff::/20",
        "5f00::/16",
    )
]
_UNICAST6 = ipaddress.ip_network("2000::/3")
"""All that IANA has given out: mapped, translated (64:ff9b::) and local ones are outside."""


class BadAddress(Problem):
    status = 422
    code = "bad-webhook-address"
    title = "Webhooks cannot be sent to this address"


class Target(Struct, frozen=True):
    """An address taken apart. `fixed` is the one IP address that it may mean, of this machine."""

    url: str
    host: str
    port: int
    fixed: str | None


def read_address(url: str, *, loopback: bool) -> Target:
    """Where `url` leads; `loopback` also lets it lead to this machine, for trying things out.

    Raises:
        BadAddress: it is no plain https:// address of a host with a public name.
    """
    if len(url) > MOST_CHARACTERS:
        raise _bad(f"Give at most {MOST_CHARACTERS} characters.")
    if not (url.isascii() and _VISIBLE.match(url.lower())):
        raise _bad("Give it in plain ASCII: an international name as xn--, the rest as %XX.")
    scheme, _, rest = url.partition("://")
    netloc = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in netloc:
        raise _bad("Leave out name and password: the signature tells you that we are the sender.")
    if "#" in url:
        raise _bad("Leave out what follows #: it is never sent.")
    host, port = _split(url)
    fixed = _LOOPBACK.get(host) if loopback else None
    if scheme.lower() != "https" and not (scheme.lower() == "http" and fixed):
        raise _bad("It has to start with https://")
    if fixed is None:
        _check_name(host)
    if port != HTTPS_PORT and port < LEAST_PORT:
        raise _bad(f"Use port {HTTPS_PORT}, or one from {LEAST_PORT}.")
    return Target(f"{scheme.lower()}://{rest}", host.strip("[]"), port, fixed)


def _split(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad("This is no address.") from None
    netloc = parts.netloc.lower()
    host = netloc if port is None else netloc.rpartition(":")[0]
    if port is None and netloc.endswith(":"):
        raise _bad("Leave out the colon, or give a port after it.")
    return host, HTTPS_PORT if port is None else port


def _check_name(host: str) -> None:
    labels = host.split(".")
    if host.startswith("[") or _NUMBER.match(labels[-1] or labels[0]):
        raise _bad("Give the host's name, not its number: certificates are made out to names.")
    if len(host) > 253 or not all(_LABEL.match(label) for label in labels):
        raise _bad("This is no host's name.")
    if len(labels) < 2 or labels[-1] in _NOT_PUBLIC:
        raise _bad("This name is not known on the internet.")


def is_public(address: str) -> bool:
    """Whether the IP address is one of the public internet, and no other one in disguise."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if any(ip in network for network in _REFUSED if network.version == ip.version):
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip.scope_id or ip not in _UNICAST6):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _bad(why: str) -> BadAddress:
    return BadAddress(why, errors=[FieldError(why, "url", "body")])
