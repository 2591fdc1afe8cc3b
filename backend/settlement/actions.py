"""Closing a month: one transaction, all statements or none."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from backend import audit, ledger, terms, webhooks
from backend.core import OPERATOR, Money, Month, connection, retrying, transaction, uuid7
from backend.settlement.queries_month import (
    awards_in,
    carried_into,
    charges_in,
    margins_in,
    rebates_in,
    receipts_in,
)
from backend.settlement.rules import (
    Earnings,
    MonthSkipped,
    NothingToClose,
    OlderMonth,
    Phase,
    Statement,
    check_over,
    draw_statements,
)

EARNINGS = """
    SELECT organisation_id, currency::text, partner_vat_category, partner_vat_rate_bp,
           coalesce(sum(partner_minor) FILTER (WHERE kind = 'sale'), 0)::bigint,
           coalesce(sum(partner_minor) FILTER (WHERE kind = 'refund'), 0)::bigint,
           sum(net_minor)::bigint, sum(operator_minor)::bigint, count(*), max(hold_until)
    FROM sales.sale_line WHERE month = $1
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
INSERT_VAT = """
    INSERT INTO settlement.{} (statement_id, category, rate_bp, base_minor, vat_minor)
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
"""
INSERT_STATEMENTS = """
    INSERT INTO settlement.statement
      (id, number, organisation_id, month, currency, opening_minor, sales_minor, refunds_minor,
       vat_minor, due_minor, closing_minor, net_minor, operator_minor, line_count, hold_until,
       margins_minor, charges_minor, charges_vat_minor, charge_count, awards_minor, rebates_minor,
       rebates_vat_minor, receipts_minor, closed_at)
    SELECT s.id, s.number, s.organisation_id, $1, s.currency, s.opening_minor, s.sales_minor,
           s.refunds_minor, s.vat_minor, s.due_minor, s.closing_minor, s.net_minor,
           s.operator_minor, s.line_count, s.hold_until, s.margins_minor, s.charges_minor,
           s.charges_vat_minor, s.charge_count, s.awards_minor, s.rebates_minor,
           s.rebates_vat_minor, s.receipts_minor, $2
    FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[],
                $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
                $14::bigint[], $15::int[], $16::timestamptz[], $17::bigint[], $18::bigint[],
                $19::bigint[], $20::int[], $21::bigint[], $22::bigint[], $23::bigint[],
                $24::bigint[])
      AS s (id, number, organisation_id, currency, opening_minor, sales_minor, refunds_minor,
            vat_minor, due_minor, closing_minor, net_minor, operator_minor, line_count, hold_until,
            margins_minor, charges_minor, charges_vat_minor, charge_count, awards_minor,
            rebates_minor, rebates_vat_minor, receipts_minor)
"""


AT_ONCE = 1_000
"""Statements posted between two words of progress."""

Tell = Callable[[Phase, int, int], None]
"""Hears how far a closing is: its phase, how many statements are done, of how many."""


def nobody(phase: Phase, done: int, total: int) -> None:
    """Nobody listens."""


class Closed(NamedTuple):
    """A closed month. `new` is false when it had been closed before."""

    month: Month
    statement_count: int
    line_count: int
    new: bool


async def close_month(
    month: Month, *, minimum_hundredths: int, now: datetime, actor: str, tell: Tell = nobody
) -> Closed:
    """Write one statement per partner and currency, move `earned` to `payable`, close the month.

    Postings wait while it runs, and none enters the month afterwards. Closing it again answers
    the first closing, changed in nothing. (Ground rules 24-26 and 29; money rules M6, M9, f3.)
    `minimum_hundredths` holds where no dated setting was in force as the month ended. `tell` hears
    of progress; it does not wait, and what it does is no part of the closing.

    Raises:
        MonthStillOpen: `now` is before its end.
        OlderMonth: a later month was closed without it.
        MonthSkipped: names the oldest open month, to be closed first.
        NothingToClose: no month was closed yet, and nothing was sold up to the end of this one.
    """
    check_over(month, now)
    return await retrying(lambda: _close(month, minimum_hundredths, now, actor, tell))


async def minimum_for(month: Month, otherwise: int) -> int:
    """The smallest payout in force as the month ended, in hundredths."""
    last_moment = month.end - timedelta(microseconds=1)
    return await terms.term_at("payout_minimum", last_moment, otherwise=otherwise)


async def _close(
    month: Month, minimum_hundredths: int, now: datetime, actor: str, tell: Tell
) -> Closed:
    async with transaction():
        tell("waiting", 0, 0)
        seen = await connection().fetchval("SELECT current_setting('maillage.organisation')")
        assert seen == OPERATOR, "a tenant's session would close the month without the others"
        last = await ledger.hold_close()
        if last is not None and month <= last:
            return await _closed_before(month, last)
        await _check_next(month, last)
        tell("drawing", 0, 0)
        minimum = await minimum_for(month, minimum_hundredths)
        statements = await _draw(month, minimum)
        tell("writing", 0, len(statements))
        line_count = sum(statement.line_count for statement in statements)
        await connection().execute(
            "INSERT INTO settlement.month_close VALUES ($1, $2, $3, $4, $5, $6)",
            month.first_day,
            now,
            actor,
            minimum,
            len(statements),
            line_count,
        )
        await _write(month, statements, now)
        await _post(month, statements, tell)
        tell("sealing", len(statements), len(statements))
        await ledger.close_month(month)
        after = {"statements": len(statements), "lines": line_count}
        await audit.write(None, actor, "close_month", f"month:{month}", None, after)
    return Closed(month, len(statements), line_count, new=True)


async def close_through(
    month: Month, *, minimum_hundredths: int, now: datetime, actor: str
) -> list[Closed]:
    """Close every open month up to `month`, oldest first, each in its own transaction.

    A crash in between leaves whole months; calling it again goes on.

    Raises:
        MonthStillOpen, OlderMonth: as `close_month`.
    """
    check_over(month, now)
    last = await ledger.closed_through()
    current = last.next if last is not None else await ledger.oldest_month(None)
    current = month if current is None or current > month else current
    closed = []
    while current <= month:
        closed.append(
            await close_month(current, minimum_hundredths=minimum_hundredths, now=now, actor=actor)
        )
        current = current.next
    return closed


async def _closed_before(month: Month, last: Month) -> Closed:
    row = await connection().fetchrow(
        "SELECT statement_count, line_count FROM settlement.month_close WHERE month = $1",
        month.first_day,
    )
    if row is None:
        raise OlderMonth(f"{last} is closed; sales of {month} go onto the next statement.")
    return Closed(month, row["statement_count"], row["line_count"], new=False)


async def _check_next(month: Month, last: Month | None) -> None:
    oldest = last.next if last is not None else await ledger.oldest_month(None)
    if oldest is None or (last is None and month < oldest):
        known = "None is." if oldest is None else f"The first is of {oldest}."
        raise NothingToClose(f"{known} A closed month stays closed, so {month} stays open.")
    if oldest is not None and oldest < month:
        raise MonthSkipped(
            f"Close {oldest} first, or every month up to {month} with --through.",
            oldest_open_month=str(oldest),
        )


async def _draw(month: Month, minimum_hundredths: int) -> list[Statement]:
    rows = await connection().fetch(EARNINGS, month.first_day)
    earnings = [Earnings(*row) for row in rows]
    return draw_statements(
        earnings + await margins_in(month) + await awards_in(month),
        await carried_into(month),
        minimum_hundredths,
        await charges_in(month),
        await rebates_in(month),
        await receipts_in(month),
    )


async def _write(month: Month, statements: Sequence[Statement], now: datetime) -> None:
    if not statements:
        return
    ids = [uuid7() for _ in statements]
    numbers = [f"S-{month}-{position:05d}" for position in range(1, len(statements) + 1)]
    columns = list(zip(*statements, strict=True))[:-3]  # All but the three kinds of VAT.
    await connection().execute(
        INSERT_STATEMENTS, month.first_day, now, ids, numbers, *map(list, columns)
    )
    for table, parts_of in (
        ("statement_vat", [statement.vat for statement in statements]),
        ("statement_charges_vat", [statement.charges_vat for statement in statements]),
        ("statement_rebates_vat", [statement.rebates_vat for statement in statements]),
    ):
        rows = [(i, *part) for i, parts in zip(ids, parts_of, strict=True) for part in parts]
        if rows:
            await connection().execute(
                INSERT_VAT.format(table), *map(list, zip(*rows, strict=True))
            )
    await _tell(month, zip(ids, numbers, statements, strict=True), now)


async def _tell(
    month: Month, written: Iterable[tuple[UUID, str, Statement]], now: datetime
) -> None:
    """Webhooks hear of the statement; for the others, who are the most, nothing is done."""
    listening = await webhooks.listening("statement.closed")
    if not listening:
        return
    told = [
        (
            statement.organisation_id,
            f"statement:{statement_id}",
            _facts(month, statement_id, number, statement),
        )
        for statement_id, number, statement in written
        if statement.organisation_id in listening
    ]
    await webhooks.emit_all("statement.closed", told, now=now)


def _facts(
    month: Month, statement_id: UUID, number: str, statement: Statement
) -> dict[str, object]:
    amounts = (
        *("opening", "sales", "refunds", "margins", "awards", "vat"),
        *("charges", "charges_vat", "rebates", "rebates_vat", "receipts", "due", "closing"),
    )
    return {
        "id": statement_id,
        "number": number,
        "month": str(month),
        **{
            name: Money(getattr(statement, f"{name}_minor"), statement.currency) for name in amounts
        },
    }


async def _post(month: Month, statements: Sequence[Statement], tell: Tell) -> None:
    for done in range(0, len(statements), AT_ONCE):
        tell("posting", done, len(statements))
        entries = [_entry(month, x) for x in statements[done : done + AT_ONCE]]
        await ledger.post_entries([entry for entry in entries if entry.lines])


def _entry(month: Month, statement: Statement) -> ledger.Entry:
    """What was earned becomes payable, and the VAT of the self-billed invoice joins it; the VAT of
    the operator's invoice is owed, less that of its rebates, and what is owed is set off against
    what is payable.

    Two invoices, one payment: each stands in the books gross (money rule d).
    """
    partner: UUID = statement.organisation_id

    def money(amount_minor: int) -> Money:
        return Money(amount_minor, statement.currency)

    payable, owed = ledger.payable(partner), ledger.owed(partner)
    return ledger.Entry(
        f"statement:{month}:{statement.currency}:{partner}",
        month,
        month.end,
        (
            *ledger.move(ledger.earned(partner), payable, money(statement.share_minor)),
            *ledger.move(ledger.OPERATOR_VAT_INPUT, payable, money(statement.vat_minor)),
            *ledger.move(
                owed,
                ledger.OPERATOR_VAT,
                money(statement.charges_vat_minor - statement.rebates_vat_minor),
            ),
            *ledger.move(payable, owed, money(statement.owed_minor)),
        ),
    )
