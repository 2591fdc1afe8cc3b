"""What routes answer about statements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from backend import charges
from backend.core import Money, Month
from backend.settlement import queries


class StatementView(msgspec.Struct):
    """opening + sales + refunds + margins + awards + vat - charges - charges_vat + rebates
    + rebates_vat + receipts = due + closing.

    `due` is paid, `closing` is carried. `charges` is the operator's invoice for infrastructure,
    set off, `rebates` its credit note on turnover, and `receipts` what the partner paid of what it
    owed; `margins` is what a wholesaler earned of its
    sub-resellers' invoices, `awards` a supplier's share and reimbursed co-marketing.
    """

    id: UUID
    number: str
    organisation_id: UUID
    organisation_reference: str
    organisation_name: str
    month: str
    opening: Money
    sales: Money
    refunds: Money
    vat: Money
    due: Money
    closing: Money
    net_sold: Money
    operator: Money
    line_count: int
    hold_until: datetime | None
    closed_at: datetime
    margins: Money
    charges: Money
    charges_vat: Money
    charge_count: int
    awards: Money
    rebates: Money
    rebates_vat: Money
    receipts: Money


class VatView(msgspec.Struct):
    """EN 16931 category; `vat` is `rate_bp` of `base`, rounded once."""

    category: str
    rate_bp: int
    base: Money
    vat: Money


class DeductionSum(msgspec.Struct):
    """Of all sales, or all refunds, that one rule shared at one rate: `operator` kept of `net`."""

    kind: Literal["sale", "refund"]
    rule_id: UUID
    rule: str
    rate_bp: int
    line_count: int
    net: Money
    operator: Money


class ChargedSum(msgspec.Struct):
    """`list` - `discount` - `credit` = `charges` of the statement (money rules d, j)."""

    list: Money
    discount: Money
    credit: Money


class ChargedGroup(msgspec.Struct):
    """What of `charges` began under one contract: `name` is how its customer groups invoices, ""
    for none; the number is "" where no contract was in force (seed row K-03).
    """

    name: str
    contract_number: str
    po_number: str
    lines: int
    payable: Money


class StatementParts(msgspec.Struct):
    """sum of `deductions` (net - operator) + margins + awards + `vat` - `charged` - `charges_vat`
    + rebates + `rebates_vat` + receipts + opening = due + closing: everything between what was
    sold and what is paid.
    """

    statement: StatementView
    deductions: list[DeductionSum]
    vat: list[VatView]
    charges_vat: list[VatView]
    charged: ChargedSum
    rebates_vat: list[VatView]
    groups: list[ChargedGroup]
    """Together they are `charges` of the statement; [] where no contract was in force."""


class Deduction(msgspec.Struct):
    """Why this amount was kept: `amount` is `rate_bp` of `base`, by the rule named, at that event.

    `entry` is the reference of the ledger entry that posted it. On a refund what was kept is given
    back, so that base and amount are negative. Shares of partial refunds are cumulative: together
    they are exact to the cent, one of them may differ by one from its own rate.
    """

    kind: Literal["marketplace_commission"]
    rule_id: UUID
    rule: str
    rate_bp: int
    base: Money
    amount: Money
    entry: str
    at: datetime


class StatementLine(msgspec.Struct):
    """`net` - deductions = `partner`. Of a joint sale it is the part of one owner, `joint_with` the
    other.
    """

    id: int
    reference: str
    kind: Literal["sale", "refund"]
    original_reference: str | None
    sold_at: datetime
    is_late: bool
    listing_reference: str
    listing_name: str
    channel: str
    net: Money
    deductions: list[Deduction]
    partner: Money
    vat_category: str
    vat_rate_bp: int
    hold_until: datetime
    joint_with: str | None


class CloseView(msgspec.Struct):
    """`is_new` is false when the month had been closed before."""

    month: str
    statement_count: int
    line_count: int
    is_new: bool


class MonthView(msgspec.Struct):
    month: str
    is_closed: bool
    closed_at: datetime | None
    actor: str | None
    statement_count: int | None
    line_count: int | None


def statement_view(row: asyncpg.Record) -> StatementView:
    def money(name: str) -> Money:
        return Money(row[f"{name}_minor"], row["currency"])

    return StatementView(
        id=row["id"],
        number=row["number"],
        organisation_id=row["organisation_id"],
        organisation_reference=row["organisation_reference"],
        organisation_name=row["organisation_name"],
        month=str(Month(row["month"])),
        opening=money("opening"),
        sales=money("sales"),
        refunds=money("refunds"),
        vat=money("vat"),
        due=money("due"),
        closing=money("closing"),
        net_sold=money("net"),
        operator=money("operator"),
        line_count=row["line_count"],
        hold_until=row["hold_until"],
        closed_at=row["closed_at"],
        margins=money("margins"),
        charges=money("charges"),
        charges_vat=money("charges_vat"),
        charge_count=row["charge_count"],
        awards=money("awards"),
        rebates=money("rebates"),
        rebates_vat=money("rebates_vat"),
        receipts=money("receipts"),
    )


def deduction_view(row: asyncpg.Record, currency: str) -> DeductionSum:
    return DeductionSum(
        kind=row["kind"],
        rule_id=row["share_rule_id"],
        rule=row["rule"],
        rate_bp=row["operator_bp"],
        line_count=row["line_count"],
        net=Money(row["net_minor"], currency),
        operator=Money(row["operator_minor"], currency),
    )


def charged_view(row: asyncpg.Record, currency: str) -> ChargedSum:
    return ChargedSum(
        *(Money(row[f"{name}_minor"], currency) for name in ("list", "discount", "credit"))
    )


def group_views(groups: Sequence[charges.Group], currency: str) -> list[ChargedGroup]:
    """None at all where no contract was in force: there is nothing to split."""
    if not any(one.contract_number for one in groups):
        return []
    return [ChargedGroup(*one[:-1], Money(one.payable_minor, currency)) for one in groups]


def line_view(row: asyncpg.Record) -> StatementLine:
    def money(name: str) -> Money:
        return Money(row[f"{name}_minor"], row["currency"])

    return StatementLine(
        id=row["id"],
        reference=row["reference"],
        kind=row["kind"],
        original_reference=row["original_reference"],
        sold_at=row["sold_at"],
        is_late=row["is_late"],
        listing_reference=row["listing_reference"],
        listing_name=row["listing_name"],
        channel=row["channel"],
        net=money("net"),
        deductions=[
            Deduction(
                kind="marketplace_commission",
                rule_id=row["share_rule_id"],
                rule=row["share_rule_name"],
                rate_bp=row["operator_bp"],
                base=money("net"),
                amount=money("operator"),
                entry=f"{row['kind']}:{row['reference']}",
                at=row["sold_at"],
            )
        ],
        partner=money("partner"),
        vat_category=row["partner_vat_category"],
        vat_rate_bp=row["partner_vat_rate_bp"],
        hold_until=row["hold_until"],
        joint_with=row["joint_with"],
    )


def vat_view(part: asyncpg.Record, currency: str) -> VatView:
    return VatView(
        part["category"],
        part["rate_bp"],
        Money(part["base_minor"], currency),
        Money(part["vat_minor"], currency),
    )


async def statement_parts(row: asyncpg.Record) -> StatementParts:
    """Of one statement, what stands between what was sold and what is paid."""
    currency = row["currency"]
    groups = await charges.sum_groups(row["organisation_id"], row["month"], currency)
    return StatementParts(
        statement_view(row),
        [deduction_view(one, currency) for one in await queries.statement_deductions(row)],
        [vat_view(part, currency) for part in await queries.statement_vat(row["id"])],
        [vat_view(part, currency) for part in await queries.statement_charges_vat(row["id"])],
        charged_view(await queries.statement_charged(row), currency),
        [vat_view(part, currency) for part in await queries.statement_rebates_vat(row["id"])],
        group_views(groups, currency),
    )
