"""Joining, moving and leaving. Each function is one transaction."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit, partners
from backend.core import connection, transaction
from backend.network.rules import (
    DEEPEST,
    Billing,
    NetworkCycle,
    NetworkTooDeep,
    NotInNetwork,
    NotNow,
    check_roles,
)


async def join(
    organisation_id: UUID,
    parent_id: UUID,
    billing: Billing,
    *,
    now: datetime,
    actor: str,
    reason: str = "",
) -> None:
    """From `now` on the organisation stands below `parent_id`, billed as `billing` says.

    What it stood below before ends at that moment: charges and margins of earlier moments keep
    whom they found. The same again changes nothing. (Seed rows P-04, D-10; money rule e.)

    Raises:
        OrganisationUnknown: one of the two does not exist.
        NotANetworkRole: one of the two is neither wholesaler nor reseller.
        NetworkCycle: the parent stands below the organisation.
        NetworkTooDeep: more than four organisations below the root of the tree.
        NotNow: its present place begins at `now` or later.
    """
    async with transaction():
        check_roles(await roles_of(parent_id), await roles_of(organisation_id))
        open_row = await _open_row(organisation_id)
        if open_row is not None:
            if (open_row["parent_id"], open_row["billing"]) == (parent_id, billing):
                return
            await _end(organisation_id, open_row, now)
        await _insert(organisation_id, parent_id, billing, now, actor, reason)
        before = None if open_row is None else _said(open_row)
        after = {"parent": parent_id, "billing": billing, "reason": reason}
        await audit.write(
            organisation_id, actor, "join_network", f"organisation:{organisation_id}", before, after
        )


async def end_membership(organisation_id: UUID, *, now: datetime, actor: str, reason: str) -> None:
    """From `now` on nobody stands above the organisation; those below it stay below it.

    Raises:
        NotInNetwork: nobody does.
        NotNow: its place begins at `now` or later.
    """
    async with transaction():
        open_row = await _open_row(organisation_id)
        if open_row is None:
            raise NotInNetwork("It is the root of its own tree, or in none.")
        await _end(organisation_id, open_row, now)
        await audit.write(
            organisation_id,
            actor,
            "leave_network",
            f"organisation:{organisation_id}",
            _said(open_row),
            {"reason": reason},
        )


async def _insert(
    organisation_id: UUID,
    parent_id: UUID,
    billing: Billing,
    now: datetime,
    actor: str,
    reason: str,
) -> None:
    try:
        async with transaction():
            await connection().execute(
                "INSERT INTO network.membership "
                "(organisation_id, parent_id, billing, during, reason, actor, joined_at) "
                "VALUES ($1, $2, $3, tstzrange($4, NULL), $5, $6, $4)",
                organisation_id, parent_id, billing, now, reason, actor,
            )  # fmt: skip
    except asyncpg.CheckViolationError as refusal:
        if refusal.constraint_name in ("no_cycle", "not_above_itself"):
            raise NetworkCycle("Take the upper organisation out of the lower one's tree.") from None
        if refusal.constraint_name == "not_too_deep":
            raise NetworkTooDeep(f"At most {DEEPEST} organisations stand below a root.") from None
        raise
    except asyncpg.ExclusionViolationError:
        raise NotNow("It changed at this very moment or is to change later: look again.") from None


async def _end(organisation_id: UUID, open_row: asyncpg.Record, now: datetime) -> None:
    if now <= open_row["joined_at"]:
        raise NotNow(f"Its place begins at {open_row['joined_at']:%Y-%m-%d %H:%M:%S} UTC.")
    await connection().execute(
        "UPDATE network.membership SET during = tstzrange(lower(during), $2), ended_at = $2 "
        "WHERE organisation_id = $1 AND upper_inf(during)",
        organisation_id, now,
    )  # fmt: skip


async def _open_row(organisation_id: UUID) -> asyncpg.Record | None:
    return await connection().fetchrow(
        "SELECT parent_id, billing, joined_at FROM network.membership "
        "WHERE organisation_id = $1 AND upper_inf(during) FOR UPDATE",
        organisation_id,
    )


async def roles_of(organisation_id: UUID) -> list[str]:
    """The parts that the organisation plays."""
    return list((await partners.organisation_with_roles(organisation_id))["roles"])


def _said(row: asyncpg.Record) -> dict[str, object]:
    return {"parent": row["parent_id"], "billing": row["billing"]}
