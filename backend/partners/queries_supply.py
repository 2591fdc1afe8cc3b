"""Reads of kinds, and of what suppliers are paid for."""

from datetime import date
from typing import cast
from uuid import UUID

from msgspec import Struct

from backend.core import Money, fetch, fetch_row
from backend.partners.rules_kinds import Kind, Per


class RoleKind(Struct, frozen=True):
    role: str
    kind: Kind


class SupplyCost(Struct, frozen=True):
    """In force from `valid_from` until the next one of the same subject begins."""

    subject: str
    cost: Money
    per: Per
    valid_from: date


class SupplyShare(Struct, frozen=True):
    """`rate_bp` of the revenue of `base`, from `valid_from` until the next one begins."""

    rate_bp: int
    base: str
    valid_from: date


class SupplyContract(Struct, frozen=True):
    """`costs` and `shares` are all that were ever agreed, the oldest first."""

    id: UUID
    organisation_id: UUID
    kind: Kind
    reference: str
    subject: str
    starts_on: date
    ends_on: date | None
    costs: list[SupplyCost]
    shares: list[SupplyShare]


async def kinds_of(organisation_id: UUID) -> list[RoleKind]:
    """Of which kinds the organisation is in which role."""
    rows = await fetch(
        "SELECT role, kind FROM partners.role_kind WHERE organisation_id = $1 ORDER BY role, kind",
        organisation_id,
    )
    return [RoleKind(*row) for row in rows]


async def supply_contracts(organisation_id: UUID) -> list[SupplyContract]:
    """The contracts under which it supplies the operator, the oldest first."""
    rows = await fetch(
        "SELECT id, organisation_id, kind, reference, subject, starts_on, ends_on "
        "FROM partners.supply_contract WHERE organisation_id = $1 ORDER BY starts_on, id",
        organisation_id,
    )
    return [
        SupplyContract(
            row["id"], row["organisation_id"], row["kind"], row["reference"], row["subject"],
            row["starts_on"], row["ends_on"], await _costs(row["id"]), await _shares(row["id"]),
        )
        for row in rows
    ]  # fmt: skip


async def supply_share_on(contract_id: UUID, day: date) -> SupplyShare | None:
    """The share in force on `day`; None: there is none then, or the contract does not hold."""
    row = await fetch_row(
        "SELECT s.rate_bp, s.base, s.valid_from FROM partners.supply_share s "
        "JOIN partners.supply_contract c ON c.id = s.contract_id "
        "WHERE c.id = $1 AND s.valid_from <= $2 AND c.starts_on <= $2 "
        "AND (c.ends_on IS NULL OR c.ends_on >= $2) ORDER BY s.valid_from DESC LIMIT 1",
        contract_id,
        day,
    )
    return None if row is None else SupplyShare(*row)


async def _costs(contract_id: UUID) -> list[SupplyCost]:
    rows = await fetch(
        "SELECT subject, amount_minor, currency::text, per, valid_from FROM partners.supply_cost "
        "WHERE contract_id = $1 ORDER BY valid_from, subject",
        contract_id,
    )
    return [
        SupplyCost(
            row["subject"], Money(row["amount_minor"], row["currency"]), cast(Per, row["per"]),
            row["valid_from"],
        )
        for row in rows
    ]  # fmt: skip


async def _shares(contract_id: UUID) -> list[SupplyShare]:
    rows = await fetch(
        "SELECT rate_bp, base, valid_from FROM partners.supply_share WHERE contract_id = $1 "
        "ORDER BY valid_from",
        contract_id,
    )
    return [SupplyShare(*row) for row in rows]
