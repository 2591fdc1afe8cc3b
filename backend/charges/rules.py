"""What a charge for infrastructure is, in which stream it counts, and why one is refused. Pure."""

from collections.abc import Collection
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal, get_args
from uuid import UUID

from msgspec import Struct

from backend.core import PARIS, Problem, exponent_of, round_half_up
from backend.programmes import Environment

Stream = Literal["DIR", "E1", "E2", "V1", "V2", "RSL", "WHS"]
STREAMS: tuple[Stream, ...] = get_args(Stream)
"""Seed row O-05, the streams that are paid by use: direct; the editor's own use and its clients'
(F-06); what runs a VAI's integrated solutions, and the editors in them (F-07, F-08); resellers;
wholesalers."""

DECIMALS = 6
"""Of quantities and of list prices of one unit, at most (ground rule 11, money rule M12)."""

LARGEST_LIST_MINOR = 10**12
"""In minor units: 10,000,000,000.00 EUR. More on one line is a slip of the keyboard."""

STANDARD_RATE_BP = 2000
"""French VAT on services."""


class Charge(Struct, frozen=True, kw_only=True):
    """What one organisation used of one resource in a stretch of time, at its list price.

    `reference` names it for ever, among the charges of its organisation. `end_customer` is whom
    the organisation serves with it, in its own words; "" is itself. Without `stream` the parts
    that the organisation plays decide (`stream_of`).
    """

    reference: str
    organisation_id: UUID
    end_customer: str
    end_customer_id: UUID | None
    charged_on: date
    environment: Environment
    resource: str
    quantity: Decimal
    unit_price: Decimal
    currency: str
    stream: Stream | None
    source: Literal["import", "metering"] = "import"

    @property
    def key(self) -> tuple[UUID, str]:
        return self.organisation_id, self.reference

    @property
    def used_from(self) -> datetime:
        """Midnight in Paris: a day has 23 to 25 hours (money rule i)."""
        return midnight(self.charged_on)

    @property
    def used_to(self) -> datetime:
        return midnight(date.fromordinal(self.charged_on.toordinal() + 1))


class ChargeUnknown(Problem):
    status = 404
    code = "charge-unknown"
    title = "There is no such charge"


class ChargeConflict(Problem):
    code = "charge-conflict"
    title = "This charge is already recorded with other facts"


class RefundTooLarge(Problem):
    code = "refund-too-large"
    title = "More than what is left of the charge"


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)


def list_minor(quantity: Decimal, unit_price: Decimal, currency: str) -> int:
    """The list price of a line, rounded once, half up (ground rule 11, money rule M8).

    Three machines at 0.0137 an hour through a day of 25 hours: `list_minor(75, 0.0137)` is 103.
    """
    exact = quantity * unit_price * Decimal(10) ** exponent_of(currency)
    return round_half_up(exact)


def stream_of(roles: Collection[str], end_customer: str, *, through_wholesaler: bool) -> Stream:
    """The stream of a line whose file names none (seed rows F-05 to F-07, O-05)."""
    if through_wholesaler:
        return "WHS"
    if "isv" in roles:
        return "E2" if end_customer else "E1"
    for role, stream in _BY_ROLE:
        if role in roles:
            return stream
    if "startup" in roles:
        return "E2" if end_customer else "E1"
    return "DIR"


_BY_ROLE: tuple[tuple[str, Stream], ...] = (
    ("vai", "V1"),
    ("wholesaler", "WHS"),
    ("reseller", "RSL"),
)


def vat_on_infrastructure(regime: str) -> tuple[str, int]:
    """EN 16931 category and rate of the operator's invoice to an organisation of that regime.

    The operator is French: French customers pay 20 %, those under article 293 B too (they add none
    to what they sell); another country of the union is reverse-charged, and services to the rest
    of the world are outside French VAT (money rules b1, d).
    """
    return {
        "fr_registered": ("S", STANDARD_RATE_BP),
        "fr_franchise_293b": ("S", STANDARD_RATE_BP),
        "eu_reverse_charge": ("AE", 0),
        "non_eu": ("O", 0),
    }[regime]
