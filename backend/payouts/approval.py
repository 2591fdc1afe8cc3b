"""Four eyes: a payout is tried again or canceled once a second person has said so."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit
from backend.core import connection, fetch, fetch_row, transaction
from backend.payouts import actions, rules
from backend.payouts.jobs import start_again
from backend.payouts.rules_approval import (
    ApprovalDecided,
    ApprovalPending,
    ApprovalUnknown,
    OwnRequest,
    Verb,
    check_possible,
)

APPROVAL = """
    SELECT a.id, a.payout_id, a.verb, a.note, a.state, a.asked_by, x.name AS asked_by_name,
           a.asked_at, a.decided_by, y.name AS decided_by_name, a.decided_at, a.decided_note,
           s.number AS statement_number, s.month, o.name AS organisation_name,
           p.organisation_id, p.amount_minor, p.currency::text AS currency,
           p.state AS payout_state, p.failure_code
    FROM payouts.approval a
    JOIN payouts.payout p ON p.id = a.payout_id
    JOIN settlement.statement s ON s.id = p.statement_id
    JOIN partners.organisation o ON o.id = p.organisation_id
    JOIN identity.person x ON x.id = a.asked_by
    LEFT JOIN identity.person y ON y.id = a.decided_by
"""


async def ask_approval(
    payout_id: UUID, verb: Verb, *, note: str, person: UUID, now: datetime
) -> UUID:
    """What `person` wants done with the payout waits for somebody else; answers its id.

    Raises:
        PayoutUnknown: none has this id.
        NotRetriable, TooLateToCancel: it could not be done now.
        ApprovalPending: something is asked for already.
    """
    async with transaction():
        payout = await actions.lock_payout(payout_id)
        check_possible(verb, payout.state)
        approval_id: UUID | None = await connection().fetchval(
            "INSERT INTO payouts.approval (payout_id, verb, note, asked_by, asked_at) "
            "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (payout_id) WHERE state = 'asked' "
            "DO NOTHING RETURNING id",
            payout_id, verb, note, person, now,
        )  # fmt: skip
        if approval_id is None:
            raise ApprovalPending("Decide, or withdraw, what is asked for already.")
        await _write(payout, person, f"ask_{verb}", {"approval": approval_id, "note": note})
    return approval_id


async def approve(approval_id: UUID, *, note: str, person: UUID, now: datetime) -> None:
    """What was asked for is done, in the same transaction.

    Raises:
        ApprovalUnknown, ApprovalDecided: there is nothing to decide.
        OwnRequest: `person` asked for it; PostgreSQL refuses it as well.
        NotRetriable, TooLateToCancel: the payout has moved on since.
    """
    async with transaction():
        asked, payout = await _lock(approval_id)
        if asked["asked_by"] == person:
            raise OwnRequest("You asked for it: have somebody else of finance approve it.")
        actor = f"person:{person}"
        # The ledger before the audit chains, as everywhere.
        if asked["verb"] == "retry":
            await start_again(payout.id, now=now, actor=actor)
        else:
            await actions.cancel_payout(payout.id, now=now, actor=actor)
        await _decide(asked, payout, "approved", note, person, now)


async def refuse(approval_id: UUID, *, note: str, person: UUID, now: datetime) -> None:
    """What was asked for is not done; whoever asked takes it back so too.

    Raises:
        ApprovalUnknown, ApprovalDecided: there is nothing to decide.
    """
    async with transaction():
        asked, payout = await _lock(approval_id)
        state = "withdrawn" if asked["asked_by"] == person else "refused"
        await _decide(asked, payout, state, note, person, now)


async def _lock(approval_id: UUID) -> tuple[asyncpg.Record, rules.Payout]:
    """The request that is still to be decided. Its payout is locked before it, always."""
    payout_id = await connection().fetchval(
        "SELECT payout_id FROM payouts.approval WHERE id = $1", approval_id
    )
    if payout_id is None:
        raise ApprovalUnknown(f"No request has the id {approval_id}.")
    payout = await actions.lock_payout(payout_id)
    asked: Any = await connection().fetchrow(
        "SELECT * FROM payouts.approval WHERE id = $1 FOR UPDATE", approval_id
    )
    if asked["state"] != "asked":
        raise ApprovalDecided(f"It is {asked['state']} already.", state=asked["state"])
    return asked, payout


async def _decide(
    asked: asyncpg.Record,
    payout: rules.Payout,
    state: str,
    note: str,
    person: UUID,
    now: datetime,
) -> None:
    await connection().execute(
        "UPDATE payouts.approval SET state = $2, decided_by = $3, decided_at = $4, "
        "decided_note = $5 WHERE id = $1",
        asked["id"], state, person, now, note,
    )  # fmt: skip
    after = {"approval": asked["id"], "state": state, "note": note}
    await _write(payout, person, f"decide_{asked['verb']}", after)


async def _write(payout: rules.Payout, person: UUID, action: str, after: dict[str, Any]) -> None:
    await audit.write(None, f"person:{person}", action, payout.subject, None, after)


async def read_approval(approval_id: UUID) -> asyncpg.Record:
    """One request.

    Raises:
        ApprovalUnknown: none has this id.
    """
    row = await fetch_row(APPROVAL + "WHERE a.id = $1", approval_id)
    if row is None:
        raise ApprovalUnknown(f"No request has the id {approval_id}.")
    return row


async def list_approvals(
    *, state: str | None, payout_id: UUID | None, after: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Requests, newest first, from behind `after`; in one state or of one payout if named."""
    return await fetch(
        APPROVAL + "WHERE ($1::text IS NULL OR a.state = $1) "
        "AND ($2::uuid IS NULL OR a.payout_id = $2) AND ($3::uuid IS NULL OR a.id < $3) "
        "ORDER BY a.id DESC LIMIT $4",
        state,
        payout_id,
        after,
        limit,
    )


async def count_states() -> list[asyncpg.Record]:
    """How many payouts stand in each state, and what they come to, by currency."""
    return await fetch(
        "SELECT state, currency::text AS currency, count(*) AS number, "
        "sum(amount_minor)::bigint AS amount_minor FROM payouts.payout GROUP BY 1, 2 ORDER BY 1, 2"
    )
