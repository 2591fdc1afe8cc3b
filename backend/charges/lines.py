"""From charges to the rows and the entries that record them. Pure."""

from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from backend import ledger, partners
from backend.charges import rules
from backend.charges.rules import Charge
from backend.charges.rules_contract import by_contract
from backend.charges.rules_credit import Grant, Use, spend
from backend.charges.rules_price import (
    Piece,
    Stretch,
    floor_shares,
    joined,
    list_shares,
    price_pieces,
    tier_rates,
)
from backend.charges.rules_terms import Terms
from backend.core import Money, Month

COLUMNS: dict[str, str] = {
    "reference": "text",
    "organisation_id": "uuid",
    "consumer_id": "uuid",
    "end_customer": "text",
    "end_customer_id": "uuid",
    "charged_on": "date",
    "used_from": "timestamptz",
    "used_to": "timestamptz",
    "month": "date",
    "is_late": "boolean",
    "environment": "text",
    "resource": "text",
    "quantity": "numeric",
    "unit_price": "numeric",
    "currency": "text",
    "list_minor": "bigint",
    "discount_minor": "bigint",
    "net_minor": "bigint",
    "credit_minor": "bigint",
    "payable_minor": "bigint",
    "stream_code": "text",
    "vat_category": "text",
    "vat_rate_bp": "integer",
    "source": "text",
}
"""Columns of a charge line, in the order of `row_of`, with their PostgreSQL types."""


class Margin(NamedTuple):
    """What one tier earns of a line that somebody below it pays, before VAT.

    `below_id` stands right below it: through that one it earns.
    """

    organisation_id: UUID
    below_id: UUID
    points_bp: int
    margin_minor: int
    vat: tuple[str, int]


class ChargeLine(NamedTuple):
    """A charge, priced: everything that its rows and its ledger entry say."""

    charge: Charge
    payer_id: UUID
    month: Month
    stream: str
    vat: tuple[str, int]
    list_minor: int
    pieces: Sequence[Piece]
    margins: Sequence[Margin]
    credits: Sequence[Use]

    @property
    def net_minor(self) -> int:
        return sum(piece.net_minor for piece in self.pieces)

    @property
    def credit_minor(self) -> int:
        return sum(use.amount_minor for use in self.credits)

    @property
    def payable_minor(self) -> int:
        return self.net_minor - self.credit_minor


def price_charge(charge: Charge, terms: Terms) -> ChargeLine:
    """The line of one charge, before credits.

    Who pays is decided at its first moment: one line is on one invoice.
    """
    consumer = charge.organisation_id
    sold = charge.resource, charge.currency
    stretches = terms.stretches(consumer, charge.used_from, charge.used_to, sold)
    first = stretches[0].standing
    list_minor = rules.list_minor(charge.quantity, charge.unit_price, charge.currency)
    stretches = joined(stretches, lambda each: _cost(charge, list_minor, each, terms))
    pieces = _pieces(charge, list_minor, stretches, terms)
    chain = [consumer, *(tier.wholesaler_id for tier in first.upstream)]
    payer = chain[first.resold]
    roles = terms.parties[consumer].roles
    return ChargeLine(
        charge=charge,
        payer_id=payer,
        month=terms.months[Month.of(charge.used_from)],
        stream=charge.stream
        or rules.stream_of(roles, charge.end_customer, through_wholesaler=bool(first.upstream)),
        vat=rules.vat_on_infrastructure(terms.parties[payer].vat_regime),
        list_minor=list_minor,
        pieces=pieces,
        margins=_margins(chain[first.resold :], pieces, _points(charge, stretches[0]), terms),
        credits=(),
    )


def _cost(charge: Charge, list_minor: int, stretch: Stretch, terms: Terms) -> Hashable:
    """The rates of all tiers, or the contract, and what the whole charge would come to by them:
    all that may tell two pieces of it apart.
    """
    [whole] = _pieces(charge, list_minor, [stretch], terms)
    rates = None if whole.contract_id else tuple(tier_rates(stretch.standing, charge.environment))
    return whole.contract_id, rates, whole.discount_minor, whole.net_minor, whole.margins_minor


def _pieces(
    charge: Charge, list_minor: int, stretches: Sequence[Stretch], terms: Terms
) -> list[Piece]:
    """Each stretch at its price, by a contract where one holds, above the floors (money rule l)."""
    sold = charge.resource, charge.currency
    agreed = [
        terms.agreed(charge.organisation_id, each.starts_at, each.standing.upstream)
        for each in stretches
    ]
    shares = list_shares(list_minor, stretches)
    floors, known = (
        floor_shares(shares, floors, charge.quantity)
        for floors in (
            [terms.floor(sold, each.starts_at) for each in stretches],
            [
                terms.floor(sold, each.starts_at, one.signed_at if one else None)
                for each, one in zip(stretches, agreed, strict=True)
            ],
        )
    )
    pieces = price_pieces(list_minor, charge.environment, stretches, floors)
    return by_contract(pieces, agreed, charge, known)


def _points(charge: Charge, stretch: Stretch) -> list[int]:
    """What each tier above the payer buys better than the one below it, in basis points: those of
    the matrix, or the difference of two prices where a wholesaler set one.
    """
    standing = stretch.standing
    rates = tier_rates(standing, charge.environment)[standing.resold :]
    if standing.is_priced(charge.environment):
        return [above - below for below, above in pairwise(rates)]
    return [standing.matrix.wholesaler_points_bp] * (len(rates) - 1)


def _margins(
    chain: Sequence[UUID], pieces: Sequence[Piece], points_bp: Sequence[int], terms: Terms
) -> list[Margin]:
    """Of each tier above the payer, who is the first of `chain`; who earns nothing has none."""
    earned = [sum(each) for each in zip(*(piece.margins_minor for piece in pieces), strict=True)]
    return [
        Margin(
            tier,
            below,
            points,
            minor,
            partners.vat_on_self_billing(terms.parties[tier].vat_regime),
        )
        for (below, tier), points, minor in zip(pairwise(chain), points_bp, earned, strict=True)
        if minor
    ]


def apply_credits(lines: Sequence[ChargeLine], grants: Sequence[Grant]) -> list[ChargeLine]:
    """The same lines, the oldest day first, with what their payers' credits pay of them."""
    mine: dict[tuple[UUID, str], list[Grant]] = {}
    for grant in grants:
        mine.setdefault((grant.organisation_id, grant.currency), []).append(grant)
    left = {grant.id: grant.left_minor for grant in grants}
    in_order = sorted(lines, key=lambda x: (x.charge.charged_on, *x.charge.key))
    return [
        line._replace(
            credits=spend(
                line.net_minor,
                line.charge.charged_on,
                mine.get((line.payer_id, line.charge.currency), ()),
                left,
            )
        )
        for line in in_order
    ]


def row_of(line: ChargeLine) -> tuple[Any, ...]:
    """Values in the order of `COLUMNS`."""
    charge, net, credit = line.charge, line.net_minor, line.credit_minor
    return (
        charge.reference,
        line.payer_id,
        charge.organisation_id,
        charge.end_customer,
        charge.end_customer_id,
        charge.charged_on,
        charge.used_from,
        charge.used_to,
        line.month.first_day,
        line.month != Month.of(charge.used_from),
        charge.environment,
        charge.resource,
        charge.quantity,
        charge.unit_price,
        charge.currency,
        line.list_minor,
        line.list_minor - net,
        net,
        credit,
        net - credit,
        line.stream,
        *line.vat,
        charge.source,
    )


def entry_of(line: ChargeLine) -> ledger.Entry:
    """What the payer owes, and what credits cost; the margin of each tier that is paid one.

    VAT comes with the document, at the close of the month (ground rule 25, money rule M6).
    """
    currency = line.charge.currency
    payable, credit = Money(line.payable_minor, currency), Money(line.credit_minor, currency)
    margins = [
        one
        for margin in line.margins
        for one in ledger.move(
            ledger.OPERATOR_MARGINS,
            ledger.earned(margin.organisation_id),
            Money(margin.margin_minor, currency),
        )
    ]
    return ledger.Entry(
        f"charge:{line.charge.organisation_id}:{line.charge.reference}",
        line.month,
        line.charge.used_from,
        (
            *ledger.move(ledger.owed(line.payer_id), ledger.OPERATOR_IAAS, payable),
            *ledger.move(ledger.OPERATOR_CREDITS, ledger.OPERATOR_IAAS, credit),
            *margins,
        ),
    )
