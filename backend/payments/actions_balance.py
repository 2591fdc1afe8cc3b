"""What moved Stripe's balances is kept, and what of ours it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from backend.core import connection, fetch, fetch_value, transaction
from backend.payments.calls_balance import BalanceEntry, list_balance_entries

OVERLAP = timedelta(days=1)
"""Listed anew each time: an entry may be shown later than it is dated."""

BATCH = 1_000

COLUMNS = (
    "id, account, type, amount_minor, fee_minor, net_minor, currency, source_id, origin_id, "
    "created_at"
)


class Listed(msgspec.Struct, frozen=True):
    """One listing of an account; all of it is in `payments.balance_entry`."""

    entries: list[BalanceEntry]
    new: int


async def take_balance_entries(account: str, *, overlap: timedelta = OVERLAP) -> Listed:
    """Every entry that Stripe has of the account is in `payments.balance_entry`, once.

    Only what came since the last complete listing is asked for, less `overlap`; one that broke off
    is made again. Any number of times, at once. `entries` are those of this listing, newest first.

    Raises:
        StripeRefused, StripeUnknown: as `Gateway.ask`; what was listed until then stays.
    """
    before: datetime | None = await fetch_value(
        "SELECT listed_to FROM payments.balance_listing WHERE account = $1", account
    )
    since = None if before is None else before - overlap
    seen: list[BalanceEntry] = []
    waiting: list[BalanceEntry] = []
    new = 0
    async for entry in list_balance_entries(account, since):
        seen.append(entry)
        waiting.append(entry)
        if len(waiting) == BATCH:
            new += await _record(account, waiting)
            waiting.clear()
    new += await _record(account, waiting)
    if seen:
        # Not before the whole list is here: newest come first, so a crash leaves out the oldest.
        await _note_listed(account, max(entry.created_at for entry in seen))
    return Listed(seen, new)


async def _record(account: str, entries: Sequence[BalanceEntry]) -> int:
    if not entries:
        return 0
    columns = zip(*(msgspec.structs.astuple(entry) for entry in entries), strict=True)
    identifiers, *others = (list(column) for column in columns)
    async with transaction():
        rows = await connection().fetch(
            f"INSERT INTO payments.balance_entry ({COLUMNS}) "  # noqa: S608
            "SELECT id, $1, type, amount, fee, net, currency, source, origin, created FROM unnest("
            "$2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], "
            "$8::text[], $9::text[], $10::timestamptz[]) "
            "AS t (id, type, amount, fee, net, currency, source, origin, created) "
            "ORDER BY id ON CONFLICT DO NOTHING RETURNING id",
            account,
            identifiers,
            *others,
        )
    return len(rows)


async def _note_listed(account: str, listed_to: datetime) -> None:
    async with transaction():
        await connection().execute(
            "INSERT INTO payments.balance_listing AS l (account, listed_to) VALUES ($1, $2) "
            "ON CONFLICT (account) DO UPDATE "
            "SET listed_to = greatest(l.listed_to, excluded.listed_to)",
            account,
            listed_to,
        )


async def match_entries(matched: Mapping[str, str]) -> None:
    """What each entry (by id) is of ours, as noun:id; the first that is written stands."""
    async with transaction():
        await connection().execute(
            "UPDATE payments.balance_entry b SET matched = t.fact "
            "FROM unnest($1::text[], $2::text[]) AS t (id, fact) "
            "WHERE b.id IN (SELECT id FROM payments.balance_entry "
            "WHERE id = ANY($1) AND matched IS NULL ORDER BY id FOR UPDATE) "
            "AND b.id = t.id AND b.matched IS NULL",
            list(matched),
            list(matched.values()),
        )


async def note_reconciled(account: str, now: datetime) -> None:
    """The account was held against the books at `now`: others come first next time."""
    async with transaction():
        await connection().execute(
            "INSERT INTO payments.balance_listing (account, reconciled_at) VALUES ($1, $2) "
            "ON CONFLICT (account) DO UPDATE SET reconciled_at = excluded.reconciled_at",
            account,
            now,
        )


async def accounts_to_reconcile(limit: int) -> list[str]:
    """Connected accounts at Stripe, the longest unreconciled first."""
    rows = await fetch(
        "SELECT a.stripe_account FROM payments.connected_account a "
        "LEFT JOIN payments.balance_listing l ON l.account = a.stripe_account "
        "WHERE a.stripe_account IS NOT NULL AND NOT a.closed "
        "ORDER BY l.reconciled_at NULLS FIRST, a.stripe_account LIMIT $1",
        limit,
    )
    return [row["stripe_account"] for row in rows]
