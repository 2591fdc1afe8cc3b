"""What routes answer about co-marketing."""

from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import asyncpg
import msgspec

from backend.awards import Quarter
from backend.core import Money, Month
from backend.funds.rules import Activity, Budget, FundState


class FundBudget(msgspec.Struct):
    """`budget` is `rate_bp` of what was invoiced in `before`; `left` is not reserved yet."""

    quarter: str
    before: str
    turnover: Money
    rate_bp: int
    budget: Money
    reserved: Money
    left: Money
    is_final: bool


class FundBudgetOf(msgspec.Struct):
    organisation_id: UUID
    organisation_reference: str
    organisation_name: str
    budget: FundBudget


class FundBudgets(msgspec.Struct):
    items: list[FundBudgetOf]


class MyFund(msgspec.Struct):
    """`may_ask` while the level gives co-marketing; `share_bp` of what is spent is reimbursed."""

    may_ask: bool
    share_bp: int
    budget: FundBudget


class FundRequest(msgspec.Struct):
    """`asked` is the share of `planned`; `reimbursed` that of `accepted`, at most `approved`."""

    id: UUID
    organisation_id: UUID
    organisation_reference: str
    organisation_name: str
    quarter: str
    title: str
    activity: Activity
    description: str
    starts_on: date
    ends_on: date
    planned: Money
    share_bp: int
    asked: Money
    state: FundState
    approved: Money | None
    claim_due_on: date | None
    spent: Money | None
    claimed_on: date | None
    accepted: Money | None
    reimbursed: Money | None
    statement_month: str | None
    reason: str
    proofs: int
    requested_at: datetime
    changed_at: datetime
    budget_left: Money


class FundStep(msgspec.Struct):
    """`by_us` is whether the operator's staff or worker took it."""

    to_state: FundState
    from_state: FundState | None
    amount: Money | None
    reason: str
    by_us: bool
    at: datetime


class FundProof(msgspec.Struct):
    id: UUID
    name: str
    media_type: str
    bytes: int
    added_at: datetime


class FundDetail(msgspec.Struct):
    request: FundRequest
    steps: list[FundStep]
    proofs: list[FundProof]


def budget_view(budget: Budget) -> FundBudget:
    def money(minor: int) -> Money:
        return Money(minor, budget.currency)

    quarter = Quarter(budget.quarter)
    return FundBudget(
        quarter=str(quarter),
        before=str(quarter.previous),
        turnover=money(budget.turnover_minor),
        rate_bp=budget.rate_bp,
        budget=money(budget.budget_minor),
        reserved=money(budget.reserved_minor),
        left=money(budget.left_minor),
        is_final=budget.is_final,
    )


def budget_of_view(row: asyncpg.Record) -> FundBudgetOf:
    facts = [row[name] for name in Budget.__struct_fields__]
    return FundBudgetOf(
        row["organisation_id"],
        row["organisation_reference"],
        row["organisation_name"],
        budget_view(Budget(*facts)),
    )


def request_view(row: asyncpg.Record) -> FundRequest:
    def money(name: str) -> Money | None:
        minor = row[f"{name}_minor"]
        return None if minor is None else Money(minor, row["currency"])

    month = row["statement_month"]
    same = (
        *("id", "organisation_id", "organisation_reference", "organisation_name", "title"),
        *("activity", "description", "starts_on", "ends_on", "share_bp", "state", "claim_due_on"),
        *("claimed_on", "reason", "proofs", "requested_at", "changed_at"),
    )
    amounts = ("approved", "spent", "accepted", "reimbursed")
    facts: dict[str, Any] = {name: row[name] for name in same}
    facts |= {name: money(name) for name in amounts}
    return FundRequest(
        **facts,
        quarter=str(Quarter(row["quarter"])),
        planned=Money(row["planned_minor"], row["currency"]),
        asked=Money(row["asked_minor"], row["currency"]),
        statement_month=None if month is None else str(Month(month)),
        budget_left=Money(row["budget_minor"] - row["reserved_minor"], row["currency"]),
    )


def step_view(row: asyncpg.Record, currency: str, *, staff: bool) -> FundStep:
    minor = row["amount_minor"]
    return FundStep(
        to_state=row["to_state"],
        from_state=row["from_state"],
        amount=None if minor is None else Money(minor, currency),
        reason=row["reason"],
        by_us=staff,
        at=row["at"],
    )


def proof_view(row: asyncpg.Record) -> FundProof:
    return FundProof(row["id"], row["name"], row["media_type"], row["bytes"], row["added_at"])


def download_headers(name: str) -> dict[str, str]:
    """Saved, never shown as a page; the name is its sender's, in RFC 6266's form."""
    return {
        "content-disposition": f"attachment; filename=\"proof\"; filename*=UTF-8''{quote(name)}",
        "content-security-policy": "default-src 'none'; sandbox",
    }
