"""Who earns what of an offer of several parts, to the cent, before anybody buys it."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import catalogue, web
from backend.core import Money
from backend.sales.rules import NoShareRule
from backend.sales.shares import PartShare, shares_of


class ServicePriceIn(msgspec.Struct, forbid_unknown_fields=True):
    """The price of your own work in an offer, net of VAT."""

    amount_minor: web.PositiveMinor
    currency: web.CurrencyCode


class EarnedShare(msgspec.Struct):
    """`partner` and `operator` sum to the net amount."""

    partner: Money
    operator: Money


class ServiceEarnings(msgspec.Struct):
    """What you earn of your own part: where the operator's store brought the buyer, and where an
    accepted deal of yours on the offer did.
    """

    operator_brought: EarnedShare
    you_brought: EarnedShare


class PartEarnings(msgspec.Struct):
    """`owner` is paid its part of `net` by its own rule, in both cases."""

    name: str
    owner: str
    net: Money
    operator_brought: EarnedShare
    partner_brought: EarnedShare


class BundleEarnings(msgspec.Struct):
    items: list[PartEarnings]


@post(
    "/bundles/preview",
    operation_id="preview_portal_bundle",
    status_code=200,
    guards=[web.requires("portal:listing:read")],
    responses=web.problems(NoShareRule),
)
async def preview_mine(data: JSONBody[ServicePriceIn], principal: web.Caller) -> ServiceEarnings:
    """To the cent, by the rules in force now. What the others have is for them to know."""
    operator, partner = await _both(
        [(principal.organisation, Money(data.amount_minor, data.currency))]
    )
    return ServiceEarnings(_view(operator[0]), _view(partner[0]))


@get(
    "/listings/{listing_id:uuid}/earnings",
    operation_id="read_office_bundle_earnings",
    guards=[web.requires("office:listing:read")],
    responses=web.problems(catalogue.ListingUnknown, NoShareRule),
)
async def earnings_of(listing_id: FromPath[UUID]) -> BundleEarnings:
    """Of each part of an offer, to the cent, by the rules in force now."""
    bundle = await catalogue.read_bundle(listing_id)
    if bundle is None:
        raise catalogue.ListingUnknown(f"No offer of several parts has the id {listing_id}.")
    owner = await catalogue.name_of_owner(listing_id)
    parts = [
        (bundle.service_en, owner, bundle.organisation_id, bundle.service),
        *((part.name, part.owner, part.owner_id, part.price) for part in bundle.parts),
    ]
    operator, partner = await _both([(owner_id, net) for _, _, owner_id, net in parts])
    return BundleEarnings(
        [
            PartEarnings(name, owner, net, _view(one), _view(other))
            for (name, owner, _, net), one, other in zip(parts, operator, partner, strict=True)
        ]
    )


async def _both(parts: list[tuple[UUID, Money]]) -> tuple[list[PartShare], list[PartShare]]:
    now = datetime.now(UTC)
    return (
        await shares_of(parts, channel="vai", brought_by="operator", at=now),
        await shares_of(parts, channel="vai", brought_by="partner", at=now),
    )


def _view(one: PartShare) -> EarnedShare:
    return EarnedShare(one.partner, one.operator)


portal = [preview_mine]
office = [earnings_of]
