"""Reads of the ledger."""

from typing import Any

from backend.core import Money, Month, fetch, fetch_value


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
