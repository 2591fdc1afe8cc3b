"""Announcing price floors, and withdrawing what was announced before it begins."""

from datetime import datetime
from uuid import UUID

from asyncpg import Record

from backend import audit
from backend.core import connection, fetch_row, transaction
from backend.programmes.actions_benefit import insert_rule
from backend.programmes.rules_benefit import (
    RuleBegan,
    RuleKind,
    RuleUnknown,
    RuleWithdrawn,
    check_beginning,
)
from backend.programmes.rules_floor import Pool, check_floor


async def announce_price_floor(
    pool: Pool, *, valid_from: datetime, note: str = "", now: datetime, actor: str
) -> UUID:
    """From `valid_from` on no line of the resource is priced below its floor (money rule l);
    earlier lines keep their price. One above list price raises an alarm: the grid is to be revised.

    Raises:
        BadFloor: nothing was observed.
        BenefitTooLate: it would begin in the past.
        BenefitTaken: another floor of the resource begins at that very moment.
    """
    check_floor(pool)
    check_beginning(valid_from, now)
    async with transaction():
        floor_id = await insert_rule(
            "INSERT INTO programmes.price_floor (pool, resource, currency, cost_minor, units, "
            "planned_bp, observed_bp, basis, markup_bp, decimals, floor_price, valid_from, note, "
            "actor, recorded_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) "
            "RETURNING id",
            pool.name, pool.resource, pool.currency, pool.cost_minor, pool.units, pool.planned_bp,
            pool.observed_bp, pool.basis, pool.markup_bp, pool.decimals, pool.floor_price,
            valid_from, note, actor, now,
        )  # fmt: skip
        after = {
            "resource": pool.resource,
            "currency": pool.currency,
            "floor_price": str(pool.floor_price),
            "basis": pool.basis,
            "valid_from": valid_from,
            "note": note,
        }
        subject = f"price_floor:{floor_id}"
        await audit.write(None, actor, "announce_price_floor", subject, None, after)
        if pool.is_above_list:
            await audit.raise_alarm(subject, "grid_below_cost", _revise(pool, valid_from), now)
    return floor_id


def _revise(pool: Pool, valid_from: datetime) -> str:
    """Money rule l: discounts are frozen, alert «revise the grid»."""
    return (
        f"A unit of {pool.resource} costs {pool.floor_price} {pool.currency}, above its list price "
        f"of {pool.list_price}: from {valid_from:%Y-%m-%d} on discounts on it are frozen. Revise "
        "the grid: raise its list price or lower its cost, then announce another floor."
    )


async def withdraw_rule(
    kind: RuleKind, rule_id: UUID, reason: str, *, now: datetime, actor: str
) -> None:
    """The announced rule will not begin; it stays readable with the reason. Of two who withdraw it
    at the same time one does, the other is told so.

    Raises:
        RuleUnknown, RuleBegan, RuleWithdrawn: there is nothing to withdraw.
    """
    async with transaction():
        row = await fetch_row(
            f"SELECT valid_from, withdrawn_at FROM programmes.{kind} WHERE id = $1 FOR UPDATE",  # noqa: S608  (one of `RuleKind`)
            rule_id,
        )
        check_withdrawal(row, now)
        await connection().execute(
            f"UPDATE programmes.{kind} SET withdrawn_at = $2, withdrawn_by = $3, "  # noqa: S608
            "withdrawn_reason = $4 WHERE id = $1",
            rule_id, now, actor, reason,
        )  # fmt: skip
        after = {"withdrawn_at": now, "reason": reason}
        await audit.write(None, actor, f"withdraw_{kind}", f"{kind}:{rule_id}", None, after)


def check_withdrawal(row: Record | None, now: datetime) -> None:
    """Raises: RuleUnknown, RuleBegan, RuleWithdrawn."""
    if row is None:
        raise RuleUnknown("No announced rule has this id.")
    if row["withdrawn_at"] is not None:
        raise RuleWithdrawn("Somebody withdrew it before: nothing is left to do.")
    if row["valid_from"] <= now:
        raise RuleBegan("It has begun, and priced what was used since: announce a later one.")
