"""Price floors, and withdrawing what was announced before it begins, in the office."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from asyncpg import Record
from litestar import get, post
from litestar.params import JSONBody

from backend import web
from backend.core import Money
from backend.programmes import actions_floor, queries_benefit, queries_floor, rules_floor
from backend.programmes import rules_benefit as benefits
from backend.programmes.routes_benefit import READ, WHEN, WRITE, Name, Note

Occupancy = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Positive = Annotated[int, msgspec.Meta(ge=1, le=10**12)]


class FloorIn(msgspec.Struct, forbid_unknown_fields=True):
    """A month of a resource as its charges name it: what it costs, how many units could be sold.

    Occupancies and the mark-up in basis points; prices of one unit have `decimals`.
    """

    pool: Name
    resource: Name
    cost_minor: Positive
    units: Positive
    planned_bp: Occupancy
    basis: rules_floor.FloorBasis
    markup_bp: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    observed_bp: Occupancy | None = None
    currency: web.CurrencyCode = "EUR"
    decimals: Annotated[int, msgspec.Meta(ge=0, le=6)] = 2

    def as_pool(self) -> rules_floor.Pool:
        facts = msgspec.structs.asdict(self)
        names = ("pool", "valid_from", "note")
        kept = {name: value for name, value in facts.items() if name not in names}
        return rules_floor.Pool(name=self.pool, **kept)


class NewFloorIn(FloorIn, forbid_unknown_fields=True, kw_only=True):
    valid_from: web.Aware
    note: Note = ""


class MonthAt(msgspec.Struct):
    """A month at that occupancy: what a unit costs, what selling at list price leaves."""

    occupancy_bp: int
    unit_cost: str
    result: Money


class FloorFigures(msgspec.Struct):
    """`is_above_list`: list price loses money, so that discounts are frozen; revise the grid."""

    floor_price: str
    list_price: str
    break_even_bp: int
    is_above_list: bool
    months: list[MonthAt]


class PriceFloorView(msgspec.Struct):
    id: UUID
    pool: str
    resource: str
    cost: Money
    units: int
    planned_bp: int
    observed_bp: int | None
    basis: rules_floor.FloorBasis
    markup_bp: int
    decimals: int
    figures: FloorFigures
    valid_from: datetime
    note: str
    is_in_force: bool
    withdrawn: benefits.Withdrawn | None


class PriceFloors(msgspec.Struct):
    """All that were ever announced, the newest beginning first."""

    items: list[PriceFloorView]


class RuleIn(msgspec.Struct, forbid_unknown_fields=True):
    """Which rule will not begin, and why."""

    kind: benefits.RuleKind
    id: UUID
    reason: Annotated[str, web.words(500)]


class RuleGone(msgspec.Struct):
    kind: benefits.RuleKind
    id: UUID
    withdrawn: benefits.Withdrawn


@get("/benefits/price-floors", operation_id="list_office_price_floors", guards=READ)
async def list_floors(principal: web.Caller) -> PriceFloors:
    """Below what no line of a resource is priced: in force, past and to come."""
    return await _floors(datetime.now(UTC))


@post(
    "/benefits/price-floors/preview",
    operation_id="preview_office_price_floor",
    status_code=200,
    guards=READ,
    responses=web.problems(rules_floor.BadFloor),
)
async def preview(data: JSONBody[FloorIn], principal: web.Caller) -> FloorFigures:
    """What such a floor comes to; nothing is announced."""
    pool = data.as_pool()
    rules_floor.check_floor(pool)
    return _figures(pool)


@post(
    "/benefits/price-floors",
    operation_id="announce_office_price_floor",
    guards=WRITE,
    responses=web.problems(rules_floor.BadFloor, *WHEN),
)
async def announce(data: JSONBody[NewFloorIn], principal: web.Caller) -> PriceFloors:
    """Another floor of a resource from a moment to come on."""
    now = datetime.now(UTC)
    await actions_floor.announce_price_floor(
        data.as_pool(), valid_from=data.valid_from, note=data.note, now=now, actor=principal.actor
    )
    return await _floors(now)


@post(
    "/benefits/withdrawals",
    operation_id="withdraw_office_rule",
    status_code=200,
    guards=WRITE,
    responses=web.problems(benefits.RuleUnknown, benefits.RuleBegan, benefits.RuleWithdrawn),
)
async def withdraw(data: JSONBody[RuleIn], principal: web.Caller) -> RuleGone:
    """What was announced and has not begun will not begin. What has begun stays."""
    now = datetime.now(UTC)
    await actions_floor.withdraw_rule(
        data.kind, data.id, data.reason, now=now, actor=principal.actor
    )
    return RuleGone(data.kind, data.id, benefits.Withdrawn(now, data.reason))


async def _floors(now: datetime) -> PriceFloors:
    rows = await queries_floor.list_price_floors()
    # The newest beginning comes first: the first that began counts.
    in_force: dict[tuple[str, str], UUID] = {}
    for row in rows:
        if row["valid_from"] <= now and row["withdrawn_at"] is None:
            in_force.setdefault((row["resource"], row["currency"]), row["id"])
    return PriceFloors([_floor(row, row["id"] in in_force.values()) for row in rows])


def _floor(row: Record, is_in_force: bool) -> PriceFloorView:
    pool = rules_floor.Pool(
        name=row["pool"],
        **{name: row[name] for name in rules_floor.Pool.__struct_fields__ if name != "name"},
    )
    return PriceFloorView(
        id=row["id"],
        pool=pool.name,
        resource=pool.resource,
        cost=Money(pool.cost_minor, pool.currency),
        units=pool.units,
        planned_bp=pool.planned_bp,
        observed_bp=pool.observed_bp,
        basis=pool.basis,
        markup_bp=pool.markup_bp,
        decimals=pool.decimals,
        figures=_figures(pool),
        valid_from=row["valid_from"],
        note=row["note"],
        is_in_force=is_in_force,
        withdrawn=queries_benefit.withdrawn_of(row),
    )


def _figures(pool: rules_floor.Pool) -> FloorFigures:
    return FloorFigures(
        floor_price=f"{pool.floor_price:f}",
        list_price=f"{pool.list_price:f}",
        break_even_bp=pool.break_even_bp,
        is_above_list=pool.is_above_list,
        months=[
            MonthAt(
                occupancy, f"{pool.unit_cost(occupancy):f}",
                Money(pool.result_minor(occupancy), pool.currency),
            )
            for occupancy in rules_floor.SHOWN_BP
        ],
    )  # fmt: skip


office = [list_floors, preview, announce, withdraw]
