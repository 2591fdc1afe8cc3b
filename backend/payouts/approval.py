"""Four eyes: a payout is tried again or canceled once a second person has said so."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import audit, mail
from backend.core import (
    acting_for,
    connection,
    fetch,
    fetch_row,
    operators_work,
    transaction,
)
from backend.payouts import actions, letters, rules
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


TO = """
    SELECT o.name, coalesce(x.email, o.email) AS email, coalesce(x.language, o.language) AS language
    FROM partners.organisation o
    LEFT JOIN identity.person x ON x.id = $1 AND x.email_verified_at IS NOT NULL
      AND payouts.acts_for(x.id, o.id)
    WHERE o.id = $2
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


async def approve(
    approval_id: UUID, *, note: str, person: UUID, now: datetime, base_url: str
) -> None:
    """What was asked for is done, in the same transaction; a partner that asked is told.

    Raises:
        ApprovalUnknown, ApprovalDecided: there is nothing to decide.
        OwnRequest: `person` asked for it; PostgreSQL refuses it as well.
        OwnPayout: `person` acts for the partner, too, or did since it was owed;
            PostgreSQL refuses it as well.
        NotRetriable, TooLateToCancel: the payout has moved on since.
    """
    async with transaction():
        asked, payout = await _lock(approval_id)
        if asked["asked_by"] == person:
            raise OwnRequest("You asked for it: have somebody else of finance approve it.")
        if await _acted_for(person, payout.id):
            raise OwnPayout("You act for the partner, too: have somebody else of finance decide.")
        actor = f"person:{person}"
        # The ledger before the audit chains, as everywhere.
        if asked["verb"] == "retry":
            await start_again(payout.id, now=now, actor=actor)
        else:
            await actions.cancel_payout(payout.id, now=now, actor=actor)
        await _decide(asked, payout, "approved", note, person, now)
        await _tell(asked, payout, "approved", note, base_url, now)


async def refuse(
    approval_id: UUID, *, note: str, person: UUID, now: datetime, base_url: str
) -> None:
    """What was asked for is not done; whoever asked takes it back so too.

    A partner that asked is told why.

    Raises:
        ApprovalUnknown, ApprovalDecided: there is nothing to decide.
    """
    async with transaction():
        asked, payout = await _lock(approval_id)
        state = "withdrawn" if asked["asked_by"] == person else "refused"
        await _decide(asked, payout, state, note, person, now)
        if state == "refused":
            await _tell(asked, payout, state, note, base_url, now)


@operators_work
async def take_back(
    approval_id: UUID, *, payout_id: UUID, organisation: UUID, person: UUID, now: datetime
) -> None:
    """What somebody of `organisation` asked about its payout is not wanted any more.

    Raises:
        ApprovalUnknown: it asked nothing of this id about this payout.
        ApprovalDecided: the operator was faster.
    """
    async with transaction():
        asked_for = await connection().fetchrow(
            "SELECT payout_id, organisation_id FROM payouts.approval WHERE id = $1", approval_id
        )
        if asked_for is None or tuple(asked_for) != (payout_id, organisation):
            raise ApprovalUnknown(f"You asked nothing under the id {approval_id}.")
        asked, payout = await _lock(approval_id)
        await _decide(asked, payout, "withdrawn", "", person, now, chain=organisation)


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
    *,
    chain: UUID | None = None,
) -> None:
    await connection().execute(
        "UPDATE payouts.approval SET state = $2, decided_by = $3, decided_at = $4, "
        "decided_note = $5 WHERE id = $1",
        asked["id"], state, person, now, note,
    )  # fmt: skip
    after = {"approval": asked["id"], "state": state, "note": note}
    await _write(payout, person, f"decide_{asked['verb']}", after, chain=chain)


async def _tell(
    asked: asyncpg.Record,
    payout: rules.Payout,
    state: str,
    note: str,
    base_url: str,
    now: datetime,
) -> None:
    """Who asked for a partner is written to, or the partner itself if they have left it."""
    if asked["organisation_id"] is None:
        return
    to = await connection().fetchrow(TO, asked["asked_by"], asked["organisation_id"])
    assert to is not None, "a payout has its partner"
    if to["email"] is None:
        return
    number = await connection().fetchval(
        "SELECT number FROM settlement.statement WHERE id = $1", payout.statement_id
    )
    letter = letters.decided(
        to["language"],
        state,
        statement=number,
        organisation=to["name"],
        reason=note,
        link=f"{base_url}/portal/payouts",
    )
    await mail.send(to["email"], letter, language=to["language"], now=now)


async def _acted_for(person: UUID, payout_id: UUID) -> bool:
    found: bool = await connection().fetchval(
        "SELECT payouts.acted_for($1, organisation_id, created_at) FROM payouts.payout "
        "WHERE id = $2",
        person,
        payout_id,
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
