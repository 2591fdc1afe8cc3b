"""Changes of a joint listing: the first owner proposes, the second answers in the portal."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import identity, partners, web
from backend.catalogue import joint_change, queries_joint, rules, rules_joint
from backend.catalogue.routes import FactsIn, PriceIn
from backend.catalogue.routes_joint import JointRefusal
from backend.catalogue.views_review import Difference

READ = [web.requires("portal:listing:read")]
WRITE = [web.requires("portal:listing:write")]
GONE = (rules_joint.ChangeUnknown, rules_joint.ChangeDecided)


class JointChangeIn(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be another: `description` whole, as where a listing is described."""

    price: PriceIn | None = None
    description: FactsIn | None = None
    segments: list[partners.Segment] | None = None

    def wanted(self) -> dict[str, Any]:
        """By the names of `rules.said_of`."""
        wanted: dict[str, Any] = {}
        if self.price is not None:
            wanted["price"] = msgspec.structs.asdict(self.price)
        if self.description is not None:
            wanted |= msgspec.structs.asdict(self.description)
        if self.segments is not None:
            asked = set(self.segments)
            wanted["segments"] = " ".join(one for one in partners.SEGMENTS if one in asked)
        return wanted


class JointChangeView(msgspec.Struct, kw_only=True):
    """`by_me`: the organisation proposed it; else it may answer while it is `waiting`."""

    id: UUID
    offer_id: UUID
    listing_id: UUID
    listing_name: str
    first_name: str
    second_name: str
    by_me: bool
    state: rules_joint.ChangeState
    changes: list[Difference]
    proposed_at: datetime
    proposed_by: str | None
    decided_at: datetime | None
    reason: str


class MyJointChanges(msgspec.Struct):
    items: list[JointChangeView]


@get("/joint-changes", operation_id="list_portal_joint_changes", guards=READ)
async def list_mine(principal: web.Caller) -> MyJointChanges:
    """Of listings that the organisation owns with another: what waits first, then the newest."""
    return MyJointChanges(await _mine(principal))


class WaitingJointChange(msgspec.Struct, kw_only=True):
    """`second_name` has not answered yet; until it does the listing stays as it is."""

    id: UUID
    listing_id: UUID
    listing_name: str
    organisation_id: UUID
    first_name: str
    second_name: str
    changes: list[Difference]
    proposed_at: datetime
    proposed_by: str | None


class WaitingJointChanges(msgspec.Struct):
    items: list[WaitingJointChange]


@get(
    "/joint-changes",
    operation_id="list_office_joint_changes",
    guards=[web.requires("office:listing:read")],
    responses=web.problems(web.BadRequest),
)
async def list_waiting(
    principal: web.Caller, listing_id: FromQuery[UUID | None] = None
) -> WaitingJointChanges:
    """What waits for a second owner's answer, the longest first: of all listings, or of one."""
    rows = await queries_joint.list_waiting_changes(listing_id, limit=200)
    copied = set(WaitingJointChange.__struct_fields__) - {"changes"}
    return WaitingJointChanges(
        [
            WaitingJointChange(**{name: row[name] for name in copied}, changes=_changes(row))
            for row in rows
        ]
    )


@post(
    "/listings/{listing_id:uuid}/joint-change",
    operation_id="propose_portal_joint_change",
    guards=WRITE,
    responses=web.problems(rules.ListingUnknown, rules_joint.JointSole, rules_joint.NothingChanges),
)
async def propose(
    data: JSONBody[JointChangeIn],
    listing_id: FromPath[UUID],
    principal: web.Caller,
    request: Request[Any, Any, Any],
) -> MyJointChanges:
    """The second owner is asked; the listing stays as it is until it agrees. One change waits: what
    is asked now is put to what was asked before, and asking for what stands takes it back.
    """
    await joint_change.propose_change(
        principal.organisation, listing_id, data.wanted(), **_step(principal, request)
    )
    return MyJointChanges(await _mine(principal))


@post(
    "/joint-changes/{change_id:uuid}/accept",
    operation_id="accept_portal_joint_change",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*GONE, rules_joint.JointSole, rules.ListingChanged, web.PersonNeeded),
)
async def accept(
    change_id: FromPath[UUID], principal: web.Caller, request: Request[Any, Any, Any]
) -> MyJointChanges:
    """The listing says and costs it from now on; a person says so."""
    await joint_change.accept_change(principal.organisation, change_id, **_step(principal, request))
    return MyJointChanges(await _mine(principal))


@post(
    "/joint-changes/{change_id:uuid}/refuse",
    operation_id="refuse_portal_joint_change",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*GONE),
)
async def refuse(
    data: JSONBody[JointRefusal],
    change_id: FromPath[UUID],
    principal: web.Caller,
    request: Request[Any, Any, Any],
) -> MyJointChanges:
    """The listing stays as it is; its first owner reads why."""
    await joint_change.refuse_change(
        principal.organisation, change_id, reason=data.reason, **_step(principal, request)
    )
    return MyJointChanges(await _mine(principal))


@post(
    "/joint-changes/{change_id:uuid}/withdraw",
    operation_id="withdraw_portal_joint_change",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*GONE),
)
async def withdraw(change_id: FromPath[UUID], principal: web.Caller) -> MyJointChanges:
    """It is not proposed any more."""
    await joint_change.withdraw_change(
        principal.organisation, change_id, now=datetime.now(UTC), actor=principal.actor
    )
    return MyJointChanges(await _mine(principal))


async def _mine(principal: web.Principal) -> list[JointChangeView]:
    mine = principal.organisation
    return [_view(row, mine) for row in await queries_joint.list_joint_changes(mine, limit=200)]


def _view(row: asyncpg.Record, mine: UUID) -> JointChangeView:
    copied = set(JointChangeView.__struct_fields__) - {"by_me", "changes"}
    return JointChangeView(
        **{name: row[name] for name in copied},
        by_me=row["organisation_id"] == mine,
        changes=_changes(row),
    )


def _changes(row: asyncpg.Record) -> list[Difference]:
    was, becomes = (msgspec.json.decode(row[name]) for name in ("was", "becomes"))
    return msgspec.convert(rules.differences(was, becomes), list[Difference])


def _step(principal: web.Principal, request: Request[Any, Any, Any]) -> dict[str, Any]:
    return {
        "now": datetime.now(UTC),
        "actor": principal.actor,
        "base_url": identity.base_url_of(request),
    }


portal = [list_mine, propose, accept, refuse, withdraw]
office = [list_waiting]
