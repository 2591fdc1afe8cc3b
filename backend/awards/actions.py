"""Posting what is owed by a rule: rebates of a quarter, shares of suppliers, one award."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from backend import audit, charges, ledger, partners
from backend.awards import queries
from backend.awards.rules import Award, MonthOpen, Quarter, check_closed, document_type
from backend.awards.rules_rebate import Due
from backend.core import Money, Month, connection, retrying, transaction

COSTS = {
    "rebate": ledger.OPERATOR_REBATES,
    "supplier_share": ledger.OPERATOR_SUPPLIERS,
    "co_marketing": ledger.OPERATOR_CO_MARKETING,
}


class PostedRebates(NamedTuple):
    """`due` is all that the quarter comes to; `new` counts what this call posted of it."""

    quarter: Quarter
    due: list[Due]
    new: int


async def give(award: Award, *, now: datetime, actor: str) -> UUID:
    """The organisation is owed the award: it is in the books, and on the statement of the first
    open month. Inside an open transaction, which also keeps what it is for.

    A rebate lowers what the organisation owes for infrastructure, with the operator's VAT; the
    others are self-billed, as a share of sales is. A reference is given once (PostgreSQL).
    """
    kind, of, amount = award.kind, award.organisation_id, award.amount
    regime = (await partners.read_organisation(of)).vat_regime
    owed = kind == "rebate"
    vat = charges.vat_on_infrastructure(regime) if owed else partners.vat_on_self_billing(regime)
    month = await ledger.open_month(Month.of(now))
    made: UUID = await connection().fetchval(
        "INSERT INTO awards.award (kind, reference, organisation_id, currency, amount_minor, "
        "month, from_on, to_on, contract_number, document_type, subject, vat_category, "
        "vat_rate_bp, actor, awarded_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id",
        kind, award.reference, of, amount.currency, amount.amount_minor, month.first_day,
        award.from_on, award.to_on, award.contract_number,
        document_type(kind, amount.amount_minor), award.subject, *vat, actor, now,
    )  # fmt: skip
    place = ledger.owed(of) if owed else ledger.earned(of)
    await ledger.post(
        f"award:{award.reference}",
        *ledger.move(COSTS[kind], place, amount),
        month=month,
        effective_at=now,
    )
    after = {"kind": kind, "reference": award.reference, "amount": amount, "month": str(month)}
    await audit.write(of, actor, "give_award", f"award:{made}", None, after)
    return made


async def post_rebates(quarter: Quarter, *, now: datetime, actor: str) -> PostedRebates:
    """Every partner that held the benefit has its rebate of the quarter, once (money rule k).

    Again, it posts what refunds have taken back since, and else nothing: the whole rebate on what
    is left, less what was posted (M5). Past lines never change.

    Raises:
        QuarterOpen: more may still be invoiced in it.
    """
    return await retrying(lambda: _post_rebates(quarter, now, actor))


async def _post_rebates(quarter: Quarter, now: datetime, actor: str) -> PostedRebates:
    async with transaction():
        await _take_turn(f"rebates:{quarter}")
        check_closed(quarter, await ledger.closed_through())
        found = await queries.rebates_due(quarter)
        new = [due for due in found if due.is_new]
        for due in new:
            await _post_rebate(quarter, due, now, actor)
        if new:
            after = {"partners": len(new)}
            await audit.write(None, actor, "post_rebates", f"quarter:{quarter}", None, after)
    return PostedRebates(quarter, found, len(new))


async def _post_rebate(quarter: Quarter, due: Due, now: datetime, actor: str) -> None:
    of, currency = due.turnover.organisation_id, due.turnover.currency
    number = 1 if due.posted is None else due.posted.number + 1
    award_id = None
    if due.amount_minor:
        award = Award(
            kind="rebate",
            reference=f"rebate:{quarter}:{currency}:{of}:{number}",
            organisation_id=of,
            amount=Money(due.amount_minor, currency),
            from_on=quarter.first_day,
            to_on=quarter.last_day,
            subject=str(quarter),
            contract_number=due.turnover.contract_number,
        )
        award_id = await give(award, now=now, actor=actor)
    table = due.table.id if due.posted is None else due.posted.tier_table_id
    await connection().execute(
        "INSERT INTO awards.rebate VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        of, quarter.first_day, currency, number, table, due.turnover.turnover_minor,
        due.rebate_minor, due.amount_minor, award_id, now,
    )  # fmt: skip


async def post_supplier_shares(month: Month, *, now: datetime, actor: str) -> int:
    """Each supplier has its share of a closed month's revenue of its pool, once (money rule n).

    Answers how many shares were new. What was posted for a contract and a month is never changed:
    refunds count in the month in which they were made.

    Raises:
        MonthOpen: more may still be used of the pool in it.
    """
    return await retrying(lambda: _post_shares(month, now, actor))


async def _post_shares(month: Month, now: datetime, actor: str) -> int:
    async with transaction():
        await _take_turn(f"supplier_shares:{month}")
        if not await queries.is_closed(month):
            raise MonthOpen(f"Close {month} first: until then its pools may earn more.")
        pools = await queries.pools_in(month)
        for pool in pools:
            await _post_share(month, pool, now, actor)
    return len(pools)


async def _post_share(month: Month, pool: queries.Pool, now: datetime, actor: str) -> None:
    share = partners.supplier_share(Money(pool.revenue_minor, pool.currency), pool.rate_bp)
    award_id = None
    if share.amount_minor:
        award = Award(
            kind="supplier_share",
            reference=f"supplier_share:{month}:{pool.currency}:{pool.contract_id}"
            f":{pool.valid_from}",
            organisation_id=pool.organisation_id,
            amount=share,
            from_on=month.first_day,
            to_on=month.last_day,
            subject=pool.base,
            contract_number=pool.contract_reference,
        )
        award_id = await give(award, now=now, actor=actor)
    await connection().execute(
        "INSERT INTO awards.supplier_share VALUES "
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        pool.contract_id, pool.valid_from, month.first_day, pool.currency, pool.organisation_id,
        pool.contract_reference, pool.base, pool.rate_bp, pool.revenue_minor, share.amount_minor,
        award_id, now,
    )  # fmt: skip


async def _take_turn(what: str) -> None:
    """Whoever posts the same waits, and then finds it posted."""
    await connection().execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"awards:{what}"
    )
