"""Prices and earnings of a wholesaler's network, in the portal."""

from datetime import UTC, datetime

import msgspec
from litestar import get

from backend import web
from backend.charges import queries_network
from backend.charges.routes_credit import MonthWanted
from backend.core import BadMonth, Month


class NetworkEarnings(msgspec.Struct):
    items: list[queries_network.ResellerEarnings]


class NetworkPrices(msgspec.Struct):
    items: list[queries_network.ResellerPrices]


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
        await queries_network.prices_of_resellers(principal.organisation, datetime.now(UTC))
    )


portal = [read_earnings, read_prices]
