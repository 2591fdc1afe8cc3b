"""Private conditions of large accounts, in the office; charges and statements name them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import identity, network, partners, web
from backend.charges import actions_contract
from backend.charges.rules_contract import (
    BadContract,
    Contract,
    ContractPrice,
    ContractState,
    ContractTooSoon,
    counting,
)
from backend.core import PARIS

Short = Annotated[str, msgspec.Meta(max_length=100, pattern=web.ONE_LINE)]
Reason = Annotated[str, web.words(500)]
UnitPrice = Annotated[str, msgspec.Meta(pattern=r"^\d{1,12}(\.\d{1,6})?$")]


class ContractPriceIn(msgspec.Struct, forbid_unknown_fields=True):
    """A discount in basis points, or the price of one unit such as `0.0110` in a currency."""

    resource: Short
    discount_bp: Annotated[int, msgspec.Meta(ge=0, le=10_000)] | None = None
    unit_price: UnitPrice | None = None
    currency: web.CurrencyCode | None = None


class PriceContractIn(msgspec.Struct, forbid_unknown_fields=True):
    """`ends_on` null: until another one begins. A resource "" is every other one."""

    number: web.Reference
    starts_on: date
    ends_on: date | None
    payment_days: Annotated[int, msgspec.Meta(ge=0, le=60)]
    reason: Reason
    prices: Annotated[list[ContractPriceIn], msgspec.Meta(max_length=200)]
    po_number: Short = ""
    grouping_reference: Short = ""

    def contract(self) -> Contract:
        facts = msgspec.structs.asdict(self)
        facts["prices"] = [
            ContractPrice(
                one.resource,
                one.discount_bp,
                None if one.unit_price is None else Decimal(one.unit_price),
                one.currency,
            )
            for one in self.prices
        ]
        return Contract(**facts)


class OwnContract(msgspec.Struct):
    """`ends_on`: the last day on which it counts, null while none is told: the next one that was
    signed ends it. Its `prices` hold instead of list price and level.
    """

    id: UUID
    number: str
    state: ContractState
    starts_on: date
    ends_on: date | None
    payment_days: int
    po_number: str
    grouping_reference: str
    prices: Sequence[ContractPrice]
    signed_at: datetime


class OwnContracts(msgspec.Struct):
    """The one that begins last first. `waits`: a wholesaler sells to the organisation now and sets
    its prices, so that none of them counts.
    """

    items: list[OwnContract]
    waits: bool


class PriceContract(msgspec.Struct):
    """`contract` as it was signed; `last_on`: the last day on which it counts, null while none is
    told: the next one that was signed ends it.
    """

    id: UUID
    contract: Contract
    state: ContractState
    last_on: date | None
    actor: str
    signed_at: datetime


class PriceContracts(msgspec.Struct):
    items: list[PriceContract]


@get(
    "/contracts",
    operation_id="list_portal_contracts",
    guards=[web.requires("portal:charge:read")],
)
async def list_mine(principal: web.Caller) -> OwnContracts:
    """Everything the organisation signed with the operator on prices and terms."""
    now = datetime.now(UTC)
    signed = await actions_contract.list_contracts(principal.organisation)
    counted = counting([one.contract for one in signed], now.astimezone(PARIS).date())
    items = [
        OwnContract(
            one.id, terms.number, state, terms.starts_on, last, terms.payment_days,
            terms.po_number, terms.grouping_reference, terms.prices, one.signed_at,
        )
        for one, (terms, last, state) in zip(signed, counted, strict=True)
    ]  # fmt: skip
    waits = await network.parent_at(principal.organisation, now) is not None
    return OwnContracts(items, waits and bool(items))


@get(
    "/organisations/{organisation_id:uuid}/price-contracts",
    operation_id="list_office_price_contracts",
    guards=[web.requires("office:charge:read")],
    responses=web.problems(partners.OrganisationUnknown),
)
async def list_all(organisation_id: FromPath[UUID], principal: web.Caller) -> PriceContracts:
    """Everything signed with the organisation, the one that begins last first."""
    await partners.read_organisation(organisation_id)
    return await _all(organisation_id, datetime.now(UTC))


@post(
    "/organisations/{organisation_id:uuid}/price-contracts",
    operation_id="sign_office_price_contract",
    guards=[web.requires("office:charge:write")],
    responses=web.problems(
        partners.OrganisationUnknown,
        BadContract,
        ContractTooSoon,
        web.BadRequest,
        identity.OwnOrganisation,
        identity.OnlyPeopleSign,
    ),
)
async def sign(
    data: JSONBody[PriceContractIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> PriceContracts:
    """Private prices, payment terms and references from a day to come on."""
    now = datetime.now(UTC)
    await actions_contract.sign_contract(
        organisation_id, data.contract(), now=now, actor=principal.actor
    )
    return await _all(organisation_id, now)


async def _all(organisation_id: UUID, now: datetime) -> PriceContracts:
    signed = await actions_contract.list_contracts(organisation_id)
    counted = counting([one.contract for one in signed], now.astimezone(PARIS).date())
    return PriceContracts(
        [
            PriceContract(one.id, one.contract, state, last, one.actor, one.signed_at)
            for one, (_, last, state) in zip(signed, counted, strict=True)
        ]
    )


portal = [list_mine]
office = [list_all, sign]
