"""The types that requests are made of: bounded, aware of their zone, free of control characters."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar.params import QueryParameter

from backend.core import LINES, ONE_LINE, SAYS_SOMETHING, Money, Month


def words(longest: int, *, lines: bool = False) -> msgspec.Meta:
    """Of a text that says something, such as a reason: up to `longest` characters, not all of them
    spaces; on one line, or on several.
    """
    return msgspec.Meta(
        min_length=1, max_length=longest, pattern=SAYS_SOMETHING + (LINES if lines else ONE_LINE)
    )


Line = Annotated[str, words(200)]
"""A name, a title: one line, 1 to 200 characters, all to be seen, not all spaces."""

Text = Annotated[str, msgspec.Meta(max_length=10_000, pattern=LINES)]
"""A description: up to 10,000 characters, with line breaks and tabs, else as a `Line`."""

Reference = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$(?!\n)")]
"""A name that programs use: letters, digits, `. _ : -`, at most 100."""

Email = Annotated[
    str, msgspec.Meta(min_length=3, max_length=254, pattern=r"^[!-?A-~]+@[!-?A-~]+$(?!\n)")
]
"""An address of mail, in plain ASCII."""

CurrencyCode = Literal["CHF", "EUR", "GBP", "JPY", "KWD", "USD"]
"""As `core.EXPONENTS`."""

Minor = Annotated[int, msgspec.Meta(ge=0, le=10**15, description="minor units of the currency")]
"""An amount in minor units, zero or more."""

PositiveMinor = Annotated[
    int, msgspec.Meta(ge=1, le=10**15, description="minor units of the currency")
]

RateBp = Annotated[int, msgspec.Meta(ge=0, le=10_000, description="basis points")]

Count = Annotated[int, msgspec.Meta(ge=0, le=10**9)]

Aware = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with its offset from UTC."""

MonthText = Annotated[
    str,
    msgspec.Meta(pattern=r"^2\d{3}-(0[1-9]|1[0-2])$(?!\n)", description="a month such as 2026-10"),
]
"""Give it to `core.Month.parse`."""

MonthPath = Annotated[str, msgspec.Meta(max_length=7, description="a month such as 2026-10")]

Limit = Annotated[int, QueryParameter(ge=1, le=200, description="how many items, at most")]

Cursor = Annotated[
    str | None,
    QueryParameter(max_length=500, description="`next` of the page before; absent for the first"),
]


Order = Annotated[Literal["oldest", "newest"], QueryParameter(description="which ones come first")]


class MoneyIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount that a client sends, zero or more: `{"amount_minor": 7000, "currency": "EUR"}`."""

    amount_minor: Minor
    currency: CurrencyCode

    def money(self) -> Money:
        return Money(self.amount_minor, self.currency)


MoneyView = Money
"""`core.Money` is its own form on the wire."""


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON can say: facts of a problem, of any type, made readable."""
    told = {
        name: str(value) if isinstance(value, Month) else value for name, value in facts.items()
    }
    readable: dict[str, Any] = msgspec.to_builtins(told, enc_hook=str, str_keys=True)
    return readable
