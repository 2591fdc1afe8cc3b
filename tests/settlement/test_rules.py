"""What a statement comes to."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from backend import settlement
from backend.core import Month
from backend.settlement.rules import (
    Earnings,
    MonthStillOpen,
    check_over,
    draw_statements,
    minimum_of,
)
from tests.fixtures import minor, vectors

OCTOBER = Month(date(2026, 10, 1))


def test_a_month_is_over_at_midnight_in_paris() -> None:
    check_over(OCTOBER, datetime(2026, 10, 31, 23, tzinfo=UTC))
    with pytest.raises(MonthStillOpen, match="2026-10-31 23:00 UTC"):
        check_over(OCTOBER, datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC))


def test_f3_a_negative_balance_is_carried_until_it_is_earned_back() -> None:
    """October pays 84.00; its refund meets 60.00 of November; December earns 100.00."""
    opening = 0
    for (_, total, payout, carried), earned in zip(
        vectors()["f_carry"], (84_00, 60_00 - 84_00, 100_00), strict=True
    ):
        if opening == 0:
            assert earned == minor(total)
        settled = settlement.settle(opening, earned, 25_00)
        assert f"payout {settled.due_minor / 100:.2f}" == payout
        assert f"carried {settled.closing_minor / 100:.2f}" == carried
        opening = settled.closing_minor


@pytest.mark.parametrize(
    ("opening", "earned", "minimum", "expected"),
    [
        (0, 24_99, 25_00, (0, 24_99)),
        (0, 25_00, 25_00, (25_00, 0)),
        (24_99, 1, 25_00, (25_00, 0)),
        (-1, 1, 0, (0, 0)),
        (0, 1, 0, (1, 0)),
        (0, -5_00, 25_00, (0, -5_00)),
    ],
)
def test_below_the_minimum_or_negative_is_carried(
    opening: int, earned: int, minimum: int, expected: tuple[int, int]
) -> None:
    assert settlement.settle(opening, earned, minimum) == expected


def test_d_the_infrastructure_invoice_is_set_off_against_the_share() -> None:
    expected = vectors()["d"]
    assert settlement.set_off(minor(expected["self_billed_ttc"]), minor(expected["iaas_ttc"])) == (
        minor(expected["payout"]),
        0,
    )
    other = vectors()["d_neg"]
    assert settlement.set_off(minor(other["share_ttc"]), minor(other["iaas_ttc"])) == (
        0,
        -minor(other["net"]),
    )


def test_the_minimum_has_the_decimals_of_its_currency() -> None:
    assert [minimum_of(currency, 2500) for currency in ("EUR", "JPY", "KWD")] == [2500, 25, 25000]


def test_vat_is_of_sales_less_refunds_and_not_of_each() -> None:
    """0.03 - 0.01 at 20 % is 0.00; apart they would be 0.01 and 0.00."""
    earned = Earnings(
        UUID(int=1), "EUR", "S", 2000, 3, -1, 4, 2, 2, datetime(2026, 9, 1, tzinfo=UTC)
    )
    [statement] = draw_statements([earned], {}, 0)
    assert (statement.vat_minor, statement.due_minor) == (0, 2)
