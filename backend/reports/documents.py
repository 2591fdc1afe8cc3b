"""The three reports: who is paid what, one partner's statement, every shared line."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from backend import charges, dues, ledger, partners, sales
from backend.core import Month
from backend.reports import (
    pages,
    pages_payouts,
    pages_statement,
    queries,
    queries_charges,
    statement,
)
from backend.reports.rules import (
    ACCOUNT,
    DIALECTS,
    OPERATOR,
    PAYOUTS,
    SALES,
    SOLD,
    STATEMENT,
    TIME_ZONE,
    VERSION,
    Column,
    Cycle,
    ReportUnknown,
    check_form,
    moment,
)
from backend.reports.writing import Batches, CsvWriter, write_csv, write_json, write_sheet

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


Progress = Callable[[int], None]


def _untold(_: int) -> None:
    """Nobody watches how many rows are written."""


class Report(NamedTuple):
    """One report: its file name, and its bytes piece by piece.

    Take all pieces or none: a CSV reads from the database until its last one.
    """

    name: str
    media_type: str
    pieces: AsyncIterator[bytes]

    async def whole(self) -> bytes:
        return b"".join([piece async for piece in self.pieces])


async def sales_report(
    month: Month,
    form: str = "csv",
    *,
    now: datetime,
    locale: str = "international",
    language: str = "en",
    progress: Progress = _untold,
) -> Report:
    """Every line shared in `month`: csv, json, xlsx. A million lines take flat memory.

    `progress` is told of every batch of rows, how many they are.

    Same totals as the ledger: `maillage check`, invariants `lines_equal_their_entries` and
    `statements_equal_their_lines`. Of a closed month all is final but `status`, which is as of
    `now`.

    Raises:
        FormatUnknown: `form`, `locale` or `language` is none that there is.
    """
    check_form("sales", form, locale, language)
    cycle = await queries.read_cycle(month)
    facts = _facts("sales", f"sales-{month}", cycle, now)
    rows = _counted(queries.sales_rows(month, now), progress)
    return _report(f"sales-{month}", form, locale, facts, SALES, rows)


async def own_sales_report(
    wanted: sales.Wanted, name: str, *, now: datetime, locale: str, managed: bool
) -> Report:
    """The lines that are asked for, as csv with the columns `SOLD`.

    Raises:
        FormatUnknown: `locale` is none that there is.
    """
    check_form("sales", "csv", locale, "en")
    rows = queries.wanted_sales_rows(wanted, now, managed=managed)
    content = write_csv(SOLD[managed], rows, DIALECTS[locale])
    return Report(f"{name}.csv", MEDIA_TYPES["csv"], content)


async def account_report(
    account_id: int, month: Month | None, *, locale: str = "international"
) -> Report:
    """Every posting of one account, oldest first, as csv; of one month if named.

    Raises:
        AccountUnknown: none has this id.
        FormatUnknown: `locale` is none that there is.
    """
    check_form("sales", "csv", locale, "en")
    account = await ledger.read_account(account_id)
    name = f"account-{_file_name(account['code'])}-{account['currency']}-{month or 'all'}"
    rows = queries.account_rows(account_id, month)
    return Report(f"{name}.csv", MEDIA_TYPES["csv"], write_csv(ACCOUNT, rows, DIALECTS[locale]))


async def payout_report(
    month: Month,
    form: str = "csv",
    *,
    now: datetime,
    locale: str = "international",
    language: str = "en",
    progress: Progress = _untold,
) -> Report:
    """The payouts of the statements of `month`, and who is not paid and why: csv, json, xlsx, pdf.

    Same totals as the ledger: `maillage check`, invariant `statements_equal_their_entries`.
    Amounts of a closed month are final; states of payouts are as of `now`.

    Raises:
        FormatUnknown: `form`, `locale` or `language` is none that there is.
    """
    check_form("payouts", form, locale, language)
    name = f"payouts-{month}"
    cycle = await queries.read_cycle(month)
    rows = _counted(queries.payout_rows(month, now), progress)
    if form == "pdf":
        pdf = _payout_pdf(month, rows, cycle, language, now)
        return Report(f"{name}-{language}.pdf", MEDIA_TYPES["pdf"], pdf)
    facts = {**_facts("payouts", name, cycle, now), "generated_at": moment(now)}
    return _report(name, form, locale, facts, PAYOUTS, rows)


async def statement_report(
    organisation_reference: str,
    month: Month,
    form: str = "pdf",
    *,
    now: datetime,
    locale: str = "international",
    language: str = "fr",
    progress: Progress = _untold,
) -> Report:
    """What one partner earned in `month` and what becomes of it: pdf, csv, json, xlsx.

    One statement per currency. Once the month is closed the bytes never change. While it is open
    the report is a draft and says so.

    Raises:
        FormatUnknown: `form`, `locale` or `language` is none that there is.
        OrganisationUnknown: nobody is called so.
        ReportUnknown: the partner earned nothing and carries nothing in that month.
    """
    check_form("statement", form, locale, language)
    partner = await partners.find_by_reference(organisation_reference)
    heads = await queries.statement_heads(partner.id, month)
    if not heads:
        raise ReportUnknown(f"{organisation_reference} has no statement of {month}.")
    name = f"statement-{_file_name(organisation_reference)}-{month}"
    return await _statement(name, heads, form, locale, language, now, progress)


async def statement_report_of(
    statement_id: UUID,
    form: str = "pdf",
    *,
    now: datetime,
    locale: str = "international",
    language: str = "fr",
) -> Report:
    """The same for one closed statement, by its id.

    Raises:
        FormatUnknown: `form`, `locale` or `language` is none that there is.
        StatementUnknown: none has this id, or the session may not see it.
    """
    check_form("statement", form, locale, language)
    head = await queries.statement_head(statement_id)
    return await _statement(head["number"], [head], form, locale, language, now)


async def _statement(
    name: str,
    found: Sequence[statement.Head],
    form: str,
    locale: str,
    language: str,
    now: datetime,
    progress: Progress = _untold,
) -> Report:
    heads = [await statement.complete(head) for head in found]
    closed_at = heads[0]["closed_at"]
    cycle = Cycle(f"{heads[0]['month']:%Y-%m}", closed_at is not None, closed_at)
    if form == "pdf":
        pdf = _statement_pdf(heads, cycle, language, now)
        return Report(f"{name}-{language}.pdf", MEDIA_TYPES["pdf"], pdf)
    facts = {
        **_facts("statement", name, cycle, now),
        "statements": [statement.header(head) for head in heads],
    }
    rows = _counted(statement.rows_of(heads), progress)
    return _report(name, form, locale, facts, STATEMENT, rows)


async def _counted(batches: Batches, progress: Progress) -> Batches:
    """The same rows; `progress` is told how many more there are."""
    async for rows in batches:
        progress(len(rows))
        yield rows


def _facts(kind: str, report_id: str, cycle: Cycle, now: datetime) -> dict[str, Any]:
    """What every JSON report begins with. A closed one says when it was closed, an open one when
    it was made."""
    made: dict[str, Any] = {"generated_at": moment(now)}
    if cycle.closed:
        made = {"closed_at": None if cycle.closed_at is None else moment(cycle.closed_at)}
    return {
        "report": kind,
        "report_id": report_id,
        "version": VERSION,
        "entity": OPERATOR,
        "period": cycle.period,
        "timezone": TIME_ZONE,
        "closed": cycle.closed,
        **made,
    }


def _report(
    name: str,
    form: str,
    locale: str,
    facts: dict[str, Any],
    columns: Sequence[Column],
    rows: Batches,
) -> Report:
    pieces: AsyncIterator[bytes]
    if form == "csv":
        pieces = write_csv(columns, rows, DIALECTS[locale])
    elif form == "json":
        pieces = write_json(facts, columns, rows, DIALECTS["international"])
    else:
        pieces = write_sheet(facts["report"], columns, rows, Month.parse(facts["period"]).end)
    return Report(f"{name}.{form}", MEDIA_TYPES[form], pieces)


async def _payout_pdf(
    month: Month, batches: Batches, cycle: Cycle, language: str, now: datetime
) -> AsyncIterator[bytes]:
    totals = pages_payouts.Totals()
    digest = CsvWriter(PAYOUTS, DIALECTS["international"])
    digest.begin()
    async for rows in batches:
        digest.lines(rows)
        totals.add(rows)
    document = pages_payouts.document_of(
        month,
        totals.first,
        totals.sums,
        cycle=cycle,
        digest=digest.digest.hexdigest(),
        language=language,
        now=now,
    )
    yield await asyncio.to_thread(pages.draw, "payouts", document, now)


async def _statement_pdf(
    heads: Sequence[statement.Head], cycle: Cycle, language: str, now: datetime
) -> AsyncIterator[bytes]:
    digest = CsvWriter(STATEMENT, DIALECTS["international"])
    digest.begin()
    async for rows in statement.rows_of(heads):
        digest.lines(rows)
    documents = []
    for head in heads:
        lines: list[Any] = []
        month = Month(head["month"])
        async for found in queries.statement_lines(head):
            lines += found[: pages_statement.MOST_LINES - len(lines)]
        documents.append(
            pages_statement.document_of(
                head,
                await queries.deductions(head),
                lines,
                dict(await queries_charges.charge_sums(head)),
                await charges.contract_on(head["organisation_id"], month.last_day),
                await dues.pay_before(head),
                digest=digest.digest.hexdigest(),
                language=language,
                now=now,
            )
        )
    yield await asyncio.to_thread(pages.draw, "statement", documents, cycle.closed_at or now)


def _file_name(reference: str) -> str:
    """Letters that every file system and header takes."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in reference)
