"""What a letter is, where it is handed in, and how often that is tried. Pure."""

from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from backend.core import Problem

OPERATOR = "Iroise Cloud"
"""Who signs."""

PAUSES = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""After the first failed try, the second, ...; after the last one more try, and no other."""

KEPT = timedelta(days=30)
"""What was sent or given up is forgotten after so long."""

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class BadPost(Problem):
    code = "bad-post"
    title = "The mail server's address cannot be used"


class Letter(Struct, frozen=True, kw_only=True):
    """A mail before it has a form: paragraphs, one button with its link, paragraphs.

    `kind` says what it is for, to people who must not read it.
    """

    kind: str
    subject: str
    paragraphs: list[str]
    button: str | None = None
    link: str | None = None
    closing: list[str] = []


class Post(Struct, frozen=True, kw_only=True):
    """The SMTP server. `tls` from the first byte, or `start_tls`, or none on this machine."""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool
    start_tls: bool
    sender: str

    @property
    def domain(self) -> str:
        """For the Message-ID."""
        return parseaddr(self.sender)[1].rpartition("@")[2]


def read_post(url: str, sender: str) -> Post:
    """`smtps://user:password@host:465`, or `smtp://...:587`, which starts TLS.

    Only to this machine is anything sent in clear.

    Raises:
        BadPost: of another form, or `sender` is no address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("smtp", "smtps") or parts.path not in ("", "/"):
        raise BadPost("Give smtp://user:password@host:587 or smtps://user:password@host:465.")
    name, address = parseaddr(sender)
    if address.count("@") != 1 or address.startswith("@") or address.endswith("@"):
        raise BadPost(f"The sender is {sender!r}: give an address, or Name <address>.")
    tls = parts.scheme == "smtps"
    return Post(
        host=host,
        port=port or (465 if tls else 587),
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        tls=tls,
        start_tls=not tls and host not in LOOPBACK,
        sender=f"{name or OPERATOR} <{address}>",
    )
