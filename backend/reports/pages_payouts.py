"""The finished words of the payout report's PDF: who is paid what, and who is not, and why."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backend.core import PARIS, Month
from backend.reports import words
from backend.reports.rules import OPERATOR, PAYOUTS, Cycle

MOST_ROWS = 5_000
"""Rows printed; the CSV has all."""

PLACES = {column.name: place for place, column in enumerate(PAYOUTS)}
NOTES = {
    "nothing_due": "Nothing is due",
    "below_minimum": "Below the smallest payout",
    "negative_balance": "Negative balance",
    "currency": "Payouts are made in euros only",
    "organisation_unverified": "Identity not checked yet",
    "no_account": "No Stripe account yet",
    "account_closed": "The Stripe account is closed",
    "account_not_payable": "Stripe does not allow payouts to this account yet",
    "schedule_not_manual": "The Stripe account pays itself out",
    "file_incomplete": "The partner's file is not complete",
    "restricted": "Payouts are restricted",
    "not_owed": "Under review: the books owe less",
    "transfer_reversed": "Under review: part of the transfer came back",
    "ready": "Sent next",
}
"""What the PDF says for the codes of `hold_reason`; a bank's or Stripe's refusal keeps its code."""

ORDER = ("paid", "in_transit", "scheduled", "failed", "canceled", "carried")


def document_of(
    month: Month,
    rows: Sequence[Sequence[Any]],
    totals: dict[tuple[str, str], tuple[int, int]],
    *,
    cycle: Cycle,
    digest: str,
    language: str,
    now: datetime,
) -> dict[str, Any]:
    """Everything that `payouts.typ` prints. `totals`: status, currency -> payouts, minor units."""
    say = words.translator(language)
    all_rows = sum(count for count, _ in totals.values())
    state = (
        say("Month closed.") if cycle.closed else say("Month open: there are no statements yet.")
    )
    return {
        "language": language,
        "operator": OPERATOR,
        "title": say("Payouts"),
        "number": f"payouts-{month}",
        "period": words.month(month, language),
        "note": f"{state} "
        + say("State of the payouts on {moment}.").format(moment=words.moment(now, language)),
        "totals": [
            {
                "label": say(status.replace("_", " ")).capitalize(),
                "amount": words.amount(total, currency, language),
                "note": _statements(count, language),
            }
            for (status, currency), (count, total) in sorted(
                totals.items(), key=lambda item: (ORDER.index(item[0][0]), item[0][1])
            )
        ],
        "head": [
            say("Partner"), say("Statement"), say("Sales incl. VAT"), say("Refunds incl. VAT"),
            say("Carried in"), say("Carried out"), say("Payout"), say("Status"), say("Note"),
        ],
        "rows": [_row(row, language) for row in rows],
        "more": (
            say("{count} more rows are in the CSV of this report.").format(
                count=words.count(all_rows - len(rows), language)
            ) if all_rows > len(rows) else ""
        ),
        "none": say("No statement in this month."),
        "footer": {
            "made": say("State on {moment}").format(moment=words.moment(now, language)),
            "digest": say("SHA-256 of the CSV") + f" {digest}",
            "page": say("Page {page} of {pages}"),
        },
    }  # fmt: skip


class Totals:
    """Counts and sums per status and currency while the rows go by; keeps the first rows."""

    def __init__(self) -> None:
        self.first: list[Sequence[Any]] = []
        self.sums: defaultdict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            if len(self.first) < MOST_ROWS:
                self.first.append(row)
            status = row[PLACES["status"]]
            key = (status, row[PLACES["currency"]])
            count, total = self.sums[key]
            amount = row[PLACES["carried_out" if status == "carried" else "net_paid"]]
            self.sums[key] = (count + 1, total + amount)


def _statements(count: int, language: str) -> str:
    say = words.translator(language)
    form = say("1 statement") if count == 1 else say("{count} statements")
    return form.format(count=words.count(count, language))


def _row(row: Sequence[Any], language: str) -> dict[str, str]:
    fact = {name: row[place] for name, place in PLACES.items()}
    say = words.translator(language)

    def money(name: str) -> str:
        return words.amount(fact[name], fact["currency"], language)

    return {
        "partner": fact["account_holder"],
        "reference": fact["partner_id"],
        "statement": fact["statement_id"],
        "gross": money("gross_ttc"),
        "refunds": money("refunds_ttc"),
        "carried_in": money("carried_in"),
        "carried_out": money("carried_out"),
        "net": money("net_paid"),
        "state": fact["status"],
        "word": say(fact["status"].replace("_", " ")),
        "note": _note(fact, language),
    }


def _note(fact: dict[str, Any], language: str) -> str:
    say = words.translator(language)
    if fact["arrival_date"] is not None:
        return say("Arrived on {day}").format(day=words.day(fact["arrival_date"], language))
    why = fact["hold_reason"]
    if why == "hold":
        day = words.day(fact["hold_until"].astimezone(PARIS).date(), language)
        return say("Held until {day}").format(day=day)
    if why and why.startswith("refused:"):
        return say("Refused: {code}").format(code=why.removeprefix("refused:"))
    return say(NOTES[why]) if why else ""
