"""Prices and earnings of a wholesaler's network, in the portal."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import network, web
from backend.charges import actions_reseller, queries_network, queries_reseller, trial_reseller
from backend.charges.routes_credit import MonthWanted
from backend.charges.rules_reseller import GivenRates, PriceAboveOwn, PriceTooSoon, SetPrice
from backend.core import BadMonth, Month

Rate = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
REFUSED = (network.NotInNetwork, PriceAboveOwn, PriceTooSoon, web.BadRequest)


class NetworkEarnings(msgspec.Struct):
    items: list[queries_network.ResellerEarnings]


class NetworkPrices(msgspec.Struct):
    items: list[queries_reseller.ResellerPrices]


class MyPrice(msgspec.Struct):
    """`price` null: nobody stands above the organisation."""

    price: queries_reseller.OwnPrice | None


class ResellerPriceIn(msgspec.Struct, forbid_unknown_fields=True):
    """Discounts off list in basis points; one that is null stays the matrix's."""

    starts_on: date
    start_bp: Rate | None
    enterprise_bp: Rate | None
    critical_bp: Rate | None

    def price(self) -> SetPrice:
        return SetPrice(
            self.starts_on, GivenRates(self.start_bp, self.enterprise_bp, self.critical_bp)
        )


@get(
    "/network/earnings",
    operation_id="read_portal_network_earnings",
    guards=[web.requires("portal:charge:read")],
    responses=web.problems(web.BadRequest, BadMonth),
)
async def read_earnings(principal: web.Caller, month: MonthWanted = None) -> NetworkEarnings:
    """What the organisation bought and earned through each reseller below it."""
    wanted = None if month is None else Month.parse(month)
    return NetworkEarnings(
        await queries_network.earnings_by_reseller(principal.organisation, wanted)
    )


@get(
    "/network/prices",
    operation_id="read_portal_network_prices",
    guards=[web.requires("portal:charge:read")],
)
async def read_prices(principal: web.Caller) -> NetworkPrices:
    """The discounts of everybody below now, and the organisation's own for each."""
    return NetworkPrices(
        await queries_reseller.prices_of_resellers(principal.organisation, datetime.now(UTC))
    )


@get(
    "/network/price",
    operation_id="read_portal_network_price",
    guards=[web.requires("portal:charge:read")],
)
async def read_own_price(principal: web.Caller) -> MyPrice:
    """The organisation's own discounts at its wholesaler, and since when."""
    return MyPrice(await queries_reseller.own_price(principal.organisation, datetime.now(UTC)))


@post(
    "/network/resellers/{organisation_id:uuid}/price",
    operation_id="set_portal_reseller_price",
    guards=[web.requires("portal:network:write")],
    responses=web.problems(*REFUSED),
)
async def set_price(
    data: JSONBody[ResellerPriceIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> SetPrice:
    """From a day to come on, what a reseller right below the organisation buys at."""
    price = data.price()
    await actions_reseller.set_reseller_price(
        organisation_id,
        principal.organisation,
        price,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return price


@post(
    "/network/resellers/{organisation_id:uuid}/price/trial",
    operation_id="try_portal_reseller_price",
    status_code=200,
    guards=[web.requires("portal:network:write")],
    responses=web.problems(*REFUSED),
)
async def try_price(
    data: JSONBody[ResellerPriceIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> trial_reseller.PriceTrial:
    """What it would have done to last month's lines; nothing is written."""
    now, price = datetime.now(UTC), data.price()
    await actions_reseller.check_reseller_price(
        organisation_id, principal.organisation, price, now=now
    )
    return await trial_reseller.try_price(
        organisation_id, principal.organisation, price.rates.known(), Month.of(now).previous
    )


portal = [read_earnings, read_prices, read_own_price, set_price, try_price]
