"""Reads: payments online, reminders, proposals, settings."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import asyncpg

from backend import settlement
from backend.core import Money, acting_for, fetch, fetch_row, fetch_value, midnight
from backend.dues.rules import REMINDERS, DueSetting, ProposalState, ProposalUnknown

PAYMENT = """
    SELECT p.id, p.organisation_id, p.statement_id, s.number, p.currency::text AS currency,
           p.amount_minor, p.state, p.attempt, p.session_id, p.url, p.intent_id, p.receipt_id,
           p.fee_minor, p.reversal_id, p.asked_at, p.look_at
    FROM dues.payment p JOIN settlement.statement s ON s.id = p.statement_id
"""
PROPOSAL = """
    SELECT p.id, p.organisation_id, o.name AS organisation, p.reference, p.received_on,
           p.currency::text AS currency, p.amount_minor, p.means, p.note, p.owed_minor, p.why,
           p.asked_by, x.name AS asked_by_name, p.asked_at, p.state, p.decided_by,
           y.name AS decided_by_name, p.decided_at, p.decided_note, p.receipt_id
    FROM dues.proposal p
    JOIN partners.organisation o ON o.id = p.organisation_id
    JOIN identity.person x ON x.id = p.asked_by
    LEFT JOIN identity.person y ON y.id = p.decided_by
"""


async def owing(organisation_id: UUID, currency: str) -> asyncpg.Record | None:
    """What the organisation owes by its last closed statement, less what was paid since."""
    rows = await settlement.list_owing(organisation_id=organisation_id)
    return next((row for row in rows if row["currency"] == currency), None)


async def left_of(organisation_id: UUID, currency: str) -> Money:
    """As `owing`, in figures; zero where nothing is."""
    row = await owing(organisation_id, currency)
    return Money(0 if row is None else row["left_minor"], currency)


async def due_of_intent(intent_id: str | None, told: UUID | None) -> asyncpg.Record | None:
    """The payment of this intent, or else the one `told`."""
    return await fetch_row(
        PAYMENT + "WHERE p.intent_id = $1 OR p.id = $2 "
        "ORDER BY p.intent_id = $1 DESC NULLS LAST LIMIT 1",
        intent_id,
        told,
    )


async def last_payments(
    organisations: Collection[UUID],
) -> dict[tuple[UUID, str], asyncpg.Record]:
    """The last payment online of each organisation and currency."""
    rows = await fetch(
        "SELECT DISTINCT ON (organisation_id, currency) organisation_id, id, state, amount_minor, "
        "currency::text AS currency, asked_at FROM dues.payment WHERE organisation_id = ANY ($1) "
        "ORDER BY organisation_id, currency, id DESC",
        list(organisations),
    )
    return {(row["organisation_id"], row["currency"]): row for row in rows}


async def reminders_of(organisations: Collection[UUID]) -> list[asyncpg.Record]:
    """Every letter written about what these owe, in order."""
    return await fetch(
        "SELECT organisation_id, currency::text AS currency, owed_since, number, age_days, "
        "left_minor, sent_at FROM dues.reminder WHERE organisation_id = ANY ($1) "
        "ORDER BY organisation_id, currency, owed_since, number",
        list(organisations),
    )


async def read_proposal(proposal_id: UUID) -> asyncpg.Record:
    """Raises: ProposalUnknown."""
    row = await fetch_row(PROPOSAL + "WHERE p.id = $1", proposal_id)
    if row is None:
        raise ProposalUnknown(f"No payment waits under the id {proposal_id}.")
    return row


async def list_proposals(
    *, state: ProposalState | None = None, after: UUID | None = None, limit: int = 50
) -> list[asyncpg.Record]:
    """What was recorded and needs, or had, a second person; newest first."""
    return await fetch(
        PROPOSAL + "WHERE ($1::text IS NULL OR p.state = $1) AND ($2::uuid IS NULL OR p.id < $2) "
        "ORDER BY p.id DESC LIMIT $3",
        state,
        after,
        limit,
    )


async def setting_at(name: DueSetting, at: datetime) -> int:
    """The days of a letter that were in force at that moment."""
    value: int = await fetch_value(
        "SELECT value FROM dues.setting WHERE name = $1 AND valid_from <= $2 "
        "ORDER BY valid_from DESC LIMIT 1",
        name,
        at,
    )
    return value


async def reminder_days(at: datetime) -> tuple[int, int, int]:
    """At which ages of a debt the three letters are written (money rule f6)."""
    first, second, last = sorted([await setting_at(name, at) for name in REMINDERS])
    return first, second, last


async def letter_days(owed_since: date, *, by_refunds: bool) -> tuple[int, int, int]:
    """Ages of a debt at which its letters are written, by the settings of the day it began.

    What refunds alone took back is set against later sales first: it is asked for at the second
    age, and for the last time at the third (money rules f3, f6).
    """
    # A partner's own PDF names the day too; of the operator's settings it reads nothing else.
    with acting_for(None):
        first, second, last = await reminder_days(midnight(owed_since))
    return (second, last, last) if by_refunds else (first, second, last)


async def limit_at(currency: str, at: datetime) -> Money | None:
    """How much one person alone may record of one payment; None: nothing in this currency."""
    value: int | None = await fetch_value(
        "SELECT value FROM dues.setting WHERE name = 'receipt_limit_minor' "
        "AND currency::text = $1 AND valid_from <= $2 ORDER BY valid_from DESC LIMIT 1",
        currency,
        at,
    )
    return None if value is None else Money(value, currency)


async def recorded_alone(organisation_id: UUID, currency: str, received_on: date) -> Money:
    """What one person recorded of what arrived of the organisation on that day, in all lines."""
    value: int = await fetch_value(
        "SELECT dues.recorded_alone($1, $2, $3)", organisation_id, currency, received_on
    )
    return Money(value, currency)


async def list_settings() -> list[asyncpg.Record]:
    """Every value ever announced with who did, the newest beginning first."""
    return await fetch(
        "SELECT s.name, s.currency::text AS currency, s.value, s.valid_from, s.note, "
        "s.recorded_at, nullif(coalesce(p.name, s.actor), 'system:migration') AS by "
        "FROM dues.setting s LEFT JOIN identity.person p ON s.actor = 'person:' || p.id::text "
        "ORDER BY s.valid_from DESC, s.name, s.currency"
    )
