"""Months of the Paris calendar: money rule i."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import BadMonth, Month, round_half_up
from tests.fixtures import minor, vectors

MOMENTS = sorted(key for key in vectors() if key.startswith("i_20"))


@pytest.mark.parametrize("row", MOMENTS)
def test_i_a_moment_falls_into_the_month_of_its_local_date(row: str) -> None:
    moment = datetime.fromisoformat(row.removeprefix("i_"))
    assert str(Month.of(moment)) == vectors()[row].rsplit(" ", 1)[-1]


def test_i_march_has_743_hours_and_october_745() -> None:
    for month, hours in vectors()["i_hours"].items():
        assert Month.parse(month).hours == hours


def test_i_three_machines_all_october_cost_the_extra_hour() -> None:
    for hours in (745, 744):
        price = Decimal("0.0137") * 3 * hours * 100
        assert round_half_up(price) == minor(vectors()["i_meter"][f"{hours}h"])


@given(st.datetimes(datetime(2000, 1, 1), datetime(2900, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_moment_is_in_exactly_its_month(moment: datetime) -> None:
    month = Month.of(moment)
    assert month.start <= moment < month.end
    assert month.next.start == month.end
    assert month.previous.end == month.start
    assert month.next.previous == month
    assert Month.of(month.end - timedelta(microseconds=1)) == month


def test_a_year_of_months_joins_without_gap() -> None:
    month, hours = Month(date(2026, 1, 1)), 0
    for _ in range(12):
        hours += month.hours
        month = month.next
    assert hours == 365 * 24


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-1", "26-10", "2026-10-01", "", "2026-00", "٢٠٢٦-10"]
)
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(BadMonth):
        Month.parse(text)


def test_a_moment_without_a_zone_is_a_bug() -> None:
    with pytest.raises(AssertionError, match="without a zone"):
        Month.of(datetime(2026, 8, 1))  # noqa: DTZ001
