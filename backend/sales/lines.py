"""From sales to the rows and the entries that record them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from backend import catalogue, ledger, partners
from backend import terms as dated
from backend.core import Money, Month, at_rate
from backend.sales.rules import (
    CAPTURE_BY_SHARING,
    STREAMS,
    NoShareRule,
    Sale,
    hold_end,
)
from backend.sales.rules_share import OwnerPart, ShareRule, share, share_jointly

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
    "joint_offer_id": "uuid",
    "joint_bp": "integer",
    "joint_reference": "text",
    "joint_net_minor": "bigint",
    "bundle_reference": "text",
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
    joint_offers: Mapping[UUID, Sequence[catalogue.JointOffer]]
    """By listing: of some of them, two partners are the owners for a time."""


class Joint(NamedTuple):
    """Of which joint offer a line is, and for how much of the editors' part."""

    offer_id: UUID
    bp: int


class SaleLine(NamedTuple):
    """A sale, shared, or one owner's line of it: everything that its row and its entry say."""

    sale: Sale
    reference: str
    organisation_id: UUID
    rule: ShareRule
    month: Month
    partner_minor: int
    operator_minor: int
    vat_minor: int
    partner_vat: tuple[str, int]
    hold_until: datetime
    joint: Joint | None


def second_reference(reference: str) -> str:
    """The name of the second owner's line of a sale or refund; PostgreSQL holds the same."""
    return f"{reference}#2"


def joint_offer_of(sale: Sale, terms: Terms) -> catalogue.JointOffer | None:
    """The joint offer in force when it was agreed (M10); of another's listing there is none."""
    at = sale.agreed_at or sale.sold_at
    for offer in terms.joint_offers.get(sale.listing_id, ()):
        if offer.holds_at(at) and offer.organisation_id == sale.organisation_id:
            return offer
    return None


def share_sale(sale: Sale, terms: Terms) -> list[SaleLine]:
    """The line of one sale; of a joint offer one of each owner, but none that is of nothing.

    Raises:
        NoShareRule: none was in force when it was sold.
    """
    rule = _rule_for(sale, terms)
    net_minor, offer = sale.net.amount_minor, joint_offer_of(sale, terms)
    if offer is None:
        parts = share(net_minor, rule.rates)
        vat_minor = sale.vat_minor
        if vat_minor is None:
            vat_minor = at_rate(net_minor, sale.vat_rate_bp)
        alone = OwnerPart(vat_minor, parts.partner_minor, parts.operator_minor)
        return [_line(sale, terms, rule, sale.reference, sale.organisation_id, alone, None)]
    assert sale.bundle_reference is None, "no part of a bundle has two owners"
    first, second = share_jointly(net_minor, rule.rates, sale.vat_rate_bp, offer.bps)
    lines = (
        (sale.reference, offer.organisation_id, first, offer.first_bp),
        (second_reference(sale.reference), offer.second_id, second, offer.second_bp),
    )
    return [
        _line(sale, terms, rule, reference, owner, part, Joint(offer.id, bp))
        for reference, owner, part, bp in lines
        if any(part)
    ]


def rule_for(
    known: Mapping[UUID | None, Sequence[ShareRule]],
    organisation_id: UUID,
    channel: str,
    brought_by: str,
    at: datetime,
) -> ShareRule:
    """The rule that shares such a sale.

    Raises:
        NoShareRule: none was in force.
    """
    rules = [
        rule
        for whose in (None, organisation_id)
        for rule in known.get(whose, ())
        if rule.matches(organisation_id, channel, brought_by, at)
    ]
    if not rules:
        raise NoShareRule(f"Add a rule valid from {at:%Y-%m-%d}.")
    return max(rules, key=ShareRule.precedence)


def _rule_for(sale: Sale, terms: Terms) -> ShareRule:
    try:
        return rule_for(
            terms.share_rules, sale.organisation_id, sale.channel, sale.brought_by, sale.sold_at
        )
    except NoShareRule:
        raise NoShareRule(
            f"Sale {sale.reference}: add a rule valid from {sale.sold_at:%Y-%m-%d}."
        ) from None


def _line(
    sale: Sale,
    terms: Terms,
    rule: ShareRule,
    reference: str,
    owner: UUID,
    part: OwnerPart,
    joint: Joint | None,
) -> SaleLine:
    return SaleLine(
        sale=sale,
        reference=reference,
        organisation_id=owner,
        rule=rule,
        month=terms.months[Month.of(sale.sold_at)],
        partner_minor=part.partner_minor,
        operator_minor=part.operator_minor,
        vat_minor=part.vat_minor,
        partner_vat=partners.vat_on_self_billing(terms.vat_regimes[owner]),
        hold_until=hold_end(sale.sold_at, terms.holds.at(sale.sold_at, terms.hold_days)),
        joint=joint,
    )


def row_of(line: SaleLine) -> tuple[Any, ...]:
    """Values in the order of `COLUMNS`."""
    sale = line.sale
    joint = (None, None, None, None)
    if line.joint is not None:
        joint = (*line.joint, sale.reference, sale.net.amount_minor)  # type: ignore[assignment]
    return (
        line.reference,
        line.organisation_id,
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
        line.partner_minor + line.operator_minor,
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
        *joint,
        sale.bundle_reference,
    )


def entry_of(line: SaleLine) -> ledger.Entry:
    """Cash in, against the editor's part, the operator's part and the buyer's VAT."""
    cash = ledger.OPERATOR_BANK if line.sale.collected_in == "bank" else ledger.OPERATOR_STRIPE
    currency = line.sale.net.currency
    lines = (
        *ledger.move(
            cash, ledger.earned(line.organisation_id), Money(line.partner_minor, currency)
        ),
        *ledger.move(cash, ledger.OPERATOR_REVENUE, Money(line.operator_minor, currency)),
        *ledger.move(cash, ledger.OPERATOR_VAT, Money(line.vat_minor, currency)),
    )
    return ledger.Entry(f"sale:{line.reference}", line.month, line.sale.sold_at, lines)
