"""The finished words of a statement's PDF: why this amount, VAT, lines, and what happens next."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import asyncpg

from backend import dues
from backend.charges import Contract
from backend.core import Month, exponent_of, midnight
from backend.reports import words
from backend.reports.pages_contract import contract_words, groups_of
from backend.reports.pages_why import Writer, why_this_amount
from backend.reports.rules import OPERATOR
from backend.reports.statement import Head

MOST_LINES = 2_000
"""Lines printed; a longer statement says that the rest is in its CSV."""


def document_of(
    head: Head,
    deductions: Sequence[asyncpg.Record],
    lines: Sequence[asyncpg.Record],
    charged: Mapping[str, int],
    contract: Contract | None,
    pay_before: date,
    *,
    digest: str,
    language: str,
    now: datetime,
) -> dict[str, Any]:
    """Everything that `statement.typ` prints, of one statement. `digest` is of the CSV, `contract`
    the one by which the partner buys at the end of the month (seed row K-03), `pay_before`
    the day before which what it owes is to be paid.
    """
    w = Writer(head, language)
    say = w.say
    return {
        "language": language,
        "operator": OPERATOR,
        "title": say("Statement"),
        "number": head["number"],
        "period": words.month(Month(head["month"]), language),
        "partner": [*_partner(w), *contract_words(w, contract)],
        "amount_label": _amount_label(w),
        "amount": w.money(_amount(head)),
        "amount_note": _amount_note(w, pay_before),
        "is_draft": head["id"] is None,
        "draft": say("Open month: more sales may come, nothing is final."),
        "why": {
            "title": say("Why this amount?"),
            "rows": why_this_amount(w, deductions, charged),
            "total": {"label": _amount_label(w), "amount": w.money(_amount(head))},
        },
        "box": _box(w),
        "vat": _vat(w),
        "groups": groups_of(w),
        "lines": _lines(w, lines),
        "legal": [
            say(
                "{operator} sells to the customer in its own name and buys your part from you. "
                "This statement is the base of your invoice to {operator}; it is not an invoice "
                "itself."
            ).format(operator=OPERATOR),
            say(
                "Each line is shared by itself, to the cent, by the rule in force on the day of "
                "the sale. VAT is computed once per statement, category and rate."
            ),
            say(
                "What was paid out, and when, is in the payout report: it changes after this date."
            ),
        ],
        "footer": _footer(w, digest, now),
    }


def _footer(w: Writer, digest: str, now: datetime) -> dict[str, str]:
    closed_at = w.head["closed_at"]
    if closed_at is None:
        made = w.say("Open on {moment}").format(moment=words.moment(now, w.language))
    else:
        made = w.say("Closed on {moment}").format(moment=words.moment(closed_at, w.language))
    return {
        "made": made,
        "digest": w.say("SHA-256 of the CSV") + f" {digest}",
        "page": w.say("Page {page} of {pages}"),
    }


def _partner(w: Writer) -> list[str]:
    head = w.head
    facts = [head["partner_name"], w.say("Partner {id}").format(id=head["partner_id"])]
    if head["siren"]:
        facts.append(f"SIREN {head['siren']}")
    if head["vat_number"]:
        facts.append(w.say("VAT number {number}").format(number=head["vat_number"]))
    return facts


def _amount_label(w: Writer) -> str:
    if w.head["id"] is None:
        return w.say("Earned so far")
    if w.head["due_minor"] > 0:
        return w.say("To be paid to you")
    if owes(w.head):
        return w.say("You owe us")
    return w.say("Carried to the next statement")


def owes(head: Head) -> bool:
    """What was used, now or before, is owed; what refunds took back is only set off (rule f)."""
    return head["id"] is not None and dues.owes(head)


def _amount(head: Head) -> int:
    minor: int = head["due_minor"] or head["closing_minor"]
    return -minor if owes(head) else minor


def _amount_note(w: Writer, pay_before: date) -> str:
    """What happens with the amount, in one sentence: the first question of a partner."""
    head = w.head
    if head["id"] is None:
        return w.say("It becomes final when the month is closed.")
    if head["due_minor"] > 0:
        if head["hold_until"] is None:
            return w.say("No hold applies.")
        return w.say("Held until {day}, while customers may be refunded; sent after that.").format(
            day=w.day(head["hold_until"])
        )
    if head["closing_minor"] < 0:
        return _debt_note(w, pay_before)
    if head["closing_minor"] == 0:
        return w.say("Nothing is due and nothing is carried.")
    return w.say(
        "It is below the smallest payout of {minimum}; it is added to your next statement."
    ).format(minimum=_minimum(w))


def _debt_note(w: Writer, pay_before: date) -> str:
    last = midnight(pay_before)
    if owes(w.head):
        why = (
            w.say("The infrastructure that you used came to more than what is payable to you.")
            if w.head["charges_minor"] > 0
            else w.say("It is what you owe by an earlier statement.")
        )
        how = w.say(
            "To be paid before {day}: by card or SEPA debit in your portal, under Payments to us, "
            "or by bank transfer with the words {number}. What is not paid is set against your "
            "next statement."
        )
        return f"{why} {how.format(day=w.day(last), number=w.head['number'])}"
    return w.say(
        "Refunds took back more than you earned this month. You owe nothing now: the balance "
        "is set against your next sales. What is left of it on {day} is asked for by letter."
    ).format(day=w.day(last))


def _minimum(w: Writer) -> str:
    hundredths = w.head["minimum_hundredths"]
    return w.money(hundredths * 10 ** exponent_of(w.head["currency"]) // 100)


def _box(w: Writer) -> list[dict[str, Any]]:
    """opening + lines = paid out + carried, the equation that PostgreSQL checks."""
    head, say = w.head, w.say
    rows = [
        (say("Opening balance"), head["opening_minor"], False),
        (say("Your part of sales"), head["sales_minor"], False),
        (say("Your part of refunds"), head["refunds_minor"], False),
        *([(say("Your margin"), head["margins_minor"], False)] if head["margins_minor"] else []),
        *(
            [(say("Shares and co-marketing"), head["awards_minor"], False)]
            if head["awards_minor"]
            else []
        ),
        (say("VAT on your part"), head["vat_minor"], False),
        *(
            [
                (say("Infrastructure used"), -head["charges_minor"], False),
                (say("VAT on infrastructure"), -head["charges_vat_minor"], False),
            ]
            if head["charge_count"]
            else []
        ),
        *(
            [
                (say("Rebate on turnover"), head["rebates_minor"], False),
                (say("VAT on rebates"), head["rebates_vat_minor"], False),
            ]
            if head["rebates_minor"]
            else []
        ),
        *([(say("Paid by you"), head["receipts_minor"], False)] if head["receipts_minor"] else []),
        (say("To be paid out"), -head["due_minor"], False),
        (say("Closing balance"), head["closing_minor"], True),
    ]
    return [
        {"label": label, "amount": w.money(amount), "total": total} for label, amount, total in rows
    ]


VAT_NOTES = {
    "S": "Standard rate",
    "AE": "Reverse charge: the VAT is due by the customer of your invoice",
    "E": "VAT not applicable, article 293 B of the French tax code",
    "O": "Outside the scope of VAT",
    "Z": "Zero rate",
    "G": "Export, no VAT",
}


def _vat(w: Writer) -> dict[str, Any]:
    say = w.say
    return {
        "title": say("VAT on your part"),
        "head": [say("Category"), say("Rate"), say("Base"), say("VAT")],
        "rows": [
            [
                f"{part['category']} · {say(VAT_NOTES[part['category']])}",
                w.rate(part["rate_bp"]),
                w.money(part["base_minor"]),
                w.money(part["vat_minor"]),
            ]
            for part in w.head["vat"]
        ]
        + [
            [
                f"{say('Infrastructure')} · {part['category']} · "
                f"{say(VAT_NOTES[part['category']])}",
                w.rate(part["rate_bp"]),
                w.money(part["base_minor"]),
                w.money(part["vat_minor"]),
            ]
            for part in w.head["charges_vat"]
        ],
    }


def _lines(w: Writer, lines: Sequence[asyncpg.Record]) -> dict[str, Any]:
    say = w.say
    missing = w.head["line_count"] - len(lines)
    status = (
        say("accrued")
        if w.head["id"] is None
        else (say("payable") if w.head["due_minor"] > 0 else say("carried"))
    )
    return {
        "title": say("Lines"),
        "status": say("Status of every line when the month was closed: {status}").format(
            status=status
        ) if w.head["id"] is not None else say("Status of every line: {status}").format(
            status=status
        ),
        "head": [
            say("Date"), say("Sale"), say("Offer"), say("Gross"), say("Rule"), say("Operator"),
            say("Your part"), say("VAT"), say("Hold until"),
        ],
        "rows": [_line(w, line) for line in lines],
        "more": (
            say("{count} more lines are in the CSV of this statement.").format(
                count=words.count(missing, w.language)
            ) if missing > 0 else ""
        ),
        "none": say("No sale and no refund this month."),
    }  # fmt: skip


def _offer(w: Writer, line: asyncpg.Record) -> str:
    name: str = line["listing_name"]
    other = line["joint_with"]
    return name if other is None else f"{name} ({w.say('with')} {other})"


def _line(w: Writer, line: asyncpg.Record) -> dict[str, Any]:
    refund = line["kind"] == "refund"
    return {
        "refund": (
            w.say("Refund of {sale}").format(sale=line["original_reference"]) if refund else ""
        ),
        "cells": [
            w.day(line["sold_at"]),
            line["reference"],
            _offer(w, line),
            w.money(line["net_minor"]),
            w.rule(line["share_rule"]),
            w.money(line["operator_minor"]),
            w.money(line["partner_minor"]),
            f"{line['partner_vat_category']} {w.rate(line['partner_vat_rate_bp'])}",
            "" if refund else w.day(line["hold_until"]),
        ],
    }
