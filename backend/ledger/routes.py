"""The books for the operator: accounts, balances, postings, entries. Reads only."""

from datetime import datetime
from typing import Annotated

import asyncpg
import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter

from backend import web
from backend.core import BadMonth, Money, Month
from backend.ledger import queries, rules

READ = [web.requires("office:ledger:read")]
Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Code = Annotated[
    str | None,
    QueryParameter(max_length=120, description="accounts whose code begins so: `operator:`"),
]
EntryReference = Annotated[
    str,
    QueryParameter(min_length=1, max_length=200, description="as `sale:1234` or `refund:r-7`"),
]


Kind = Annotated[
    str | None,
    QueryParameter(max_length=30, description="accounts whose code ends so: `payable`"),
]
MonthWanted = Annotated[
    str | None, QueryParameter(max_length=7, description="posted in a month such as 2026-10")
]


class TotalView(msgspec.Struct):
    """All accounts of one kind: an account of the operator's, or every partner's `payable`."""

    owner: str
    kind: str
    accounts: int
    debit: Money
    credit: Money
    balance: Money


class Totals(msgspec.Struct):
    items: list[TotalView]


class MonthMoved(msgspec.Struct):
    month: str
    debit: Money
    credit: Money


class AccountDetail(msgspec.Struct):
    """An account, and what each month moved on it, oldest first."""

    account: "AccountView"
    months: list[MonthMoved]


class AccountView(msgspec.Struct):
    """`balance` is credit minus debit of all months: what is owed, below zero what is held."""

    id: int
    code: str
    balance: Money


class BalanceView(msgspec.Struct):
    """One account in one month; `closing` is of that month and all before it."""

    account_id: int
    code: str
    debit: Money
    credit: Money
    closing: Money


class PostingView(msgspec.Struct):
    """`amount` was debited to one account and credited to the other."""

    entry_id: int
    line: int
    reference: str
    month: str
    effective_at: datetime
    debit: str
    credit: str
    amount: Money


class EntryView(msgspec.Struct):
    """One business fact, never changed; a correction is another entry."""

    id: int
    reference: str
    month: str
    effective_at: datetime
    recorded_at: datetime
    postings: list[PostingView]


@get(
    "/ledger/accounts",
    operation_id="list_office_accounts",
    guards=READ,
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_accounts(
    principal: web.Caller,
    code: Code = None,
    kind: Kind = None,
    currency: FromQuery[web.CurrencyCode | None] = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[AccountView]:
    """Accounts with their balances, in the order of their codes."""
    key = web.read_cursor(after, str, str)
    rows = await queries.list_accounts(
        code, after=key, limit=limit + 1, last_word=kind, currency=currency
    )
    return web.page(rows, limit, lambda row: (row["code"], row["currency"]), _account)


@get("/ledger/totals", operation_id="list_office_ledger_totals", guards=READ)
async def list_totals(principal: web.Caller) -> Totals:
    """The books in one page; debits and credits of each currency are equal."""
    return Totals([_total(row) for row in await queries.list_totals()])


@get(
    "/ledger/accounts/{account_id:int}",
    operation_id="read_office_account",
    guards=READ,
    responses=web.problems(rules.AccountUnknown),
)
async def read_account(account_id: FromPath[Number], principal: web.Caller) -> AccountDetail:
    """One account with its balance and its months."""
    account = _account(await queries.read_account(account_id))
    currency = account.balance.currency
    return AccountDetail(
        account,
        [
            MonthMoved(
                str(Month(row["month"])),
                Money(row["debit_minor"], currency),
                Money(row["credit_minor"], currency),
            )
            for row in await queries.account_months(account_id)
        ],
    )


@get(
    "/ledger/balances/{month:str}",
    operation_id="list_office_balances",
    guards=READ,
    responses=web.problems(web.BadCursor, BadMonth),
)
async def list_balances(
    month: FromPath[web.MonthPath],
    principal: web.Caller,
    code: Code = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[BalanceView]:
    """What one month moved, account by account; only accounts that moved."""
    key = web.read_cursor(after, str, str)
    rows = await queries.list_balances(Month.parse(month), code, after=key, limit=limit + 1)
    return web.page(rows, limit, lambda row: (row["code"], row["currency"]), _balance)


@get(
    "/ledger/accounts/{account_id:int}/postings",
    operation_id="list_office_account_postings",
    guards=READ,
    responses=web.problems(web.BadCursor, rules.AccountUnknown, BadMonth),
)
async def list_postings(
    account_id: FromPath[Number],
    principal: web.Caller,
    month: MonthWanted = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[PostingView]:
    """Every posting to or from one account, newest first."""
    key = web.read_cursor(after, Number, Number)
    rows = await queries.list_postings(
        account_id,
        after=key,
        limit=limit + 1,
        month=None if month is None else Month.parse(month),
    )
    return web.page(rows, limit, lambda row: (row["entry_id"], row["line"]), _posting)


@get(
    "/ledger/entries/{entry_id:int}",
    operation_id="read_office_entry",
    guards=READ,
    responses=web.problems(rules.EntryUnknown),
)
async def read_entry(entry_id: FromPath[Number], principal: web.Caller) -> EntryView:
    """One entry with its postings."""
    return _entry(await queries.read_entry(entry_id=entry_id))


@get(
    "/ledger/entries",
    operation_id="find_office_entry",
    guards=READ,
    responses=web.problems(rules.EntryUnknown),
)
async def find_entry(reference: EntryReference, principal: web.Caller) -> EntryView:
    """The entry with this reference: from any amount to its postings in one step."""
    return _entry(await queries.read_entry(reference=reference))


def _total(row: asyncpg.Record) -> TotalView:
    debit = Money(row["debit_minor"], row["currency"])
    credit = Money(row["credit_minor"], row["currency"])
    return TotalView(row["owner"], row["kind"], row["accounts"], debit, credit, credit - debit)


def _account(row: asyncpg.Record) -> AccountView:
    return AccountView(row["id"], row["code"], Money(row["balance_minor"], row["currency"]))


def _balance(row: asyncpg.Record) -> BalanceView:
    currency = row["currency"]
    return BalanceView(
        account_id=row["account_id"],
        code=row["code"],
        debit=Money(row["debit_minor"], currency),
        credit=Money(row["credit_minor"], currency),
        closing=Money(row["closing_minor"], currency),
    )


def _posting(row: asyncpg.Record) -> PostingView:
    return PostingView(
        entry_id=row["entry_id"],
        line=row["line"],
        reference=row["reference"],
        month=str(Month(row["month"])),
        effective_at=row["effective_at"],
        debit=row["debit"],
        credit=row["credit"],
        amount=Money(row["amount_minor"], row["currency"]),
    )


def _entry(rows: list[asyncpg.Record]) -> EntryView:
    first = rows[0]
    return EntryView(
        id=first["entry_id"],
        reference=first["reference"],
        month=str(Month(first["month"])),
        effective_at=first["effective_at"],
        recorded_at=first["recorded_at"],
        postings=[_posting(row) for row in rows],
    )


office = [
    list_accounts,
    list_totals,
    read_account,
    list_balances,
    list_postings,
    read_entry,
    find_entry,
]
