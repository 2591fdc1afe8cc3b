"""What a charge comes to: cut where terms change, each piece discounted, explained. Pure."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Literal, NamedTuple
from uuid import UUID

from backend.core import split
from backend.programmes import BillingMode, Environment, Floor, Matrix, priced

Basis = Literal["list", "level", "isv_rate", "contract"]
"""What gives the organisation's own discount: nothing, its level, the editors' rate (R-05),
or its contract (K-03)."""

Rates = Mapping[Environment, int]
"""What a wholesaler gives a reseller by environment, in basis points off list; where it says
nothing, the matrix decides (decision 0041)."""

MICROSECOND = timedelta(microseconds=1)


class Upstream(NamedTuple):
    """One tier above a sub-reseller: it buys and resells, or the operator invoices somebody
    below it and pays it its margin (money rule e, both modes).
    """

    wholesaler_id: UUID
    mode: BillingMode


class Standing(NamedTuple):
    """What holds for one organisation at a moment. `level`: of the resellers' programme.

    `upstream` is everybody above, the nearest first: those that resell before those that are paid.
    """

    level: str | None
    is_editor: bool
    upstream: tuple[Upstream, ...]
    matrix: Matrix
    given: tuple[Rates, ...] = ()
    """What each of `upstream` gives the one right below it, in the same order."""

    def is_priced(self, environment: Environment) -> bool:
        """Whether anybody above set a price of its own."""
        return any(environment in rates for rates in self.given)

    @property
    def resold(self) -> int:
        """How many tiers above buy and resell; the last of them is invoiced."""
        return sum(tier.mode == "resale" for tier in self.upstream)


class Stretch(NamedTuple):
    starts_at: datetime
    ends_at: datetime
    standing: Standing


class Floored(NamedTuple):
    """What a stretch may not go below, and by which rule."""

    id: UUID | None
    minor: int


NO_FLOOR = Floored(None, 0)


class Piece(NamedTuple):
    """A stretch of time within a charge, with one standing: everything its price follows from.

    `list_minor` - `discount_minor` - `points_minor` is what the payer is asked; `margins_minor` is
    what the operator pays of it to each tier above the payer, the nearest first. All rates in basis
    points: `rate_bp` and `points_bp` as they were promised, `cap_bp` bounds their sum. Nobody buys
    below `floor_minor`, which is never above the list price (money rule l).
    """

    starts_at: datetime
    ends_at: datetime
    basis: Basis
    level: str | None
    matrix_id: UUID
    rate_bp: int
    points_bp: int
    cap_bp: int
    list_minor: int
    discount_minor: int
    points_minor: int
    sold_bp: int | None
    bought_bp: int | None
    contract_id: UUID | None
    fixed_minor: int | None
    floor_id: UUID | None
    floor_minor: int
    margins_minor: tuple[int, ...]

    @property
    def net_minor(self) -> int:
        return self.list_minor - self.discount_minor - self.points_minor

    @property
    def margin_minor(self) -> int:
        """Of all tiers above the payer."""
        return sum(self.margins_minor)


def own_discount(standing: Standing, environment: Environment) -> tuple[Basis, int]:
    """The better of level and editors' rate: they do not add up (money rules d, e; R-05, F-10)."""
    matrix = standing.matrix
    at_level = matrix.rates[standing.level, environment] if standing.level else 0
    as_editor = matrix.isv_rate_bp if standing.is_editor else 0
    if at_level == as_editor == 0:
        return "list", 0
    return ("level", at_level) if at_level >= as_editor else ("isv_rate", as_editor)


def tier_rates(standing: Standing, environment: Environment) -> list[int]:
    """The discount at which the organisation and each tier above it buy, the nearest first.

    By the matrix each tier has the organisation's own and the wholesaler's points for every step,
    within the cap (decision 0029). What a wholesaler set for the one below it counts instead, from
    the root down: never more than itself has, nor, for whoever resells, less than the matrix gives
    the organisation (decision 0041). So no tier buys dearer than the one below it, and no margin is
    negative.
    """
    matrix, (_, own_bp) = standing.matrix, own_discount(standing, environment)
    promised = [
        min(own_bp + tier * matrix.wholesaler_points_bp, matrix.cap_bp)
        for tier in range(len(standing.upstream) + 1)
    ]
    rates = [promised.pop()]
    for tier in reversed(range(len(promised))):
        given = standing.given[tier].get(environment) if standing.given else None
        wanted = promised[tier] if given is None else given
        rates.append(min(max(wanted, promised[0]) if tier else wanted, rates[-1]))
    return rates[::-1]


def price_piece(
    starts_at: datetime,
    ends_at: datetime,
    list_minor: int,
    environment: Environment,
    standing: Standing,
    floor: Floored = NO_FLOOR,
) -> Piece:
    """One piece at one standing: each discount rounded half up, their sum within the cap, no tier
    below the floor.

    What a tier buys better than the one below it is its margin: the operator keeps the same in
    all modes (money rule e).
    """
    basis, rate_bp = own_discount(standing, environment)
    matrix, resold = standing.matrix, standing.resold
    rates = tier_rates(standing, environment)
    bought = [priced(list_minor, each, floor_minor=floor.minor) for each in rates]
    own, payer = bought[0], bought[resold]
    is_set = bool(standing.given) and environment in standing.given[0]
    promised = min(rate_bp + resold * matrix.wholesaler_points_bp, matrix.cap_bp)
    return Piece(
        starts_at=starts_at,
        ends_at=ends_at,
        basis=basis,
        level=standing.level if basis == "level" else None,
        matrix_id=matrix.id,
        rate_bp=rate_bp,
        points_bp=min(resold * matrix.wholesaler_points_bp, matrix.cap_bp),
        cap_bp=matrix.cap_bp,
        list_minor=list_minor,
        discount_minor=own.discount_minor,
        points_minor=own.net_minor - payer.net_minor,
        sold_bp=rates[0] if is_set else None,
        bought_bp=rates[resold] if is_set or rates[resold] != promised else None,
        contract_id=None,
        fixed_minor=None,
        floor_id=floor.id,
        floor_minor=floor.minor,
        margins_minor=tuple(
            below.net_minor - tier.net_minor for below, tier in pairwise(bought[resold:])
        ),
    )


def price_pieces(
    list_minor: int,
    environment: Environment,
    stretches: Sequence[Stretch],
    floors: Sequence[Floored] = (),
) -> list[Piece]:
    """A charge over several standings: the list price is shared by the time of each, to the cent.

    A level counts from its effective moment, not from the day or the month (money rule e). `floors`
    has one for each stretch, of its share (`floor_shares`).
    """
    shares = list_shares(list_minor, stretches)
    under = floors or [NO_FLOOR] * len(shares)
    return [
        price_piece(starts_at, ends_at, share, environment, standing, floor)
        for (starts_at, ends_at, standing), share, floor in zip(
            stretches, shares, under, strict=True
        )
    ]


def list_shares(list_minor: int, stretches: Sequence[Stretch]) -> list[int]:
    """What of the list price belongs to each stretch, by its time."""
    return list(split(list_minor, [(end - start) // MICROSECOND for start, end, _ in stretches]))


def floor_shares(
    shares: Sequence[int], floors: Sequence[Floor | None], quantity: Decimal
) -> list[Floored]:
    """The floor of each stretch: of the whole charge by the floor in force then, as far as list
    price goes, shared as the list price is: so no share is above its own list price, and together
    they are the floor of the whole.
    """
    whole = sum(shares)
    if not whole:
        return [NO_FLOOR] * len(shares)
    return [
        NO_FLOOR
        if floor is None
        else Floored(floor.id, split(min(floor.of(quantity), whole), shares)[place])
        for place, floor in enumerate(floors)
    ]


def cut(
    starts_at: datetime, ends_at: datetime, changes: Iterable[datetime]
) -> list[tuple[datetime, datetime]]:
    """`[starts_at, ends_at)` in stretches that begin anew at each of `changes` within it."""
    inside = sorted({at for at in changes if starts_at < at < ends_at})
    bounds = [starts_at, *inside, ends_at]
    return list(pairwise(bounds))


def joined(stretches: Sequence[Stretch], cost: Callable[[Stretch], Hashable]) -> list[Stretch]:
    """Neighbours of one cost are one stretch, with the standing of its start: a line is rounded
    once where its rates are (money rule e), so what begins within it and changes none cuts nothing.
    """
    if len(stretches) == 1:
        return list(stretches)
    groups = [list(group) for _, group in groupby(stretches, cost)]
    return [group[0]._replace(ends_at=group[-1].ends_at) for group in groups]


def tier_prices(
    list_minor: int, environment: Environment, standing: Standing, floor_minor: int
) -> tuple[tuple[int, int], ...]:
    """The rate and the price at which the organisation and each tier above buy, nearest first."""
    return tuple(
        (rate, priced(list_minor, rate, floor_minor=floor_minor).net_minor)
        for rate in tier_rates(standing, environment)
    )
