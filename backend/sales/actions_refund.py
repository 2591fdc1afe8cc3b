"""Taking back a sale, whole or in part: one transaction."""

from datetime import datetime
from typing import Any

import asyncpg

from backend import audit, ledger
from backend.core import Money, Month, connection, transaction
from backend.sales.actions import NAMES
from backend.sales.lines import COLUMNS
from backend.sales.rules import RefundTooLarge, SaleConflict, SaleUnknown
from backend.sales.rules_share import Rates, Refunded, share_of_refund


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
    `refunded_at` is behind the sale's, it happens with the sale.

    Raises:
        SaleUnknown: no sale has this reference.
        RefundTooLarge: more than what is left of it.
        SaleConflict: `reference` is a refund of something else.
    """
    async with transaction():
        sale = await _lock_sale(original_reference)
        before = await _refund_named(reference)
        if before is not None:
            if (before["original_id"], -before["net_minor"]) != (sale["id"], refund.amount_minor):
                raise SaleConflict(f"{reference} is the reference of another refund.")
            return False
        left = Money(sale["left_minor"], sale["currency"])
        if refund.currency != left.currency or not 0 < refund.amount_minor <= left.amount_minor:
            raise RefundTooLarge(f"{left} of {original_reference} can be refunded, not {refund}.")
        at = max(refunded_at, sale["sold_at"])
        month = await ledger.open_month(Month.of(at))
        taken = share_of_refund(
            refund.amount_minor,
            refunded_before_minor=sale["net_minor"] - sale["left_minor"],
            rates=Rates(sale["partner_bp"], 0, sale["operator_bp"]),
            vat_rate_bp=sale["vat_rate_bp"],
        )
        await _write_line(sale, taken, reference, month, at, now)
        await _post(sale, taken, reference, month, at)
        after = {"refund": refund, "of": original_reference}
        subject = f"sale:{reference}"
        await audit.write(sale["organisation_id"], actor, "refund_sale", subject, None, after)
    return True


async def _lock_sale(reference: str) -> Any:
    """The sale with what is left of it; refunds of one sale take turns from here on."""
    await connection().execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"refund:{reference}"
    )
    sale = await connection().fetchrow(
        """
        SELECT s.*, s.net_minor + coalesce(r.net_minor, 0) AS left_minor
        FROM sales.sale_line s,
             LATERAL (SELECT sum(net_minor)::bigint AS net_minor FROM sales.sale_line
                      WHERE original_id = s.id) AS r
        WHERE s.reference = $1 AND s.kind = 'sale'
        """,
        reference,
    )
    if sale is None:
        raise SaleUnknown(f"No sale has the reference {reference!r}.")
    return sale


async def _refund_named(reference: str) -> Any:
    return await connection().fetchrow(
        "SELECT original_id, net_minor FROM sales.sale_line WHERE reference = $1", reference
    )


async def _write_line(
    sale: Any, taken: Refunded, reference: str, month: Month, at: datetime, now: datetime
) -> None:
    copied = {name: sale[name] for name in COLUMNS}
    own = {
        "reference": reference,
        "sold_at": at,
        "month": month.first_day,
        "is_late": month != Month.of(at),
        "net_minor": taken.net_minor,
        "vat_minor": taken.vat_minor,
        "partner_minor": taken.parts.partner_minor,
        "operator_minor": taken.parts.operator_minor,
        "hold_until": at,
    }
    values = ", ".join(f"${i}" for i in range(3, len(COLUMNS) + 3))
    try:
        await connection().execute(
            f"INSERT INTO sales.sale_line (kind, original_id, recorded_at, {NAMES}) "  # noqa: S608
            f"VALUES ('refund', $1, $2, {values})",
            sale["id"],
            now,
            *({**copied, **own}[name] for name in COLUMNS),
        )
    except asyncpg.UniqueViolationError as error:
        raise SaleConflict(
            f"{reference} was just taken by another sale or refund; use a new reference."
        ) from error


async def _post(
    sale: Any, taken: Refunded, reference: str, month: Month, refunded_at: datetime
) -> None:
    cash = ledger.OPERATOR_BANK if sale["collected_in"] == "bank" else ledger.OPERATOR_STRIPE
    currency = sale["currency"]
    await ledger.post(
        f"refund:{reference}",
        *ledger.move(
            cash, ledger.earned(sale["organisation_id"]), Money(taken.parts.partner_minor, currency)
        ),
        *ledger.move(cash, ledger.OPERATOR_REVENUE, Money(taken.parts.operator_minor, currency)),
        *ledger.move(cash, ledger.OPERATOR_VAT, Money(taken.vat_minor, currency)),
        month=month,
        effective_at=refunded_at,
    )
