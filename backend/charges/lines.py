"""From charges to the rows and the entries that record them. Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from backend import ledger, network, partners, programmes
from backend.charges import rules
from backend.charges.rules import Charge
from backend.charges.rules_credit import Grant, Use, spend
from backend.charges.rules_price import Piece, Standing, Upstream, cut, price_pieces
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


class Party(NamedTuple):
    """What has to be known of an organisation to charge it."""

    vat_regime: str
    roles: frozenset[str]


class Reign(NamedTuple):
    """From `starts_at` on, until `ends_at` if that is told, this holds for an organisation."""

    starts_at: datetime
    ends_at: datetime | None
    value: Any


class Terms(NamedTuple):
    """What must be known to price any charge of a batch."""

    parties: Mapping[UUID, Party]
    levels: Mapping[UUID, Sequence[Reign]]
    editors: Mapping[UUID, Sequence[Reign]]
    links: Mapping[UUID, Sequence[Reign]]
    """To whoever stood right above, of the charged and of those above them."""
    matrices: Sequence[tuple[datetime, programmes.Matrix]]
    months: Mapping[Month, Month]

    def changes(self, organisation_id: UUID) -> list[datetime]:
        """Every moment from which on another standing may hold."""
        reigns = [
            reign
            for history in (self.levels, self.editors)
            for reign in history.get(organisation_id, ())
        ]
        edges = [reign.starts_at for reign in reigns]
        edges += [reign.ends_at for reign in reigns if reign.ends_at is not None]
        return edges + [starts_at for starts_at, _ in self.matrices]

    def standing(self, organisation_id: UUID, at: datetime) -> Standing:
        """What held for the organisation at a moment (money rule M10: the event's date)."""
        place = bisect_right(self.matrices, at, key=lambda each: each[0]) - 1
        return Standing(
            level=_at(self.levels.get(organisation_id, ()), at),
            is_editor=_at(self.editors.get(organisation_id, ()), at) is not None,
            upstream=self.upstream(organisation_id, at),
            matrix=self.matrices[place][1],
        )

    def upstream(self, organisation_id: UUID, at: datetime) -> tuple[Upstream, ...]:
        """Everybody who stood above, the nearest first.

        Tiers buy and resell up to the first link that the operator bills: who stands below that
        link is invoiced, and all above it are paid their margins (decision 0027).
        """
        tiers: list[Upstream] = []
        mode: programmes.BillingMode = "resale"
        link: network.Parent | None = _at(self.links.get(organisation_id, ()), at)
        while link is not None:
            mode = "commission" if link.billing == "operator" else mode
            tiers.append(Upstream(link.organisation_id, mode))
            link = _at(self.links.get(link.organisation_id, ()), at)
        return tuple(tiers)


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
    bounds = cut(charge.used_from, charge.used_to, terms.changes(consumer))
    first = terms.standing(consumer, charge.used_from)
    stretches = [
        (start, end, terms.standing(consumer, start)._replace(upstream=first.upstream))
        for start, end in bounds
    ]
    list_minor = rules.list_minor(charge.quantity, charge.unit_price, charge.currency)
    pieces = price_pieces(list_minor, charge.environment, stretches)
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
        margins=_margins(chain[first.resold :], pieces, first.matrix.wholesaler_points_bp, terms),
        credits=(),
    )


def _margins(
    chain: Sequence[UUID], pieces: Sequence[Piece], points_bp: int, terms: Terms
) -> list[Margin]:
    """Of each tier above the payer, who is the first of `chain`; who earns nothing has none."""
    earned = [sum(each) for each in zip(*(piece.margins_minor for piece in pieces), strict=True)]
    return [
        Margin(
            tier,
            below,
            points_bp,
            minor,
            partners.vat_on_self_billing(terms.parties[tier].vat_regime),
        )
        for (below, tier), minor in zip(pairwise(chain), earned, strict=True)
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


def _at(reigns: Sequence[Reign], at: datetime) -> Any:
    for reign in reigns:
        if reign.starts_at <= at and (reign.ends_at is None or at < reign.ends_at):
            return reign.value
    return None
