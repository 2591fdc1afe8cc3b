"""What the portal and the office are shown of programmes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from backend.core import Money
from backend.programmes.rules import (
    RESELLER,
    ApplicationState,
    Demotion,
    DemotionState,
    Environment,
    Period,
    PeriodKind,
    Programme,
)
from backend.programmes.rules_benefit import Benefit, BenefitKind, Matrix, Mode, TierTable
from backend.programmes.rules_tier import jumps


class LevelView(msgspec.Struct):
    """`rank` counts from 1, the lowest."""

    code: str
    rank: int
    name_fr: str
    name_en: str


class ProgrammeView(msgspec.Struct):
    """`is_track`: a partner is in one such programme at a time. `roles`: for whom it is."""

    code: str
    name_fr: str
    name_en: str
    summary_fr: str
    summary_en: str
    is_track: bool
    roles: list[str]
    levels: list[LevelView]


class PeriodView(msgspec.Struct):
    """`ends_at` null: still held; `override_until`: by exception, until then."""

    programme: str
    level: str
    starts_at: datetime
    ends_at: datetime | None
    kind: PeriodKind
    reason: str
    evidence: str
    override_until: datetime | None


class DemotionView(msgspec.Struct):
    """The level changes at `effective_at`, unless it is cancelled before."""

    programme: str
    from_level: str
    to_level: str
    announced_at: datetime
    effective_at: datetime
    reason: str
    state: DemotionState
    closed_at: datetime | None
    closed_reason: str | None


class ApplicationView(msgspec.Struct):
    """An answer has its reason."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    programme: str
    message: str
    applied_at: datetime
    state: ApplicationState
    reason: str | None
    decided_at: datetime | None


class RateView(msgspec.Struct):
    level: str
    environment: Environment
    rate_bp: int


class TierView(msgspec.Struct):
    """From this turnover on, that amount included; `jump`: so much more for one cent more."""

    from_turnover: Money
    rate_bp: int
    jump: Money | None


class BenefitView(msgspec.Struct, kw_only=True):
    """What the level gives, in figures where it has any: discounts by environment, tiers of the
    turnover rebate, a rate, an amount, months; co-marketing: part of the turnover, part repaid.
    """

    programme: str
    level: str
    kind: BenefitKind
    since: datetime
    rates: list[RateView] = []
    tiers: list[TierView] = []
    mode: Mode | None = None
    rate_bp: int | None = None
    amount: Money | None = None
    months: int | None = None
    budget_bp: int | None = None


class StandingView(msgspec.Struct):
    """One programme and one's own place in it; `level` null: not in it."""

    programme: ProgrammeView
    may_apply: bool
    level: str | None
    since: datetime | None
    override_until: datetime | None
    demotion: DemotionView | None
    application: ApplicationView | None
    benefits: list[BenefitView]


def programme_view(programme: Programme) -> ProgrammeView:
    return ProgrammeView(
        code=programme.code,
        name_fr=programme.name_fr,
        name_en=programme.name_en,
        summary_fr=programme.summary_fr,
        summary_en=programme.summary_en,
        is_track=programme.is_track,
        roles=list(programme.roles),
        levels=[
            LevelView(each.code, each.rank, each.name_fr, each.name_en) for each in programme.levels
        ],
    )


def period_view(period: Period) -> PeriodView:
    return PeriodView(*(getattr(period, name) for name in PeriodView.__struct_fields__))


def demotion_view(demotion: Demotion) -> DemotionView:
    return DemotionView(*(getattr(demotion, name) for name in DemotionView.__struct_fields__))


def application_view(row: asyncpg.Record) -> ApplicationView:
    """Of a row that has the organisation's name, too."""
    return ApplicationView(*(row[name] for name in ApplicationView.__struct_fields__))


def tier_views(table: TierTable) -> list[TierView]:
    """Each tier, with the jump at it if the table reaches back."""
    jump = {each.from_minor: each.jump_minor for each in jumps(table.tiers, table.mode)}
    return [
        TierView(
            Money(tier.from_minor, table.currency),
            tier.rate_bp,
            Money(jump[tier.from_minor], table.currency) if tier.from_minor in jump else None,
        )
        for tier in table.tiers
    ]


def rate_views(matrix: Matrix, level: str | None = None) -> list[RateView]:
    """Every cell, or those of one level; never above the cap."""
    return [
        RateView(name, environment, matrix.rate_bp(name, environment))
        for name, environment in sorted(matrix.rates)
        if level in (None, name)
    ]


def benefit_views(
    benefits: Sequence[Benefit],
    matrix: Matrix,
    tiers: TierTable | None,
    settings: Mapping[str, int],
) -> list[BenefitView]:
    """Each with the figures in force."""
    found = []
    for benefit in benefits:
        view = BenefitView(
            programme=benefit.programme,
            level=benefit.level,
            kind=benefit.kind,
            since=benefit.valid_from,
        )
        if benefit.kind == "discount" and benefit.programme == RESELLER:
            view.rates = rate_views(matrix, benefit.level)
        if benefit.kind == "turnover_rebate" and tiers is not None:
            view.tiers, view.mode = tier_views(tiers), tiers.mode
        if benefit.kind == "isv_rate":
            view.rate_bp = matrix.isv_rate_bp
        if benefit.kind == "startup_credit":
            view.amount = Money(settings["startup_credit_minor"], "EUR")
            view.months = settings["startup_credit_months"]
        if benefit.kind == "co_marketing":
            view.budget_bp = settings["co_marketing_budget_bp"]
            view.rate_bp = settings["co_marketing_share_bp"]
        found.append(view)
    return found
