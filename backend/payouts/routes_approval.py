"""Trying a payout again, or canceling it, under four eyes."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend import identity, web
from backend.core import Money, Month, retrying
from backend.payouts import approval, queries, rules
from backend.payouts.rules_approval import (
    ApprovalDecided,
    ApprovalPending,
    ApprovalState,
    ApprovalUnknown,
    OwnPayout,
    OwnRequest,
    Verb,
)

SEND = [web.requires("office:payout:send")]
READ = [web.requires("office:payout:read")]
Note = Annotated[str, msgspec.Meta(max_length=500, pattern=web.ONE_LINE)]
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
    responses=web.problems(
        rules.PayoutUnknown, rules.NotRetriable, ApprovalPending, web.PersonNeeded
    ),
)
async def ask_retry(
    data: JSONBody[NoteIn], payout_id: FromPath[UUID], principal: web.Caller
) -> ApprovalView:
    """Ask that a failed or canceled payout is tried again; another person has to approve it."""
    return await _ask(payout_id, "retry", data, principal)


@post(
    "/payouts/{payout_id:uuid}/cancel",
    operation_id="cancel_office_payout",
    guards=SEND,
    responses=web.problems(
        rules.PayoutUnknown, rules.TooLateToCancel, ApprovalPending, web.PersonNeeded
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
        web.PersonNeeded,
        rules.NotRetriable,
        rules.TooLateToCancel,
    ),
)
async def approve(
    data: JSONBody[NoteIn],
    approval_id: FromPath[UUID],
    principal: web.Caller,
    request: Request[Any, Any, Any],
) -> ApprovalView:
    """Do what another person asked for."""
    decision = _decision(data, principal, request)
    await retrying(lambda: approval.approve(approval_id, **decision))
    return _view(await approval.read_approval(approval_id))


@post(
    "/payout-approvals/{approval_id:uuid}/refuse",
    operation_id="refuse_office_payout",
    status_code=200,
    guards=SEND,
    responses=web.problems(ApprovalUnknown, ApprovalDecided, web.PersonNeeded),
)
async def refuse(
    data: JSONBody[NoteIn],
    approval_id: FromPath[UUID],
    principal: web.Caller,
    request: Request[Any, Any, Any],
) -> ApprovalView:
    """Do not do it; whoever asked withdraws it so."""
    await approval.refuse(approval_id, **_decision(data, principal, request))
    return _view(await approval.read_approval(approval_id))


@get("/payout-counts", operation_id="count_office_payouts", guards=READ)
async def count_all(principal: web.Caller) -> StateCounts:
    """How many payouts stand in each state."""
    return StateCounts(
        [
            StateCount(row["state"], row["number"], Money(row["amount_minor"], row["currency"]))
            for row in await queries.count_states()
        ]
    )


async def _ask(payout_id: UUID, verb: Verb, data: NoteIn, principal: web.Principal) -> ApprovalView:
    made = await approval.ask_approval(
        payout_id, verb, note=data.note, person=principal.person, now=datetime.now(UTC)
    )
    return _view(await approval.read_approval(made))


def _decision(
    data: NoteIn, principal: web.Principal, request: Request[Any, Any, Any]
) -> dict[str, Any]:
    return {
        "note": data.note,
        "person": principal.person,
        "now": datetime.now(UTC),
        "base_url": identity.base_url_of(request),
    }


def _view(row: asyncpg.Record) -> ApprovalView:
    facts = {
        **dict(row),
        "month": str(Month(row["month"])),
        "amount": Money(row["amount_minor"], row["currency"]),
    }
    return msgspec.convert(facts, ApprovalView)


office = [ask_retry, ask_cancel, list_all, approve, refuse, count_all]
