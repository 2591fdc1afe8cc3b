"""The rebate of a quarter: which turnover, which tiers, what of it was posted. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

from msgspec import Struct

from backend import programmes


class Turnover(Struct, frozen=True):
    """Invoiced in a quarter to one organisation while it held the benefit, before VAT, net of
    discounts, of credits and of every refund of it, also of later ones.
    """

    organisation_id: UUID
    currency: str
    turnover_minor: int
    contract_number: str


class Posted(Struct, frozen=True):
    """The last posting for a quarter: the whole turnover and rebate as known then."""

    number: int
    turnover_minor: int
    rebate_minor: int
    tier_table_id: UUID


class Due(Struct, frozen=True):
    """`rebate_minor` is the whole, `amount_minor` what is still to post of it."""

    turnover: Turnover
    table: programmes.TierTable
    rebate_minor: int
    posted: Posted | None

    @property
    def amount_minor(self) -> int:
        return self.rebate_minor - (self.posted.rebate_minor if self.posted else 0)

    @property
    def is_new(self) -> bool:
        """Whether something is to be written: the first time, or after a refund."""
        return self.posted is None or self.turnover.turnover_minor < self.posted.turnover_minor


class Step(Struct, frozen=True):
    """`part_minor` of the turnover is rebated at `rate_bp`."""

    from_minor: int
    part_minor: int
    rate_bp: int


def due(turnover: Turnover, table: programmes.TierTable, posted: Posted | None) -> Due:
    """What a turnover comes to by the table (money rule k); the whole is rounded once."""
    rebate_minor = programmes.rebate(turnover.turnover_minor, table.tiers, table.mode)
    return Due(turnover, table, rebate_minor, posted)


def steps(turnover_minor: int, table: programmes.TierTable) -> list[Step]:
    """How a rebate comes about, line by line: each part of the turnover and its rate.

    Incremental: one line a tier that was reached. Retroactive: one line for all.
    """
    counted = max(turnover_minor, 0)
    if table.mode == "retroactive":
        best = [tier for tier in table.tiers if tier.from_minor <= counted][-1]
        return [Step(best.from_minor, counted, best.rate_bp)]
    reached = [tier for tier in table.tiers if tier.from_minor < max(counted, 1)]
    ends = [tier.from_minor for tier in reached[1:]] + [counted]
    return [
        Step(tier.from_minor, end - tier.from_minor, tier.rate_bp)
        for tier, end in zip(reached, ends, strict=True)
    ]


def next_tier(turnover_minor: int, tiers: Sequence[programmes.Tier]) -> programmes.Tier | None:
    """The first tier that pays more and is not reached yet."""
    for lower, higher in pairwise(tiers):
        if higher.from_minor > turnover_minor and higher.rate_bp > lower.rate_bp:
            return higher
    return None
