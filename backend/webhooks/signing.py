"""How a message is signed, as Standard Webhooks 1.0 says: any library of theirs verifies it."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32
AGENT = "Maillage-Webhooks/1"


def new_secret() -> str:
    """`whsec_...`: 256 random bits, in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(secret: str, message_id: str, at_s: int, body: bytes) -> str:
    """`v1,...`: HMAC-SHA256 of id, timestamp and body, in base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    signed = b".".join((message_id.encode(), str(at_s).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers_of(message_id: str, at: datetime, body: bytes, held: Sequence[str]) -> dict[str, str]:
    """What goes before the body. Of two secrets each signs: the receiver may know either."""
    at_s = int(at.timestamp())
    return {
        **plain_headers(message_id, at),
        "webhook-signature": " ".join(sign(secret, message_id, at_s, body) for secret in held),
    }


def plain_headers(message_id: str, at: datetime) -> dict[str, str]:
    """The same but for the signature."""
    return {
        "content-type": "application/json",
        "user-agent": AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
    }
