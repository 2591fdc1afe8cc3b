"""What routes answer about rebates, shares of suppliers, and all awards."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from backend import programmes
from backend.awards.rules import Kind, Quarter
from backend.awards.rules_rebate import Due, steps
from backend.core import Money, Month

QuarterState = Literal["running", "open", "ready", "posted"]
"""Not over; over, its last month not closed; to be posted; posted."""


class RebateStep(msgspec.Struct):
    """`part` of the turnover is rebated at `rate_bp`; the whole is rounded once."""

    from_turnover: Money
    part: Money
    rate_bp: int


class RebateLine(msgspec.Struct):
    """`posted` of `rebate` is on statements; `to_post` is what the next posting would move."""

    organisation_id: UUID
    organisation_reference: str
    organisation_name: str
    turnover: Money
    rebate: Money
    posted: Money
    to_post: Money
    steps: list[RebateStep]


class RebateTier(msgspec.Struct):
    from_turnover: Money
    rate_bp: int


class RebateJump(msgspec.Struct):
    """One cent more turnover than below `from_turnover`, and the rebate is `jump` more."""

    from_turnover: Money
    jump: Money


class RebateTable(msgspec.Struct):
    """In force as the quarter began, for all of it."""

    name: str
    mode: Literal["incremental", "retroactive"]
    currency: str
    tiers: list[RebateTier]
    jumps: list[RebateJump]


class RebatesView(msgspec.Struct):
    """A quarter's rebates: those to post, or, before, what they would be so far."""

    quarter: str
    state: QuarterState
    close_first: str | None
    new: int
    tables: list[RebateTable]
    items: list[RebateLine]
    totals: list[Money]


class MyQuarter(msgspec.Struct):
    """`next_from` is the turnover from which on the next rate holds."""

    quarter: str
    currency: str
    mode: Literal["incremental", "retroactive"]
    turnover: Money
    rebate: Money
    steps: list[RebateStep]
    next_from: Money | None
    next_rate_bp: int | None
    tiers: list[RebateTier]


class RebatePosting(msgspec.Struct):
    """The first of a quarter, or a correction after refunds; `statement_month` has it."""

    quarter: str
    number: int
    turnover: Money
    rebate: Money
    amount: Money
    document_type: str | None
    contract_number: str | None
    statement_month: str | None
    posted_at: datetime


class MyRebates(msgspec.Struct):
    """`has_benefit` while the level gives the rebate; `running` is the quarter so far."""

    has_benefit: bool
    running: list[MyQuarter]
    postings: list[RebatePosting]


class SupplierShareView(msgspec.Struct):
    """`share` is `rate_bp` of `revenue`, of the charges for `base`; `posted_at` null: to post."""

    contract_id: UUID
    contract_reference: str
    organisation_id: UUID
    organisation_reference: str
    organisation_name: str
    month: str
    base: str
    rate_bp: int
    revenue: Money
    share: Money
    statement_month: str | None
    posted_at: datetime | None


class SupplierSharesView(msgspec.Struct):
    items: list[SupplierShareView]


class AwardView(msgspec.Struct):
    """What is owed by a rule, before VAT; `month` is the statement that has it."""

    id: UUID
    kind: Kind
    reference: str
    organisation_id: UUID
    organisation_reference: str
    organisation_name: str
    amount: Money
    month: str
    from_on: date
    to_on: date
    contract_number: str | None
    document_type: str
    subject: str
    vat_category: str
    vat_rate_bp: int
    awarded_at: datetime


def step_views(due: Due) -> list[RebateStep]:
    currency = due.turnover.currency
    return [
        RebateStep(Money(step.from_minor, currency), Money(step.part_minor, currency), step.rate_bp)
        for step in steps(due.turnover.turnover_minor, due.table)
    ]


def line_view(due: Due, named: asyncpg.Record) -> RebateLine:
    def money(minor: int) -> Money:
        return Money(minor, due.turnover.currency)

    return RebateLine(
        organisation_id=due.turnover.organisation_id,
        organisation_reference=named["reference"],
        organisation_name=named["name"],
        turnover=money(due.turnover.turnover_minor),
        rebate=money(due.rebate_minor),
        posted=money(due.posted.rebate_minor if due.posted else 0),
        to_post=money(due.amount_minor if due.is_new else 0),
        steps=step_views(due),
    )


def tier_views(table: programmes.TierTable) -> list[RebateTier]:
    return [
        RebateTier(Money(tier.from_minor, table.currency), tier.rate_bp) for tier in table.tiers
    ]


def table_view(table: programmes.TierTable) -> RebateTable:
    currency = table.currency
    return RebateTable(
        table.name,
        table.mode,
        currency,
        tier_views(table),
        [
            RebateJump(Money(each.from_minor, currency), Money(each.jump_minor, currency))
            for each in programmes.jumps(table.tiers, table.mode)
        ],
    )


def posting_view(row: asyncpg.Record) -> RebatePosting:
    def money(name: str) -> Money:
        return Money(row[name], row["currency"])

    return RebatePosting(
        quarter=str(Quarter(row["quarter"])),
        number=row["number"],
        turnover=money("turnover_minor"),
        rebate=money("rebate_minor"),
        amount=money("amount_minor"),
        document_type=row["document_type"],
        contract_number=row["contract_number"],
        statement_month=None if row["month"] is None else str(Month(row["month"])),
        posted_at=row["posted_at"],
    )


def share_view(row: asyncpg.Record) -> SupplierShareView:
    return SupplierShareView(
        contract_id=row["contract_id"],
        contract_reference=row["contract_reference"],
        organisation_id=row["organisation_id"],
        organisation_reference=row["organisation_reference"],
        organisation_name=row["organisation_name"],
        month=str(Month(row["month"])),
        base=row["base"],
        rate_bp=row["rate_bp"],
        revenue=Money(row["revenue_minor"], row["currency"]),
        share=Money(row["share_minor"], row["currency"]),
        statement_month=None if row["posted_in"] is None else str(Month(row["posted_in"])),
        posted_at=row["posted_at"],
    )


def award_view(row: asyncpg.Record) -> AwardView:
    facts = {name: row[name] for name in AwardView.__struct_fields__ if name in row.keys()}  # noqa: SIM118
    amount = Money(row["amount_minor"], row["currency"])
    return AwardView(**{**facts, "amount": amount, "month": str(Month(row["month"]))})
