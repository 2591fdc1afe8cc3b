"""Money: whole minor units of one currency. No float, ever."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from msgspec import Struct

from backend.core.problem import Problem

EXPONENTS = {"CHF": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3, "USD": 2}
"""Decimals of each currency that Maillage keeps books in (money rule M1)."""

LARGEST_MINOR = 10**15
"""No single amount is larger: far above any sale, far below PostgreSQL's bigint."""


class UnknownCurrency(Problem):
    status = 422
    code = "unknown-currency"
    title = "Maillage keeps no books in this currency"


class BadAmount(Problem):
    status = 422
    code = "bad-amount"
    title = "This is not an amount of money"


class Money(Struct, frozen=True):
    """`Money(7000, "EUR")` is 70.00 EUR; `amount_minor` may be negative (a refund)."""

    amount_minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read a plain decimal such as `49.99`.

        Raises:
            UnknownCurrency: not in `EXPONENTS`.
            BadAmount: not a plain decimal, too many decimals, or beyond `LARGEST_MINOR`.
        """
        exponent = exponent_of(currency)
        sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
        whole, point, cents = digits.partition(".")
        if not (whole.isascii() and whole.isdigit()) or len(whole) > 16:
            raise BadAmount(f"{text!r} is not a plain decimal number such as 49.99.")
        if point and not (cents.isascii() and cents.isdigit()):
            raise BadAmount(f"{text!r} is not a plain decimal number such as 49.99.")
        if len(cents) > exponent:
            raise BadAmount(f"{currency} has {exponent} decimals, {text!r} has {len(cents)}.")
        amount_minor = int(whole + cents.ljust(exponent, "0"))
        if amount_minor > LARGEST_MINOR:
            raise BadAmount(f"{text!r} is larger than any amount Maillage accepts.")
        return cls(sign * amount_minor, currency)

    def __add__(self, other: "Money") -> "Money":
        assert self.currency == other.currency, "different currencies in one sum"
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + -other

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __str__(self) -> str:
        return f"{self.decimal()} {self.currency}"

    def decimal(self) -> str:
        """`70.00`: point, as many decimals as the currency has, no thousands separator."""
        return decimal_of(self.amount_minor, self.currency)


def exponent_of(currency: str) -> int:
    """Decimals of `currency`.

    Raises:
        UnknownCurrency: not in `EXPONENTS`.
    """
    try:
        return EXPONENTS[currency]
    except KeyError:
        known = ", ".join(sorted(EXPONENTS))
        raise UnknownCurrency(f"{currency!r} is not one of {known}.") from None


def decimal_of(amount_minor: int, currency: str) -> str:
    """`-7000, "EUR"` -> `-70.00`."""
    exponent = exponent_of(currency)
    sign = "-" if amount_minor < 0 else ""
    digits = str(abs(amount_minor)).rjust(exponent + 1, "0")
    if exponent == 0:
        return sign + digits
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"


def split(amount_minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Parts in proportion to `weights` that sum to `amount_minor`: largest remainder.

    Left-over units go to the largest remainders, ties to the earlier weight, so the order of
    `weights` is the declared order of the parties (money rule M3). `split(-x)` is `-split(x)`
    (M4). Each part is within one minor unit of the exact share.
    """
    whole = sum(weights)
    assert whole > 0 and min(weights) >= 0, "weights are not negative and not all zero"
    total = abs(amount_minor)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return tuple(parts) if amount_minor >= 0 else tuple(-part for part in parts)


def round_half_up(exact: Decimal) -> int:
    """To a whole minor unit, half away from zero (money rule M8)."""
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def at_rate(amount_minor: int, rate_bp: int) -> int:
    """`amount_minor` x `rate_bp` / 10,000, half away from zero: `at_rate(10000, 2000)` is 2000."""
    product = abs(amount_minor) * rate_bp
    rounded = (2 * product + 10_000) // 20_000
    return rounded if amount_minor >= 0 else -rounded
