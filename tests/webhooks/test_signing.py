"""Signatures, against the vector that Standard Webhooks' own libraries are tested with."""

import base64
from datetime import UTC, datetime

from backend.webhooks import signing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT_S = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_message_is_signed_as_published() -> None:
    assert signing.sign(SECRET, ID, AT_S, BODY) == SIGNATURE


def test_id_time_and_body_are_all_signed() -> None:
    others = [(ID + "x", AT_S, BODY), (ID, AT_S + 1, BODY), (ID, AT_S, BODY + b" ")]
    assert all(signing.sign(SECRET, *each) != SIGNATURE for each in others)


def test_two_secrets_sign_side_by_side() -> None:
    at = datetime.fromtimestamp(AT_S, UTC)
    other = signing.new_secret()
    headers = signing.headers_of(ID, at, BODY, [other, SECRET])
    assert headers["webhook-signature"].split(" ") == [
        signing.sign(other, ID, AT_S, BODY),
        SIGNATURE,
    ]
    assert headers["webhook-timestamp"] == str(AT_S) and headers["webhook-id"] == ID


def test_a_secret_is_long_and_its_own() -> None:
    one, other = signing.new_secret(), signing.new_secret()
    assert one != other and one.startswith("whsec_")
    assert 24 <= len(base64.b64decode(one.removeprefix("whsec_"))) <= 64
