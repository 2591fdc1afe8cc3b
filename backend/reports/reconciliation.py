"""Stripe's balances, entry by entry, against our books (stripe.md 1.12, invariant 11)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from msgspec import Struct

from backend import audit, payments
from backend.core import EXPONENTS, Clock, Money, fetch, fetch_value, for_each, transaction
from backend.reports import checks_balance as sql
from backend.reports.checks import MOST_ROWS, Fault

PLATFORM = ""

MOST_ACCOUNTS = 2_000
"""Connected accounts of one run, the longest unreconciled first. Each takes two calls of Stripe's
twenty a second, so a run takes 200 s, and 10,000 accounts five runs."""

AT_ONCE = 8
"""Accounts at a time, so that not the way to Stripe but its limit says how fast it goes."""

GRACE = timedelta(hours=1)
"""By Stripe's clock: so long an entry may wait for its webhook before it is an alarm."""

LOOKS = 3
PAUSE_S = 2.0
SHORT_OVERLAP = timedelta(minutes=1)
NAMED = 5

ENTRIES = "balance_entries_are_booked"
BALANCES = "balances_are_those_of_stripe"
SENTENCES = {
    ENTRIES: "All that moved a balance at Stripe is in the books, to the cent, or was looked at.",
    BALANCES: "A balance at Stripe is the sum of its entries, and all that we booked is there.",
}
KINDS = {
    "unknown": "balance_entry_unknown",
    "never_booked": "balance_entry_unbooked",
    "unbooked": "balance_entry_unbooked",
    "differs": "balance_entry_differs",
}
REASONS = {
    "unknown": "nobody here knows what this type is",
    "never_booked": "nothing in the books takes this type; post it by hand",
    "unbooked": "nothing of ours made it",
    "differs": "the books say {booked}",
}
AT_ONCE_WRONG = ("unknown", "never_booked")
"""No webhook will explain these."""


class Reconciled(Struct, frozen=True):
    """One run: how many accounts and new entries, and what is not explained."""

    accounts: int
    new_entries: int
    faults: list[Fault]


async def reconcile(clock: Clock, *, most_accounts: int = MOST_ACCOUNTS) -> Reconciled:
    """The platform and `most_accounts` connected accounts are held against the books.

    What is not ours, of another amount or of a type that nothing books is never guessed at: it is
    an alarm, once, and a fault until somebody closed the alarm. What is under way is neither. Any
    number of times, at once, after a crash. `clock` is Stripe's (the sandbox's).

    Raises:
        ExceptionGroup: accounts about which Stripe could not be asked; they held no other.
    """
    found: dict[str, tuple[int, list[Fault]]] = {}

    async def one(account: str) -> None:
        found[account] = await _reconcile_account(account, await clock())

    accounts = [PLATFORM, *await payments.accounts_to_reconcile(most_accounts)]
    # One iterator for all: whoever is free takes the next.
    waiting = iter(accounts)
    works = [for_each(waiting, one) for _ in range(AT_ONCE)]
    done = await asyncio.gather(*works, return_exceptions=True)
    failures: list[Exception] = []
    for result in done:
        if isinstance(result, ExceptionGroup):
            failures.extend(result.exceptions)
        elif isinstance(result, BaseException):
            raise result
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(accounts)} failed", failures)
    faults = [fault for account in accounts for fault in found[account][1]]
    return Reconciled(len(accounts), sum(new for new, _ in found.values()), faults)


async def _reconcile_account(account: str, now: datetime) -> tuple[int, list[Fault]]:
    # Before Stripe is asked: whatever is booked in it, Stripe's list holds.
    snapshot = await _snapshot()
    listed = await payments.take_balance_entries(account)
    faults = await _compare_sums(account, now)
    faults += await _judge_entries(account, now)
    if account == PLATFORM:
        faults += await _compare_books(snapshot, now)
    await payments.note_reconciled(account, now)
    return listed.new, faults


async def _snapshot() -> str:
    found: str = await fetch_value("SELECT pg_current_snapshot()::text")
    return found


async def _judge_entries(account: str, now: datetime) -> list[Fault]:
    """Each entry that is ours is matched; each that is not, and had its time, is an alarm."""
    if account == PLATFORM:
        rows = await fetch(sql.ENTRIES_OF_PLATFORM, await _snapshot())
    else:
        rows = await fetch(sql.ENTRIES_OF_PARTNER, account)
    matched = {row["id"]: row["fact"] for row in rows if row["verdict"] == "booked"}
    await payments.match_entries(matched)
    wrong = [
        row
        for row in rows
        if row["verdict"] in AT_ONCE_WRONG
        or (row["verdict"] != "booked" and row["created_at"] <= now - GRACE)
    ]
    subjects = [f"balance_entry:{row['id']}" for row in wrong]
    for subject, row in zip(subjects, wrong, strict=True):
        async with transaction():
            await audit.raise_alarm(subject, KINDS[row["verdict"]], _detail(account, row), now)
    still_open = await _open_alarms(subjects)
    return [
        _fault(ENTRIES, account, row, id=row["id"], type=row["type"], net_minor=row["net_minor"],
               source_id=row["source_id"], verdict=row["verdict"], fact=row["fact"],
               booked_minor=row["booked_minor"])
        for subject, row in zip(subjects, wrong, strict=True)
        if subject in still_open
    ][:MOST_ROWS]  # fmt: skip


def _detail(account: str, row: asyncpg.Record) -> str:
    booked = _shown(row["booked_minor"] or 0, row["currency"])
    return (
        f"{row['type']} of {_shown(row['net_minor'], row['currency'])} at {_name(account)}, "
        f"source {row['source_id']}, {row['created_at']:%Y-%m-%d %H:%M} UTC: "
        + REASONS[row["verdict"]].format(booked=booked)
    )


async def _open_alarms(subjects: Sequence[str]) -> set[str]:
    rows = await fetch(
        "SELECT subject FROM audit.alarm WHERE subject = ANY($1) AND closed_at IS NULL", subjects
    )
    return {row["subject"] for row in rows}


async def _compare_sums(account: str, now: datetime) -> list[Fault]:
    """The sum of its entries is the account's balance, in each currency; else an alarm.

    What is booked at Stripe meanwhile is told apart: the balance, read after one list, is that of
    some moment between it and the next, so that the sum passes it, entry by entry.
    """
    found: list[tuple[str, int, int]] = []
    for look in range(LOOKS):
        if look:
            await asyncio.sleep(PAUSE_S)
            await payments.take_balance_entries(account, overlap=SHORT_OVERLAP)
        found = await _look_at_sums(account)
        if not found:
            return []
    faults = []
    for currency, sum_minor, balance_minor in found:
        detail = (
            f"Stripe says {_shown(balance_minor, currency)}, its entries sum to "
            f"{_shown(sum_minor, currency)}."
        )
        await _raise_balance(account, currency, detail, now)
        row = {"currency": currency, "entries_minor": sum_minor, "at_stripe_minor": balance_minor}
        faults.append(_fault(BALANCES, account, row, **row))
    return faults


async def _look_at_sums(account: str) -> list[tuple[str, int, int]]:
    """Currency, sum and balance where no moment between the two lists had that balance."""
    rows = await fetch(
        "SELECT currency, sum(net_minor)::bigint AS minor, array_agg(id) FILTER (WHERE created_at "
        ">= (SELECT l.listed_to - 2 * $2::interval FROM payments.balance_listing l "
        "WHERE l.account = $1)) AS last FROM payments.balance_entry WHERE account = $1 GROUP BY 1",
        account,
        SHORT_OVERLAP,
    )
    sums = {row["currency"]: row["minor"] for row in rows}
    balances = {b.currency: b.amount_minor for b in await payments.read_balance(account)}
    both = sorted(sums.keys() | balances.keys())
    wrong = {name for name in both if sums.get(name, 0) != balances.get(name, 0)}
    if not wrong:
        return []
    known = {identifier for row in rows for identifier in row["last"] or ()}
    later = await payments.take_balance_entries(account, overlap=SHORT_OVERLAP)
    running = dict(sums)
    for entry in reversed(later.entries):
        if entry.id in known:
            continue
        running[entry.currency] = running.get(entry.currency, 0) + entry.net_minor
        if running[entry.currency] == balances.get(entry.currency, 0):
            wrong.discard(entry.currency)
    return [(name, sums.get(name, 0), balances.get(name, 0)) for name in sorted(wrong)]


async def _compare_books(snapshot: str, now: datetime) -> list[Fault]:
    """All that the books say has moved the platform's balance, Stripe has too.

    With every entry booked or told, and their sum the balance, operator:stripe is then Stripe's
    balance less what was told. `snapshot` is from before the list.
    """
    rows = await fetch(sql.BOOKED_WITHOUT_ENTRY, snapshot)
    if rows:
        # A list may lag behind at Stripe: only what two looks miss is missing.
        await asyncio.sleep(PAUSE_S)
        await payments.take_balance_entries(PLATFORM)
        missed = {(row["fact"], row["currency"]) for row in rows}
        rows = [
            row
            for row in await fetch(sql.BOOKED_WITHOUT_ENTRY, snapshot)
            if (row["fact"], row["currency"]) in missed
        ]
    for currency in sorted({row["currency"] for row in rows}):
        mine = [row for row in rows if row["currency"] == currency]
        more = sum(row["booked_minor"] - row["at_stripe_minor"] for row in mine)
        names = ", ".join(row["fact"] for row in mine[:NAMED])
        detail = f"operator:stripe has {_shown(more, currency)} more than Stripe moved: {names}"
        await _raise_balance(PLATFORM, currency, detail, now, kind="booked_not_moved")
    return [_fault(BALANCES, PLATFORM, row, **dict(row)) for row in rows]


async def _raise_balance(
    account: str, currency: str, detail: str, now: datetime, kind: str = "balance_differs"
) -> None:
    async with transaction():
        await audit.renew_alarm(f"balance:{_name(account)}:{currency}", kind, detail, now)


def _fault(check: str, account: str, row: Any, **facts: Any) -> Fault:
    told = {"account": _name(account), **facts, "currency": row["currency"]}
    return Fault(check, "11", SENTENCES[check], told)


def _name(account: str) -> str:
    return account or "platform"


def _shown(minor: int, currency: str) -> str:
    if currency in EXPONENTS:
        return str(Money(minor, currency))
    return f"{minor} minor units of {currency}"
