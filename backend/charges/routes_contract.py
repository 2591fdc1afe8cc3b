"""Private conditions of large accounts, in the office; charges and statements name them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import identity, partners, web
from backend.charges import actions_contract
from backend.charges.rules_contract import BadContract, Contract, ContractPrice, ContractTooSoon

Short = Annotated[str, msgspec.Meta(max_length=100, pattern=web.ONE_LINE)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=web.ONE_LINE)]
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


class PriceContracts(msgspec.Struct):
    items: list[actions_contract.SignedContract]


@get(
    "/organisations/{organisation_id:uuid}/price-contracts",
    operation_id="list_office_price_contracts",
    guards=[web.requires("office:charge:read")],
    responses=web.problems(partners.OrganisationUnknown),
)
async def list_all(organisation_id: FromPath[UUID], principal: web.Caller) -> PriceContracts:
    """Everything signed with the organisation, the one that begins last first."""
    await partners.read_organisation(organisation_id)
    return PriceContracts(await actions_contract.list_contracts(organisation_id))


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
    ),
)
async def sign(
    data: JSONBody[PriceContractIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> PriceContracts:
    """Private prices, payment terms and references from a day to come on."""
    await actions_contract.sign_contract(
        organisation_id, data.contract(), now=datetime.now(UTC), actor=principal.actor
    )
    return PriceContracts(await actions_contract.list_contracts(organisation_id))


office = [list_all, sign]
