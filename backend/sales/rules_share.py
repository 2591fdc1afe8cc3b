"""Who gets what of a sale: exact parts, that always sum to the whole. Pure.

The operator keeps 30 % of marketplace revenue and the editor 70 % (seed rows F-03, F-04). The
base is the net line amount after discounts (money rule M2), lines are split one by one.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from backend.core import at_rate, split


class Rates(NamedTuple):
    """Parts of the net amount in basis points, in the order in which ties are decided (M3)."""

    partner_bp: int
    referrer_bp: int
    operator_bp: int


class Parts(NamedTuple):
    """Minor units of each party; they sum to the amount that was split."""

    partner_minor: int
    referrer_minor: int
    operator_minor: int


class ShareRule(Struct, frozen=True):
    """One dated rule: for whom, for what, from when. Its rates are copied onto each sale line."""

    id: UUID
    name: str
    organisation_id: UUID | None
    channel: str | None
    brought_by: str | None
    rates: Rates
    valid_from: datetime

    def matches(self, organisation_id: UUID, channel: str, brought_by: str, at: datetime) -> bool:
        """Whether the rule speaks of such a sale at that moment (M10: the event's date)."""
        return (
            self.valid_from <= at
            and self.organisation_id in (None, organisation_id)
            and self.channel in (None, channel)
            and self.brought_by in (None, brought_by)
        )

    def precedence(self) -> tuple[bool, int, datetime]:
        """A partner's own rule wins, then the more specific, then the newer."""
        narrow = (self.channel is not None) + (self.brought_by is not None)
        return (self.organisation_id is not None, narrow, self.valid_from)


def share(amount_minor: int, rates: Rates) -> Parts:
    """Split by largest remainder; ties to the editor, then the referrer (M3, rows g)."""
    return Parts(*split(amount_minor, rates))


class Refunded(NamedTuple):
    """What one refund takes back: all amounts negative or zero."""

    net_minor: int
    vat_minor: int
    parts: Parts


def share_of_refund(
    refund_minor: int, *, refunded_before_minor: int, rates: Rates, vat_rate_bp: int
) -> Refunded:
    """Parts of a refund of `refund_minor` (> 0) after `refunded_before_minor` (>= 0).

    Cumulative (M5): the share of what is refunded in total after it, less the share of what was
    refunded before it. Any refunds that add up to the whole return every account to zero.
    """
    after, before = refunded_before_minor + refund_minor, refunded_before_minor
    new, old = share(after, rates), share(before, rates)
    parts = Parts(*(o - n for n, o in zip(new, old, strict=True)))
    vat_minor = at_rate(before, vat_rate_bp) - at_rate(after, vat_rate_bp)
    return Refunded(-refund_minor, vat_minor, parts)


class OwnerPart(NamedTuple):
    """What one of two owners has of a sale or refund: `partner` + `operator` are its net."""

    vat_minor: int
    partner_minor: int
    operator_minor: int

    @property
    def net_minor(self) -> int:
        return self.partner_minor + self.operator_minor


Bps = tuple[int, int]
"""What two owners have of the editors' part, in the declared order; they sum to 10,000."""


def share_jointly(
    net_minor: int, rates: Rates, vat_rate_bp: int, owners: Bps
) -> tuple[OwnerPart, OwnerPart]:
    """One sale between two owners (seed row R-11): the operator's part is that of any sale, and
    each of the parts is split between them (M3), so every sum over both is exact, and none of
    them falls as the sale grows.
    """
    parts = share(net_minor, rates)
    of_both = (at_rate(net_minor, vat_rate_bp), parts.partner_minor, parts.operator_minor)
    first, second = zip(*(split(minor, owners) for minor in of_both), strict=True)
    return OwnerPart(*first), OwnerPart(*second)


def share_refund_jointly(
    refund_minor: int, *, refunded_before_minor: int, rates: Rates, vat_rate_bp: int, owners: Bps
) -> tuple[OwnerPart, OwnerPart]:
    """As `share_of_refund`, for each of two owners: amounts negative or zero (M4, M5)."""
    after = share_jointly(refunded_before_minor + refund_minor, rates, vat_rate_bp, owners)
    before = share_jointly(refunded_before_minor, rates, vat_rate_bp, owners)
    first, second = (
        OwnerPart(*(o - n for n, o in zip(new, old, strict=True)))
        for new, old in zip(after, before, strict=True)
    )
    return first, second
