"""Signing the private conditions of a large account: one transaction."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend import audit, identity, network, partners
from backend.charges.rules_contract import BadContract, Contract, ContractPrice, check_contract
from backend.core import PARIS, connection, fetch, midnight, transaction

SIGN = """
    INSERT INTO charges.contract (organisation_id, number, starts_on, ends_on, payment_days,
      po_number, grouping_reference, reason, price_count, actor, signed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id
"""
PRICE = """
    INSERT INTO charges.contract_price (contract_id, resource, discount_bp, unit_price, currency)
    SELECT $1, * FROM unnest($2::text[], $3::int[], $4::numeric[], $5::text[])
"""
SIGNED = """
    SELECT c.*, coalesce(json_agg(json_build_object('resource', p.resource, 'discount_bp',
             p.discount_bp, 'unit_price', trim_scale(p.unit_price)::text, 'currency', p.currency)
             ORDER BY p.resource) FILTER (WHERE p.contract_id IS NOT NULL), '[]')::text AS prices
    FROM charges.contract c LEFT JOIN charges.contract_price p ON p.contract_id = c.id
    WHERE c.organisation_id = $1 GROUP BY c.id ORDER BY c.starts_on DESC, c.id DESC
"""


class SignedContract(msgspec.Struct, frozen=True):
    """`contract` as it was signed, when and by whom."""

    id: UUID
    contract: Contract
    actor: str
    signed_at: datetime


async def sign_contract(
    organisation_id: UUID, contract: Contract, *, now: datetime, actor: str
) -> UUID:
    """From its first day on the organisation buys by it: it counts instead of list price, level and
    editors' rate. One that was signed before ends where this one begins. (Seed row K-03.)

    Raises:
        OrganisationUnknown: there is no such organisation.
        ContractTooSoon: it would begin today or before.
        BadContract: names the resource or day; or the organisation buys from a wholesaler.
        OwnOrganisation: who signs it for the operator acts for the organisation, too.
        OnlyPeopleSign: an API key does not.
    """
    if actor.startswith("key:"):
        raise identity.OnlyPeopleSign("Sign in to the office and sign there.")
    await identity.check_other(actor, organisation_id)
    check_contract(contract, now.astimezone(PARIS).date())
    async with transaction():
        await partners.read_organisation(organisation_id)
        if await network.parent_at(organisation_id, now) is not None:
            raise BadContract("It buys from a wholesaler: let that one set its price.")
        made: UUID = await connection().fetchval(
            SIGN, organisation_id, contract.number, contract.starts_on, contract.ends_on,
            contract.payment_days, contract.po_number, contract.grouping_reference,
            contract.reason, len(contract.prices), actor, now,
        )  # fmt: skip
        columns = zip(*(msgspec.structs.astuple(price) for price in contract.prices), strict=True)
        if contract.prices:
            await connection().execute(PRICE, made, *map(list, columns))
        subject = f"organisation:{organisation_id}"
        said = {name: getattr(contract, name) for name in Contract.__struct_fields__[:-1]}
        said["prices"] = [_said(price) for price in contract.prices]
        await audit.write(organisation_id, actor, "sign_contract", subject, None, said)
    return made


async def contract_on(organisation_id: UUID, day: date) -> Contract | None:
    """The contract by which the organisation buys at the end of a day in Paris; None: it has none,
    or buys from a wholesaler. Of a past day the answer never changes.
    """
    if await network.parent_at(organisation_id, midnight(day + timedelta(days=1))) is not None:
        return None
    # Of those that have begun the newest counts, until its last day (decision 0042).
    for one in await list_contracts(organisation_id):
        if one.contract.starts_on <= day:
            last = one.contract.ends_on
            return one.contract if last is None or day <= last else None
    return None


async def list_contracts(organisation_id: UUID) -> list[SignedContract]:
    """All that were signed with it, the one that begins last first."""
    return [_signed(row) for row in await fetch(SIGNED, organisation_id)]


def _signed(row: Any) -> SignedContract:
    own = {name: row[name] for name in Contract.__struct_fields__[:-1]}
    prices = msgspec.json.decode(row["prices"], type=list[ContractPrice], strict=False)
    return SignedContract(row["id"], Contract(**own, prices=prices), row["actor"], row["signed_at"])


def _said(price: ContractPrice) -> dict[str, object]:
    found = msgspec.structs.asdict(price)
    return {
        name: str(value) if name == "unit_price" else value
        for name, value in found.items()
        if value is not None
    }
