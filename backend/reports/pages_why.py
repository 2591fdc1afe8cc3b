"""Why a statement comes to its amount, step by step, each with its base and its rule."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from backend.core import PARIS
from backend.reports import words
from backend.reports.rules import OUR_RULES
from backend.reports.statement import Head

Text = Callable[[str], str]


class Writer:
    """Words, amounts and dates of one statement in one language."""

    def __init__(self, head: Head, language: str) -> None:
        self.head = head
        self.language = language
        self.say: Text = words.translator(language)

    def money(self, amount_minor: int) -> str:
        return words.amount(amount_minor, self.head["currency"], self.language)

    def signed(self, amount_minor: int) -> str:
        return ("+" if amount_minor > 0 else "") + self.money(amount_minor)

    def rate(self, rate_bp: int) -> str:
        return words.rate(rate_bp, self.language)

    def rule(self, name: str) -> str:
        return self.say(name) if name in OUR_RULES else name

    def lines(self, count: int) -> str:
        form = self.say("1 line") if count == 1 else self.say("{count} lines")
        return form.format(count=words.count(count, self.language))

    def day(self, at: datetime) -> str:
        return words.day(at.astimezone(PARIS).date(), self.language)


def why_this_amount(
    w: Writer, deductions: Sequence[asyncpg.Record], charged: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Steps that sum to what is paid or carried; `charged` as `queries_charges.charge_sums`."""
    return [
        *_why_shared(w, deductions),
        *_why_charged(w, charged),
        *_why_rebated(w),
        *_why_paid(w),
        *_why_carried(w),
    ]


def _why_shared(w: Writer, deductions: Sequence[asyncpg.Record]) -> list[dict[str, Any]]:
    """From what customers paid to what the partner gets; every step names its base and its rule."""
    head, say = w.head, w.say
    rows = []
    for kind, label, note in (
        ("sale", say("Sold to customers"), say("{lines}, net of VAT")),
        ("refund", say("Refunded to customers"), say("{lines}, on the day of the refund")),
    ):
        found = [row for row in deductions if row["kind"] == kind]
        if found:
            count = sum(row["lines"] for row in found)
            total = sum(row["net_minor"] for row in found)
            rows.append(_step(w, label, note.format(lines=w.lines(count)), total))
    for row in deductions:
        label = (
            say("Marketplace commission")
            if row["kind"] == "sale"
            else say("Commission given back on refunds")
        )
        note = say("Rule “{rule}”: {rate} of {base}, {lines}").format(
            rule=w.rule(row["name"]),
            rate=w.rate(row["operator_bp"]),
            base=w.money(row["net_minor"]),
            lines=w.lines(row["lines"]),
        )
        rows.append(_step(w, label, note, -row["operator_minor"]))
    for part in head["vat"]:
        note = say("{rate} of your part, {base}").format(
            rate=w.rate(part["rate_bp"]), base=w.money(part["base_minor"])
        )
        if part["vat_minor"]:
            rows.append(_step(w, say("VAT on your part"), note, part["vat_minor"]))
    if head["margins_minor"]:
        # Before VAT, which is of both.
        label, note = say("Your margin"), say("on what your resellers are invoiced")
        rows.insert(_before_vat(w, rows), _step(w, label, note, head["margins_minor"]))
    if head["awards_minor"]:
        label, note = say("Shares and co-marketing"), say("each line says for what")
        rows.insert(_before_vat(w, rows), _step(w, label, note, head["awards_minor"]))
    return rows


def _before_vat(w: Writer, rows: list[dict[str, Any]]) -> int:
    return len(rows) - sum(1 for part in w.head["vat"] if part["vat_minor"])


def _why_rebated(w: Writer) -> list[dict[str, Any]]:
    """The operator's credit note on a quarter's turnover, and its VAT (money rule k)."""
    head, say = w.head, w.say
    if not head["rebates_minor"]:
        return []
    note = say("each line says for which quarter")
    rows = [_step(w, say("Rebate on turnover"), note, head["rebates_minor"])]
    for part in head["rebates_vat"]:
        note = say("{rate} of {base}").format(
            rate=w.rate(part["rate_bp"]), base=w.money(part["base_minor"])
        )
        if part["vat_minor"]:
            rows.append(_step(w, say("VAT on rebates"), note, part["vat_minor"]))
    return rows


def _why_charged(w: Writer, charged: Mapping[str, int]) -> list[dict[str, Any]]:
    """The operator's invoice for infrastructure: list, discounts, credit, VAT (money rule d)."""
    head, say = w.head, w.say
    if not head["charge_count"]:
        return []
    used = say("{lines}, at list price").format(lines=w.lines(head["charge_count"]))
    rows = [_step(w, say("Infrastructure used"), used, -charged["list_minor"])]
    for label, note, name in (
        (say("Discounts on infrastructure"), say("each line says by which rule"), "discount_minor"),
        (say("Paid by your credit"), say("before VAT"), "credit_minor"),
    ):
        if charged[name]:
            rows.append(_step(w, label, note, charged[name]))
    for part in head["charges_vat"]:
        note = say("{rate} of {base}").format(
            rate=w.rate(part["rate_bp"]), base=w.money(part["base_minor"])
        )
        if part["vat_minor"]:
            rows.append(_step(w, say("VAT on infrastructure"), note, -part["vat_minor"]))
    return rows


def _why_paid(w: Writer) -> list[dict[str, Any]]:
    """What the partner paid of what it owed."""
    paid, say = w.head["receipts_minor"], w.say
    return [_step(w, say("Paid by you"), say("each line says when"), paid)] if paid else []


def _why_carried(w: Writer) -> list[dict[str, Any]]:
    opening, say = w.head["opening_minor"], w.say
    if not opening:
        return []
    note = say("a debt") if opening < 0 else say("not yet paid out")
    return [_step(w, say("Carried from the statement before"), note, opening)]


def _step(w: Writer, label: str, note: str, amount_minor: int) -> dict[str, Any]:
    """One row of "why this amount"; `minor` is the length of its bar."""
    return {
        "label": label,
        "note": note,
        "amount": w.money(amount_minor),
        "minor": amount_minor,
    }
