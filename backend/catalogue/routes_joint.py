"""Joint offers: two partners agree in the portal, the office reads along."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import identity, web
from backend.catalogue import joint, queries_joint, rules, rules_bundle, rules_joint

READ = [web.requires("portal:listing:read")]
READ_ALL = [web.requires("office:listing:read")]
WRITE = [web.requires("portal:listing:write")]
Words = Annotated[str, web.words(2000, lines=True)]
Reason = Annotated[str, web.words(1000, lines=True)]
GONE = (rules_joint.JointUnknown, rules_joint.JointDecided)


class JointOfferIn(msgspec.Struct, forbid_unknown_fields=True):
    """`partner` is the other's reference; of the editors' part you would keep `first_bp`."""

    listing_id: UUID
    partner: web.Reference
    first_bp: web.RateBp
    words: Words


class JointRefusal(msgspec.Struct, forbid_unknown_fields=True):
    reason: Reason


class JointEnd(msgspec.Struct, forbid_unknown_fields=True):
    """`ends_on`, in Paris, is the first day without it."""

    ends_on: date
    reason: Reason


class JointOwner(msgspec.Struct):
    """`share_bp` of the editors' part of each sale."""

    id: UUID
    name: str
    reference: str
    share_bp: int


class JointOfferView(msgspec.Struct, kw_only=True):
    """`first` owns the listing and proposed it. `standing` is where it stands today; `by` names are
    null where no person is known by that name any more.
    """

    id: UUID
    listing_id: UUID
    listing_name: str
    listing_status: rules.Status
    first: JointOwner
    second: JointOwner
    words: str
    state: rules_joint.JointState
    standing: Literal["proposed", "in_force", "ending", "over", "refused", "withdrawn"]
    proposed_at: datetime
    proposed_by: str | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str
    ends_on: date | None
    ended_by: str | None
    ended_reason: str | None


class MyJointOffers(msgspec.Struct):
    """`may_propose`: a level held now gives joint offers."""

    may_propose: bool
    organisation_id: UUID
    items: list[JointOfferView]


@get("/joint-offers", operation_id="list_portal_joint_offers", guards=READ)
async def list_mine(principal: web.Caller) -> MyJointOffers:
    """Those that the organisation proposed, and those it was asked for; the newest first."""
    mine = principal.organisation
    rows = await queries_joint.list_joint_offers(mine, after=None, limit=200)
    return MyJointOffers(
        await joint.may_propose(mine, _now()), mine, [joint_view(row, _now()) for row in rows]
    )


@post(
    "/joint-offers",
    operation_id="propose_portal_joint_offer",
    guards=WRITE,
    responses=web.problems(
        rules_joint.JointNotGiven,
        rules_joint.JointShareWrong,
        rules_joint.JointListingOnSale,
        rules_joint.JointPartnerUnknown,
        rules_joint.JointTaken,
        rules_bundle.BundleJoint,
        rules.ListingUnknown,
    ),
)
async def propose(
    data: JSONBody[JointOfferIn], principal: web.Caller, request: Request[Any, Any, Any]
) -> JointOfferView:
    """The other partner is asked; until it answers, the listing is neither read nor sold."""
    made = await joint.propose_joint_offer(
        principal.organisation,
        data.listing_id,
        partner=data.partner,
        first_bp=data.first_bp,
        words=data.words,
        **_step(principal, request),
    )
    return await _one(made, principal)


@post(
    "/joint-offers/{offer_id:uuid}/accept",
    operation_id="accept_portal_joint_offer",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*GONE, web.PersonNeeded),
)
async def accept(
    offer_id: FromPath[UUID], principal: web.Caller, request: Request[Any, Any, Any]
) -> JointOfferView:
    """Both own the listing from now on; a person says so."""
    await joint.accept_joint_offer(principal.organisation, offer_id, **_step(principal, request))
    return await _one(offer_id, principal)


@post(
    "/joint-offers/{offer_id:uuid}/refuse",
    operation_id="refuse_portal_joint_offer",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*GONE),
)
async def refuse(
    data: JSONBody[JointRefusal],
    offer_id: FromPath[UUID],
    principal: web.Caller,
    request: Request[Any, Any, Any],
) -> JointOfferView:
    """The listing stays its owner's alone, who reads why."""
    await joint.refuse_joint_offer(
        principal.organisation, offer_id, reason=data.reason, **_step(principal, request)
    )
    return await _one(offer_id, principal)


@post(
    "/joint-offers/{offer_id:uuid}/withdraw",
    operation_id="withdraw_portal_joint_offer",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*GONE),
)
async def withdraw(offer_id: FromPath[UUID], principal: web.Caller) -> JointOfferView:
    """It is not proposed any more."""
    await joint.withdraw_joint_offer(
        principal.organisation, offer_id, now=_now(), actor=principal.actor
    )
    return await _one(offer_id, principal)


@post(
    "/joint-offers/{offer_id:uuid}/end",
    operation_id="end_portal_joint_offer",
    status_code=200,
    guards=WRITE,
    responses=web.problems(*GONE, rules_joint.JointEndWrong),
)
async def end(
    data: JSONBody[JointEnd],
    offer_id: FromPath[UUID],
    principal: web.Caller,
    request: Request[Any, Any, Any],
) -> JointOfferView:
    """Either of both ends it; what was ordered before that day keeps its split."""
    await joint.end_joint_offer(
        principal.organisation,
        offer_id,
        ends_on=data.ends_on,
        reason=data.reason,
        **_step(principal, request),
    )
    return await _one(offer_id, principal)


@get(
    "/joint-offers",
    operation_id="list_office_joint_offers",
    guards=READ_ALL,
    responses=web.problems(web.BadCursor),
)
async def list_all(
    principal: web.Caller,
    status: FromQuery[rules_joint.JointState | None] = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[JointOfferView]:
    """Of all partners, the newest first."""
    rows = await queries_joint.list_joint_offers(
        None, after=web.read_id(after, UUID), limit=limit + 1, state=status
    )
    now = _now()
    return web.page(rows, limit, lambda row: (row["id"],), lambda row: joint_view(row, now))


@get(
    "/joint-offers/export",
    operation_id="download_office_joint_offers",
    guards=READ_ALL,
    media_type="text/csv",
)
async def export(
    principal: web.Caller,
    status: FromQuery[rules_joint.JointState | None] = None,
    locale: FromQuery[web.Locale] = "international",
) -> Response[str]:
    """The same offers as the list with the same filter, as a CSV."""
    rows = await web.read_whole(
        lambda after, limit: queries_joint.list_joint_offers(
            None, after=after, limit=limit, state=status
        ),
        lambda row: row["id"],
    )
    columns = (
        "listing_name", "listing_status", "first_reference", "first_name", "first_bp",
        "second_reference", "second_name", "second_bp", "state", "proposed_at", "decided_at",
        "starts_at", "ends_at", "reason", "ended_reason",
    )  # fmt: skip
    cells = [[row[name] for name in columns] for row in rows]
    return web.csv_file("joint-offers", columns, cells, locale)


def joint_view(row: asyncpg.Record, now: datetime) -> JointOfferView:
    """The row of an offer, as it stands now."""
    same = {
        name: row[name]
        for name in JointOfferView.__struct_fields__
        if name in row.keys()  # noqa: SIM118  (a Record iterates over its values)
    }
    standing = row["state"]
    if standing == "accepted":
        ends_at = row["ends_at"]
        standing = "in_force" if ends_at is None else "ending" if now < ends_at else "over"
    return JointOfferView(
        **{
            **same,
            "first": JointOwner(
                row["organisation_id"], row["first_name"], row["first_reference"], row["first_bp"]
            ),
            "second": JointOwner(
                row["second_id"], row["second_name"], row["second_reference"], row["second_bp"]
            ),
            "standing": standing,
            "proposed_by": row["proposed_by_name"],
            "decided_by": row["decided_by_name"],
            "ended_by": row["ended_by_name"],
        }
    )


async def _one(offer_id: UUID, principal: web.Principal) -> JointOfferView:
    row = await queries_joint.read_joint_offer(offer_id, principal.organisation)
    return joint_view(row, _now())


def _step(principal: web.Principal, request: Request[Any, Any, Any]) -> dict[str, Any]:
    return {
        "now": _now(),
        "actor": principal.actor,
        "base_url": identity.base_url_of(request),
    }


def _now() -> datetime:
    return datetime.now(UTC)


portal = [list_mine, propose, accept, refuse, withdraw, end]
office = [list_all, export]
