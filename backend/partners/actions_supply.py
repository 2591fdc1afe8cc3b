"""Kinds of roles, and contracts of suppliers: what is bought from them, at which cost and share."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit
from backend.core import Money, connection, transaction
from backend.partners.actions import add_role
from backend.partners.rules import OrganisationUnknown
from backend.partners.rules_kinds import (
    ContractEnded,
    ContractTaken,
    ContractUnknown,
    DayTaken,
    Per,
    check_kind,
)


async def add_kind(organisation_id: UUID, role: str, kind: str, *, actor: str) -> None:
    """In this role it is of this kind too, and plays the role; again changes nothing.

    Raises:
        KindUnfit: no organisation is of this kind in this role.
        OrganisationUnknown: no organisation has this id.
    """
    check_kind(role, kind)
    async with transaction():
        try:
            async with transaction():
                await add_role(organisation_id, role, actor=actor)
        except asyncpg.ForeignKeyViolationError:
            raise OrganisationUnknown(f"No organisation has the id {organisation_id}.") from None
        added = await connection().fetchval(
            "INSERT INTO partners.role_kind VALUES ($1, $2, $3) ON CONFLICT DO NOTHING "
            "RETURNING kind",
            organisation_id, role, kind,
        )  # fmt: skip
        if added is not None:
            subject = f"organisation:{organisation_id}"
            after = {"role": role, "kind": kind}
            await audit.write(organisation_id, actor, "add_kind", subject, None, after)


async def sign_supply_contract(
    organisation_id: UUID,
    *,
    kind: str,
    reference: str,
    subject: str,
    starts_on: date,
    ends_on: date | None = None,
    now: datetime,
    actor: str,
) -> UUID:
    """The organisation supplies `subject` under a contract (seed row P-10); answers its id.

    Raises:
        KindUnfit, OrganisationUnknown: as `add_kind`, which makes it a supplier of this kind.
        ContractTaken: it has one of this reference.
        ContractEnded: it would end before it begins.
    """
    if ends_on is not None and ends_on < starts_on:
        raise ContractEnded(f"It begins on {starts_on}: choose a last day from then on.")
    async with transaction():
        await add_kind(organisation_id, "supplier", kind, actor=actor)
        try:
            async with transaction():
                made: UUID = await connection().fetchval(
                    "INSERT INTO partners.supply_contract (organisation_id, kind, reference, "
                    "subject, starts_on, ends_on, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                    "RETURNING id",
                    organisation_id, kind, reference, subject, starts_on, ends_on, now,
                )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise ContractTaken(f"Choose another reference than {reference!r}.") from None
        after = {"reference": reference, "kind": kind, "starts_on": starts_on, "ends_on": ends_on}
        await audit.write(
            organisation_id, actor, "sign_supply_contract", f"contract:{made}", None, after
        )
    return made


async def end_supply_contract(contract_id: UUID, *, ends_on: date, actor: str) -> None:
    """The contract's last day is `ends_on`; the same day again changes nothing.

    Raises:
        ContractUnknown: none has this id.
        ContractEnded: it ends on another day.
    """
    async with transaction():
        found = await _contract(contract_id)
        if found["ends_on"] == ends_on:
            return
        if found["ends_on"] is not None:
            raise ContractEnded(f"It ends on {found['ends_on']}: sign a new one instead.")
        if ends_on < found["starts_on"]:
            raise ContractEnded(f"It begins on {found['starts_on']}: choose a day from then on.")
        await connection().execute(
            "UPDATE partners.supply_contract SET ends_on = $2 WHERE id = $1", contract_id, ends_on
        )
        await _told(found, actor, "end_supply_contract", {"ends_on": ends_on})


async def set_supply_cost(
    contract_id: UUID,
    *,
    subject: str,
    cost: Money,
    per: Per,
    valid_from: date,
    now: datetime,
    actor: str,
) -> None:
    """From `valid_from` on `subject` costs so much per `per`; the days before keep their cost.

    Raises:
        ContractUnknown: none has this id.
        DayTaken: a cost of the same subject begins on that day.
    """
    async with transaction():
        found = await _contract(contract_id)
        await _dated(
            "INSERT INTO partners.supply_cost VALUES ($1, $2, $3, $4, $5, $6, $7)",
            contract_id, subject, valid_from, cost.amount_minor, cost.currency, per, now,
        )  # fmt: skip
        after = {"subject": subject, "cost": cost, "per": per, "valid_from": valid_from}
        await _told(found, actor, "set_supply_cost", after)


async def set_supply_share(
    contract_id: UUID, *, rate_bp: int, base: str, valid_from: date, now: datetime, actor: str
) -> None:
    """From `valid_from` on the supplier has `rate_bp` of the revenue of `base` (money rule n).

    Raises:
        ContractUnknown: none has this id.
        DayTaken: another share begins on that day.
    """
    async with transaction():
        found = await _contract(contract_id)
        await _dated(
            "INSERT INTO partners.supply_share VALUES ($1, $2, $3, $4, $5)",
            contract_id, valid_from, rate_bp, base, now,
        )  # fmt: skip
        after = {"rate_bp": rate_bp, "base": base, "valid_from": valid_from}
        await _told(found, actor, "set_supply_share", after)


async def _contract(contract_id: UUID) -> asyncpg.Record:
    found = await connection().fetchrow(
        "SELECT id, organisation_id, starts_on, ends_on FROM partners.supply_contract "
        "WHERE id = $1 FOR UPDATE",
        contract_id,
    )
    if found is None:
        raise ContractUnknown(f"No contract has the id {contract_id}.")
    return found


async def _dated(statement: str, *values: Any) -> None:
    try:
        async with transaction():
            await connection().execute(statement, *values)
    except asyncpg.UniqueViolationError:
        raise DayTaken("A row begins on that day and never changes: choose a later one.") from None


async def _told(contract: asyncpg.Record, actor: str, action: str, after: dict[str, Any]) -> None:
    subject = f"contract:{contract['id']}"
    await audit.write(contract["organisation_id"], actor, action, subject, None, after)
