"""Reads of the ledger."""

from typing import Any

import asyncpg

from backend.core import Money, Month, fetch, fetch_row, fetch_value
from backend.ledger.rules import AccountUnknown, EntryUnknown

POSTING = """
    SELECT p.entry_id, p.line, e.reference, e.month, e.effective_at, e.recorded_at,
           d.code AS debit, c.code AS credit, p.amount_minor, p.currency::text AS currency
    FROM ledger.posting p
    JOIN ledger.entry e ON e.id = p.entry_id
    JOIN ledger.account d ON d.id = p.debit_id
    JOIN ledger.account c ON c.id = p.credit_id
"""


async def balance(code: str, currency: str, *, through: Month | None = None) -> Money:
    """Credits minus debits of one account, of all months or of those up to `through`."""
    amount_minor = await fetch_value(
        """
        SELECT coalesce(sum(b.credit_minor - b.debit_minor), 0)::bigint
        FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
        WHERE a.code = $1 AND a.currency = $2 AND ($3::date IS NULL OR b.month <= $3)
        """,
        code,
        currency,
        None if through is None else through.first_day,
    )
    return Money(amount_minor, currency)


async def closed_through() -> Month | None:
    """The last closed month; all before it are closed too."""
    day = await fetch_value("SELECT closed_through FROM ledger.book")
    return None if day is None else Month(day)


async def oldest_month(after: Month | None) -> Month | None:
    """The first month with a posting, of those later than `after`."""
    day = await fetch_value(
        "SELECT min(month) FROM ledger.balance WHERE $1::date IS NULL OR month > $1",
        None if after is None else after.first_day,
    )
    return None if day is None else Month(day)


async def drifted_balances() -> list[dict[str, Any]]:
    """Stored balances that differ from the sum of their postings; empty if all is well."""
    rows = await fetch(
        """
        WITH sums AS (
          SELECT account_id, month, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit
          FROM ledger.posting p JOIN ledger.entry e ON e.id = p.entry_id,
               LATERAL (VALUES (p.debit_id, p.amount_minor, 0::bigint),
                               (p.credit_id, 0::bigint, p.amount_minor))
                 AS v (account_id, debit, credit)
          GROUP BY 1, 2)
        SELECT a.code, a.currency, month, b.debit_minor, s.debit AS posted_debit_minor,
               b.credit_minor, s.credit AS posted_credit_minor
        FROM sums s FULL JOIN ledger.balance b USING (account_id, month)
        JOIN ledger.account a ON a.id = account_id
        WHERE (b.debit_minor, b.credit_minor) IS DISTINCT FROM (s.debit, s.credit)
        """
    )
    return [dict(row) for row in rows]


async def list_accounts(
    prefix: str | None,
    *,
    after: tuple[str, str] | None,
    limit: int,
    last_word: str | None = None,
    currency: str | None = None,
) -> list[asyncpg.Record]:
    """Accounts whose code begins with `prefix`, by code and currency, with their balances.

    `last_word` is the code's end: `payable` finds what is owed to any partner.
    """
    return await fetch(
        """
        SELECT a.id, a.code, a.currency::text AS currency, coalesce(b.minor, 0) AS balance_minor
        FROM ledger.account a, LATERAL (
          SELECT sum(credit_minor - debit_minor)::bigint AS minor
          FROM ledger.balance WHERE account_id = a.id) AS b
        WHERE starts_with(a.code, $1) AND (a.code, a.currency::text) > ($2, $3)
          AND ($5::text IS NULL OR right(a.code, length($5) + 1) = ':' || $5)
          AND ($6::text IS NULL OR a.currency::text = $6)
        ORDER BY a.code, a.currency::text LIMIT $4
        """,
        prefix or "",
        *(after or ("", "")),
        limit,
        last_word,
        currency,
    )


async def list_totals() -> list[asyncpg.Record]:
    """The books in one page: each operator's account, and all partners' of one kind together."""
    return await fetch(
        """
        SELECT split_part(a.code, ':', 1) AS owner,
               CASE WHEN starts_with(a.code, 'partner:') THEN split_part(a.code, ':', 3)
                    ELSE split_part(a.code, ':', 2) END AS kind,
               a.currency::text AS currency, count(*) AS accounts,
               (sum(b.debit))::bigint AS debit_minor, (sum(b.credit))::bigint AS credit_minor
        FROM ledger.account a, LATERAL (
          SELECT coalesce(sum(debit_minor), 0) AS debit, coalesce(sum(credit_minor), 0) AS credit
          FROM ledger.balance WHERE account_id = a.id) AS b
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        """
    )


async def list_balances(
    month: Month, prefix: str | None, *, after: tuple[str, str] | None, limit: int
) -> list[asyncpg.Record]:
    """What `month` moved on each account, and the balance at its end; accounts that moved only."""
    return await fetch(
        """
        SELECT b.account_id, a.code, a.currency::text AS currency, b.debit_minor, b.credit_minor,
               (SELECT sum(x.credit_minor - x.debit_minor)::bigint FROM ledger.balance x
                WHERE x.account_id = b.account_id AND x.month <= b.month) AS closing_minor
        FROM ledger.balance b JOIN ledger.account a ON a.id = b.account_id
        WHERE b.month = $1 AND starts_with(a.code, $2) AND (a.code, a.currency::text) > ($3, $4)
        ORDER BY a.code, a.currency::text LIMIT $5
        """,
        month.first_day,
        prefix or "",
        *(after or ("", "")),
        limit,
    )


async def list_postings(
    account_id: int,
    *,
    after: tuple[int, int] | None,
    limit: int,
    month: Month | None = None,
) -> list[asyncpg.Record]:
    """Postings to or from one account, newest first; of one month if named.

    Raises:
        AccountUnknown: none has this id.
    """
    if await fetch_value("SELECT true FROM ledger.account WHERE id = $1", account_id) is None:
        raise AccountUnknown(f"No account has the id {account_id}.")
    return await fetch(
        POSTING + "WHERE (p.debit_id = $1 OR p.credit_id = $1) "
        "AND ($2::bigint IS NULL OR (p.entry_id, p.line) < ($2, $3::bigint)) "
        "AND ($5::date IS NULL OR e.month = $5) "
        "ORDER BY p.entry_id DESC, p.line DESC LIMIT $4",
        account_id,
        *(after or (None, None)),
        limit,
        None if month is None else month.first_day,
    )


async def read_account(account_id: int) -> asyncpg.Record:
    """One account with its balance.

    Raises:
        AccountUnknown: none has this id.
    """
    row = await fetch_row(
        """
        SELECT a.id, a.code, a.currency::text AS currency,
               (SELECT coalesce(sum(credit_minor - debit_minor), 0)::bigint
                FROM ledger.balance WHERE account_id = a.id) AS balance_minor
        FROM ledger.account a WHERE a.id = $1
        """,
        account_id,
    )
    if row is None:
        raise AccountUnknown(f"No account has the id {account_id}.")
    return row


async def account_months(account_id: int) -> list[asyncpg.Record]:
    """What each month moved on one account, oldest first."""
    return await fetch(
        "SELECT month, debit_minor, credit_minor FROM ledger.balance WHERE account_id = $1 "
        "ORDER BY month",
        account_id,
    )


async def read_entry(
    *, entry_id: int | None = None, reference: str | None = None
) -> list[asyncpg.Record]:
    """The postings of one entry, named by its id or its reference.

    Raises:
        EntryUnknown: there is none.
    """
    rows = await fetch(
        POSTING + "WHERE e.id = $1 OR e.reference = $2 ORDER BY p.line", entry_id, reference
    )
    if not rows:
        raise EntryUnknown(f"No entry is called {entry_id or reference!r}.")
    return rows
