"""What routes answer about what is owed."""

from datetime import date, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from backend import settlement
from backend.core import PARIS, Money
from backend.dues import queries
from backend.dues.days import owes, pay_before
from backend.dues.rules import REMINDERS, DueState, ProposalState, Why
from backend.receipts import Means

Age = Literal["0-30", "31-60", "61-90", "90+"]
SettingState = Literal["in_force", "to_come", "over"]
Dated = TypeVar("Dated", "LetterDays", "ReceiptLimit")


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
    """`left` = `carried` by the last statement - `paid` since; `age_days` since it is owed.

    `pay_before`: as the statement says; `is_asked_later`: refunds alone took it back, it is set
    against sales first and on that day asked for by letter.
    """

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
    pay_before: date
    is_asked_later: bool
    payment: OnlinePayment | None
    reminders: list[DueReminder]


class StatementDetail(settlement.StatementParts):
    """`pay_before`: the day before which what it carries below zero is to be paid; of what refunds
    alone took back, on which what is left is asked for by letter. Null: nothing is owed by it.
    """

    pay_before: date | None


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


class LetterDays(msgspec.Struct):
    """At which ages of a debt, in days, its three letters are written; `by` no one: from the start.

    They are of debts that begin from `valid_from` on.
    """

    state: SettingState
    first_days: int
    second_days: int
    last_days: int
    valid_from: datetime
    note: str
    by: str | None
    recorded_at: datetime


class ReceiptLimit(msgspec.Struct):
    """Above this, one payment in this currency needs two people."""

    state: SettingState
    limit: Money
    valid_from: datetime
    note: str
    by: str | None
    recorded_at: datetime


class DueSettings(msgspec.Struct):
    """Every value ever announced, the newest beginning first. A currency without a limit that is in
    force needs two people for each of its payments."""

    letters: list[LetterDays]
    limits: list[ReceiptLimit]


class PaymentPage(msgspec.Struct):
    """Stripe's page, on which all that is owed is paid."""

    url: str


async def statement_detail(row: asyncpg.Record) -> StatementDetail:
    parts = await settlement.statement_parts(row)
    before = await pay_before(row) if row["closing_minor"] < 0 else None
    return StatementDetail(**msgspec.structs.asdict(parts), pay_before=before)


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
            pay_before=await pay_before(row),
            is_asked_later=not owes(row),
            payment=_payment(payments.get((row["organisation_id"], row["currency"]))),
            reminders=letters.get((row["organisation_id"], row["currency"], row["owed_since"]), []),
        )
        for row in rows
    ]


COLUMNS = (
    "partner", "partner_name", "statement", "owed_since", "age_days", "currency", "carried",
    "paid_since", "left", "letters", "last_letter_at", "online_payment",
)  # fmt: skip


def receivable_cells(one: Receivable) -> tuple[object, ...]:
    last = one.reminders[-1] if one.reminders else None
    return (
        one.organisation_reference, one.organisation_name, one.statement_number, one.owed_since,
        one.age_days, one.left.currency, one.carried, one.paid, one.left,
        0 if last is None else last.number, None if last is None else last.sent_at,
        None if one.payment is None else one.payment.state,
    )  # fmt: skip


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
    rows = await queries.list_settings()
    return DueSettings(_letters(rows, now), _limits(rows, now))


def _letters(rows: list[asyncpg.Record], now: datetime) -> list[LetterDays]:
    """What the three were from each beginning on; one that did not change then is as before."""
    days, made = dict[str, int](), list[LetterDays]()
    for row in reversed([row for row in rows if row["name"] in REMINDERS]):
        days[row["name"]] = row["value"]
        if made and made[-1].valid_from == row["valid_from"]:
            made.pop()
        if len(days) == len(REMINDERS):
            first, second, last = (days[name] for name in REMINDERS)
            made.append(LetterDays("over", first, second, last, *_announced(row)))
    return _with_states(made, now)


def _limits(rows: list[asyncpg.Record], now: datetime) -> list[ReceiptLimit]:
    made: list[ReceiptLimit] = []
    for currency in sorted({row["currency"] for row in rows if row["currency"]}):
        of = [
            ReceiptLimit("over", Money(row["value"], currency), *_announced(row))
            for row in reversed(rows)
            if row["currency"] == currency
        ]
        made += _with_states(of, now)
    return made


def _announced(row: asyncpg.Record) -> tuple[datetime, str, str | None, datetime]:
    return row["valid_from"], row["note"], row["by"], row["recorded_at"]


def _with_states(oldest_first: list[Dated], now: datetime) -> list[Dated]:
    for each in oldest_first:
        each.state = "over" if each.valid_from <= now else "to_come"
    for each in reversed(oldest_first):
        if each.state == "over":
            each.state = "in_force"
            break
    return oldest_first[::-1]


def _money(row: asyncpg.Record, name: str) -> Money:
    return Money(row[f"{name}_minor"], row["currency"])
