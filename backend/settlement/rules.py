"""When a month may be closed, and what a statement comes to. Pure: no database, no clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from backend.core import Month, Problem, at_rate, exponent_of

MINIMUM_HUNDREDTHS = 2500
"""The smallest payout where no setting says otherwise: 25.00 (money rule p)."""


Phase = Literal["asked", "waiting", "drawing", "writing", "posting", "sealing"]
"""How far a closing is: asked for; waits for postings under way; adds up what was sold; writes
statements; posts them; seals the month."""


class MonthStillOpen(Problem):
    code = "month-still-open"
    title = "The month is not over"


class MonthSkipped(Problem):
    code = "month-skipped"
    title = "An older month is still open"


class NothingToClose(Problem):
    code = "nothing-to-close"
    title = "No sale has been recorded for this month or an older one"


class OlderMonth(Problem):
    code = "older-month"
    title = "A later month is already closed"


class StatementUnknown(Problem):
    status = 404
    code = "statement-unknown"
    title = "There is no such statement"


class ClosingUnknown(Problem):
    status = 404
    code = "closing-unknown"
    title = "Nobody asked to close this month"


class Settled(NamedTuple):
    """`due_minor` is paid out; `closing_minor` is carried to the next statement."""

    due_minor: int
    closing_minor: int


class SetOff(NamedTuple):
    """Two invoices, one payment: what is paid to the partner, and what it still owes."""

    payout_minor: int
    owed_minor: int


class Earnings(NamedTuple):
    """What one partner earned in one month and currency at one VAT category and rate."""

    organisation_id: UUID
    currency: str
    vat_category: str
    vat_rate_bp: int
    sales_minor: int
    refunds_minor: int
    net_minor: int
    operator_minor: int
    line_count: int
    hold_until: datetime | None
    margins_minor: int = 0
    """Of what sub-resellers paid the operator: a wholesaler's (money rule e)."""
    awards_minor: int = 0
    """A supplier's share, co-marketing: self-billed too (money rules n, p)."""

    @property
    def share_minor(self) -> int:
        return self.sales_minor + self.refunds_minor + self.margins_minor + self.awards_minor


class Owed(NamedTuple):
    """What one organisation used of the infrastructure in one month and currency, after credits,
    at one VAT category and rate; below zero where refunds were more.
    """

    organisation_id: UUID
    currency: str
    vat_category: str
    vat_rate_bp: int
    charges_minor: int
    charge_count: int


class Rebated(NamedTuple):
    """Rebates on turnover given to one organisation in one month and currency, at one VAT category
    and rate: a credit note of the operator's (money rule k); below zero where it takes some back.
    """

    organisation_id: UUID
    currency: str
    vat_category: str
    vat_rate_bp: int
    rebates_minor: int


class Received(NamedTuple):
    """What one organisation paid the operator of what it owes, in one month and currency; below
    zero where payments bounced.
    """

    organisation_id: UUID
    currency: str
    receipts_minor: int


class Carried(NamedTuple):
    """What the statement before left unpaid, and the end of its hold."""

    closing_minor: int
    hold_until: datetime | None


NOTHING = Carried(0, None)


class VatPart(NamedTuple):
    category: str
    rate_bp: int
    base_minor: int
    vat_minor: int


class Statement(NamedTuple):
    """opening + sales + refunds + margins + awards + VAT - charges - VAT on charges + rebates
    + VAT on rebates + receipts = due + closing, and closing is the next opening (money rules d, k,
    M9).
    """

    organisation_id: UUID
    currency: str
    opening_minor: int
    sales_minor: int
    refunds_minor: int
    vat_minor: int
    due_minor: int
    closing_minor: int
    net_minor: int
    operator_minor: int
    line_count: int
    hold_until: datetime | None
    margins_minor: int
    charges_minor: int
    charges_vat_minor: int
    charge_count: int
    awards_minor: int
    rebates_minor: int
    rebates_vat_minor: int
    receipts_minor: int
    vat: tuple[VatPart, ...]
    charges_vat: tuple[VatPart, ...]
    rebates_vat: tuple[VatPart, ...]

    @property
    def share_minor(self) -> int:
        """The partner's part of the month before VAT: what leaves `earned`."""
        return self.sales_minor + self.refunds_minor + self.margins_minor + self.awards_minor

    @property
    def owed_minor(self) -> int:
        """The operator's invoice of the month less its rebates, VAT included, and less what was
        paid meanwhile: what is set off.
        """
        invoiced = self.charges_minor + self.charges_vat_minor
        return invoiced - self.rebates_minor - self.rebates_vat_minor - self.receipts_minor


def check_over(month: Month, now: datetime) -> None:
    """Raises MonthStillOpen before the first instant of the next month on the local calendar."""
    if now < month.end:
        raise MonthStillOpen(
            f"{month} ends at {month.end:%Y-%m-%d %H:%M} UTC (midnight in Paris); close it then."
        )


def settle(opening_minor: int, earned_minor: int, minimum_minor: int) -> Settled:
    """Pay all, or carry all when it is negative or below the minimum (money rules d, f3).

    `earned_minor` includes VAT, less what is owed. `settle(8400, -12400, 2500)` carries -40.00.
    """
    total = opening_minor + earned_minor
    if total < max(minimum_minor, 1):
        return Settled(0, total)
    return Settled(total, 0)


def set_off(share_minor: int, iaas_minor: int) -> SetOff:
    """Pay the partner's self-billed share less its infrastructure invoice (money rule d).

    Both include VAT; turnover, VAT and books stay gross.
    """
    net = share_minor - iaas_minor
    return SetOff(max(net, 0), max(-net, 0))


def minimum_of(currency: str, minimum_hundredths: int) -> int:
    """The smallest payout in minor units of `currency`: 2500 hundredths are 25.00, or 25 JPY."""
    smallest = minimum_hundredths
    for _ in range(exponent_of(currency)):
        smallest *= 10
    return smallest // 100


def draw_statements(
    earnings: Iterable[Earnings],
    carried: Mapping[tuple[UUID, str], Carried],
    minimum_hundredths: int,
    charges: Iterable[Owed] = (),
    rebates: Iterable[Rebated] = (),
    receipts: Iterable[Received] = (),
) -> list[Statement]:
    """One statement per organisation and currency that earned, used or carries something.

    VAT once per document, category and rate: the partner's self-billed invoice is one, the
    operator's for infrastructure another, its credit note for rebates a third, and all are paid by
    one payment (ground rule 25, money rules d, k, M6).
    """
    earned: dict[tuple[UUID, str], list[Earnings]] = {key: [] for key in carried}
    used: dict[tuple[UUID, str], list[Owed]] = {}
    for earning in earnings:
        earned.setdefault((earning.organisation_id, earning.currency), []).append(earning)
    for charge in charges:
        key = (charge.organisation_id, charge.currency)
        earned.setdefault(key, [])
        used.setdefault(key, []).append(charge)
    given: dict[tuple[UUID, str], list[Rebated]] = {}
    for rebate in rebates:
        key = (rebate.organisation_id, rebate.currency)
        earned.setdefault(key, [])
        given.setdefault(key, []).append(rebate)
    paid: dict[tuple[UUID, str], int] = {}
    for receipt in receipts:
        key = (receipt.organisation_id, receipt.currency)
        earned.setdefault(key, [])
        paid[key] = paid.get(key, 0) + receipt.receipts_minor
    return [
        _draw(
            key,
            group,
            used.get(key, []),
            given.get(key, []),
            paid.get(key, 0),
            carried.get(key, NOTHING),
            minimum_of(key[1], minimum_hundredths),
        )
        for key, group in earned.items()
    ]


def _draw(
    key: tuple[UUID, str],
    group: list[Earnings],
    used: list[Owed],
    given: list[Rebated],
    paid_minor: int,
    carried: Carried,
    minimum_minor: int,
) -> Statement:
    vat = _vat((e.vat_category, e.vat_rate_bp, e.share_minor) for e in group)
    charges_vat = _vat((u.vat_category, u.vat_rate_bp, u.charges_minor) for u in used)
    rebates_vat = _vat((r.vat_category, r.vat_rate_bp, r.rebates_minor) for r in given)
    holds = [carried.hold_until, *(e.hold_until for e in group)]
    drawn = Statement(
        organisation_id=key[0],
        currency=key[1],
        opening_minor=carried.closing_minor,
        sales_minor=sum(e.sales_minor for e in group),
        refunds_minor=sum(e.refunds_minor for e in group),
        vat_minor=sum(part.vat_minor for part in vat),
        due_minor=0,
        closing_minor=0,
        net_minor=sum(e.net_minor for e in group),
        operator_minor=sum(e.operator_minor for e in group),
        line_count=sum(e.line_count for e in group),
        hold_until=max(filter(None, holds), default=None),
        margins_minor=sum(e.margins_minor for e in group),
        charges_minor=sum(u.charges_minor for u in used),
        charges_vat_minor=sum(part.vat_minor for part in charges_vat),
        charge_count=sum(u.charge_count for u in used),
        awards_minor=sum(e.awards_minor for e in group),
        rebates_minor=sum(r.rebates_minor for r in given),
        rebates_vat_minor=sum(part.vat_minor for part in rebates_vat),
        receipts_minor=paid_minor,
        vat=vat,
        charges_vat=charges_vat,
        rebates_vat=rebates_vat,
    )
    earned_minor = drawn.share_minor + drawn.vat_minor - drawn.owed_minor
    settled = settle(carried.closing_minor, earned_minor, minimum_minor)
    return drawn._replace(due_minor=settled.due_minor, closing_minor=settled.closing_minor)


def _vat(bases: Iterable[tuple[str, int, int]]) -> tuple[VatPart, ...]:
    """Of one document: summed by category and rate, and each sum rounded once (M6)."""
    sums: dict[tuple[str, int], int] = {}
    for category, rate_bp, base_minor in bases:
        sums[category, rate_bp] = sums.get((category, rate_bp), 0) + base_minor
    return tuple(
        VatPart(category, rate_bp, base, at_rate(base, rate_bp))
        for (category, rate_bp), base in sums.items()
    )
