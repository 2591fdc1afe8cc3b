"""Four eyes: a payout is tried again or canceled once a second person has said so."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit
from backend.core import acting_for, connection, fetch, fetch_row, transaction
from backend.payouts import actions, rules
from backend.payouts.jobs import start_again
from backend.payouts.rules_approval import (
    ApprovalDecided,
    ApprovalPending,
    ApprovalUnknown,
    OwnPayout,
    OwnRequest,
    Verb,
    check_possible,
)

APPROVAL = """
    SELECT a.id, a.payout_id, a.verb, a.note, a.state, a.asked_by, x.name AS asked_by_name,
           a.asked_at, a.decided_by, y.name AS decided_by_name, a.decided_at, a.decided_note,
           s.number AS statement_number, s.month, o.name AS organisation_name,
           a.organisation_id AS asked_for, z.name AS asked_for_name,
           p.organisation_id, p.amount_minor, p.currency::text AS currency,
           p.state AS payout_state, p.failure_code
    FROM payouts.approval a
    JOIN payouts.payout p ON p.id = a.payout_id
    JOIN settlement.statement s ON s.id = p.statement_id
    JOIN partners.organisation o ON o.id = p.organisation_id
    JOIN identity.person x ON x.id = a.asked_by
    LEFT JOIN partners.organisation z ON z.id = a.organisation_id
    LEFT JOIN identity.person y ON y.id = a.decided_by
"""


async def ask_approval(
    payout_id: UUID,
    verb: Verb,
    *,
    note: str,
    person: UUID,
    now: datetime,
    organisation: UUID | None = None,
) -> UUID:
    """What `person` wants done with the payout waits for one of the operator's; answers its id.

    It is asked for `organisation`, of its own payout, or for the operator.

    Raises:
        PayoutUnknown: none has this id, or it is another organisation's.
        NotRetriable, TooLateToCancel: it could not be done now.
        ApprovalPending: something is asked for already; it says by whom.
    """
    async with transaction():
        payout = await actions.lock_payout(payout_id)
        if organisation not in {None, payout.organisation_id}:
            raise rules.PayoutUnknown(f"No payout has the id {payout_id}.")
        check_possible(verb, payout.state)
        approval_id: UUID | None = await connection().fetchval(
            "INSERT INTO payouts.approval (payout_id, organisation_id, verb, note, asked_by, "
            "asked_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (payout_id) "
            "WHERE state = 'asked' DO NOTHING RETURNING id",
            payout_id, organisation, verb, note, person, now,
        )  # fmt: skip
        if approval_id is not None:
            after = {"approval": approval_id, "note": note}
            await _write(payout, person, f"ask_{verb}", after, chain=organisation)
    if approval_id is None:
        raise await _pending(payout_id, organisation)
    return approval_id


async def _pending(payout_id: UUID, organisation: UUID | None) -> ApprovalPending:
    """Says who was first; the operator's people by name only to their own."""
    with acting_for(None):
        first = await fetch_row(
            APPROVAL + "WHERE a.payout_id = $1 ORDER BY a.id DESC LIMIT 1", payout_id
        )
    assert first is not None, "requests are never removed"
    who: str = first["asked_by_name"]
    if first["asked_for_name"] is not None:
        who = f"{who} ({first['asked_for_name']})"
    elif organisation is not None:
        who = "the operator"
    return ApprovalPending(f"Asked by {who}; it has to be decided first.", asked_by=who)


async def approve(approval_id: UUID, *, note: str, person: UUID, now: datetime) -> None:
    """What was asked for is done, in the same transaction.

    Raises:
        ApprovalUnknown, ApprovalDecided: there is nothing to decide.
        OwnRequest: `person` asked for it; PostgreSQL refuses it as well.
        OwnPayout: `person` acts for the partner, too; PostgreSQL refuses it as well.
        NotRetriable, TooLateToCancel: the payout has moved on since.
    """
    async with transaction():
        asked, payout = await _lock(approval_id)
        if asked["asked_by"] == person:
            raise OwnRequest("You asked for it: have somebody else of finance approve it.")
        if await _acts_for(person, payout.organisation_id):
            raise OwnPayout("You act for the partner, too: have somebody else of finance decide.")
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


async def _acts_for(person: UUID, organisation: UUID) -> bool:
    found: bool = await connection().fetchval(
        "SELECT payouts.acts_for($1, $2)", person, organisation
    )
    return found


async def _write(
    payout: rules.Payout,
    person: UUID,
    action: str,
    after: dict[str, Any],
    *,
    chain: UUID | None = None,
) -> None:
    await audit.write(chain, f"person:{person}", action, payout.subject, None, after)


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
    *,
    state: str | None,
    payout_id: UUID | None,
    organisation_id: UUID | None = None,
    after: UUID | None,
    limit: int,
) -> list[asyncpg.Record]:
    """Requests, newest first, from behind `after`; in one state or of one payout if named.

    Those that `organisation_id` asked, if it is named.
    """
    return await fetch(
        APPROVAL + "WHERE ($1::text IS NULL OR a.state = $1) "
        "AND ($2::uuid IS NULL OR a.payout_id = $2) AND ($3::uuid IS NULL OR a.id < $3) "
        "AND ($5::uuid IS NULL OR a.organisation_id = $5) "
        "ORDER BY a.id DESC LIMIT $4",
        state,
        payout_id,
        after,
        limit,
        organisation_id,
    )


async def count_states() -> list[asyncpg.Record]:
    """How many payouts stand in each state, and what they come to, by currency."""
    return await fetch(
        "SELECT state, currency::text AS currency, count(*) AS number, "
        "sum(amount_minor)::bigint AS amount_minor FROM payouts.payout GROUP BY 1, 2 ORDER BY 1, 2"
    )
