"""What a partner does: ask, withdraw, add proof, claim. The caller names its own organisation."""

import hashlib
from datetime import datetime
from uuid import UUID

import asyncpg

from backend import audit, onboarding, programmes
from backend.awards import Quarter
from backend.core import PARIS, at_rate, connection, operators_work, transaction
from backend.funds import queries
from backend.funds.changing import locked, measure, step
from backend.funds.rules import (
    ClaimTooLate,
    FundAmount,
    FundNotGiven,
    Plan,
    ProofMissing,
    TooManyProofs,
    check_plan,
)

PROOFS = 20
"""Of one request."""


@operators_work
async def ask_for_funds(organisation_id: UUID, plan: Plan, *, now: datetime, actor: str) -> UUID:
    """The office has the request before it: the partner's share of the plan, of this quarter's
    budget. Nothing is reserved yet. Answers its id.

    Raises:
        FundNotGiven: its level gives no co-marketing now.
        FundDates: the activity has begun, ends before it begins, or is too far.
        FundAmount: the share of it is nothing.
    """
    check_plan(plan, now.astimezone(PARIS).date())
    if not await queries.has_fund(organisation_id, now):
        raise FundNotGiven("Your level gives no co-marketing: the programme page says which does.")
    quarter = Quarter.of(now)
    share_bp = await programmes.setting_at("co_marketing_share_bp", now)
    asked_minor = at_rate(plan.planned.amount_minor, share_bp)
    if asked_minor < 1:
        raise FundAmount("planned: The part that is reimbursed of it is nothing.", field="planned")
    currency = plan.planned.currency
    async with transaction():
        await measure(organisation_id, quarter, currency, now)
        made: UUID = await connection().fetchval(
            "INSERT INTO funds.request (organisation_id, quarter, currency, title, activity, "
            "description, starts_on, ends_on, planned_minor, share_bp, asked_minor, requested_at, "
            "changed_at, changed_by) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13) RETURNING id",
            organisation_id, quarter.first_day, currency, plan.title, plan.activity,
            plan.description, plan.starts_on, plan.ends_on, plan.planned.amount_minor, share_bp,
            asked_minor, now, actor,
        )  # fmt: skip
        after = {"title": plan.title, "planned": plan.planned, "quarter": str(quarter)}
        subject = f"fund_request:{made}"
        await audit.write(organisation_id, actor, "ask_for_funds", subject, None, after)
    return made


@operators_work
async def withdraw_request(
    organisation_id: UUID, request_id: UUID, *, reason: str, now: datetime, actor: str
) -> None:
    """It is not wanted any more; what was reserved for it is free.

    Raises:
        FundUnknown, FundDecided: it is claimed, or was decided.
        ReasonMissing: say why.
    """
    async with transaction():
        request = await locked(request_id, "requested", "approved", of=organisation_id)
        await step(request, "withdrawn", reason, now, actor)


@operators_work
async def add_proof(
    organisation_id: UUID, request_id: UUID, *, name: str, content: bytes, now: datetime, actor: str
) -> UUID:
    """An invoice or a picture of what was done stands with the request, to be claimed with.

    Raises:
        FundUnknown, FundDecided: it is not approved, or claimed already.
        EvidenceWrong: no PDF, PNG or JPEG, or larger than 5 MB, or no file name.
        TooManyProofs: there are `PROOFS`.
    """
    onboarding.check_name(name)
    media_type = onboarding.media_type_of(content)
    async with transaction():
        await locked(request_id, "approved", of=organisation_id)
        digest = hashlib.sha256(content).hexdigest()
        try:
            async with transaction():
                made: UUID = await connection().fetchval(
                    "INSERT INTO funds.proof (request_id, organisation_id, name, media_type, "
                    "content, sha256, actor, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
                    "RETURNING id",
                    request_id, organisation_id, name, media_type, content, digest, actor, now,
                )  # fmt: skip
        except asyncpg.CheckViolationError as refusal:
            if refusal.constraint_name != "proof_before_the_claim":
                raise
            raise TooManyProofs(f"{PROOFS} stand with it: put the rest in one file.") from None
        after = {"name": name, "sha256": digest}
        subject = f"fund_request:{request_id}"
        await audit.write(organisation_id, actor, "add_proof", subject, None, after)
    return made


@operators_work
async def claim(
    organisation_id: UUID, request_id: UUID, *, spent_minor: int, now: datetime, actor: str
) -> None:
    """The office reviews what was spent, before VAT, against its proof; in the request's currency.

    Raises:
        FundUnknown, FundDecided: it is not approved, or claimed already.
        ClaimTooLate: its last day is past.
        ProofMissing: nothing proves it.
    """
    today = now.astimezone(PARIS).date()
    async with transaction():
        request = await locked(request_id, "approved", of=organisation_id)
        if today > request["claim_due_on"]:
            raise ClaimTooLate(f"It could be claimed until {request['claim_due_on']}.")
        try:
            async with transaction():
                await step(
                    request, "claimed", "", now, actor, spent_minor=spent_minor, claimed_on=today
                )
        except asyncpg.CheckViolationError as refusal:
            if refusal.constraint_name != "claim_has_proof":
                raise
            raise ProofMissing("Add an invoice or a picture of it first.") from None
