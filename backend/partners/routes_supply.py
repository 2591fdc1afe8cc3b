"""Kinds of an organisation, and the contracts of suppliers, for the operator's staff."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import web
from backend.partners import actions_supply, queries_supply, rules, rules_kinds

SupplierKind = Literal[
    "manufacturer", "house_provider", "proprietary_editor", "open_source_community"
]
RoleWithKinds = Literal["isv", "vai", "wholesaler", "reseller", "supplier"]
Short = Annotated[str, web.words(100)]


class KindIn(msgspec.Struct, forbid_unknown_fields=True):
    role: RoleWithKinds
    kind: rules_kinds.Kind


class KindsView(msgspec.Struct):
    items: list[queries_supply.RoleKind]


class ContractIn(msgspec.Struct, forbid_unknown_fields=True):
    """`reference` is the contract's own; `ends_on` is its last day."""

    kind: SupplierKind
    reference: Short
    subject: web.Line
    starts_on: date
    ends_on: date | None = None


class EndIn(msgspec.Struct, forbid_unknown_fields=True):
    ends_on: date


class CostIn(msgspec.Struct, forbid_unknown_fields=True):
    subject: web.Line
    cost: web.MoneyIn
    per: rules_kinds.Per
    valid_from: date


class SupplyShareIn(msgspec.Struct, forbid_unknown_fields=True):
    rate_bp: web.RateBp
    base: web.Line
    valid_from: date


class ContractMade(msgspec.Struct):
    id: UUID


class ContractsView(msgspec.Struct):
    items: list[queries_supply.SupplyContract]


@get(
    "/organisations/{organisation_id:uuid}/kinds",
    operation_id="list_office_kinds",
    guards=[web.requires("office:organisation:read")],
)
async def list_kinds(organisation_id: FromPath[UUID], principal: web.Caller) -> KindsView:
    """Of which kinds it is, by role."""
    return KindsView(await queries_supply.kinds_of(organisation_id))


@post(
    "/organisations/{organisation_id:uuid}/kinds",
    operation_id="add_office_kind",
    status_code=200,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(rules.OrganisationUnknown, rules_kinds.KindUnfit),
)
async def add_kind(
    data: JSONBody[KindIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> KindsView:
    """It plays this role, and is of this kind in it; again changes nothing."""
    await actions_supply.add_kind(organisation_id, data.role, data.kind, actor=principal.actor)
    return KindsView(await queries_supply.kinds_of(organisation_id))


@get(
    "/organisations/{organisation_id:uuid}/contracts",
    operation_id="list_office_supply_contracts",
    guards=[web.requires("office:organisation:read")],
)
async def list_contracts(organisation_id: FromPath[UUID], principal: web.Caller) -> ContractsView:
    """Under which contracts it supplies the operator, with every cost and share ever agreed."""
    return ContractsView(await queries_supply.supply_contracts(organisation_id))


@post(
    "/organisations/{organisation_id:uuid}/contracts",
    operation_id="sign_office_supply_contract",
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(
        rules.OrganisationUnknown, rules_kinds.ContractTaken, rules_kinds.ContractEnded
    ),
)
async def sign_contract(
    data: JSONBody[ContractIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> ContractMade:
    """A contract with a supplier; it plays that role from now on."""
    made = await actions_supply.sign_supply_contract(
        organisation_id,
        kind=data.kind,
        reference=data.reference,
        subject=data.subject,
        starts_on=data.starts_on,
        ends_on=data.ends_on,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return ContractMade(made)


@post(
    "/contracts/{contract_id:uuid}/end",
    operation_id="end_office_supply_contract",
    status_code=204,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(rules_kinds.ContractUnknown, rules_kinds.ContractEnded),
)
async def end_contract(
    data: JSONBody[EndIn], contract_id: FromPath[UUID], principal: web.Caller
) -> None:
    """Its last day is this; the same day again changes nothing."""
    await actions_supply.end_supply_contract(
        contract_id, ends_on=data.ends_on, actor=principal.actor
    )


@post(
    "/contracts/{contract_id:uuid}/costs",
    operation_id="set_office_supply_cost",
    status_code=204,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(rules_kinds.ContractUnknown, rules_kinds.DayTaken),
)
async def set_cost(
    data: JSONBody[CostIn], contract_id: FromPath[UUID], principal: web.Caller
) -> None:
    """What the subject costs from a day on; the days before keep their cost."""
    await actions_supply.set_supply_cost(
        contract_id,
        subject=data.subject,
        cost=data.cost.money(),
        per=data.per,
        valid_from=data.valid_from,
        now=datetime.now(UTC),
        actor=principal.actor,
    )


@post(
    "/contracts/{contract_id:uuid}/shares",
    operation_id="set_office_supply_share",
    status_code=204,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(rules_kinds.ContractUnknown, rules_kinds.DayTaken),
)
async def set_share(
    data: JSONBody[SupplyShareIn], contract_id: FromPath[UUID], principal: web.Caller
) -> None:
    """Which share of a base's revenue the supplier has from a day on (money rule n)."""
    await actions_supply.set_supply_share(
        contract_id,
        rate_bp=data.rate_bp,
        base=data.base,
        valid_from=data.valid_from,
        now=datetime.now(UTC),
        actor=principal.actor,
    )


office = [
    list_kinds,
    add_kind,
    list_contracts,
    sign_contract,
    end_contract,
    set_cost,
    set_share,
]
