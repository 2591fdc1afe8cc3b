"""Trying a payout again, or canceling it, under four eyes."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import web
from backend.core import Money, Month, retrying
from backend.payouts import approval, rules
from backend.payouts.rules_approval import (
    ApprovalDecided,
    ApprovalPending,
    ApprovalState,
    ApprovalUnknown,
    OwnPayout,
    OwnRequest,
    PersonNeeded,
    Verb,
)

OWN_RETRIES = 20
SEND = [web.requires("office:payout:send")]
READ = [web.requires("office:payout:read")]
Note = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
StateWanted = Annotated[
    ApprovalState | None, QueryParameter(name="approval_state", description="only those in it")
]


class NoteIn(msgspec.Struct, forbid_unknown_fields=True):
    """Why; for whoever decides, and for the audit log."""

    note: Note = ""


class ApprovalView(msgspec.Struct):
    """`asked_by` may take it back; anybody else of finance approves or refuses it.

    `asked_for` is the partner that asks for its own payout; null: the operator's staff asked.
    """

    id: UUID
    payout_id: UUID
    verb: Verb
    note: str
    state: ApprovalState
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    asked_for: UUID | None
    asked_for_name: str | None
    decided_by: UUID | None
    decided_by_name: str | None
    decided_at: datetime | None
    decided_note: str
    statement_number: str
    month: str
    organisation_id: UUID
    organisation_name: str
    amount: Money
    payout_state: rules.State
    failure_code: str | None


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


class StateCount(msgspec.Struct):
    state: rules.State
    number: int
    amount: Money


class StateCounts(msgspec.Struct):
    items: list[StateCount]


@post(
    "/payouts/{payout_id:uuid}/retry",
    operation_id="retry_office_payout",
    guards=SEND,
    responses=web.problems(rules.PayoutUnknown, rules.NotRetriable, ApprovalPending, PersonNeeded),
)
async def ask_retry(
    data: JSONBody[NoteIn], payout_id: FromPath[UUID], principal: web.Caller
) -> ApprovalView:
    """Ask that a failed or canceled payout is tried again; another person has to approve it."""
    return await _ask(payout_id, "retry", data, principal)


@post(
    "/payouts/{payout_id:uuid}/retry-requests",
    operation_id="ask_portal_payout_retry",
    guards=[web.requires("portal:account:write")],
    responses=web.problems(rules.PayoutUnknown, rules.NotRetriable, ApprovalPending, PersonNeeded),
)
async def ask_own_retry(
    data: JSONBody[NoteIn], payout_id: FromPath[UUID], principal: web.Caller
) -> RetryRequestView:
    """Ask the operator to send a refused payout again; one of its finance staff has to approve.

    Whoever may put the bank account right may ask.
    """
    made = await approval.ask_approval(
        payout_id,
        "retry",
        note=data.note,
        person=_person(principal),
        now=datetime.now(UTC),
        organisation=principal.organisation,
    )
    return _own_view(await approval.read_approval(made))


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
    return RetryRequests([_own_view(row) for row in rows])


@post(
    "/payouts/{payout_id:uuid}/cancel",
    operation_id="cancel_office_payout",
    guards=SEND,
    responses=web.problems(
        rules.PayoutUnknown, rules.TooLateToCancel, ApprovalPending, PersonNeeded
    ),
)
async def ask_cancel(
    data: JSONBody[NoteIn], payout_id: FromPath[UUID], principal: web.Caller
) -> ApprovalView:
    """Ask that a payout is not sent; another person has to approve it."""
    return await _ask(payout_id, "cancel", data, principal)


@get(
    "/payout-approvals",
    operation_id="list_office_payout_approvals",
    guards=READ,
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_all(
    principal: web.Caller,
    approval_state: StateWanted = None,
    payout_id: FromQuery[UUID | None] = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[ApprovalView]:
    """What was asked for about payouts, newest first."""
    key = web.read_cursor(after, UUID)
    rows = await approval.list_approvals(
        state=approval_state,
        payout_id=payout_id,
        after=None if key is None else key[0],
        limit=limit + 1,
    )
    return web.page(rows, limit, lambda row: (row["id"],), _view)


@post(
    "/payout-approvals/{approval_id:uuid}/approve",
    operation_id="approve_office_payout",
    status_code=200,
    guards=SEND,
    responses=web.problems(
        ApprovalUnknown,
        ApprovalDecided,
        OwnPayout,
        OwnRequest,
        PersonNeeded,
        rules.NotRetriable,
        rules.TooLateToCancel,
    ),
)
async def approve(
    data: JSONBody[NoteIn], approval_id: FromPath[UUID], principal: web.Caller
) -> ApprovalView:
    """Do what another person asked for."""
    person = _person(principal)
    now = datetime.now(UTC)
    await retrying(lambda: approval.approve(approval_id, note=data.note, person=person, now=now))
    return _view(await approval.read_approval(approval_id))


@post(
    "/payout-approvals/{approval_id:uuid}/refuse",
    operation_id="refuse_office_payout",
    status_code=200,
    guards=SEND,
    responses=web.problems(ApprovalUnknown, ApprovalDecided, PersonNeeded),
)
async def refuse(
    data: JSONBody[NoteIn], approval_id: FromPath[UUID], principal: web.Caller
) -> ApprovalView:
    """Do not do it; whoever asked withdraws it so."""
    person = _person(principal)
    await approval.refuse(approval_id, note=data.note, person=person, now=datetime.now(UTC))
    return _view(await approval.read_approval(approval_id))


@get("/payout-counts", operation_id="count_office_payouts", guards=READ)
async def count_all(principal: web.Caller) -> StateCounts:
    """How many payouts stand in each state."""
    return StateCounts(
        [
            StateCount(row["state"], row["number"], Money(row["amount_minor"], row["currency"]))
            for row in await approval.count_states()
        ]
    )


async def _ask(payout_id: UUID, verb: Verb, data: NoteIn, principal: web.Principal) -> ApprovalView:
    made = await approval.ask_approval(
        payout_id, verb, note=data.note, person=_person(principal), now=datetime.now(UTC)
    )
    return _view(await approval.read_approval(made))


def _person(principal: web.Principal) -> UUID:
    """Raises PersonNeeded: behind a key may stand the same person twice."""
    if principal.kind != "person":
        raise PersonNeeded("Sign in: an API key can neither ask for this nor approve it.")
    return UUID(principal.id)


def _view(row: asyncpg.Record) -> ApprovalView:
    facts = {
        **dict(row),
        "month": str(Month(row["month"])),
        "amount": Money(row["amount_minor"], row["currency"]),
    }
    return msgspec.convert(facts, ApprovalView)


def _own_view(row: asyncpg.Record) -> RetryRequestView:
    return RetryRequestView(
        id=row["id"],
        note=row["note"],
        state=row["state"],
        asked_by_name=row["asked_by_name"],
        asked_at=row["asked_at"],
        decided_at=row["decided_at"],
        answer=row["decided_note"],
    )


portal = [ask_own_retry, list_own_retries]
office = [ask_retry, ask_cancel, list_all, approve, refuse, count_all]
