"""What an answer makes of an operation."""

import pytest

from backend.payments import Done, Refused, Unknown
from backend.payments.rules import after
from backend.payments.rules_answer import is_definitive


def test_a_refusal_of_the_first_send_is_final() -> None:
    assert after("send", Refused("account_invalid", "no"), 1, 1).state == "rejected"


def test_a_refusal_after_a_lost_answer_is_looked_into_first() -> None:
    """The first send may have been executed; a key that was changed since refuses the second."""
    step = after("send", Refused("api_key_expired", "no"), 1, 2)
    assert (step.state, step.new_attempt) == ("reconcile", False)


def test_an_answer_ends_it_however_often_it_was_sent() -> None:
    assert after("send", Done("tr_1"), 1, 5).state == "done"


def test_a_lost_answer_is_sent_again_with_the_same_key() -> None:
    step = after("send", Unknown("timeout", "?"), 1, 1)
    assert (step.state, step.new_attempt) == ("sending", False)


@pytest.mark.parametrize(
    ("status", "kind", "definitive"),
    [
        (400, "invalid_request_error", True),
        (403, "invalid_request_error", True),
        (403, None, False),
        (404, None, False),
        (400, "idempotency_error", False),
        (500, "api_error", False),
        (None, None, False),
    ],
)
def test_only_stripes_own_refusals_tell_that_nothing_was_executed(
    status: int | None, kind: str | None, definitive: bool
) -> None:
    assert is_definitive(status, kind) is definitive
