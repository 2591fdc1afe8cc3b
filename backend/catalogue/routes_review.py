"""A partner submits its listings, the office reads and decides."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import checklists, identity, onboarding, web
from backend.catalogue import queries, review, rules, rules_bundle, rules_joint
from backend.catalogue.views_review import ListingOwn, ListingUnderReview, own_view, review_view

PORTAL_WRITE = [web.requires("portal:listing:write")]
OFFICE_READ = [web.requires("office:listing:read")]
OFFICE_WRITE = [web.requires("office:listing:write")]
STEP = (rules.ListingUnknown, rules.StepRefused)
SELLING = (onboarding.FileIncomplete, onboarding.SellingRestricted)
DECISION = (*STEP, rules.OwnListing)

Reason = Annotated[str, web.words(2000, lines=True)]


class ReasonIn(msgspec.Struct, forbid_unknown_fields=True):
    """The partner reads the reason, on the page of its listing and in a letter."""

    reason: Reason


class ApprovalIn(ReasonIn, forbid_unknown_fields=True):
    """`revision` is the one that was read: what changed meanwhile is not approved unread."""

    revision: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]


class StatusCount(msgspec.Struct):
    """`changed` are on sale and not as they were read; they count as `published`, too."""

    status: queries.Tab
    number: int


class StatusCounts(msgspec.Struct):
    items: list[StatusCount]


@get(
    "/listings/{listing_id:uuid}",
    operation_id="read_portal_listing",
    guards=[web.requires("portal:listing:read")],
    responses=web.problems(rules.ListingUnknown),
)
async def read_mine(listing_id: FromPath[UUID], principal: web.Caller) -> ListingOwn:
    """One listing of the organisation, with every step that it took and the reasons given."""
    return await own_view(listing_id, principal)


@post(
    "/listings/{listing_id:uuid}/submit",
    operation_id="submit_portal_listing",
    status_code=200,
    guards=PORTAL_WRITE,
    responses=web.problems(
        *STEP,
        rules.ListingIncomplete,
        checklists.ChecklistOpen,
        rules_joint.JointUnanswered,
        rules_bundle.BundleBroken,
    ),
)
async def submit_mine(listing_id: FromPath[UUID], principal: web.Caller) -> ListingOwn:
    """The operator reads it; once it is approved it is on sale."""
    await review.submit_listing(listing_id, **_partner(principal))
    return await own_view(listing_id, principal)


@post(
    "/listings/{listing_id:uuid}/take-back",
    operation_id="take_back_portal_listing",
    status_code=200,
    guards=PORTAL_WRITE,
    responses=web.problems(*STEP),
)
async def take_back_mine(listing_id: FromPath[UUID], principal: web.Caller) -> ListingOwn:
    """What was submitted is a draft again."""
    await review.take_back_listing(listing_id, **_partner(principal))
    return await own_view(listing_id, principal)


@post(
    "/listings/{listing_id:uuid}/pause",
    operation_id="pause_portal_listing",
    status_code=200,
    guards=PORTAL_WRITE,
    responses=web.problems(*STEP),
)
async def pause_mine(listing_id: FromPath[UUID], principal: web.Caller) -> ListingOwn:
    """Nobody can order it until it is resumed; what was ordered stays."""
    await review.pause_listing(listing_id, **_partner(principal))
    return await own_view(listing_id, principal)


@post(
    "/listings/{listing_id:uuid}/resume",
    operation_id="resume_portal_listing",
    status_code=200,
    guards=PORTAL_WRITE,
    responses=web.problems(
        *STEP,
        rules.ListingChanged,
        rules.PartnerUnverified,
        rules_joint.JointUnanswered,
        *SELLING,
        rules_bundle.BundleBroken,
    ),
)
async def resume_mine(listing_id: FromPath[UUID], principal: web.Caller) -> ListingOwn:
    """On sale again, if it still says what the operator has read; else submit it."""
    await review.resume_listing(listing_id, **_partner(principal))
    return await own_view(listing_id, principal)


@get("/listing-counts", operation_id="count_office_listings", guards=OFFICE_READ)
async def count_all(principal: web.Caller) -> StatusCounts:
    """How many listings stand in each status."""
    counts = await queries.count_listings()
    return StatusCounts(
        [msgspec.convert({"status": x, "number": n}, StatusCount) for x, n in counts.items()]
    )


@get(
    "/listing-decisions/export",
    operation_id="download_office_listing_decisions",
    guards=OFFICE_READ,
    media_type="text/csv",
)
async def export(
    principal: web.Caller, locale: FromQuery[web.Locale] = "international"
) -> Response[str]:
    """What was decided on listings, when, by whom and why, as a CSV."""
    rows = await web.read_whole(queries.list_decisions, lambda row: row["id"])
    columns = (
        "at", "verb", "reference", "name", "organisation", "organisation_name", "revision",
        "reason", "by",
    )  # fmt: skip
    cells = [[row[name] for name in columns] for row in rows]
    return web.csv_file("listing-decisions", columns, cells, locale)


@get(
    "/listings/{listing_id:uuid}",
    operation_id="read_office_listing",
    guards=OFFICE_READ,
    responses=web.problems(rules.ListingUnknown),
)
async def read_any(listing_id: FromPath[UUID], principal: web.Caller) -> ListingUnderReview:
    """One listing, every step that it took, and what changed since it was read last."""
    return await review_view(listing_id)


@post(
    "/listings/{listing_id:uuid}/approve",
    operation_id="approve_office_listing",
    status_code=200,
    guards=OFFICE_WRITE,
    responses=web.problems(
        *DECISION,
        rules.ListingChanged,
        rules.PartnerUnverified,
        web.PersonNeeded,
        *SELLING,
        checklists.ChecklistOpen,
        rules_bundle.BundleBroken,
    ),
)
async def approve(
    data: JSONBody[ApprovalIn],
    listing_id: FromPath[UUID],
    principal: web.Caller,
    request: Request[Any, Any, Any],
) -> ListingUnderReview:
    """On sale from now on; or, of what is on sale, that its changes were read."""
    await review.approve_listing(
        listing_id, revision=data.revision, reason=data.reason, **_office(principal, request)
    )
    return await review_view(listing_id)


@post(
    "/listings/{listing_id:uuid}/ask-change",
    operation_id="ask_change_of_office_listing",
    status_code=200,
    guards=OFFICE_WRITE,
    responses=web.problems(*DECISION),
)
async def ask_change(
    data: JSONBody[ReasonIn],
    listing_id: FromPath[UUID],
    principal: web.Caller,
    request: Request[Any, Any, Any],
) -> ListingUnderReview:
    """Back to the partner, who is told what to change."""
    await review.ask_change(listing_id, reason=data.reason, **_office(principal, request))
    return await review_view(listing_id)


@post(
    "/listings/{listing_id:uuid}/withdraw",
    operation_id="withdraw_office_listing",
    status_code=200,
    guards=OFFICE_WRITE,
    responses=web.problems(*DECISION),
)
async def withdraw(
    data: JSONBody[ReasonIn],
    listing_id: FromPath[UUID],
    principal: web.Caller,
    request: Request[Any, Any, Any],
) -> ListingUnderReview:
    """Off the store at once; the partner is told why, and what was ordered stays."""
    await review.withdraw_listing(listing_id, reason=data.reason, **_office(principal, request))
    return await review_view(listing_id)


def _partner(principal: web.Principal) -> dict[str, Any]:
    return {
        "organisation_id": principal.organisation,
        "now": datetime.now(UTC),
        "actor": principal.actor,
    }


def _office(principal: web.Principal, request: Request[Any, Any, Any]) -> dict[str, Any]:
    return {
        "base_url": identity.base_url_of(request),
        "now": datetime.now(UTC),
        "actor": principal.actor,
    }


portal = [read_mine, submit_mine, take_back_mine, pause_mine, resume_mine]
office = [count_all, export, read_any, approve, ask_change, withdraw]
