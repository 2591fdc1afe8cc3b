"""What a unit of a resource must bring: its cost at an occupancy, exactly (money rule l). Pure."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Problem, exponent_of

FloorBasis = Literal["planned", "observed"]
"""Which occupancy the floor follows: the one that the grid was made for, or the one seen."""

FULL_BP = 10_000
SHOWN_BP = (5_500, 7_500, 8_500)
"""«si je descends à 55, je suis en train de manger le fonds de commerce»; 75 is the target, 85 the
bonus (seed row F-15)."""


class BadFloor(Problem):
    status = 422
    code = "bad-price-floor"
    title = "This price floor cannot be"


class Pool(Struct, frozen=True, kw_only=True):
    """A month of one resource: `units` are what could be sold of it, at a list price that is its
    cost at `planned_bp` of them and `markup_bp` more. Prices have `decimals` decimals.
    """

    name: str
    resource: str
    currency: str
    cost_minor: int
    units: int
    planned_bp: int
    observed_bp: int | None
    basis: FloorBasis
    markup_bp: int
    decimals: int = 2

    def unit_cost(self, occupancy_bp: int) -> Decimal:
        """Of one unit sold at that occupancy, rounded up."""
        scaled = self.cost_minor * FULL_BP * 10**self.decimals
        parts = 10 ** exponent_of(self.currency) * self.units * occupancy_bp
        return Decimal(-(-scaled // parts)).scaleb(-self.decimals)

    @property
    def floor_price(self) -> Decimal:
        """Of one unit, at the occupancy of the basis."""
        seen = self.observed_bp if self.basis == "observed" else self.planned_bp
        assert seen is not None, "check_floor"
        return self.unit_cost(seen)

    @property
    def list_price(self) -> Decimal:
        """Of one unit: cost at the planned occupancy and the mark-up, rounded half up."""
        with_markup = Fraction(self.unit_cost(self.planned_bp)) * (FULL_BP + self.markup_bp)
        scaled = with_markup * 10**self.decimals / FULL_BP
        return Decimal(_half_up(scaled)).scaleb(-self.decimals)

    @property
    def is_above_list(self) -> bool:
        """Selling at list loses money: discounts are frozen, the grid has to be revised."""
        return self.floor_price > self.list_price

    def result_minor(self, occupancy_bp: int) -> int:
        """What a month brings at list price and that occupancy, less its cost."""
        sold = Fraction(self.units * occupancy_bp, FULL_BP) * Fraction(self.list_price)
        return _half_up(sold * 10 ** exponent_of(self.currency)) - self.cost_minor

    @property
    def break_even_bp(self) -> int:
        """The occupancy at which list price pays the cost, in basis points, rounded half up."""
        whole = Fraction(self.list_price) * self.units * 10 ** exponent_of(self.currency)
        return _half_up(Fraction(self.cost_minor) * FULL_BP / whole)


class Floor(Struct, frozen=True, kw_only=True):
    """From `valid_from` on no line of the resource costs less than `floor_price` a unit, or its
    list price if that is less. Contracts signed before `recorded_at` keep their prices.
    """

    id: UUID
    pool: str
    resource: str
    currency: str
    floor_price: Decimal
    valid_from: datetime
    recorded_at: datetime

    def of(self, quantity: Decimal) -> int:
        """The floor of so many units, in minor units, rounded up."""
        exact = Fraction(quantity) * Fraction(self.floor_price) * 10 ** exponent_of(self.currency)
        rounded_up: int = -(-exact.numerator // exact.denominator)
        return rounded_up


def check_floor(pool: Pool) -> None:
    """Raises: BadFloor, which says what is missing."""
    if pool.basis == "observed" and pool.observed_bp is None:
        raise BadFloor("A floor by the observed occupancy says what was observed: give it.")
    if pool.list_price >= Decimal(10**12) or pool.floor_price >= Decimal(10**12):
        raise BadFloor("A unit would cost more than can be written: give more units, or less cost.")


def _half_up(value: Fraction) -> int:
    """Of what is not negative."""
    whole: int = (2 * value.numerator + value.denominator) // (2 * value.denominator)
    return whole
