"""What levels give: matrices, rates, tiers, settings, and which of them are refused. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Problem
from backend.programmes.rules import EDITOR, ENVIRONMENTS, RESELLER, STARTUP, Environment

Setting = Literal[
    "discount_cap_bp",
    "wholesaler_points_bp",
    "isv_rate_bp",
    "startup_credit_minor",
    "startup_credit_months",
    "co_marketing_budget_bp",
    "co_marketing_share_bp",
    "demotion_notice_days",
    "demotion_grace_days",
]

LIMITS: Mapping[Setting, tuple[int, int]] = {
    "discount_cap_bp": (0, 10_000),
    "wholesaler_points_bp": (0, 10_000),
    "isv_rate_bp": (0, 10_000),
    "startup_credit_minor": (1, 10**11),
    "startup_credit_months": (1, 120),
    "co_marketing_budget_bp": (0, 10_000),
    "co_marketing_share_bp": (0, 10_000),
    "demotion_notice_days": (15, 365),
    "demotion_grace_days": (0, 365),
}
"""Least and largest value. Rates in basis points, amounts in hundredths of a euro (money rules e,
j, p). Nobody is demoted with less than fifteen days' notice (legal.md 6)."""

BenefitKind = Literal[
    "discount",
    "turnover_rebate",
    "isv_rate",
    "startup_credit",
    "co_marketing",
    "joint_offers",
    "featured_place",
    "sandbox",
    "migration_kit",
    "mentoring",
]

Mode = Literal["incremental", "retroactive"]

Cell = tuple[str, Environment]


class BadMatrix(Problem):
    """Higher level, higher-end environment: never less (seed row F-11)."""

    status = 422
    code = "bad-matrix"
    title = "This discount matrix cannot be"


class BadTiers(Problem):
    status = 422
    code = "bad-tiers"
    title = "These tiers cannot be"


class BadSetting(Problem):
    status = 422
    code = "bad-programme-setting"
    title = "This value is outside what is possible"


class BenefitElsewhere(Problem):
    """It would be shown and never given."""

    status = 422
    code = "benefit-elsewhere"
    title = "This benefit belongs to another programme"


class BenefitTooLate(Problem):
    code = "benefit-too-late"
    title = "A benefit begins in the future"


class BenefitTaken(Problem):
    code = "benefit-taken"
    title = "Another one begins at that moment"


class RuleUnknown(Problem):
    status = 404
    code = "rule-unknown"
    title = "There is no such rule"


class RuleBegan(Problem):
    """What has begun priced lines: a later rule replaces it, nothing takes it back."""

    code = "rule-began"
    title = "This rule has begun"


class RuleWithdrawn(Problem):
    code = "rule-withdrawn"
    title = "This rule is withdrawn already"


RuleKind = Literal["setting", "matrix", "tier_table", "benefit", "price_floor"]


class Withdrawn(Struct, frozen=True):
    """It will not begin: since when, and why."""

    at: datetime
    reason: str


class Matrix(Struct, frozen=True, kw_only=True):
    """The discounts in force at a moment, and what bounds and adds to them (money rule e).

    `rates` are off the list price, by level and environment. All in basis points.
    """

    id: UUID
    name: str
    valid_from: datetime
    rates: Mapping[Cell, int]
    cap_bp: int
    wholesaler_points_bp: int
    isv_rate_bp: int

    def rate_bp(self, level: str | None, environment: Environment) -> int:
        """The discount at a level; none where no level is held. Never above the cap."""
        return 0 if level is None else min(self.rates[level, environment], self.cap_bp)


class Tier(Struct, frozen=True):
    """From `from_minor` of turnover on (that amount included): `rate_bp`."""

    from_minor: int
    rate_bp: int


class TierTable(Struct, frozen=True, kw_only=True):
    """The turnover rebate in force at a moment (money rule k)."""

    id: UUID
    name: str
    mode: Mode
    currency: str
    valid_from: datetime
    tiers: Sequence[Tier]
    withdrawn: Withdrawn | None = None


class Benefit(Struct, frozen=True):
    """Whoever holds `level` of `programme` has it, from `valid_from` on, if `is_given`."""

    id: UUID
    programme: str
    level: str
    kind: BenefitKind
    is_given: bool
    valid_from: datetime
    note: str
    withdrawn: Withdrawn | None = None


class Giving(Struct, frozen=True):
    """From `starts_at` until `ends_at`, if that is told, a level held gave the benefit."""

    organisation_id: UUID
    level: str
    starts_at: datetime
    ends_at: datetime | None


def check_matrix(rates: Mapping[Cell, int], levels: Sequence[str]) -> None:
    """Every cell is there, between 0 and 100 %, and none is less than the one before it.

    `levels` from the lowest on (money rule e, seed row F-11).

    Raises:
        BadMatrix: names the cells.
    """
    wanted = {(level, environment) for level in levels for environment in ENVIRONMENTS}
    if set(rates) != wanted:
        odd = ", ".join(sorted(f"{a}/{b}" for a, b in wanted.symmetric_difference(rates)))
        raise BadMatrix(f"Give one rate for each level and environment; see {odd}.")
    for (level, environment), rate in rates.items():
        if not 0 <= rate <= 10_000:
            raise BadMatrix(f"{level}/{environment} is {rate}: give 0 to 10000 basis points.")
    rows = [[(level, environment) for environment in ENVIRONMENTS] for level in levels]
    columns = [[(level, environment) for level in levels] for environment in ENVIRONMENTS]
    for line in rows + columns:
        for lower, higher in pairwise(line):
            if rates[higher] < rates[lower]:
                raise BadMatrix(
                    f"{'/'.join(higher)} is {rates[higher]}, below {'/'.join(lower)} with "
                    f"{rates[lower]}: a higher level or environment never gives less."
                )


def check_tiers(tiers: Sequence[Tier]) -> None:
    """The first begins at zero, each later one above, with a rate that is not lower.

    Raises:
        BadTiers: names the tier.
    """
    if not tiers or tiers[0].from_minor != 0:
        raise BadTiers("The first tier begins at 0.")
    if len(tiers) > 20:
        raise BadTiers("There are at most 20 tiers.")
    for tier in tiers:
        if not 0 <= tier.rate_bp <= 10_000:
            raise BadTiers(f"{tier.rate_bp} is no rate: give 0 to 10000 basis points.")
    for lower, higher in pairwise(tiers):
        if higher.from_minor <= lower.from_minor or higher.rate_bp < lower.rate_bp:
            raise BadTiers(
                f"The tier from {higher.from_minor} at {higher.rate_bp} bp follows the one from "
                f"{lower.from_minor} at {lower.rate_bp} bp: a later tier begins higher, and its "
                "rate is not lower."
            )


def check_setting(name: Setting, value: int) -> None:
    """Raises: BadSetting, with the limits."""
    least, most = LIMITS[name]
    if not least <= value <= most:
        raise BadSetting(f"{name} is {value}: give a whole number from {least} to {most}.")


COUNTS_IN: Mapping[str, str] = {
    "discount": RESELLER,
    "isv_rate": EDITOR,
    "startup_credit": STARTUP,
}
"""Benefits that pricing looks for in one programme alone: there its rates and amounts are set."""


def check_place(programme: str, kind: BenefitKind) -> None:
    """Raises: BenefitElsewhere, which names the programme whose levels can give it."""
    only = COUNTS_IN.get(kind, programme)
    if only != programme:
        raise BenefitElsewhere(
            f"Charges are priced with {kind} for members of {only} alone: give it to a level there."
        )


def check_beginning(valid_from: datetime, now: datetime) -> None:
    """What was priced in the past was priced by what was in force then.

    Raises:
        BenefitTooLate: it would begin in the past.
    """
    if valid_from <= now:
        raise BenefitTooLate(
            f"It would begin at {valid_from:%Y-%m-%d %H:%M} UTC, which is past: choose a moment "
            "to come, such as the first day of next month."
        )
