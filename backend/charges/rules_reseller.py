"""What a wholesaler may charge the resellers below it. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from backend.core import Problem
from backend.programmes import ENVIRONMENTS, Environment


class PriceAboveOwn(Problem):
    status = 422
    code = "price-above-own"
    title = "A wholesaler gives no more than it has"


class PriceTooSoon(Problem):
    status = 422
    code = "price-too-soon"
    title = "A price begins on a day to come"


class GivenRates(Struct, frozen=True):
    """Discounts off list by environment, in basis points; null: the matrix's, by level."""

    start: int | None
    enterprise: int | None
    critical: int | None

    def known(self) -> dict[Environment, int]:
        """Those that are set."""
        found = {name: getattr(self, name) for name in ENVIRONMENTS}
        return {name: rate for name, rate in found.items() if rate is not None}


class SetPrice(Struct, frozen=True):
    """From midnight in Paris on, until another one begins."""

    starts_on: date
    rates: GivenRates


def check_price(price: SetPrice, own_bp: Mapping[str, int], today: date) -> None:
    """Decision 0041.

    Raises:
        PriceTooSoon: it would begin today or before.
        PriceAboveOwn: names the environment, and what may be given at the most.
    """
    if price.starts_on <= today:
        raise PriceTooSoon(f"Choose a day after {today}: what was used already keeps its price.")
    for environment, rate in price.rates.known().items():
        most = own_bp[environment]
        if rate > most:
            raise PriceAboveOwn(
                f"{environment}: at most {Decimal(most) / 100} %, which is what you have yourself."
            )
