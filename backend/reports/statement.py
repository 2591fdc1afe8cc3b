"""The rows and the header of a partner's statement: every movement, and the balance after it."""

from collections.abc import AsyncGenerator, Sequence
from datetime import date, datetime
from typing import Any

import asyncpg

from backend import charges
from backend.core import PARIS, Month, at_rate
from backend.reports import queries, queries_charges
from backend.reports.rules import STATEMENT, TIME_ZONE, moment

Head = dict[str, Any]
Row = Sequence[Any]

EARNED = (
    *("opening_minor", "sales_minor", "refunds_minor", "margins_minor", "awards_minor"),
    *("vat_minor", "rebates_minor", "rebates_vat_minor", "receipts_minor"),
)
OWED = ("charges_minor", "charges_vat_minor")


async def complete(head: Head) -> Head:
    """A head with its three kinds of VAT parts, its groups by contract and, for a draft, the totals
    that the close will write.
    """
    parts = [dict(part) for part in await queries.statement_vat(head)]
    charged = [dict(part) for part in await queries_charges.charges_vat(head)]
    rebated = [dict(part) for part in await queries_charges.rebates_vat(head)]
    if head["id"] is None:
        for part in (*parts, *charged, *rebated):
            part["vat_minor"] = at_rate(part["base_minor"], part["rate_bp"])
        head["vat_minor"] = sum(part["vat_minor"] for part in parts)
        head["charges_vat_minor"] = sum(part["vat_minor"] for part in charged)
        head["rebates_vat_minor"] = sum(part["vat_minor"] for part in rebated)
        head["due_minor"] = 0
        head["closing_minor"] = sum(head[name] for name in EARNED) - sum(
            head[name] for name in OWED
        )
    groups = await charges.sum_groups(head["organisation_id"], head["month"], head["currency"])
    kinds = {"vat": parts, "charges_vat": charged, "rebates_vat": rebated}
    return {**head, **kinds, "groups": groups if any(one.contract_number for one in groups) else []}


def header(head: Head) -> dict[str, Any]:
    """The header's facts as JSON tells them; money in minor units of `currency`."""
    month = Month(head["month"])

    def money(name: str) -> dict[str, Any]:
        return {"amount_minor": head[name], "currency": head["currency"]}

    return {
        "statement_id": head["number"],
        "partner_id": head["partner_id"],
        "partner_name": head["partner_name"],
        "siren": head["siren"],
        "vat_number": head["vat_number"],
        "period_start": month.first_day.isoformat(),
        "period_end": month.last_day.isoformat(),
        "timezone": TIME_ZONE,
        "currency": head["currency"],
        "opening_balance": money("opening_minor"),
        "sales_share": money("sales_minor"),
        "refunds": money("refunds_minor"),
        "margins": money("margins_minor"),
        "awards": money("awards_minor"),
        "vat": money("vat_minor"),
        "iaas_usage": {"amount_minor": -head["charges_minor"], "currency": head["currency"]},
        "iaas_vat": {"amount_minor": -head["charges_vat_minor"], "currency": head["currency"]},
        "rebates": money("rebates_minor"),
        "rebates_vat": money("rebates_vat_minor"),
        "receipts": money("receipts_minor"),
        "payouts": {"amount_minor": -head["due_minor"], "currency": head["currency"]},
        "closing_balance": money("closing_minor"),
        "hold_until": None if head["hold_until"] is None else moment(head["hold_until"]),
        "lines": head["line_count"],
        "iaas_lines": head["charge_count"],
        "iaas_groups": [
            {
                "group_ref": one.name,
                "contract_number": one.contract_number,
                "po_number": one.po_number,
                "lines": one.lines,
                "usage": {"amount_minor": one.payable_minor, "currency": head["currency"]},
            }
            for one in head["groups"]
        ],
    }


async def rows_of(heads: Sequence[Head]) -> AsyncGenerator[list[Row]]:
    """Opening, sales and refunds, margins, awards, VAT, infrastructure, its VAT, rebates, their
    VAT, receipts, payout, in this order; balances chain from row to row.

    Each row moves the balance by its only partner's amount, so the amounts of a statement sum to
    its closing balance. `rules.STATEMENT`.
    """
    for head in heads:
        running = _Running(head)
        if head["opening_minor"] != 0:
            yield [running.carried()]
        async for lines in queries.statement_lines(head):
            yield [running.line(line) for line in lines]
        async for lines in queries_charges.margin_lines(head):
            yield [running.margin(line) for line in lines]
        yield [running.award(x) for x in await queries_charges.award_lines(head, rebates=False)]
        yield [running.vat("vat", part, part["vat_minor"]) for part in head["vat"]]
        async for lines in queries_charges.charge_lines(head):
            yield [running.charge(line) for line in lines]
        yield [running.vat("iaas_vat", part, -part["vat_minor"]) for part in head["charges_vat"]]
        yield [running.award(x) for x in await queries_charges.award_lines(head, rebates=True)]
        yield [running.vat("rebate_vat", part, part["vat_minor"]) for part in head["rebates_vat"]]
        yield [running.receipt(line) for line in await queries_charges.receipt_lines(head)]
        if head["due_minor"] != 0:
            yield [running.payout()]
        assert running.balance_minor == head["closing_minor"], f"{head['number']} does not add up"


class _Running:
    def __init__(self, head: Head) -> None:
        self.head = head
        self.entry = queries.statement_entry(head)
        self.number = 0
        self.balance_minor = 0
        draft = head["id"] is None
        self.status = "accrued" if draft else "payable" if head["due_minor"] > 0 else "carried"

    def carried(self) -> Row:
        month = Month(self.head["month"])
        opening = self.head["opening_minor"]
        return self._row(
            "carry_forward", None, month.first_day, opening, {"partner_amount_ttc": opening}
        )

    def line(self, line: asyncpg.Record) -> Row:
        facts = {
            "event_id": f"{line['kind']}:{line['reference']}",
            "stream_code": line["stream_code"],
            "channel": line["channel"],
            "customer_country": line["buyer_country"],
            "attribution": line["attribution"],
            "product_id": line["listing_reference"],
            "product_name": line["listing_name"],
            "gross_ht": line["net_minor"],
            "net_ht": line["net_minor"],
            "share_rule_id": line["share_rule"],
            "share_percent": line["partner_bp"],
            "operator_amount_ht": line["operator_minor"],
            "partner_amount_ht": line["partner_minor"],
            "vat_category": line["partner_vat_category"],
            "vat_rate": line["partner_vat_rate_bp"],
            "document_number": line["reference"],
            "original_document_number": line["original_reference"],
            "hold_until": line["hold_until"],
            "joint_with": line["joint_with"],
        }
        day = line["sold_at"].astimezone(PARIS).date()
        return self._row(line["kind"], line["sold_at"], day, line["partner_minor"], facts)

    def margin(self, line: asyncpg.Record) -> Row:
        facts = {
            "event_id": line["entry"],
            "stream_code": "WHS",
            "reseller_id": line["reseller"],
            "environment": line["environment"],
            "partner_amount_ht": line["margin_minor"],
            "vat_category": line["vat_category"],
            "vat_rate": line["vat_rate_bp"],
            "document_number": line["reference"],
        }
        return self._row("margin", None, line["charged_on"], line["margin_minor"], facts)

    def award(self, line: asyncpg.Record) -> Row:
        facts = {
            "event_id": line["entry"],
            "product_id": line["contract_number"],
            "product_name": line["subject"],
            "partner_amount_ht": line["amount_minor"],
            "vat_category": line["vat_category"],
            "vat_rate": line["vat_rate_bp"],
            "document_number": line["reference"],
        }
        return self._row(line["kind"], None, line["day"], line["amount_minor"], facts)

    def charge(self, line: asyncpg.Record) -> Row:
        """The operator's invoice: what it takes from the balance is below zero."""
        is_charge = line["kind"] == "charge"
        facts = {
            "event_id": line["entry"],
            "stream_code": line["stream_code"],
            "product_id": line["resource"],
            "end_customer_ref": line["end_customer"],
            "environment": line["environment"],
            "quantity": format(line["quantity"].normalize(), "f") if is_charge else None,
            "unit_price": format(line["unit_price"].normalize(), "f") if is_charge else None,
            "gross_ht": line["list_minor"],
            "discount_ht": -line["discount_minor"],
            "net_ht": line["net_minor"],
            "credit_ht": -line["credit_minor"],
            "partner_amount_ht": -line["payable_minor"],
            "vat_category": line["vat_category"],
            "vat_rate": line["vat_rate_bp"],
            "document_number": line["reference"],
            "original_document_number": line["original_reference"],
            **{name: line[name] for name in ("contract_number", "po_number", "group_ref")},
        }
        kind = "iaas_usage" if is_charge else "iaas_refund"
        return self._row(kind, None, line["charged_on"], -line["payable_minor"], facts)

    def vat(self, kind: str, part: Head, moved_minor: int) -> Row:
        facts = {
            "event_id": self.entry,
            "vat_category": part["category"],
            "vat_rate": part["rate_bp"],
            "vat_amount": moved_minor,
        }
        return self._row(kind, None, Month(self.head["month"]).last_day, moved_minor, facts)

    def receipt(self, line: asyncpg.Record) -> Row:
        facts = {
            "event_id": line["entry"],
            "partner_amount_ttc": line["amount_minor"],
            "document_number": line["reference"],
            "original_document_number": line["original_reference"],
        }
        return self._row(line["kind"], None, line["received_on"], line["amount_minor"], facts)

    def payout(self) -> Row:
        due = -self.head["due_minor"]
        facts = {
            "event_id": self.entry,
            "partner_amount_ttc": due,
            "hold_until": self.head["hold_until"],
        }
        return self._row("payout", None, Month(self.head["month"]).last_day, due, facts)

    def _row(
        self,
        kind: str,
        at: datetime | None,
        day: date,
        moved_minor: int,
        facts: dict[str, Any],
    ) -> Row:
        self.number += 1
        self.balance_minor += moved_minor
        own = {
            "statement_id": self.head["number"],
            "line_no": self.number,
            "event_time_utc": at,
            "event_date_local": day,
            "event_type": kind,
            "currency": self.head["currency"],
            "status": self.status,
            "balance_after": self.balance_minor,
        }
        known = {**facts, **own}
        return tuple(known.get(column.name) for column in STATEMENT)
