"""One's own payouts in the portal; all of them, and what to do about them, in the office."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, QueryParameter

from backend import web
from backend.core import BadMonth, Money, Month
from backend.payouts import jobs_month, queries, rules

MonthQuery = Annotated[str | None, QueryParameter(max_length=7, description="such as 2026-10")]
StateQuery = Annotated[rules.State | None, QueryParameter(description="only payouts in this state")]


class PayoutView(msgspec.Struct):
    """`held_reason` is a word for programs, `held_because` the same for people.

    `net_sold` is what was sold in the month before VAT, `operator` what the operator kept of it,
    `vat` the VAT on the rest, which is paid along.
    """

    id: UUID
    statement_id: UUID
    statement_number: str
    month: str
    amount: Money
    net_sold: Money
    operator: Money
    vat: Money
    state: rules.State
    held_reason: str | None
    held_because: str | None
    failure_code: str | None
    failure_message: str | None
    hold_until: datetime | None
    paid_at: datetime | None
    created_at: datetime
    changed_at: datetime


class OfficePayoutView(PayoutView, kw_only=True):
    organisation_id: UUID
    organisation_reference: str
    organisation_name: str
    transfer_id: str | None
    stripe_payout_id: str | None


class StepView(msgspec.Struct):
    """The state from `at` on; `reason` says why it is held or has failed."""

    state: rules.State
    reason: str | None
    at: datetime


class AttemptView(msgspec.Struct):
    """One bank payout."""

    number: int
    state: str
    failure_code: str | None
    failure_message: str | None
    created_at: datetime
    changed_at: datetime


class PayoutHistory(msgspec.Struct):
    payout: PayoutView
    steps: list[StepView]
    attempts: list[AttemptView]


class OfficePayoutHistory(msgspec.Struct):
    payout: OfficePayoutView
    steps: list[StepView]
    attempts: list[AttemptView]


class MonthPaidView(msgspec.Struct):
    """`states` and `held` count the month's payouts by state and, if held, by reason."""

    month: str
    new: int
    states: dict[str, int]
    held: dict[str, int]


def _facts(row: asyncpg.Record) -> dict[str, Any]:
    month: date = row["month"]
    reason = row["held_reason"]
    return {
        **dict(row),
        "month": str(Month(month)),
        "amount": Money(row["amount_minor"], row["currency"]),
        "net_sold": Money(row["net_minor"], row["currency"]),
        "operator": Money(row["operator_minor"], row["currency"]),
        "vat": Money(row["vat_minor"], row["currency"]),
        "held_because": None if reason is None else rules.REASONS[reason],
    }


def _view(row: asyncpg.Record) -> PayoutView:
    return msgspec.convert(_facts(row), PayoutView)


def _office_view(row: asyncpg.Record) -> OfficePayoutView:
    return msgspec.convert(_facts(row), OfficePayoutView)


async def _history(payout_id: UUID) -> dict[str, Any]:
    return {
        "steps": [StepView(**row) for row in await queries.read_steps(payout_id)],
        "attempts": [
            msgspec.convert(dict(row), AttemptView)
            for row in await queries.read_attempts(payout_id)
        ],
    }


@get(
    "/payouts",
    operation_id="list_portal_payouts",
    guards=[web.requires("portal:payout:read")],
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_own(
    principal: web.Caller,
    stage: FromQuery[rules.Stage | None] = None,
    order: web.Order = "oldest",
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[PayoutView]:
    """One's own payouts, oldest first unless asked otherwise."""
    key = web.read_cursor(after, UUID)
    rows = await queries.list_payouts(
        organisation_id=principal.organisation,
        states=None if stage is None else rules.STAGES[stage],
        newest_first=order == "newest",
        after=key[0] if key else None,
        limit=limit + 1,
    )
    return web.page(rows, limit, lambda row: (row["id"],), _view)


@get(
    "/payouts/{payout_id:uuid}",
    operation_id="read_portal_payout",
    guards=[web.requires("portal:payout:read")],
    responses=web.problems(rules.PayoutUnknown),
)
async def read_own(payout_id: FromPath[UUID], principal: web.Caller) -> PayoutHistory:
    """One payout with its states and bank payouts; another partner's is unknown."""
    row = await queries.read_payout(payout_id)
    if row["organisation_id"] != principal.organisation:
        raise rules.PayoutUnknown(f"No payout has the id {payout_id}.")
    return PayoutHistory(_view(row), **await _history(payout_id))


@get(
    "/payouts",
    operation_id="list_office_payouts",
    guards=[web.requires("office:payout:read")],
    responses=web.problems(web.BadCursor, web.BadRequest, BadMonth),
)
async def list_all(
    principal: web.Caller,
    month: MonthQuery = None,
    payout_state: StateQuery = None,
    organisation_id: FromQuery[UUID | None] = None,
    order: web.Order = "oldest",
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[OfficePayoutView]:
    """All payouts, oldest first unless asked otherwise; of one month, state or partner if named."""
    key = web.read_cursor(after, UUID)
    rows = await queries.list_payouts(
        organisation_id=organisation_id,
        month=None if month is None else Month.parse(month),
        state=payout_state,
        newest_first=order == "newest",
        after=key[0] if key else None,
        limit=limit + 1,
    )
    return web.page(rows, limit, lambda row: (row["id"],), _office_view)


@get(
    "/payouts/{payout_id:uuid}",
    operation_id="read_office_payout",
    guards=[web.requires("office:payout:read")],
    responses=web.problems(rules.PayoutUnknown),
)
async def read_one(payout_id: FromPath[UUID], principal: web.Caller) -> OfficePayoutHistory:
    """One payout with its states and bank payouts."""
    row = await queries.read_payout(payout_id)
    return OfficePayoutHistory(_office_view(row), **await _history(payout_id))


@post(
    "/months/{month:str}/pay",
    operation_id="pay_office_month",
    status_code=200,
    guards=[web.requires("office:payout:send")],
    responses=web.problems(rules.MonthNotClosed),
)
async def pay(month: FromPath[web.MonthPath], principal: web.Caller) -> MonthPaidView:
    """Start the payouts of a closed month's statements; workers send them."""
    made = await jobs_month.start_month(
        Month.parse(month), now=datetime.now(UTC), actor=principal.actor
    )
    return MonthPaidView(str(made.month), made.new, made.states, made.held)


portal = [list_own, read_own]
office = [list_all, read_one, pay]
