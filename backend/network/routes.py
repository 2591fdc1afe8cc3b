"""The tree below a wholesaler in the portal; all trees, and who stands where, in the office."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import partners, web
from backend.network import actions, contacts, invitations, queries, rules
from backend.partners import OrganisationUnknown

Reason = Annotated[str, web.words(500)]


class MembershipIn(msgspec.Struct, forbid_unknown_fields=True):
    """From now on `organisation_id` stands below `parent_id`; the reason is kept."""

    organisation_id: UUID
    parent_id: UUID
    billing: rules.Billing
    reason: Reason


class EndIn(msgspec.Struct, forbid_unknown_fields=True):
    reason: Reason


class LinkView(msgspec.Struct):
    """One organisation of a tree; `depth` 1 stands right below the root. `invitation`: its own
    wholesaler's, which nobody has followed yet; only the wholesaler itself sees it.
    """

    organisation_id: UUID
    parent_id: UUID
    reference: str
    name: str
    verification: str
    billing: rules.Billing
    joined_at: datetime
    depth: int
    contact: contacts.Contact | None
    invitation: invitations.Waiting | None


class PlaceView(msgspec.Struct):
    """Who stands, or stood, right above; `ended_at` null: still. `contact` is of today's."""

    parent_id: UUID
    parent_name: str
    billing: rules.Billing
    joined_at: datetime
    ended_at: datetime | None
    reason: str
    contact: contacts.Contact | None


class MyNetwork(msgspec.Struct):
    """One's own place, and everybody below; nothing of what stands beside."""

    place: PlaceView | None
    may_invite: bool
    resellers: list[LinkView]


class Root(msgspec.Struct):
    """`resellers` stand right below it."""

    organisation_id: UUID
    reference: str
    name: str
    resellers: int


class Roots(msgspec.Struct):
    items: list[Root]


class Tree(msgspec.Struct):
    """Where the organisation stands and stood, newest first, and everybody below it now."""

    places: list[PlaceView]
    below: list[LinkView]


async def _places(organisation_id: UUID) -> list[PlaceView]:
    rows = await queries.list_memberships(organisation_id)
    now = (await contacts.contacts_of([organisation_id])).get(organisation_id)
    return [PlaceView(**row, contact=None if row["ended_at"] else now) for row in rows]


async def _below(organisation_id: UUID) -> list[LinkView]:
    links = await queries.read_downstream(organisation_id, _now())
    everybody = [one.organisation_id for one in links]
    known = await contacts.contacts_of(everybody)
    waiting = await invitations.waiting_of(everybody, organisation_id)
    return [
        LinkView(
            **msgspec.structs.asdict(one),
            contact=known.get(one.organisation_id),
            invitation=waiting.get(one.organisation_id),
        )
        for one in links
    ]


def _now() -> datetime:
    return datetime.now(UTC)


@get("/network", operation_id="read_network", guards=[web.requires("portal:network:read")])
async def read_mine(principal: web.Caller) -> MyNetwork:
    """Who stands above the organisation, and the whole tree below it."""
    mine = principal.organisation
    places = [one for one in await _places(mine) if one.ended_at is None]
    roles = (await partners.organisation_with_roles(mine))["roles"]
    return MyNetwork(places[0] if places else None, "wholesaler" in roles, await _below(mine))


@get(
    "/network",
    operation_id="list_office_networks",
    guards=[web.requires("office:organisation:read")],
)
async def list_networks(principal: web.Caller) -> Roots:
    """The roots of all trees, by name."""
    rows = await queries.list_roots(_now())
    return Roots([Root(row["id"], row["reference"], row["name"], row["resellers"]) for row in rows])


@get(
    "/organisations/{organisation_id:uuid}/network",
    operation_id="read_office_network",
    guards=[web.requires("office:organisation:read")],
    responses=web.problems(OrganisationUnknown),
)
async def read_one(organisation_id: FromPath[UUID], principal: web.Caller) -> Tree:
    """Where one organisation stands and stood, and the tree below it."""
    await partners.read_organisation(organisation_id)
    return Tree(await _places(organisation_id), await _below(organisation_id))


@post(
    "/network/memberships",
    operation_id="join_office_network",
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(
        OrganisationUnknown,
        rules.NotANetworkRole,
        rules.NetworkCycle,
        rules.NetworkTooDeep,
        rules.NotNow,
    ),
)
async def join(data: JSONBody[MembershipIn], principal: web.Caller) -> Tree:
    """Put an organisation below another from now on; past margins stay where they are."""
    await actions.join(
        data.organisation_id,
        data.parent_id,
        data.billing,
        now=_now(),
        actor=principal.actor,
        reason=data.reason,
    )
    return Tree(await _places(data.organisation_id), await _below(data.organisation_id))


@post(
    "/organisations/{organisation_id:uuid}/network/end",
    operation_id="end_office_membership",
    status_code=200,
    guards=[web.requires("office:organisation:write")],
    responses=web.problems(rules.NotInNetwork, rules.NotNow),
)
async def end(
    organisation_id: FromPath[UUID], data: JSONBody[EndIn], principal: web.Caller
) -> Tree:
    """Nobody stands above the organisation from now on; its own tree stays below it."""
    await actions.end_membership(
        organisation_id, now=_now(), actor=principal.actor, reason=data.reason
    )
    return Tree(await _places(organisation_id), await _below(organisation_id))


portal = [read_mine]
office = [list_networks, read_one, join, end]
