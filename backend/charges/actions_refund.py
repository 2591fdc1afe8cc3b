"""Taking back a charge, whole or in part: one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from backend import audit, ledger
from backend.charges.actions import TURN, USES
from backend.charges.rules import ChargeConflict, ChargeUnknown, RefundTooLarge
from backend.charges.rules_credit import Use, give_back, of_refund
from backend.core import PARIS, Money, Month, connection, transaction

INSERT = """
    INSERT INTO charges.charge_line (kind, original_id, reference, organisation_id, consumer_id,
      end_customer, end_customer_id, charged_on, used_from, used_to, month, is_late, environment,
      resource, currency, list_minor, discount_minor, net_minor, credit_minor, payable_minor,
      stream_code, vat_category, vat_rate_bp, source, recorded_at)
    SELECT 'refund', id, $2, organisation_id, consumer_id, end_customer, end_customer_id, $3,
      used_from, used_to, $4, $5, environment, resource, currency,
      $6, $6::bigint - $7::bigint, $7, $8, $7::bigint - $8::bigint,
      stream_code, vat_category, vat_rate_bp, source, $9
    FROM charges.charge_line WHERE id = $1 RETURNING id
"""


MARGINS = """
    SELECT organisation_id, margin_minor FROM charges.margin WHERE line_id = $1 ORDER BY id
"""
TAKE_BACK = """
    INSERT INTO charges.margin (line_id, month, margin_minor, reference, charged_on,
      organisation_id, below_id, consumer_id, reseller, environment, currency, points_bp,
      vat_category, vat_rate_bp)
    SELECT $1, $2, $3, $4, $5, organisation_id, below_id, consumer_id, reseller, environment,
      currency, points_bp, vat_category, vat_rate_bp
    FROM charges.margin WHERE line_id = $6 AND organisation_id = $7
"""


class Parts(NamedTuple):
    """What belongs to a part of a charge's net amount: minor units, zero or more. `margins_minor`
    by who earned it."""

    list_minor: int
    credit_minor: int
    margins_minor: dict[UUID, int]


async def refund_charge(
    charge_id: int, refund: Money, *, reference: str, now: datetime, actor: str
) -> bool:
    """Take back `refund` (net of discounts, above zero) of a charge today; answers whether new.

    Credit that paid of it goes back where it came from, in proportion, if that is unexpired today,
    and is lost otherwise (money rule j); the rest is owed no more; the margins of all tiers go with
    it. Cumulative (money rule M5): the last refund takes back the last cent.

    Raises:
        ChargeUnknown: no charge has this id.
        RefundTooLarge: more than what is left of it.
        ChargeConflict: `reference` is taken by something else.
    """
    async with transaction():
        await connection().execute("SELECT pg_advisory_xact_lock($1)", TURN)
        charge = await _charge(charge_id)
        before = await _named(charge["consumer_id"], reference)
        if before is not None:
            if (before["original_id"], -before["net_minor"]) != (charge_id, refund.amount_minor):
                raise ChargeConflict(f"{reference} is the reference of another charge or refund.")
            return False
        left = Money(charge["left_minor"], charge["currency"])
        if refund.currency != left.currency or not 0 < refund.amount_minor <= left.amount_minor:
            raise RefundTooLarge(f"{left} of the charge can be refunded, not {refund}.")
        line_id, month, parts = await _write(charge, refund, reference, now)
        await _post(charge, refund, reference, parts, month, now)
        subject = f"charge:{charge['consumer_id']}:{reference}"
        after = {"refund": refund, "of": charge["reference"], "line": line_id}
        await audit.write(charge["organisation_id"], actor, "refund_charge", subject, None, after)
    return True


async def _charge(charge_id: int) -> Any:
    row = await connection().fetchrow(
        """
        SELECT c.*, c.currency::text AS currency,
               c.net_minor + (SELECT coalesce(sum(r.net_minor), 0)::bigint
                              FROM charges.charge_line r WHERE r.original_id = c.id) AS left_minor
        FROM charges.charge_line c
        WHERE c.id = $1 AND c.kind = 'charge'
        """,
        charge_id,
    )
    if row is None:
        raise ChargeUnknown(f"No charge has the id {charge_id}.")
    return row


async def _named(consumer_id: Any, reference: str) -> Any:
    return await connection().fetchrow(
        "SELECT original_id, net_minor FROM charges.charge_line "
        "WHERE consumer_id = $1 AND reference = $2",
        consumer_id,
        reference,
    )


async def _write(
    charge: Any, refund: Money, reference: str, now: datetime
) -> tuple[int, Month, Parts]:
    """The refund's line, what its credits do, and what it takes of a margin."""
    today = now.astimezone(PARIS).date()
    month = await ledger.open_month(Month.of(now))
    refunded = charge["net_minor"] - charge["left_minor"]
    margins = await connection().fetch(MARGINS, charge["id"])
    parts = _parts(charge, margins, refunded + refund.amount_minor, refunded)
    uses = await _returned(charge["id"], parts.credit_minor, now)
    try:
        async with transaction():
            line_id: int = await connection().fetchval(
                INSERT, charge["id"], reference, today, month.first_day,
                month != Month.of(now), -parts.list_minor, -refund.amount_minor,
                -parts.credit_minor, now,
            )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise ChargeConflict(f"{reference} was just taken; use a new reference.") from error
    if uses:
        columns = zip(*((line_id, *use) for use in uses), strict=True)
        await connection().execute(USES, *map(list, columns))
    for earner, minor in parts.margins_minor.items():
        await connection().execute(
            TAKE_BACK, line_id, month.first_day, -minor, reference, today, charge["id"], earner
        )
    return line_id, month, parts


def _parts(charge: Any, margins: Sequence[Any], after_minor: int, before_minor: int) -> Parts:
    """Cumulative: what belongs to all refunds after this one, less what did before (M5)."""
    net = charge["net_minor"]

    def of(whole: int) -> int:
        return of_refund(whole, after_minor, net) - of_refund(whole, before_minor, net)

    taken = {row["organisation_id"]: of(row["margin_minor"]) for row in margins}
    return Parts(
        of(charge["list_minor"]),
        of(charge["credit_minor"]),
        {earner: minor for earner, minor in taken.items() if minor},
    )


async def _returned(charge_id: int, credit_minor: int, now: datetime) -> list[Use]:
    if credit_minor == 0:
        return []
    rows = await connection().fetch(
        """
        SELECT u.grant_id, sum(u.amount_minor)::bigint AS held, g.expires_on
        FROM charges.credit_use u
        JOIN charges.charge_line l ON l.id = u.line_id
        JOIN charges.credit_grant g ON g.id = u.grant_id
        WHERE l.id = $1 OR l.original_id = $1
        GROUP BY u.grant_id, g.expires_on
        """,
        charge_id,
    )
    return give_back(credit_minor, [tuple(row) for row in rows], now.astimezone(PARIS).date())


async def _post(
    charge: Any, refund: Money, reference: str, parts: Parts, month: Month, now: datetime
) -> None:
    def money(amount_minor: int) -> Money:
        return Money(amount_minor, refund.currency)

    back = money(refund.amount_minor - parts.credit_minor)
    margins = [
        one
        for earner, minor in parts.margins_minor.items()
        for one in ledger.move(ledger.earned(earner), ledger.OPERATOR_MARGINS, money(minor))
    ]
    await ledger.post(
        f"charge_refund:{charge['consumer_id']}:{reference}",
        *ledger.move(ledger.OPERATOR_IAAS, ledger.owed(charge["organisation_id"]), back),
        *ledger.move(ledger.OPERATOR_IAAS, ledger.OPERATOR_CREDITS, money(parts.credit_minor)),
        *margins,
        month=month,
        effective_at=now,
    )
