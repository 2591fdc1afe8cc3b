"""Postings and balances of a month, as the value mesh reads them."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from backend import core
from backend.core import Month
from backend.reports.rules_mesh import ORGANISED, Edge, Moved, edges_of

# `partner:<id>:earned` is of the party <id>, and of the kind `partner:earned`. What credits paid
# names its party in the entry only: `charge:<id>:<reference>`.
MOVED = """
WITH credit_account AS (
  SELECT coalesce(array_agg(id), '{}') AS ids FROM ledger.account
   WHERE code = 'operator:credits' AND currency = $2),
summed AS (
  SELECT p.debit_id, p.credit_id,
         CASE WHEN p.debit_id = ANY (k.ids) OR p.credit_id = ANY (k.ids)
              THEN split_part(e.reference, ':', 2) END AS user_of_credit,
         sum(p.amount_minor)::bigint AS amount_minor, count(*) AS postings
    FROM ledger.entry e JOIN ledger.posting p ON p.entry_id = e.id, credit_account k
   WHERE e.month = $1 AND p.currency = $2 GROUP BY 1, 2, 3),
coded AS (
  SELECT d.code AS debit, c.code AS credit, s.amount_minor, s.postings,
         coalesce(CASE WHEN starts_with(d.code, 'partner:') THEN split_part(d.code, ':', 2) END,
                  CASE WHEN starts_with(c.code, 'partner:') THEN split_part(c.code, ':', 2) END,
                  s.user_of_credit)::uuid AS party,
         starts_with(d.code, 'partner:') AND starts_with(c.code, 'partner:')
           AND split_part(d.code, ':', 2) <> split_part(c.code, ':', 2) AS two_parties
    FROM summed s JOIN ledger.account d ON d.id = s.debit_id
    JOIN ledger.account c ON c.id = s.credit_id)
SELECT regexp_replace(debit, '^partner:[^:]+:', 'partner:') AS debit,
       regexp_replace(credit, '^partner:[^:]+:', 'partner:') AS credit, party, two_parties,
       o.name, (SELECT array_agg(r.role) FROM partners.organisation_role r
                 WHERE r.organisation_id = o.id) AS roles,
       sum(amount_minor)::bigint AS amount_minor, sum(postings)::bigint AS postings
  FROM coded LEFT JOIN partners.organisation o ON o.id = party
 WHERE $3::uuid IS NULL OR party = $3
 GROUP BY 1, 2, 3, 4, 5, o.id ORDER BY 1, 2, o.name, o.id
"""
BALANCES = """
SELECT regexp_replace(a.code, '^partner:[^:]+:', 'partner:') AS account,
       sum(b.debit_minor)::bigint AS debit_minor, sum(b.credit_minor)::bigint AS credit_minor
  FROM ledger.balance b JOIN ledger.account a ON a.id = b.account_id
 WHERE b.month = $1 AND a.currency = $2 GROUP BY 1
"""
# What an account is, is read off its code once, not off each of its postings.
POSTINGS = """
WITH known AS MATERIALIZED (
  SELECT id, code, split_part(code, ':', 2) AS party,
         regexp_replace(code, '^partner:[^:]+:', 'partner:') AS kind
    FROM ledger.account WHERE currency = $2)
SELECT e.id AS entry_id, p.line, e.reference, e.effective_at, d.code AS debit, c.code AS credit,
       p.amount_minor
  FROM ledger.entry e JOIN ledger.posting p ON p.entry_id = e.id
  JOIN known d ON d.id = p.debit_id JOIN known c ON c.id = p.credit_id
 WHERE e.month = $1 AND p.currency = $2 AND (e.id, p.line) > ($6, $7)
   AND (d.kind = ($3::text[])[1] AND c.kind = ($4::text[])[1]
        OR d.kind = ($3::text[])[2] AND c.kind = ($4::text[])[2])
   AND ($5::uuid IS NULL OR d.party = $5::text OR c.party = $5::text
        OR split_part(e.reference, ':', 2) = $5::text
           AND 'operator:credits' IN (d.code, c.code))
   AND NOT (d.party = ANY ($9) OR c.party = ANY ($9)
            OR split_part(e.reference, ':', 2) = ANY ($9)
               AND 'operator:credits' IN (d.code, c.code))
 ORDER BY e.id, p.line LIMIT $8
"""


async def read_edges(month: Month, currency: str, party: UUID | None = None) -> list[Edge]:
    """Every posting of the month in the currency on its edge; of one party, if told."""
    rows = await core.fetch(MOVED, month.first_day, currency, party)
    return edges_of(
        Moved(
            row["debit"], row["credit"], row["party"], _group(row["roles"]), row["name"],
            row["two_parties"], row["amount_minor"], row["postings"],
        )
        for row in rows
    )  # fmt: skip


async def read_balances(month: Month, currency: str) -> list[tuple[str, int, int]]:
    """What the ledger's own balances say each kind of account moved in the month."""
    return [tuple(row) for row in await core.fetch(BALANCES, month.first_day, currency)]


async def read_currencies(month: Month) -> list[str]:
    """The currencies in which something was posted in the month."""
    rows = await core.fetch(
        "SELECT DISTINCT a.currency::text AS currency FROM ledger.balance b "
        "JOIN ledger.account a ON a.id = b.account_id WHERE b.month = $1 ORDER BY 1",
        month.first_day,
    )
    return [row["currency"] for row in rows]


async def read_postings(
    month: Month,
    currency: str,
    pair: tuple[str, str],
    *,
    party: UUID | None,
    without: Collection[UUID] = (),
    after: tuple[int, int] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """Postings between these two kinds of account, either way round; of one party if told."""
    return await core.fetch(
        POSTINGS,
        month.first_day,
        currency,
        [pair[0], pair[1]],
        [pair[1], pair[0]],
        party,
        *(after or (0, 0)),
        limit,
        [str(one) for one in without],
    )


def _group(roles: list[str] | None) -> str | None:
    return next((group for role, group in ORGANISED.items() if role in (roles or ())), None)
