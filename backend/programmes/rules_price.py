"""What a line of infrastructure costs whom, by level, points, cap and floor. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import at_rate, split
from backend.programmes.rules import Environment, Period
from backend.programmes.rules_benefit import Matrix

BillingMode = Literal["resale", "commission"]
"""A wholesaler buys and resells; or the operator bills the sub-reseller and pays the wholesaler
its margin by a self-billed invoice (money rule e, both modes)."""

MICROSECOND = timedelta(microseconds=1)


class Price(Struct, frozen=True):
    """One line: `list_minor - discount_minor == net_minor`. `rate_bp` is what was promised;
    where `is_clamped`, the floor left less than that of it.
    """

    list_minor: int
    rate_bp: int
    discount_minor: int
    net_minor: int
    is_clamped: bool


class Wholesale(Struct, frozen=True):
    """One line through a wholesaler: what it buys at, what its sub-reseller pays, its margin."""

    sub: Price
    wholesaler: Price
    margin_minor: int


class Billing(Struct, frozen=True):
    """Who is invoiced what by the operator, and what the operator pays back, all net of VAT."""

    billed_to: Literal["wholesaler", "sub_reseller"]
    billed_minor: int
    self_billed_minor: int
    operator_minor: int


class Piece(Struct, frozen=True):
    """A stretch of time at one level; None: outside the programme."""

    level: str | None
    starts_at: datetime
    ends_at: datetime


class PiecePrice(Struct, frozen=True):
    level: str | None
    price: Price


def priced(list_minor: int, rate_bp: int, *, floor_minor: int = 0) -> Price:
    """The line with `rate_bp` off, rounded half up once; never below the floor, never above list.

    A floor above the list price freezes the discount, it does not raise the price (money rules e,
    l). A credit line (negative) is the exact opposite of its charge, if given the same floor.
    """
    if list_minor < 0:
        back = priced(-list_minor, rate_bp, floor_minor=floor_minor)
        return Price(list_minor, rate_bp, -back.discount_minor, -back.net_minor, back.is_clamped)
    wanted = list_minor - at_rate(list_minor, rate_bp)
    net = max(wanted, min(floor_minor, list_minor))
    return Price(list_minor, rate_bp, list_minor - net, net, net > wanted)


def at_level(
    list_minor: int,
    level: str | None,
    environment: Environment,
    matrix: Matrix,
    *,
    floor_minor: int = 0,
) -> Price:
    """The line of a reseller or integrator at its level (money rule e, F-10)."""
    return priced(list_minor, matrix.rate_bp(level, environment), floor_minor=floor_minor)


def wholesale(
    list_minor: int,
    level: str | None,
    environment: Environment,
    matrix: Matrix,
    *,
    floor_minor: int = 0,
) -> Wholesale:
    """The line of a sub-reseller at its own `level`: the wholesaler has its points on top.

    Cap and floor hold for both, so the margin shrinks where they are near, and is never negative
    (money rule e).
    """
    rate_bp = matrix.rate_bp(level, environment)
    upstream_bp = min(rate_bp + matrix.wholesaler_points_bp, matrix.cap_bp)
    sub = priced(list_minor, rate_bp, floor_minor=floor_minor)
    own = priced(list_minor, upstream_bp, floor_minor=floor_minor)
    return Wholesale(sub, own, sub.net_minor - own.net_minor)


def billing(line: Wholesale, mode: BillingMode) -> Billing:
    """What the operator invoices and pays; what it keeps is the same in both modes."""
    own, sub = line.wholesaler.net_minor, line.sub.net_minor
    if mode == "resale":
        return Billing("wholesaler", own, 0, own)
    return Billing("sub_reseller", sub, line.margin_minor, sub - line.margin_minor)


def pieces(start: datetime, end: datetime, periods: Sequence[Period]) -> list[Piece]:
    """`[start, end)` cut where the level changes; `periods` of one organisation and programme.

    A level counts from its effective moment, not from the month's first day (money rule e).
    """
    assert start < end, "a line lasts some time"
    found, at = [], start
    for period in sorted(periods, key=lambda each: each.starts_at):
        begins, ends = max(period.starts_at, at), min(period.ends_at or end, end)
        if begins >= ends:
            continue
        if begins > at:
            found.append(Piece(None, at, begins))
        found.append(Piece(period.level, begins, ends))
        at = ends
    if at < end:
        found.append(Piece(None, at, end))
    return found


def priced_over_time(
    list_minor: int,
    environment: Environment,
    matrix: Matrix,
    parts: Sequence[Piece],
    *,
    floor_minor: int = 0,
) -> list[PiecePrice]:
    """One charge over several levels: its list price, and its floor, are shared by the time of
    each, to the cent, and each part has its own level's discount.
    """
    times = [(part.ends_at - part.starts_at) // MICROSECOND for part in parts]
    lists, floors = split(list_minor, times), split(floor_minor, times)
    return [
        PiecePrice(part.level, at_level(minor, part.level, environment, matrix, floor_minor=floor))
        for part, minor, floor in zip(parts, lists, floors, strict=True)
    ]


def priced_for_editor(
    list_minor: int, matrix: Matrix, parts: Sequence[Piece], *, floor_minor: int = 0
) -> list[PiecePrice]:
    """The same for a software editor: the preferential rate while it is in the programme (R-05)."""
    times = [(part.ends_at - part.starts_at) // MICROSECOND for part in parts]
    lists, floors = split(list_minor, times), split(floor_minor, times)
    own_bp = min(matrix.isv_rate_bp, matrix.cap_bp)
    return [
        PiecePrice(part.level, priced(minor, own_bp if part.level else 0, floor_minor=floor))
        for part, minor, floor in zip(parts, lists, floors, strict=True)
    ]


def level_of(periods: Sequence[Period], organisation_id: UUID, at: datetime) -> str | None:
    """The level of one organisation at a moment, out of what `levels_between` answered."""
    found = (
        period.level
        for period in periods
        if period.organisation_id == organisation_id
        and period.starts_at <= at
        and (period.ends_at is None or at < period.ends_at)
    )
    return next(found, None)
