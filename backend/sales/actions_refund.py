"""Taking back a sale, whole or in part: one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from backend import audit, ledger
from backend.core import Money, Month, connection, transaction
from backend.sales.actions import NAMES
from backend.sales.lines import COLUMNS, second_reference
from backend.sales.rules import RefundTooLarge, SaleConflict, SaleUnknown
from backend.sales.rules_share import OwnerPart, Rates, share_of_refund, share_refund_jointly

ARRAYS = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(COLUMNS.values(), 3))
INSERT = f"""
    INSERT INTO sales.sale_line (kind, recorded_at, original_id, {NAMES})
    SELECT 'refund', $1, * FROM unnest($2::bigint[], {ARRAYS}) AS s (original_id, {NAMES})
    ORDER BY original_id
"""  # noqa: S608  (names of our own columns)


async def refund_sale(
    original_reference: str,
    refund: Money,
    *,
    reference: str,
    refunded_at: datetime,
    now: datetime,
    actor: str,
) -> bool:
    """Take back `refund` (net, above zero) of a sale on the day it happens; answers whether new.

    Cumulative shares (money rules M4, M5, f1-f4): the last refund returns the last cent. It is
    posted into the month of `refunded_at`, or the first open one after it. Where the clock of
    `refunded_at` is behind the sale's, it happens with the sale. Of a joint offer it comes off both
    owners' lines, whichever of them is named.

    Raises:
        SaleUnknown: no sale has this reference.
        RefundTooLarge: more than what is left of it.
        SaleConflict: `reference` is a refund of something else.
    """
    asked = [Asked(original_reference, refund, reference)]
    return await refund_together(asked, refunded_at=refunded_at, now=now, actor=actor)


class Asked(NamedTuple):
    """`refund` (net, above zero) of the sale named `of`, under its own `reference`."""

    of: str
    refund: Money
    reference: str


async def refund_together(
    asked: Sequence[Asked], *, refunded_at: datetime, now: datetime, actor: str
) -> bool:
    """As `refund_sale`, of all parts of one order at once: all of them or none.

    Raises:
        SaleUnknown, RefundTooLarge, SaleConflict: as for `refund_sale`.
    """
    async with transaction():
        entries: list[ledger.Entry] = []
        told: list[tuple[UUID, Asked]] = []
        # In one order everywhere, as refunds of one sale wait for each other.
        for one in sorted(asked):
            lines = await _lock_sale(one.of)
            if await _is_refunded(lines[0], one):
                continue
            at = max(refunded_at, lines[0]["sold_at"])
            month = await ledger.open_month(Month.of(at))
            taken = _take(lines, one.refund.amount_minor, one.reference)
            await _write_lines(taken, one.refund.amount_minor, one.reference, month, at, now)
            entries += [_entry(each, month, at) for each in taken]
            told += [(line["organisation_id"], one) for line in lines]
        if entries:
            await ledger.post_entries(entries)
        for owner, one in sorted(told, key=lambda each: each[0]):
            after = {"refund": one.refund, "of": one.of}
            await audit.write(owner, actor, "refund_sale", f"sale:{one.reference}", None, after)
    return bool(entries)


async def _is_refunded(sale: Any, one: Asked) -> bool:
    """Whether this very refund is recorded already.

    Raises:
        SaleConflict, RefundTooLarge: it is another one, or more than what is left.
    """
    before = await _refund_named(one.reference)
    if before is not None:
        if (before["sale"], -before["net_minor"]) != (sale["sale"], one.refund.amount_minor):
            raise SaleConflict(f"{one.reference} is the reference of another refund.")
        return True
    left = Money(sale["left_minor"], sale["currency"])
    if sale["bundle_reference"] is not None and one.refund != left:
        raise RefundTooLarge(f"{one.of} is part of an order: refund the order, whole.")
    if one.refund.currency != left.currency or not 0 < one.refund.amount_minor <= left.amount_minor:
        raise RefundTooLarge(f"{left} of {one.of} can be refunded, not {one.refund}.")
    return False


class Taken(NamedTuple):
    """What a refund takes back of one line of its sale."""

    line: Any
    reference: str
    part: OwnerPart


async def _lock_sale(reference: str) -> list[Any]:
    """The line of the sale, or of each owner, with what is left of the whole of it.

    Refunds of one sale take turns from here on.
    """
    named = await connection().fetchval(
        "SELECT coalesce(joint_reference, reference) FROM sales.sale_line "
        "WHERE (reference = $1 OR joint_reference = $1) AND kind = 'sale' LIMIT 1",
        reference,
    )
    if named is None:
        raise SaleUnknown(f"No sale has the reference {reference!r}.")
    await connection().execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"refund:{named}"
    )
    return await connection().fetch(
        """
        SELECT s.*, $1 AS sale, coalesce(s.joint_net_minor, s.net_minor) AS whole_minor,
               coalesce(s.joint_net_minor, s.net_minor) + coalesce(r.net_minor, 0) AS left_minor,
               j.first_bp, j.second_bp, j.second_id IS NOT DISTINCT FROM s.organisation_id AS second
        FROM sales.sale_line s LEFT JOIN catalogue.joint_offer j ON j.id = s.joint_offer_id,
             LATERAL (SELECT sum(l.net_minor)::bigint AS net_minor
                      FROM sales.sale_line o JOIN sales.sale_line l ON l.original_id = o.id
                      WHERE o.kind = 'sale' AND (o.id = s.id OR o.joint_reference = $1)) AS r
        WHERE s.kind = 'sale' AND (s.reference = $1 OR s.joint_reference = $1)
        ORDER BY s.id
        """,
        named,
    )


async def _refund_named(reference: str) -> Any:
    """The refund, or whatever else has one of the names that its lines would have."""
    return await connection().fetchrow(
        "SELECT coalesce(o.joint_reference, o.reference) AS sale, "
        "coalesce(l.joint_net_minor, l.net_minor) AS net_minor FROM sales.sale_line l "
        "LEFT JOIN sales.sale_line o ON o.id = l.original_id "
        "WHERE l.reference = $1 OR l.joint_reference = $1 LIMIT 1",
        reference,
    )


def _take(lines: Sequence[Any], refund_minor: int, reference: str) -> list[Taken]:
    sale = lines[0]
    rates = Rates(sale["partner_bp"], 0, sale["operator_bp"])
    before = sale["whole_minor"] - sale["left_minor"]
    if sale["bundle_reference"] is not None:
        # A part of an order goes back whole (M4), with the VAT that it has of the order's.
        whole = OwnerPart(-sale["vat_minor"], -sale["partner_minor"], -sale["operator_minor"])
        return [Taken(sale, reference, whole)]
    if sale["joint_offer_id"] is None:
        taken = share_of_refund(
            refund_minor,
            refunded_before_minor=before,
            rates=rates,
            vat_rate_bp=sale["vat_rate_bp"],
        )
        alone = OwnerPart(taken.vat_minor, taken.parts.partner_minor, taken.parts.operator_minor)
        return [Taken(sale, reference, alone)]
    first, second = share_refund_jointly(
        refund_minor,
        refunded_before_minor=before,
        rates=rates,
        vat_rate_bp=sale["vat_rate_bp"],
        owners=(sale["first_bp"], sale["second_bp"]),
    )
    each = [
        Taken(line, second_reference(reference), second)
        if line["second"]
        else Taken(line, reference, first)
        for line in lines
    ]
    return [one for one in each if any(one.part)]


async def _write_lines(
    taken: Sequence[Taken],
    refund_minor: int,
    reference: str,
    month: Month,
    at: datetime,
    now: datetime,
) -> None:
    """In one statement: PostgreSQL looks at the lines of both owners together."""
    rows = []
    for line, own_reference, part in taken:
        is_joint = line["joint_offer_id"] is not None
        own = {
            "reference": own_reference,
            "sold_at": at,
            "month": month.first_day,
            "is_late": month != Month.of(at),
            "net_minor": part.net_minor,
            "vat_minor": part.vat_minor,
            "partner_minor": part.partner_minor,
            "operator_minor": part.operator_minor,
            "hold_until": at,
            "joint_reference": reference if is_joint else None,
            "joint_net_minor": -refund_minor if is_joint else None,
        }
        copied = {name: line[name] for name in COLUMNS}
        rows.append((line["id"], *({**copied, **own}[name] for name in COLUMNS)))
    try:
        await connection().execute(INSERT, now, *map(list, zip(*rows, strict=True)))
    except asyncpg.UniqueViolationError as error:
        raise SaleConflict(
            f"{reference} was just taken by another sale or refund; use a new reference."
        ) from error


def _entry(taken: Taken, month: Month, refunded_at: datetime) -> ledger.Entry:
    line, part = taken.line, taken.part
    cash = ledger.OPERATOR_BANK if line["collected_in"] == "bank" else ledger.OPERATOR_STRIPE
    currency = line["currency"]
    lines = (
        *ledger.move(
            cash, ledger.earned(line["organisation_id"]), Money(part.partner_minor, currency)
        ),
        *ledger.move(cash, ledger.OPERATOR_REVENUE, Money(part.operator_minor, currency)),
        *ledger.move(cash, ledger.OPERATOR_VAT, Money(part.vat_minor, currency)),
    )
    return ledger.Entry(f"refund:{taken.reference}", month, refunded_at, lines)
