"""What routes answer about charges, margins and credits."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import msgspec

from backend.charges.steps import Step, StepKind
from backend.core import Money, Month


class ChargeView(msgspec.Struct):
    """`list` - `discount` = `net`; `net` - `credit` = `payable`; all before VAT.

    `organisation_id` pays; `consumer_id` used it. A refund has negative amounts, names its charge,
    and has neither quantity nor price.
    """

    id: int
    reference: str
    kind: Literal["charge", "refund"]
    original_reference: str | None
    organisation_id: UUID
    organisation_name: str | None
    consumer_id: UUID
    end_customer: str
    charged_on: date
    month: str
    is_late: bool
    environment: str
    resource: str
    quantity: str | None
    unit_price: str | None
    list: Money
    discount: Money
    net: Money
    credit: Money
    payable: Money
    stream_code: str
    vat_category: str
    vat_rate_bp: int
    source: str


class ChargeStep(msgspec.Struct):
    """Why: `amount` is `rate_bp` of `base` by `rule`, within `cap_bp`; for a stretch of time if
    the terms changed within the charge. The amounts of all steps sum to what is owed.
    """

    kind: StepKind
    starts_at: datetime | None
    ends_at: datetime | None
    rule_id: UUID | None
    rule: str | None
    level: str | None
    rate_bp: int | None
    cap_bp: int | None
    base: Money
    amount: Money


class ChargeDetail(msgspec.Struct):
    charge: ChargeView
    steps: list[ChargeStep]


class ChargesTotal(msgspec.Struct):
    """Of one currency, before VAT."""

    lines: int
    list: Money
    discount: Money
    net: Money
    credit: Money
    payable: Money


class ChargeChoices(msgspec.Struct):
    resources: list[str]
    end_customers: list[str]


class MarginsTotal(msgspec.Struct):
    """Of one currency, before VAT."""

    lines: int
    margin: Money


class CreditUse(msgspec.Struct):
    """What a credit paid of a charge; a `return` came back to it, a `lapse` would have had it not
    expired: both below zero.
    """

    id: int
    reference: str
    charge_id: int
    charged_on: date
    kind: Literal["use", "return", "lapse"]
    amount: Money


class MarginView(msgspec.Struct):
    """What a wholesaler earned of a charge that `reseller`, its reference then, was invoiced; it is
    called `reseller_name` now.
    """

    id: int
    organisation_id: UUID
    reseller: str
    reseller_name: str
    reference: str
    charged_on: date
    environment: str
    month: str
    points_bp: int
    margin: Money


class CreditView(msgspec.Struct):
    """`left` of `amount` pays for infrastructure used from one day to the other, included."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    amount: Money
    left: Money
    granted_on: date
    expires_on: date
    reason: str


MONEY = ("list", "discount", "net", "credit", "payable")


def money_of(row: Any) -> dict[str, Money]:
    return {name: Money(row[f"{name}_minor"], row["currency"]) for name in MONEY}


def number_of(value: Decimal | None) -> str | None:
    """`1.5`, without zeros at the end and without an exponent."""
    return None if value is None else format(value.normalize(), "f")


def charge_view(row: Any) -> ChargeView:
    own: dict[str, Any] = {
        "month": str(Month(row["month"])),
        "quantity": number_of(row["quantity"]),
        "unit_price": number_of(row["unit_price"]),
        **money_of(row),
    }
    names = set(ChargeView.__struct_fields__) - set(own)
    return ChargeView(**{name: row[name] for name in names}, **own)


def step_view(step: Step, currency: str) -> ChargeStep:
    facts = step._asdict()
    base, amount = (Money(facts.pop(name), currency) for name in ("base_minor", "amount_minor"))
    return ChargeStep(**facts, base=base, amount=amount)


def total_view(row: Any) -> ChargesTotal:
    return ChargesTotal(lines=row["lines"], **money_of(row))


def margin_view(row: Any, names: Mapping[UUID, str]) -> MarginView:
    return MarginView(
        id=row["id"],
        organisation_id=row["organisation_id"],
        reseller=row["reseller"],
        reseller_name=names[row["consumer_id"]],
        reference=row["reference"],
        charged_on=row["charged_on"],
        environment=row["environment"],
        month=str(Month(row["month"])),
        points_bp=row["points_bp"],
        margin=Money(row["margin_minor"], row["currency"]),
    )


def use_view(row: Any, currency: str) -> CreditUse:
    return CreditUse(
        id=row["id"],
        reference=row["reference"],
        charge_id=row["line_id"],
        charged_on=row["charged_on"],
        kind=row["kind"],
        amount=Money(row["amount_minor"], currency),
    )


def credit_view(row: Any) -> CreditView:
    return CreditView(
        id=row["id"],
        organisation_id=row["organisation_id"],
        organisation_name=row["organisation_name"],
        amount=Money(row["amount_minor"], row["currency"]),
        left=Money(row["left_minor"], row["currency"]),
        granted_on=row["granted_on"],
        expires_on=row["expires_on"],
        reason=row["reason"],
    )
