"""What a large account pays by its contract instead of the list price. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple
from uuid import UUID

from msgspec import Struct

from backend.charges.rules import Charge, list_minor
from backend.charges.rules_price import MICROSECOND, NO_FLOOR, Floored, Piece
from backend.core import Problem, split
from backend.programmes import priced

FULL_BP = 10_000


class BadContract(Problem):
    status = 422
    code = "bad-contract"
    title = "This contract cannot be"


class ContractTooSoon(Problem):
    status = 422
    code = "contract-too-soon"
    title = "A contract begins on a day to come"


class ContractPrice(Struct, frozen=True):
    """Of one resource, or of every other for "": a discount off list in basis points, or a price
    of one unit in a currency.
    """

    resource: str
    discount_bp: int | None = None
    unit_price: Decimal | None = None
    currency: str | None = None


class Contract(Struct, frozen=True, kw_only=True):
    """From one day to another, both included; `ends_on` None: until another one begins.

    `payment_days` after the invoice's date, sixty at the most (article L. 441-10 of the code of
    commerce). The two references are the customer's own: its order, and how it groups invoices.
    """

    number: str
    starts_on: date
    ends_on: date | None
    payment_days: int
    po_number: str
    grouping_reference: str
    reason: str
    prices: Sequence[ContractPrice]


class Agreed(NamedTuple):
    """What a contract in force says of prices."""

    contract_id: UUID
    prices: Mapping[str, ContractPrice]
    signed_at: datetime

    def of(self, resource: str, currency: str) -> ContractPrice | None:
        """The resource's own price; where that is in another currency, what all others get."""
        for name in (resource, ""):
            found = self.prices.get(name)
            if found is not None and found.currency in (None, currency):
                return found
        return None


ContractState = Literal["to_come", "in_force", "ended", "replaced"]
"""`replaced`: another one that was signed later began on the same day, it never counted."""


def counting(
    newest_first: Sequence[Contract], today: date
) -> Iterator[tuple[Contract, date | None, ContractState]]:
    """Each with the last day on which it counts, None: not told, and how it stands today.

    One ends where the next begins, and does not come back after it (decision 0042).
    """
    next_starts: date | None = None
    for one in newest_first:
        before_next = None if next_starts is None else next_starts - timedelta(days=1)
        known = [day for day in (one.ends_on, before_next) if day is not None]
        last = min(known, default=None)
        if last is not None and last < one.starts_on:
            yield one, last, "replaced"
        elif one.starts_on > today:
            yield one, last, "to_come"
        else:
            yield one, last, "ended" if last is not None and last < today else "in_force"
        next_starts = one.starts_on


def check_contract(contract: Contract, today: date) -> None:
    """Seed row K-03.

    Raises:
        ContractTooSoon: it would begin today or before.
        BadContract: names the resource, or the day.
    """
    if contract.starts_on <= today:
        raise ContractTooSoon(f"Choose a day after {today}: what was used keeps its price.")
    if contract.ends_on is not None and contract.ends_on < contract.starts_on:
        raise BadContract("Its last day is before its first: choose a later one.")
    names = [price.resource for price in contract.prices]
    for name in names:
        if names.count(name) > 1:
            raise BadContract(f"{name or 'All others'}: there are two prices, keep one.")
    for price in contract.prices:
        if (price.discount_bp is None) == (price.unit_price is None):
            raise BadContract(f"{price.resource}: give a discount or a price, one of both.")
        if price.unit_price is not None and not (price.resource and price.currency):
            raise BadContract("A price of one unit names its resource and its currency.")


def by_contract(
    pieces: Sequence[Piece],
    agreed: Sequence[Agreed | None],
    charge: Charge,
    floors: Sequence[Floored] = (),
) -> list[Piece]:
    """The same pieces, at the contract's price where one holds: it counts instead of level and
    editors' rate, and is never above the list price, nor below the floor that was known when it
    was signed: `floors` has one for each piece. A running contract is not repriced (money rule l).
    """
    times = [(piece.ends_at - piece.starts_at) // MICROSECOND for piece in pieces]
    found = []
    under = floors or [NO_FLOOR] * len(pieces)
    for place, (piece, one, floor) in enumerate(zip(pieces, agreed, under, strict=True)):
        price = one.of(charge.resource, charge.currency) if one else None
        if one is None or price is None:
            found.append(piece)
            continue
        fixed = None
        if price.unit_price is not None:
            whole = list_minor(charge.quantity, price.unit_price, charge.currency)
            share = split(whole, times)[place]
            fixed = min(share, piece.list_minor)
        rate = price.discount_bp or 0
        net = priced(piece.list_minor, rate).net_minor if fixed is None else fixed
        net = max(net, floor.minor)
        found.append(
            piece._replace(
                basis="contract",
                level=None,
                rate_bp=rate,
                points_bp=0,
                cap_bp=FULL_BP,
                discount_minor=piece.list_minor - net,
                points_minor=0,
                contract_id=one.contract_id,
                fixed_minor=fixed,
                floor_id=floor.id,
                floor_minor=floor.minor,
            )
        )
    return found
