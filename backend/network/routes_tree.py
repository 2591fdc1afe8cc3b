"""The whole network as of a day, moves tried before they are made, and contacts."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from backend import web
from backend.core import PARIS
from backend.network import contacts, preview, rules
from backend.partners import OrganisationUnknown

Day = Annotated[
    date | None, QueryParameter(description="as it stood at the end of this day in Paris")
]
BRANCHES = 5_000
"""More are not shown at once."""


class NetworkOn(msgspec.Struct):
    """Every tree, depth first: a parent stands before those below it. `is_whole`: none is left
    out.
    """

    at: datetime
    is_whole: bool
    items: list[preview.Branch]


class MoveIn(msgspec.Struct, forbid_unknown_fields=True):
    """`parent_id` null: it leaves; then `billing` says nothing."""

    organisation_id: UUID
    parent_id: UUID | None
    billing: rules.Billing = "wholesaler"


class ContactIn(msgspec.Struct, forbid_unknown_fields=True):
    name: web.Line
    email: web.Email


@get(
    "/network/tree",
    operation_id="read_office_network_tree",
    guards=[web.requires("office:organisation:read")],
    responses=web.problems(web.BadRequest, rules.NetworkDayWrong),
)
async def read_tree(principal: web.Caller, on: Day = None) -> NetworkOn:
    """The network now, or as it stood on a day."""
    now = datetime.now(UTC)
    if on is not None:
        rules.check_day(on, now.astimezone(PARIS).date())
        ends = datetime.combine(on, time(), PARIS) + timedelta(days=1)
        now = min(now, ends.astimezone(UTC) - timedelta(microseconds=1))
    found = await preview.network_at(now)
    return NetworkOn(now, len(found) <= BRANCHES, found[:BRANCHES])


@post(
    "/network/preview",
    operation_id="preview_office_network_move",
    status_code=200,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(
        OrganisationUnknown,
        rules.NotANetworkRole,
        rules.NetworkCycle,
        rules.NetworkTooDeep,
        rules.NotInNetwork,
        rules.NotNow,
    ),
)
async def try_move(data: JSONBody[MoveIn], principal: web.Caller) -> preview.Move:
    """What a move would change, or why it is refused; nothing is kept."""
    return await preview.preview_move(
        data.organisation_id, data.parent_id, data.billing, now=datetime.now(UTC)
    )


@post(
    "/network/resellers/{organisation_id:uuid}/contact",
    operation_id="name_reseller_contact",
    status_code=204,
    guards=[web.requires("portal:network:write")],
    responses=web.problems(rules.NotInNetwork),
)
async def name_contact(
    data: JSONBody[ContactIn], organisation_id: FromPath[UUID], principal: web.Caller
) -> None:
    """Who looks after a reseller right below the organisation; the reseller sees it."""
    await contacts.name_contact(
        organisation_id,
        principal.organisation,
        contacts.Contact(data.name, data.email),
        now=datetime.now(UTC),
        actor=principal.actor,
    )


portal = [name_contact]
office = [read_tree, try_move]
