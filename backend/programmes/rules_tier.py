"""The rebate on turnover, in tiers that add up or in tiers that reach back. Pure."""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from backend.core import at_rate
from backend.programmes.rules_benefit import Mode, Tier

WHOLE_BP = 10_000


class Jump(Struct, frozen=True):
    """One cent more turnover, and the rebate is `jump_minor` more: a warning (money rule k)."""

    from_minor: int
    jump_minor: int


def rebate(turnover_minor: int, tiers: Sequence[Tier], mode: Mode) -> int:
    """The rebate on a quarter's turnover, net of refunds and of VAT, rounded half up once.

    Incremental: each part of the turnover at its own tier's rate. Retroactive: all of it at the
    rate of the highest tier reached, whose lower bound is included. None on a turnover below zero.
    """
    if turnover_minor <= 0:
        return 0
    if mode == "retroactive":
        reached = [tier for tier in tiers if tier.from_minor <= turnover_minor]
        return at_rate(turnover_minor, reached[-1].rate_bp)
    ends = [tier.from_minor for tier in tiers[1:]] + [turnover_minor]
    exact = sum(
        max(min(end, turnover_minor) - tier.from_minor, 0) * tier.rate_bp
        for tier, end in zip(tiers, ends, strict=True)
    )
    return (2 * exact + WHOLE_BP) // (2 * WHOLE_BP)


def jumps(tiers: Sequence[Tier], mode: Mode) -> list[Jump]:
    """Where reaching a tier raises the rebate on what was sold before; none if incremental."""
    if mode == "incremental":
        return []
    found = [
        Jump(higher.from_minor, at_rate(higher.from_minor, higher.rate_bp - lower.rate_bp))
        for lower, higher in pairwise(tiers)
    ]
    return [jump for jump in found if jump.jump_minor]
