"""What routes answer about what is owed."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from backend.core import PARIS, Money
from backend.dues import queries
from backend.dues.rules import DueSetting, DueState, ProposalState, Why
from backend.receipts import Means

Age = Literal["0-30", "31-60", "61-90", "90+"]


class OnlinePayment(msgspec.Struct):
    """The last time it was paid online: `processing` is with the bank, `failed` was refused."""

    id: UUID
    state: DueState
    amount: Money
    asked_at: datetime


class DueReminder(msgspec.Struct):
    """The first, second or third letter about this debt."""

    number: int
    age_days: int
    sent_at: datetime


class Receivable(msgspec.Struct):
    """`left` = `carried` by the last statement - `paid` since; `age_days` since it is owed."""

    organisation_id: UUID
    organisation_reference: str
    organisation_name: str
    statement_id: UUID
    statement_number: str
    carried: Money
    paid: Money
    left: Money
    owed_since: date
    age_days: int
    payment: OnlinePayment | None
    reminders: list[DueReminder]


class ReceivablesOfAge(msgspec.Struct):
    """Of this age in days (money rule f6)."""

    age: Age
    organisations: int
    left: Money


class ReceiptProposal(msgspec.Struct):
    """A line of the bank's that counts once a second person approves it; `owed` was owed then."""

    id: UUID
    organisation_id: UUID
    organisation: str
    reference: str
    received_on: date
    amount: Money
    means: Means
    note: str
    owed: Money
    why: Why
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    state: ProposalState
    decided_by_name: str | None
    decided_at: datetime | None
    decided_note: str
    receipt_id: UUID | None


class ReceiptRecorded(msgspec.Struct):
    """`known`: this line was recorded before. `waiting`: a second person has to approve it."""

    state: Literal["recorded", "known", "waiting"]
    receipt_id: UUID | None
    proposal: ReceiptProposal | None


class DueSettingView(msgspec.Struct):
    """Days, or for `receipt_limit_minor` minor units."""

    name: DueSetting
    value: int
    valid_from: datetime
    note: str


class DueSettings(msgspec.Struct):
    """In force now, and every value ever announced, the newest beginning first."""

    first_reminder_days: int
    second_reminder_days: int
    last_reminder_days: int
    receipt_limit_minor: int
    history: list[DueSettingView]


class PaymentPage(msgspec.Struct):
    """Stripe's page, on which all that is owed is paid."""

    url: str


async def receivables(rows: list[asyncpg.Record], now: datetime) -> list[Receivable]:
    """Of `settlement.list_owing`, with what became of them."""
    organisations = {row["organisation_id"] for row in rows}
    payments = await queries.last_payments(organisations)
    letters: dict[tuple[UUID, str, date], list[DueReminder]] = {}
    for each in await queries.reminders_of(organisations):
        key = (each["organisation_id"], each["currency"], each["owed_since"])
        letter = DueReminder(each["number"], each["age_days"], each["sent_at"])
        letters.setdefault(key, []).append(letter)
    today = now.astimezone(PARIS).date()
    return [
        Receivable(
            organisation_id=row["organisation_id"],
            organisation_reference=row["reference"],
            organisation_name=row["name"],
            statement_id=row["statement_id"],
            statement_number=row["number"],
            carried=_money(row, "carried"),
            paid=_money(row, "paid"),
            left=_money(row, "left"),
            owed_since=row["owed_since"],
            age_days=(today - row["owed_since"]).days,
            payment=_payment(payments.get((row["organisation_id"], row["currency"]))),
            reminders=letters.get((row["organisation_id"], row["currency"], row["owed_since"]), []),
        )
        for row in rows
    ]


def _payment(row: asyncpg.Record | None) -> OnlinePayment | None:
    if row is None or row["state"] in ("planned", "expired"):
        return None
    amount = Money(row["amount_minor"], row["currency"])
    return OnlinePayment(row["id"], row["state"], amount, row["asked_at"])


def proposal_view(row: asyncpg.Record) -> ReceiptProposal:
    facts: dict[str, Any] = dict(row)
    currency = facts.pop("currency")
    amount, owed = (Money(facts.pop(f"{name}_minor"), currency) for name in ("amount", "owed"))
    del facts["decided_by"]
    return ReceiptProposal(**facts, amount=amount, owed=owed)


def ages(rows: list[asyncpg.Record]) -> list[ReceivablesOfAge]:
    return [ReceivablesOfAge(row["age"], row["organisations"], _money(row, "left")) for row in rows]


async def settings(now: datetime) -> DueSettings:
    first, second, last = await queries.reminder_days(now)
    return DueSettings(
        first, second, last, await queries.setting_at("receipt_limit_minor", now),
        [DueSettingView(**dict(row)) for row in await queries.list_settings()],
    )  # fmt: skip


def _money(row: asyncpg.Record, name: str) -> Money:
    return Money(row[f"{name}_minor"], row["currency"])
