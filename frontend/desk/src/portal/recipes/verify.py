import base64
import hmac
import time


def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """`body` as it came, byte for byte; `headers` with names in lower case."""
    message_id, at = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(at)) > 300:  # Five minutes.
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{message_id}.{at}.".encode() + body, "sha256")
    expected = "v1," + base64.b64encode(digest).decode()
    given = headers["webhook-signature"].split()
    return any(hmac.compare_digest(expected, one) for one in given)
