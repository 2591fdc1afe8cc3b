"""What arrived at the bank is recorded; what is more than is owed, or much, by two people."""

from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

import asyncpg

from backend import audit, identity, receipts
from backend.core import PARIS, Money, connection, transaction, uuid7
from backend.dues import queries
from backend.dues.actions import lock_debt
from backend.dues.rules import (
    OwnProposal,
    PersonRecords,
    ProposalDecided,
    ProposalUnknown,
    Why,
    why_two,
)

RecordState = Literal["recorded", "known", "waiting"]


class Line(NamedTuple):
    """One line of the bank's."""

    organisation_id: UUID
    amount: Money
    reference: str
    received_on: date
    means: receipts.Means
    note: str


class Recorded(NamedTuple):
    """`known`: the same line was recorded before. `waiting`: a second person has to approve it."""

    state: RecordState
    receipt_id: UUID | None
    proposal_id: UUID | None


async def record_line(line: Line, *, now: datetime, actor: str) -> Recorded:
    """The bank's line is taken off what the organisation owes, once; or waits for a second person,
    where it is more than that, or the lines of its payment come to more than the currency's limit.

    Raises:
        BadReceipt: nothing arrived, or on a day to come.
        ReferenceOfStripe: Stripe tells of its own payments.
        OwnOrganisation: whoever records it acts for the partner.
        ReceiptConflict: the reference is recorded with other facts; it says where.
        PersonRecords: a program cannot ask a second person.
    """
    receipts.check_receipt(line.amount, line.received_on, now.astimezone(PARIS).date())
    receipts.check_by_hand(line.reference)
    of, reference = line.organisation_id, line.reference
    async with transaction():
        await identity.check_other(actor, of)
        await lock_debt(of)
        known = await receipts.find_receipt(of, line.amount, reference=reference, means=line.means)
        if known is not None:
            return Recorded("known", known, None)
        waiting = await _waiting(line)
        if waiting is not None:
            return Recorded("waiting", None, waiting)
        owed = await queries.left_of(of, line.amount.currency)
        alone = await queries.recorded_alone(of, line.amount.currency, line.received_on)
        limit = await queries.limit_at(line.amount.currency, now)
        why = why_two(line.amount, owed, alone, limit)
        if why is None:
            made = await receipts.record_receipt(
                of, line.amount, reference=reference, received_on=line.received_on,
                means=line.means, note=line.note, now=now, actor=actor,
            )  # fmt: skip
            return Recorded("recorded" if made.new else "known", made.id, None)
        return Recorded("waiting", None, await _propose(line, owed, why, now, actor))


async def _waiting(line: Line) -> UUID | None:
    """The same line that waits already. Raises: ReceiptConflict."""
    row = await connection().fetchrow(
        queries.PROPOSAL + "WHERE p.reference = $1 AND p.state = 'asked'", line.reference
    )
    if row is None:
        return None
    facts = (row["organisation_id"], row["currency"], row["amount_minor"], row["means"])
    wanted = (line.organisation_id, line.amount.currency, line.amount.amount_minor, line.means)
    if facts != wanted:
        raise _conflict(row)
    found: UUID = row["id"]
    return found


def _conflict(row: asyncpg.Record) -> receipts.ReceiptConflict:
    amount = Money(row["amount_minor"], row["currency"])
    return receipts.ReceiptConflict(
        f"reference: {row['reference']} waits for a second person as {amount} of "
        f"{row['organisation']}. Look at it under payments to approve: if it is wrong, have it "
        "refused; if this is another line of the bank's, give its own reference.",
        field="reference",
        proposal_id=row["id"],
    )


async def _propose(line: Line, owed: Money, why: Why, now: datetime, actor: str) -> UUID:
    kind, _, person = actor.partition(":")
    if kind != "person":
        raise PersonRecords(
            f"{line.amount} is more than {owed} that are owed, or above the limit: a person "
            "records it, and a second one approves it."
        )
    made = uuid7()
    try:
        async with transaction():
            await connection().execute(
                "INSERT INTO dues.proposal (id, organisation_id, reference, received_on, currency, "
                "amount_minor, means, note, owed_minor, why, asked_by, asked_at) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                made, line.organisation_id, line.reference, line.received_on,
                line.amount.currency, line.amount.amount_minor, line.means, line.note,
                owed.amount_minor, why, UUID(person), now,
            )  # fmt: skip
    except asyncpg.UniqueViolationError:  # Somebody was faster, with another organisation.
        row = await connection().fetchrow(
            queries.PROPOSAL + "WHERE p.reference = $1 ORDER BY p.id DESC LIMIT 1", line.reference
        )
        assert row is not None, "proposals are never removed"
        raise _conflict(row) from None
    after = {"amount": line.amount, "reference": line.reference, "why": why, "owed": owed}
    subject = f"receipt_proposal:{made}"
    await audit.write(line.organisation_id, actor, "propose_receipt", subject, None, after)
    return made


async def approve_proposal(proposal_id: UUID, *, note: str, person: UUID, now: datetime) -> UUID:
    """The line counts from now on; answers its receipt. PostgreSQL refuses the same person too.

    Raises:
        ProposalUnknown, ProposalDecided: there is nothing to decide.
        OwnProposal: `person` recorded it.
        OwnOrganisation: `person` acts for the partner, or did since it was recorded.
        ReceiptConflict, BadReceipt: it cannot be recorded any more.
    """
    actor = f"person:{person}"
    async with transaction():
        row = await _locked(proposal_id)
        if row["asked_by"] == person:
            raise OwnProposal("You recorded it: have somebody else of finance approve it.")
        await identity.check_other(actor, row["organisation_id"], since=row["asked_at"])
        made = await receipts.record_receipt(
            row["organisation_id"], Money(row["amount_minor"], row["currency"]),
            reference=row["reference"], received_on=row["received_on"], means=row["means"],
            note=row["note"], now=now, actor=actor,
        )  # fmt: skip
        await _decide(row, "approved", note, person, now, made.id)
    return made.id


async def refuse_proposal(proposal_id: UUID, *, note: str, person: UUID, now: datetime) -> None:
    """The line does not count; whoever recorded it takes it back so too.

    Raises:
        ProposalUnknown, ProposalDecided: there is nothing to decide.
        OwnOrganisation: `person` acts for the partner, or did since it was recorded.
    """
    async with transaction():
        row = await _locked(proposal_id)
        await identity.check_other(
            f"person:{person}", row["organisation_id"], since=row["asked_at"]
        )
        state = "withdrawn" if row["asked_by"] == person else "refused"
        await _decide(row, state, note, person, now, None)


async def _locked(proposal_id: UUID) -> asyncpg.Record:
    row = await connection().fetchrow(
        "SELECT *, currency::text AS currency FROM dues.proposal WHERE id = $1", proposal_id
    )
    if row is None:
        raise ProposalUnknown(f"No payment waits under the id {proposal_id}.")
    await lock_debt(row["organisation_id"])
    row = await connection().fetchrow(
        "SELECT id, organisation_id, reference, received_on, currency::text AS currency, "
        "amount_minor, means, note, asked_by, asked_at, state FROM dues.proposal "
        "WHERE id = $1 FOR UPDATE",
        proposal_id,
    )
    assert row is not None, "proposals are never removed"
    if row["state"] != "asked":
        raise ProposalDecided(f"It is {row['state']} already.", state=row["state"])
    return row


async def _decide(
    row: asyncpg.Record,
    state: str,
    note: str,
    person: UUID,
    now: datetime,
    receipt_id: UUID | None,
) -> None:
    await connection().execute(
        "UPDATE dues.proposal SET state = $2, decided_by = $3, decided_at = $4, "
        "decided_note = $5, receipt_id = $6 WHERE id = $1",
        row["id"], state, person, now, note, receipt_id,
    )  # fmt: skip
    after = {"state": state, "note": note, "receipt": receipt_id}
    await audit.write(
        row["organisation_id"], f"person:{person}", "decide_receipt",
        f"receipt_proposal:{row['id']}", {"state": "asked"}, after,
    )  # fmt: skip
