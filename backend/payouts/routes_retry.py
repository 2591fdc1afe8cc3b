"""A partner asks for a refused payout to be sent again, and takes it back."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import web
from backend.payouts import approval, rules
from backend.payouts.routes_approval import NoteIn
from backend.payouts.rules_approval import (
    ApprovalDecided,
    ApprovalPending,
    ApprovalState,
    ApprovalUnknown,
)

OWN_RETRIES = 20
REQUESTS_AN_HOUR = 5


class RetryRequestView(msgspec.Struct):
    """What the partner asked of the operator; `answer` is the remark of whoever decided."""

    id: UUID
    note: str
    state: ApprovalState
    asked_by_name: str
    asked_at: datetime
    decided_at: datetime | None
    answer: str


class RetryRequests(msgspec.Struct):
    items: list[RetryRequestView]


@post(
    "/payouts/{payout_id:uuid}/retry-requests",
    operation_id="ask_portal_payout_retry",
    guards=[web.requires("portal:account:write")],
    responses=web.problems(
        rules.PayoutUnknown,
        rules.NotRetriable,
        ApprovalPending,
        web.PersonNeeded,
        web.TooManyRequests,
    ),
)
async def ask_own_retry(
    data: JSONBody[NoteIn], payout_id: FromPath[UUID], principal: web.Caller
) -> RetryRequestView:
    """Ask the operator to send a refused payout again; one of its finance staff has to approve.

    Whoever may put the bank account right may ask, five times an hour all of them together.
    """
    person = principal.person
    now = datetime.now(UTC)
    key = f"payout-retry:{principal.organisation}"
    await web.take(key, limit=REQUESTS_AN_HOUR, window_s=3600, now=now)
    made = await approval.ask_approval(
        payout_id,
        "retry",
        note=data.note,
        person=person,
        now=now,
        organisation=principal.organisation,
    )
    return _view(await approval.read_approval(made))


@get(
    "/payouts/{payout_id:uuid}/retry-requests",
    operation_id="list_portal_payout_retries",
    guards=[web.requires("portal:payout:read")],
)
async def list_own_retries(payout_id: FromPath[UUID], principal: web.Caller) -> RetryRequests:
    """What the organisation asked about one of its payouts, newest first."""
    rows = await approval.list_approvals(
        state=None,
        payout_id=payout_id,
        organisation_id=principal.organisation,
        after=None,
        limit=OWN_RETRIES,
    )
    return RetryRequests([_view(row) for row in rows])


@post(
    "/payouts/{payout_id:uuid}/retry-requests/{approval_id:uuid}/take-back",
    operation_id="take_back_portal_payout_retry",
    status_code=200,
    guards=[web.requires("portal:account:write")],
    responses=web.problems(ApprovalUnknown, ApprovalDecided, web.PersonNeeded),
)
async def take_back_own(
    payout_id: FromPath[UUID], approval_id: FromPath[UUID], principal: web.Caller
) -> RetryRequestView:
    """It is not asked for any more; whoever may ask may take back what a colleague asked."""
    await approval.take_back(
        approval_id,
        payout_id=payout_id,
        organisation=principal.organisation,
        person=principal.person,
        now=datetime.now(UTC),
    )
    return _view(await approval.read_approval(approval_id))


def _view(row: asyncpg.Record) -> RetryRequestView:
    return RetryRequestView(
        id=row["id"],
        note=row["note"],
        state=row["state"],
        asked_by_name=row["asked_by_name"],
        asked_at=row["asked_at"],
        decided_at=row["decided_at"],
        answer=row["decided_note"],
    )


portal = [ask_own_retry, list_own_retries, take_back_own]
