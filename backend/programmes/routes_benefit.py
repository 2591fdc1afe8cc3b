"""What levels give, from dates on: in force, announced, and announcing it, in the office."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from backend import web
from backend.core import Money
from backend.programmes import actions_benefit, queries_benefit, rules, views
from backend.programmes import rules_benefit as benefits
from backend.programmes.routes import Code

READ = [web.requires("office:benefit:read")]
WRITE = [web.requires("office:benefit:write")]
WHEN = (benefits.BenefitTooLate, benefits.BenefitTaken)

Name = Annotated[str, web.words(100)]
Note = Annotated[str, msgspec.Meta(max_length=500, pattern=web.ONE_LINE)]
Value = Annotated[int, msgspec.Meta(ge=0, le=10**11)]


class RateIn(msgspec.Struct, forbid_unknown_fields=True):
    level: Code
    environment: rules.Environment
    rate_bp: web.RateBp


class MatrixIn(msgspec.Struct, forbid_unknown_fields=True):
    """One rate for each level and environment; never less for a higher level or environment."""

    name: Name
    rates: Annotated[list[RateIn], msgspec.Meta(min_length=1, max_length=100)]
    valid_from: web.Aware
    note: Note = ""


class SettingIn(msgspec.Struct, forbid_unknown_fields=True):
    """Basis points, days, months, or hundredths of a euro, as the name says."""

    name: benefits.Setting
    value: Value
    valid_from: web.Aware
    note: Note = ""


class TierIn(msgspec.Struct, forbid_unknown_fields=True):
    """From this turnover on, that amount included."""

    from_minor: web.Minor
    rate_bp: web.RateBp


class TiersIn(msgspec.Struct, forbid_unknown_fields=True):
    """The first from 0; later ones begin higher and give no less."""

    name: Name
    mode: benefits.Mode
    tiers: Annotated[list[TierIn], msgspec.Meta(min_length=1, max_length=20)]
    valid_from: web.Aware
    currency: web.CurrencyCode = "EUR"
    note: Note = ""


class GiftIn(msgspec.Struct, forbid_unknown_fields=True):
    """From then on whoever holds the level has it, or has it no more."""

    programme: Code
    level: Code
    kind: benefits.BenefitKind
    is_given: bool
    valid_from: web.Aware
    note: Note = ""


class SettingView(msgspec.Struct):
    """`value` now; `announced` are the values to come."""

    name: benefits.Setting
    value: int
    least: int
    most: int
    announced: list["AnnouncedView"]


class AnnouncedView(msgspec.Struct):
    id: UUID
    value: int
    valid_from: datetime
    note: str


class MatrixView(msgspec.Struct):
    """Rates as announced; what is applied is never above the cap."""

    id: UUID
    name: str
    valid_from: datetime
    note: str
    is_in_force: bool
    withdrawn: benefits.Withdrawn | None
    rates: list[views.RateView]


class TableView(msgspec.Struct):
    """A retroactive table says at each tier how far it jumps."""

    id: UUID
    name: str
    mode: benefits.Mode
    currency: str
    valid_from: datetime
    is_in_force: bool
    withdrawn: benefits.Withdrawn | None
    tiers: list[views.TierView]


class GiftView(msgspec.Struct):
    id: UUID
    programme: str
    level: str
    kind: benefits.BenefitKind
    is_given: bool
    valid_from: datetime
    note: str
    withdrawn: benefits.Withdrawn | None


class BenefitsView(msgspec.Struct):
    """All that was ever announced, the newest beginning first."""

    settings: list[SettingView]
    matrices: list[MatrixView]
    tier_tables: list[TableView]
    gifts: list[GiftView]


class JumpView(msgspec.Struct):
    """One cent more turnover than below `from_turnover`, and the rebate is `jump` more."""

    from_turnover: Money
    jump: Money


class TiersMade(msgspec.Struct):
    """Announced as asked; `warnings` say where it jumps."""

    id: UUID
    warnings: list[JumpView]


@get("/benefits", operation_id="list_office_benefits", guards=READ)
async def list_benefits(principal: web.Caller) -> BenefitsView:
    """What levels give: in force, past and to come."""
    return await _benefits(datetime.now(UTC))


@post(
    "/benefits/matrices",
    operation_id="announce_office_matrix",
    guards=WRITE,
    responses=web.problems(benefits.BadMatrix, *WHEN),
)
async def announce_matrix(data: JSONBody[MatrixIn], principal: web.Caller) -> BenefitsView:
    """Another discount matrix from a moment to come on."""
    rates = {(each.level, each.environment): each.rate_bp for each in data.rates}
    if len(rates) < len(data.rates):
        raise benefits.BadMatrix("A level and environment is named twice.")
    await actions_benefit.announce_matrix(
        data.name,
        rates,
        valid_from=data.valid_from,
        note=data.note,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _benefits(datetime.now(UTC))


@post(
    "/benefits/settings",
    operation_id="announce_office_programme_setting",
    guards=WRITE,
    responses=web.problems(benefits.BadSetting, *WHEN),
)
async def announce_setting(data: JSONBody[SettingIn], principal: web.Caller) -> BenefitsView:
    """Another cap, rate, amount or delay from a moment to come on."""
    await actions_benefit.announce_setting(
        data.name,
        data.value,
        valid_from=data.valid_from,
        note=data.note,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _benefits(datetime.now(UTC))


@post(
    "/benefits/tier-tables",
    operation_id="announce_office_tiers",
    guards=WRITE,
    responses=web.problems(benefits.BadTiers, *WHEN),
)
async def announce_tiers(data: JSONBody[TiersIn], principal: web.Caller) -> TiersMade:
    """Another turnover rebate from a moment to come on, with a warning of each jump."""
    made, jumps = await actions_benefit.announce_tiers(
        data.name,
        [benefits.Tier(each.from_minor, each.rate_bp) for each in data.tiers],
        data.mode,
        currency=data.currency,
        valid_from=data.valid_from,
        note=data.note,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    currency = data.currency
    return TiersMade(
        made,
        [JumpView(Money(x.from_minor, currency), Money(x.jump_minor, currency)) for x in jumps],
    )


@post(
    "/benefits/gifts",
    operation_id="announce_office_benefit",
    guards=WRITE,
    responses=web.problems(
        rules.ProgrammeUnknown, rules.LevelUnknown, benefits.BenefitElsewhere, *WHEN
    ),
)
async def announce_gift(data: JSONBody[GiftIn], principal: web.Caller) -> BenefitsView:
    """A level has another benefit, or one less, from a moment to come on."""
    await actions_benefit.announce_benefit(
        data.programme,
        data.level,
        data.kind,
        is_given=data.is_given,
        valid_from=data.valid_from,
        note=data.note,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _benefits(datetime.now(UTC))


async def _benefits(now: datetime) -> BenefitsView:
    return BenefitsView(
        settings=await _settings(now),
        matrices=await _matrices(now),
        tier_tables=await _tables(now),
        gifts=[
            GiftView(*(getattr(each, name) for name in GiftView.__struct_fields__))
            for each in await queries_benefit.list_benefits()
        ],
    )


async def _settings(now: datetime) -> list[SettingView]:
    values = await queries_benefit.settings_at(now)
    coming: dict[str, list[AnnouncedView]] = {name: [] for name in benefits.LIMITS}
    for row in await queries_benefit.list_settings(now):
        coming[row["name"]].append(
            AnnouncedView(row["id"], row["value"], row["valid_from"], row["note"])
        )
    return [
        SettingView(name, values[name], least, most, coming[name])
        for name, (least, most) in benefits.LIMITS.items()
    ]


async def _matrices(now: datetime) -> list[MatrixView]:
    rows = await queries_benefit.list_matrices()
    in_force = next(
        row["id"] for row in rows if row["valid_from"] <= now and row["withdrawn_at"] is None
    )
    return [
        MatrixView(
            id=head["id"],
            name=head["name"],
            valid_from=head["valid_from"],
            note=head["note"],
            is_in_force=head["id"] == in_force,
            withdrawn=queries_benefit.withdrawn_of(head),
            rates=[
                views.RateView(row["level"], row["environment"], row["rate_bp"]) for row in cells
            ],
        )
        for cells in (list(group) for _, group in groupby(rows, lambda row: row["id"]))
        for head in cells[:1]
    ]


async def _tables(now: datetime) -> list[TableView]:
    tables = await queries_benefit.list_tier_tables()
    begun = [each for each in tables if each.valid_from <= now and each.withdrawn is None]
    newest = {each.currency: each.id for each in reversed(begun)}
    return [
        TableView(
            id=each.id,
            name=each.name,
            mode=each.mode,
            currency=each.currency,
            valid_from=each.valid_from,
            is_in_force=newest.get(each.currency) == each.id,
            withdrawn=each.withdrawn,
            tiers=views.tier_views(each),
        )
        for each in tables
    ]


office = [list_benefits, announce_matrix, announce_setting, announce_tiers, announce_gift]
