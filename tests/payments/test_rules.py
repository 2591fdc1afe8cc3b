"""What an answer makes of an operation."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from backend.payments import Done, Operation, Refused, Unknown
from backend.payments.rules import State, after, next_move
from backend.payments.rules_answer import is_definitive
from backend.payments.rules_event import missed_since

NOW = datetime(2026, 9, 2, 12, tzinfo=UTC)


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


SECONDS = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "since_sent", "may_send", "move"),
    [
        ("planned", None, True, "send"),
        ("planned", None, False, None),
        ("sending", 5 * SECONDS, True, "send"),
        ("sending", 5 * SECONDS, False, None),
        ("sending", 50 * SECONDS, False, "look"),
        ("reconcile", 50 * SECONDS, False, "look"),
        ("done", 50 * SECONDS, True, None),
    ],
)
def test_what_may_not_be_sent_any_more_is_looked_for_once_nothing_is_under_way(
    state: State, since_sent: timedelta | None, may_send: bool, move: str | None
) -> None:
    first = None if since_sent is None else NOW - since_sent
    operation = Operation(
        UUID(int=1), "transfer", UUID(int=2), "", "payout:1", state, 1, 1, first, NOW, None, None,
        None, NOW - timedelta(days=1),
    )  # fmt: skip
    assert next_move(operation, NOW, since_sent, may_send=may_send) == move


def test_missed_events_are_asked_for_as_far_back_as_stripe_keeps_them() -> None:
    day = timedelta(days=1)
    assert missed_since(None, NOW) == NOW - 29 * day
    assert missed_since(NOW - 60 * day, NOW) == NOW - 29 * day
    assert missed_since(NOW - day, NOW) == NOW - 5 * day, "deliveries are tried for three days"


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
