"""When a bank payout came into its state."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.payments import BankPayout
from backend.payouts.rules import happened_at

SENT = datetime(2026, 9, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = SENT + 5 * DAY


@pytest.mark.parametrize(
    ("status", "told_at", "arrives_at", "expected"),
    [
        ("paid", SENT + 2 * DAY, SENT + 3 * DAY, SENT + 2 * DAY),
        ("paid", None, SENT + 3 * DAY, SENT + 3 * DAY),
        ("paid", None, SENT + 9 * DAY, NOW),
        ("paid", None, SENT - DAY, SENT),
        ("paid", SENT + 9 * DAY, SENT, NOW),
        ("failed", None, SENT + 3 * DAY, NOW),
        ("failed", SENT + DAY, SENT + 3 * DAY, SENT + DAY),
    ],
)
def test_it_is_dated_by_stripe_never_before_it_was_sent_nor_in_the_future(
    status: str, told_at: datetime | None, arrives_at: datetime, expected: datetime
) -> None:
    found = BankPayout("po_1", status, 84_00, "EUR", None, None, arrives_at, None)
    assert happened_at(found, told_at, SENT, NOW) == expected
