"""What a sale is, where its revenue is counted, and why one is refused. Pure."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Money, Problem

Segment = Literal[
    "individual", "tpe", "pme", "eti", "large_account", "public_body", "local_authority"
]
Channel = Literal["marketplace", "direct", "isv", "vai", "wholesaler"]
BroughtBy = Literal["operator", "partner"]

CHANNELS: tuple[Channel, ...] = ("marketplace", "direct", "isv", "vai", "wholesaler")
"""Seed row O-03: each line carries exactly one channel."""

STREAMS: dict[str, str] = {
    "marketplace": "MKT",
    "direct": "DIR",
    "isv": "E2",
    "vai": "V3",
    "wholesaler": "WHS",
}
"""Seed row O-05: the stream code of a revenue line, from its channel."""

CAPTURE_BY_SHARING = "revenue_sharing"
CAPTURE_BY_USE = "usage"
"""Seed row F-19: the two ways in which a revenue line is captured. A shared sale is the first."""


class Sale(Struct, frozen=True, kw_only=True):
    """One line sold: `net` is before VAT and after discounts; `vat_rate_bp` is the buyer's.

    `reference` names it for ever. `collected_in` is where the buyer's money arrived. A joint offer
    shares it that was in force at `agreed_at` (it was ordered), or when it was sold. A part of an
    order of several is named by `bundle_reference`, and has `vat_minor` of the whole's VAT (M6).
    """

    reference: str
    organisation_id: UUID
    listing_id: UUID
    net: Money
    vat_rate_bp: int
    buyer_country: str
    buyer_segment: str
    channel: str
    brought_by: str
    sold_at: datetime
    source: Literal["import", "order"]
    collected_in: Literal["bank", "stripe"]
    buyer_id: UUID | None = None
    agreed_at: datetime | None = None
    bundle_reference: str | None = None
    vat_minor: int | None = None


class SaleConflict(Problem):
    code = "sale-conflict"
    title = "This sale is already recorded with other facts"


class SaleUnknown(Problem):
    status = 404
    code = "sale-unknown"
    title = "There is no such sale"


class RefundTooLarge(Problem):
    code = "refund-too-large"
    title = "More than what is left of the sale"


class CollectedByStripe(Problem):
    code = "collected-by-stripe"
    title = "This sale was paid here"


class NoShareRule(Problem):
    code = "no-share-rule"
    title = "No share rule is in force"


def hold_end(sold_at: datetime, hold_days: int) -> datetime:
    """The hold gates the payout, not the close (ground rule 26)."""
    return sold_at + timedelta(days=hold_days)


def check_collected_elsewhere(reference: str, collected_in: str) -> None:
    """Raises CollectedByStripe: its refund has to move money, so it is made on its order."""
    if collected_in != "bank":
        raise CollectedByStripe(f"Refund the order of {reference}: Stripe gives the money back.")
