"""Reads: budgets, requests with their steps and proofs."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from backend import awards, programmes
from backend.awards import Quarter
from backend.core import at_rate, fetch, fetch_row
from backend.funds.rules import Budget, FundUnknown, ProofUnknown

BENEFIT = "co_marketing"

REQUEST = """
    SELECT r.id, r.organisation_id, o.reference AS organisation_reference,
           o.name AS organisation_name, r.quarter, r.currency::text AS currency, r.title,
           r.activity, r.description, r.starts_on, r.ends_on, r.planned_minor, r.share_bp,
           r.asked_minor, r.state, r.approved_minor, r.claim_due_on, r.spent_minor, r.claimed_on,
           r.accepted_minor, r.reimbursed_minor, r.reason, r.requested_at, r.changed_at,
           a.month AS statement_month, b.budget_minor, b.reserved_minor,
           (SELECT count(*) FROM funds.proof p WHERE p.request_id = r.id) AS proofs
    FROM funds.request r
    JOIN partners.organisation o ON o.id = r.organisation_id
    JOIN funds.budget b ON (b.organisation_id, b.quarter, b.currency)
                           = (r.organisation_id, r.quarter, r.currency)
    LEFT JOIN awards.award a ON a.id = r.award_id
"""
BUDGET = """
    SELECT b.organisation_id, b.quarter, b.currency::text AS currency, b.turnover_minor, b.rate_bp,
           b.budget_minor, b.reserved_minor, b.is_final, b.measured_at
    FROM funds.budget b
"""


async def has_fund(organisation_id: UUID, at: datetime) -> bool:
    """Whether its level gives co-marketing at a moment (seed row R-03)."""
    found = await programmes.benefits_at(organisation_id, at)
    return any(each.kind == BENEFIT for each in found)


async def measured(organisation_id: UUID, quarter: Quarter, currency: str) -> Budget:
    """What the budget of a quarter is as of now, before anything is reserved of it.

    A part of what was invoiced in the quarter before (money rule p: 1 %), by the setting in force
    as the quarter began; final once that quarter is closed.
    """
    turnover_minor = await awards.invoiced(organisation_id, quarter.previous, currency)
    rate_bp = await programmes.setting_at("co_marketing_budget_bp", quarter.start)
    return Budget(
        organisation_id,
        quarter.first_day,
        currency,
        turnover_minor,
        rate_bp,
        max(at_rate(turnover_minor, rate_bp), 0),
        0,
        await awards.is_closed(quarter.previous.months[2]),
        None,
    )


async def budget_of(organisation_id: UUID, quarter: Quarter, currency: str = "EUR") -> Budget:
    """The budget as it is kept; as it would be measured, while nothing asked for it."""
    row = await fetch_row(
        BUDGET + "WHERE b.organisation_id = $1 AND b.quarter = $2 AND b.currency::text = $3",
        organisation_id,
        quarter.first_day,
        currency,
    )
    if row is not None and row["is_final"]:
        return Budget(*row)
    found = await measured(organisation_id, quarter, currency)
    if row is None:
        return found
    kept = Budget(*row)
    return Budget(
        found.organisation_id, found.quarter, found.currency, found.turnover_minor, found.rate_bp,
        max(found.budget_minor, kept.reserved_minor), kept.reserved_minor, found.is_final,
        kept.measured_at,
    )  # fmt: skip


async def list_budgets(quarter: Quarter) -> list[asyncpg.Record]:
    """The budgets of a quarter that something was asked of, with the partners' names."""
    return await fetch(
        "SELECT b.organisation_id, o.reference AS organisation_reference, "
        "o.name AS organisation_name, b.quarter, b.currency::text AS currency, b.turnover_minor, "
        "b.rate_bp, b.budget_minor, b.reserved_minor, b.is_final, b.measured_at "
        "FROM funds.budget b JOIN partners.organisation o ON o.id = b.organisation_id "
        "WHERE b.quarter = $1 ORDER BY o.name, b.organisation_id, b.currency",
        quarter.first_day,
    )


async def list_requests(
    *,
    organisation_id: UUID | None = None,
    state: str | None = None,
    quarter: Quarter | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[asyncpg.Record]:
    """Requests, newest first, from behind `after`."""
    wanted: list[Any] = [organisation_id, state, quarter and quarter.first_day, after, limit]
    return await fetch(
        REQUEST + "WHERE ($1::uuid IS NULL OR r.organisation_id = $1) "
        "AND ($2::text IS NULL OR r.state = $2) AND ($3::date IS NULL OR r.quarter = $3) "
        "AND ($4::uuid IS NULL OR r.id < $4) ORDER BY r.id DESC LIMIT $5",
        *wanted,
    )


async def read_request(request_id: UUID, *, of: UUID | None = None) -> asyncpg.Record:
    """One request; `of` one organisation, if told.

    Raises:
        FundUnknown: none has this id.
    """
    row = await fetch_row(
        REQUEST + "WHERE r.id = $1 AND ($2::uuid IS NULL OR r.organisation_id = $2)",
        request_id,
        of,
    )
    if row is None:
        raise FundUnknown(f"No request has the id {request_id}.")
    return row


async def steps_of(request_id: UUID) -> list[asyncpg.Record]:
    """All that was decided of a request, in order."""
    return await fetch(
        "SELECT from_state, to_state, amount_minor, reason, actor, at FROM funds.step "
        "WHERE request_id = $1 ORDER BY id",
        request_id,
    )


async def proofs_of(request_id: UUID) -> list[asyncpg.Record]:
    """What was sent as proof, without its bytes."""
    return await fetch(
        "SELECT id, name, media_type, length(content) AS bytes, added_at FROM funds.proof "
        "WHERE request_id = $1 ORDER BY id",
        request_id,
    )


async def read_proof(proof_id: UUID, *, of: UUID | None = None) -> asyncpg.Record:
    """One proof with its bytes; `of` one organisation, if told.

    Raises:
        ProofUnknown: none has this id.
    """
    row = await fetch_row(
        "SELECT name, media_type, content FROM funds.proof WHERE id = $1 "
        "AND ($2::uuid IS NULL OR organisation_id = $2)",
        proof_id,
        of,
    )
    if row is None:
        raise ProofUnknown(f"No proof has the id {proof_id}.")
    return row
