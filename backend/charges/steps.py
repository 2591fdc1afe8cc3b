"""Why a charge comes to its amount: the steps from its list price to what is owed. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from asyncpg import Record

from backend.core import at_rate

StepKind = Literal[
    "list_price",
    "level_discount",
    "isv_discount",
    "contract_price",
    "price_floor",
    "wholesaler_price",
    "wholesaler_points",
    "wholesaler_margin",
    "credit",
    "credit_lost",
]


class Step(NamedTuple):
    """One step from the list price to what is owed: `amount_minor` is `rate_bp` of `base_minor`,
    by the rule named, as far as the cap allows; together the amounts are what is owed.
    """

    kind: StepKind
    starts_at: datetime | None
    ends_at: datetime | None
    rule_id: UUID | None
    rule: str | None
    level: str | None
    rate_bp: int | None
    cap_bp: int | None
    base_minor: int
    amount_minor: int


def steps_of(piece: Record) -> Iterator[Step]:
    """From the list price of a piece to what its payer is asked: what was promised, and what the
    floor took back of it (money rule l).
    """
    base = piece["list_minor"]
    when = piece["starts_at"], piece["ends_at"]
    yield Step("list_price", *when, None, None, None, None, None, base, base)
    promised = list(_by_contract(piece) if piece["basis"] == "contract" else _by_level(piece))
    yield from promised
    given = piece["discount_minor"] + piece["points_minor"]
    back = -sum(step.amount_minor for step in promised) - given
    if back:
        yield Step("price_floor", *when, piece["floor_id"], None, None, None, None,
                   piece["floor_minor"], back)  # fmt: skip


def _by_contract(piece: Record) -> Iterator[Step]:
    base, fixed = piece["list_minor"], piece["fixed_minor"]
    off = at_rate(base, piece["rate_bp"]) if fixed is None else base - fixed
    rate = piece["rate_bp"] if fixed is None else None
    yield Step("contract_price", piece["starts_at"], piece["ends_at"], piece["contract_id"],
               piece["contract_number"], None, rate, None, base, -off)  # fmt: skip


def _by_level(piece: Record) -> Iterator[Step]:
    """What wholesalers set (decision 0041) stands for itself, without what the matrix would have
    given.
    """
    base, cap = piece["list_minor"], piece["cap_bp"]
    when = piece["starts_at"], piece["ends_at"]
    by = piece["matrix_id"], piece["rule"]
    sold, bought = piece["sold_bp"], piece["bought_bp"]
    own_bp = min(piece["rate_bp"], cap) if sold is None else sold
    own = at_rate(base, own_bp)
    if sold is not None:
        yield Step("wholesaler_price", *when, None, None, None, sold, None, base, -own)
    elif piece["basis"] != "list":
        kind: StepKind = "level_discount" if piece["basis"] == "level" else "isv_discount"
        yield Step(kind, *when, *by, piece["level"], piece["rate_bp"], cap, base, -own)
    if bought is not None:
        if bought > own_bp:
            off = own - at_rate(base, bought)
            yield Step(
                "wholesaler_margin", *when, None, None, None, bought - own_bp, None, base, off
            )
    elif piece["points_bp"]:
        off = own - at_rate(base, min(piece["rate_bp"] + piece["points_bp"], cap))
        yield Step("wholesaler_points", *when, *by, None, piece["points_bp"], cap, base, off)
