"""Contests: a partner says why its statement is wrong, the office answers."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from backend import identity, web
from backend.core import Month
from backend.settlement import actions_contest, queries, queries_contest, rules, rules_contest

READ = [web.requires("office:settlement:read")]
ANSWER = [web.requires("office:settlement:answer")]
Why = Annotated[str, web.words(2000, lines=True)]
State = Annotated[
    rules_contest.ContestState | None, QueryParameter(description="only those in this state")
]
REFUSED = (
    rules_contest.ContestUnknown,
    rules_contest.ContestAnswered,
    identity.OwnOrganisation,
)


class ContestIn(msgspec.Struct, forbid_unknown_fields=True):
    """What is wrong on the statement."""

    reason: Why


class ContestAcceptedIn(msgspec.Struct, forbid_unknown_fields=True):
    """`means` is the line of an open month by which it is put right; the partner reads both."""

    reason: Why
    means: rules_contest.Means


class ContestRefusedIn(msgspec.Struct, forbid_unknown_fields=True):
    """The partner reads the reason."""

    reason: Why


class ContestView(msgspec.Struct):
    """`reason` is the partner's, `answer` the office's; `means` is of an accepted one."""

    id: UUID
    statement_id: UUID
    number: str
    month: str
    organisation_id: UUID
    organisation_name: str
    reason: str
    contested_at: datetime
    state: rules_contest.ContestState
    means: rules_contest.Means | None
    answer: str | None
    answered_at: datetime | None


class StatementContest(msgspec.Struct):
    """`is_open`: it may be contested now. From `until` on it is too late."""

    until: datetime
    is_open: bool
    contest: ContestView | None


@get(
    "/statements/{statement_id:uuid}/contest",
    operation_id="read_portal_contest",
    guards=[web.requires("portal:statement:read")],
    responses=web.problems(rules.StatementUnknown),
)
async def read_mine(statement_id: FromPath[UUID], principal: web.Caller) -> StatementContest:
    """Until when a statement of the organisation may be contested, and what was said."""
    return await _state_of(statement_id, of=principal.organisation)


@post(
    "/statements/{statement_id:uuid}/contest",
    operation_id="contest_portal_statement",
    guards=[web.requires("portal:statement:contest")],
    responses=web.problems(
        rules.StatementUnknown, rules_contest.ContestExists, rules_contest.ContestTooLate
    ),
)
async def contest(
    data: JSONBody[ContestIn],
    statement_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    principal: web.Caller,
) -> StatementContest:
    """Say once why it is wrong; the office answers in writing."""
    await actions_contest.contest_statement(
        principal.organisation,
        statement_id,
        reason=data.reason.strip(),
        base_url=identity.base_url_of(request),
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _state_of(statement_id, of=principal.organisation)


@get(
    "/statements/{statement_id:uuid}/contest",
    operation_id="read_office_contest",
    guards=READ,
    responses=web.problems(rules.StatementUnknown),
)
async def read_one(statement_id: FromPath[UUID], principal: web.Caller) -> StatementContest:
    """Until when a statement may be contested, and what was said."""
    return await _state_of(statement_id)


@get(
    "/contests",
    operation_id="list_office_contests",
    guards=READ,
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_all(
    principal: web.Caller,
    contest_state: State = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[ContestView]:
    """Those that wait for an answer, the oldest first; then the answered ones."""
    behind = web.read_cursor(after, Annotated[int, msgspec.Meta(ge=0, le=1)], UUID)
    rows = await queries_contest.list_contests(
        contest_state, after=None if behind is None else (behind[0], behind[1]), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row["rank"], row["id"]), _view)


@post(
    "/contests/{contest_id:uuid}/accept",
    operation_id="accept_office_contest",
    status_code=200,
    guards=ANSWER,
    responses=web.problems(*REFUSED),
)
async def accept(
    data: JSONBody[ContestAcceptedIn],
    contest_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    principal: web.Caller,
) -> ContestView:
    """The partner is right, and reads how it is put right; the closed statement never changes."""
    await actions_contest.answer_contest(
        contest_id,
        "accepted",
        means=data.means,
        reason=data.reason.strip(),
        base_url=identity.base_url_of(request),
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return _view(await queries_contest.read_contest(contest_id))


@post(
    "/contests/{contest_id:uuid}/refuse",
    operation_id="refuse_office_contest",
    status_code=200,
    guards=ANSWER,
    responses=web.problems(*REFUSED),
)
async def refuse(
    data: JSONBody[ContestRefusedIn],
    contest_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    principal: web.Caller,
) -> ContestView:
    """The statement is right, and the partner reads why."""
    await actions_contest.answer_contest(
        contest_id,
        "refused",
        reason=data.reason.strip(),
        base_url=identity.base_url_of(request),
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return _view(await queries_contest.read_contest(contest_id))


async def _state_of(statement_id: UUID, *, of: UUID | None = None) -> StatementContest:
    """Raises StatementUnknown: none has this id, or it is another organisation's."""
    statement = await queries.read_statement(statement_id)
    if of is not None and statement["organisation_id"] != of:
        raise rules.StatementUnknown(f"No statement has the id {statement_id}.")
    found = await queries_contest.contest_of(statement_id)
    until = await queries_contest.contest_until(statement)
    is_open = found is None and statement["closed_at"] <= datetime.now(UTC) < until
    return StatementContest(until, is_open, None if found is None else _view(found))


def _view(row: asyncpg.Record) -> ContestView:
    facts = {**dict(row), "month": str(Month(row["month"]))}
    return ContestView(**{name: facts[name] for name in ContestView.__struct_fields__})


portal = [read_mine, contest]
office = [read_one, list_all, accept, refuse]
