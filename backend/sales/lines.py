"""From sales to the rows and the entries that record them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from backend import ledger, partners
from backend import terms as dated
from backend.core import Money, Month, at_rate
from backend.sales.rules import (
    CAPTURE_BY_SHARING,
    STREAMS,
    NoShareRule,
    Sale,
    hold_end,
)
from backend.sales.rules_share import ShareRule, share

COLUMNS: dict[str, str] = {
    "reference": "text",
    "organisation_id": "uuid",
    "listing_id": "uuid",
    "buyer_id": "uuid",
    "buyer_country": "text",
    "buyer_segment": "text",
    "channel": "text",
    "brought_by": "text",
    "stream_code": "text",
    "capture_mode": "text",
    "sold_at": "timestamptz",
    "month": "date",
    "is_late": "boolean",
    "currency": "text",
    "net_minor": "bigint",
    "vat_rate_bp": "integer",
    "vat_minor": "bigint",
    "share_rule_id": "uuid",
    "partner_bp": "integer",
    "operator_bp": "integer",
    "partner_minor": "bigint",
    "operator_minor": "bigint",
    "partner_vat_category": "text",
    "partner_vat_rate_bp": "integer",
    "hold_until": "timestamptz",
    "source": "text",
    "collected_in": "text",
}
"""Columns of a sale line, in the order of `row_of`, with their PostgreSQL types."""


class Terms(NamedTuple):
    """What must be known to share any sale of a batch."""

    share_rules: Mapping[UUID | None, Sequence[ShareRule]]
    """By organisation; those for everybody under None."""
    vat_regimes: Mapping[UUID, str]
    months: Mapping[Month, Month]
    holds: dated.History
    hold_days: int
    """Where no dated setting says otherwise."""


class SaleLine(NamedTuple):
    """A sale, shared: everything that its row and its ledger entry say."""

    sale: Sale
    rule: ShareRule
    month: Month
    partner_minor: int
    operator_minor: int
    vat_minor: int
    partner_vat: tuple[str, int]
    hold_until: datetime


def share_sale(sale: Sale, terms: Terms) -> SaleLine:
    """The line of one sale.

    Raises:
        NoShareRule: none was in force when it was sold.
    """
    rules = [
        rule
        for whose in (None, sale.organisation_id)
        for rule in terms.share_rules.get(whose, ())
        if rule.matches(sale.organisation_id, sale.channel, sale.brought_by, sale.sold_at)
    ]
    if not rules:
        raise NoShareRule(f"Sale {sale.reference}: add a rule valid from {sale.sold_at:%Y-%m-%d}.")
    rule = max(rules, key=ShareRule.precedence)
    parts = share(sale.net.amount_minor, rule.rates)
    return SaleLine(
        sale=sale,
        rule=rule,
        month=terms.months[Month.of(sale.sold_at)],
        partner_minor=parts.partner_minor,
        operator_minor=parts.operator_minor,
        vat_minor=at_rate(sale.net.amount_minor, sale.vat_rate_bp),
        partner_vat=partners.vat_on_self_billing(terms.vat_regimes[sale.organisation_id]),
        hold_until=hold_end(sale.sold_at, terms.holds.at(sale.sold_at, terms.hold_days)),
    )


def row_of(line: SaleLine) -> tuple[Any, ...]:
    """Values in the order of `COLUMNS`."""
    sale = line.sale
    return (
        sale.reference,
        sale.organisation_id,
        sale.listing_id,
        sale.buyer_id,
        sale.buyer_country,
        sale.buyer_segment,
        sale.channel,
        sale.brought_by,
        STREAMS[sale.channel],
        CAPTURE_BY_SHARING,
        sale.sold_at,
        line.month.first_day,
        line.month != Month.of(sale.sold_at),
        sale.net.currency,
        sale.net.amount_minor,
        sale.vat_rate_bp,
        line.vat_minor,
        line.rule.id,
        line.rule.rates.partner_bp,
        line.rule.rates.operator_bp,
        line.partner_minor,
        line.operator_minor,
        *line.partner_vat,
        line.hold_until,
        sale.source,
        sale.collected_in,
    )


def entry_of(line: SaleLine) -> ledger.Entry:
    """Cash in, against the editor's part, the operator's part and the buyer's VAT."""
    cash = ledger.OPERATOR_BANK if line.sale.collected_in == "bank" else ledger.OPERATOR_STRIPE
    currency = line.sale.net.currency
    lines = (
        *ledger.move(
            cash, ledger.earned(line.sale.organisation_id), Money(line.partner_minor, currency)
        ),
        *ledger.move(cash, ledger.OPERATOR_REVENUE, Money(line.operator_minor, currency)),
        *ledger.move(cash, ledger.OPERATOR_VAT, Money(line.vat_minor, currency)),
    )
    return ledger.Entry(f"sale:{line.sale.reference}", line.month, line.sale.sold_at, lines)
