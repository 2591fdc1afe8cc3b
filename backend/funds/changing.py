"""The steps that every change of a request is made of; each inside an open transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit, identity, mail, partners
from backend.awards import Quarter
from backend.core import Money, connection, decimal_of, transaction
from backend.funds import queries
from backend.funds.rules import (
    BudgetExceeded,
    FundDecided,
    FundState,
    FundUnknown,
    OwnFundApproval,
    ReasonMissing,
)

WORDS = {
    "requested": "waits for its decision",
    "approved": "is approved",
    "declined": "was declined",
    "withdrawn": "was withdrawn",
    "claimed": "is claimed and waits for its review",
    "reimbursed": "was reimbursed",
    "expired": "was not claimed in time",
}

GIVES = frozenset({"approved", "reimbursed"})
"""What nobody decides for themselves."""


async def locked(request_id: UUID, *states: FundState, of: UUID | None = None) -> asyncpg.Record:
    """The request, if it is in one of these states; others wait until the transaction's end.

    Raises:
        FundUnknown: none has this id, or it is another organisation's.
        FundDecided: says where it is.
    """
    row = await connection().fetchrow(
        "SELECT *, currency::text FROM funds.request WHERE id = $1 "
        "AND ($2::uuid IS NULL OR organisation_id = $2) FOR NO KEY UPDATE",
        request_id,
        of,
    )
    if row is None:
        raise FundUnknown(f"No request has the id {request_id}.")
    if row["state"] not in states:
        raise FundDecided(f"It {WORDS[row['state']]}: look at it anew.")
    return row


async def step(
    request: asyncpg.Record, state: FundState, reason: str, now: datetime, actor: str, **facts: Any
) -> None:
    """The request is in `state`; its history and its budget follow (triggers), and the log.

    Raises:
        ReasonMissing: this step says why.
        BudgetExceeded: more would be reserved than there is.
        OwnFundApproval: who reimburses has approved the request.
        OwnOrganisation: who approves or reimburses acts for the partner, or did since it asked.
    """
    if state in GIVES:
        of = request["organisation_id"]
        await identity.check_other(actor, of, since=request["requested_at"])
    values: list[Any] = [request["id"], state, reason.strip(), now, actor, *facts.values()]
    columns = "".join(f", {name} = ${place}" for place, name in enumerate(facts, 6))
    try:
        async with transaction():
            await connection().execute(
                "UPDATE funds.request SET state = $2, reason = $3, changed_at = $4, "  # noqa: S608
                f"changed_by = $5{columns} WHERE id = $1",
                *values,
            )
    except asyncpg.CheckViolationError as refusal:
        if refusal.constraint_name == "says_why":
            raise ReasonMissing("reason: Say why; the partner reads it.", field="reason") from None
        if refusal.constraint_name == "never_over_reserved":
            raise await _exceeded(request) from None
        if refusal.constraint_name == "four_eyes":
            raise OwnFundApproval(
                "You approved the request: have somebody else of finance review its claim."
            ) from None
        raise
    after = {"state": state, "reason": reason, **facts}
    await audit.write(
        request["organisation_id"], actor, f"fund_{state}", f"fund_request:{request['id']}",
        {"state": request["state"]}, after,
    )  # fmt: skip


async def measure(organisation_id: UUID, quarter: Quarter, currency: str, now: datetime) -> None:
    """The budget of a quarter is kept as it is now; a final one stays, none falls below what is
    reserved of it.
    """
    found = await queries.measured(organisation_id, quarter, currency)
    await connection().execute(
        "INSERT INTO funds.budget AS b VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8) "
        "ON CONFLICT (organisation_id, quarter, currency) DO UPDATE SET "
        "turnover_minor = excluded.turnover_minor, rate_bp = excluded.rate_bp, "
        "budget_minor = greatest(excluded.budget_minor, b.reserved_minor), "
        "is_final = excluded.is_final, measured_at = excluded.measured_at WHERE NOT b.is_final",
        organisation_id, quarter.first_day, currency, found.turnover_minor, found.rate_bp,
        found.budget_minor, found.is_final, now,
    )  # fmt: skip


async def write_to(organisation_id: UUID, letter: Any, now: datetime) -> None:
    """`letter(language)` goes to the organisation's address, if it gave one."""
    organisation = await partners.read_organisation(organisation_id)
    if organisation.email is not None:
        language = organisation.language
        await mail.send(organisation.email, letter(language), language=language, now=now)


def money(request: asyncpg.Record, name: str) -> Money:
    return Money(request[name], request["currency"])


async def _exceeded(request: asyncpg.Record) -> BudgetExceeded:
    quarter = Quarter(request["quarter"])
    budget = await queries.budget_of(request["organisation_id"], quarter, request["currency"])
    left = decimal_of(budget.left_minor, request["currency"])
    return BudgetExceeded(
        f"amount: {left} {request['currency']} of {quarter} are left: approve no more, or decline.",
        field="amount",
        left_minor=budget.left_minor,
    )
