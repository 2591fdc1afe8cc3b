"""A discount matrix, tried on a month's real charges before it is announced."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import post
from litestar.params import JSONBody

from backend import programmes, web
from backend.core import BadMonth, Money, Month
from backend.office.matrix_preview import Tried, preview_matrix

READ = [web.requires("office:benefit:read")]
ROWS = 500

Code = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[a-z][a-z_]*$(?!\n)")]


class TriedRateIn(msgspec.Struct, forbid_unknown_fields=True):
    level: Code
    environment: programmes.Environment
    rate_bp: web.RateBp


class MatrixTrialIn(msgspec.Struct, forbid_unknown_fields=True):
    """One rate for each level and environment, to try on the charges of `month`."""

    month: web.MonthText
    rates: Annotated[list[TriedRateIn], msgspec.Meta(min_length=1, max_length=100)]


class TriedRow(msgspec.Struct):
    """One organisation's charges: at list price, net as they were, net as they would have been."""

    organisation_id: UUID
    name: str
    lines: int
    list_price: Money
    before: Money
    after: Money


class TriedTotal(msgspec.Struct):
    """All organisations of one currency; `changed`: for how many anything would differ."""

    currency: str
    organisations: int
    changed: int
    before: Money
    after: Money


class MatrixTrial(msgspec.Struct):
    """The largest differences first; organisations without any are only in the totals."""

    month: str
    totals: list[TriedTotal]
    rows: list[TriedRow]


@post(
    "/benefits/matrices/preview",
    operation_id="preview_office_matrix",
    status_code=200,
    guards=READ,
    responses=web.problems(BadMonth, programmes.BadMatrix),
)
async def try_matrix(data: JSONBody[MatrixTrialIn], principal: web.Caller) -> MatrixTrial:
    """What the month's charges would have been; nothing is written."""
    rates = {(each.level, each.environment): each.rate_bp for each in data.rates}
    if len(rates) < len(data.rates):
        raise programmes.BadMatrix("A level and environment is named twice.")
    tried = await preview_matrix(Month.parse(data.month), rates)
    return MatrixTrial(
        month=data.month,
        totals=[
            _total(currency, [each for each in tried if each.currency == currency])
            for currency in sorted({each.currency for each in tried})
        ],
        rows=[
            TriedRow(
                each.organisation_id,
                each.name,
                each.lines,
                Money(each.list_minor, each.currency),
                Money(each.before_minor, each.currency),
                Money(each.after_minor, each.currency),
            )
            for each in tried[:ROWS]
            if each.before_minor != each.after_minor
        ],
    )


def _total(currency: str, tried: list[Tried]) -> TriedTotal:
    return TriedTotal(
        currency=currency,
        organisations=len(tried),
        changed=sum(each.before_minor != each.after_minor for each in tried),
        before=Money(sum(each.before_minor for each in tried), currency),
        after=Money(sum(each.after_minor for each in tried), currency),
    )


office = [try_matrix]
