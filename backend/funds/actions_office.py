"""What the office does: approve and reserve, decline, send a claim back, reimburse; and expiry."""

from datetime import date, datetime, timedelta
from uuid import UUID

from backend import awards
from backend.awards import Quarter
from backend.core import PARIS, Money, connection, fetch, retrying, transaction
from backend.funds import letters, queries
from backend.funds.changing import locked, measure, money, step, write_to
from backend.funds.rules import (
    CLAIM_DAYS,
    RETURN_DAYS,
    FundAmount,
    FundDates,
    FundNotGiven,
    contribution,
)


async def approve_request(
    request_id: UUID,
    *,
    approved_minor: int,
    claim_due_on: date | None = None,
    reason: str = "",
    now: datetime,
    actor: str,
) -> None:
    """So much of the budget is reserved for it, and may be claimed until a day: by default 60 days
    after the activity, or from today on if that is later. Less than was asked is told with its
    reason.

    Raises:
        FundUnknown, FundDecided: somebody decided before.
        FundNotGiven: the partner's level gave it as it asked, and gives it no more.
        FundAmount: nothing, or more than was asked.
        FundDates: the day is before the activity's end, or past.
        ReasonMissing: it is less than was asked.
        BudgetExceeded: names what is left; races are refused by PostgreSQL.
    """
    await retrying(lambda: _approve(request_id, approved_minor, claim_due_on, reason, now, actor))


async def _approve(
    request_id: UUID,
    approved_minor: int,
    claim_due_on: date | None,
    reason: str,
    now: datetime,
    actor: str,
) -> None:
    async with transaction():
        request = await locked(request_id, "requested")
        if not 1 <= approved_minor <= request["asked_minor"]:
            asked = money(request, "asked_minor")
            raise FundAmount(f"amount: Approve up to {asked}, as was asked.", field="amount")
        first = max(request["ends_on"], now.astimezone(PARIS).date())
        due_on = claim_due_on or first + timedelta(days=CLAIM_DAYS)
        if due_on < first:
            raise FundDates(f"claim_due_on: Choose a day from {first} on.", field="claim_due_on")
        of = request["organisation_id"]
        if not await queries.has_fund(of, now):
            raise FundNotGiven(
                "Its level gave co-marketing when it asked, on "
                f"{request['requested_at'].astimezone(PARIS):%Y-%m-%d}, and gives none now: "
                "decline it with this reason, or wait until it holds such a level again."
            )
        await measure(of, Quarter(request["quarter"]), request["currency"], now)
        await step(
            request, "approved", reason, now, actor, approved_minor=approved_minor,
            claim_due_on=due_on,
        )  # fmt: skip
        amount = Money(approved_minor, request["currency"])
        await write_to(of, letters.approved(request["title"], amount, due_on, reason), now)


async def decline_request(request_id: UUID, *, reason: str, now: datetime, actor: str) -> None:
    """Nothing is reserved, and the partner reads why.

    Raises:
        FundUnknown, FundDecided: somebody decided before.
        ReasonMissing: say why.
    """
    async with transaction():
        request = await locked(request_id, "requested")
        await step(request, "declined", reason, now, actor)
        letter = letters.declined(request["title"], reason)
        await write_to(request["organisation_id"], letter, now)


async def return_claim(
    request_id: UUID,
    *,
    reason: str,
    claim_due_on: date | None = None,
    now: datetime,
    actor: str,
) -> None:
    """The claim is incomplete: the partner reads why, and may claim again until its day, or a
    later one: two weeks at least. What is reserved stays so.

    Raises:
        FundUnknown, FundDecided: it is not claimed.
        FundDates: the day is before the one it had, or past.
        ReasonMissing: say why.
    """
    async with transaction():
        request = await locked(request_id, "claimed")
        had, today = request["claim_due_on"], now.astimezone(PARIS).date()
        due_on = claim_due_on or max(had, today + timedelta(days=RETURN_DAYS))
        if due_on < max(had, today):
            raise FundDates(
                f"claim_due_on: Choose a day from {max(had, today)} on.", field="claim_due_on"
            )
        await step(request, "approved", reason, now, actor, claim_due_on=due_on)
        letter = letters.returned(request["title"], due_on, reason)
        await write_to(request["organisation_id"], letter, now)


async def reimburse_claim(
    request_id: UUID, *, accepted_minor: int, reason: str = "", now: datetime, actor: str
) -> None:
    """The share of what is accepted, at most what was approved, is owed to the partner: in the
    books, on its next statement, paid with it. What was reserved beyond is free again.

    Raises:
        FundUnknown, FundDecided: it is not claimed.
        OwnFundApproval: `actor` approved the request; the claim is somebody else's to review.
        FundAmount: nothing, or more than was spent.
        ReasonMissing: less is accepted than was spent.
    """
    await retrying(lambda: _reimburse(request_id, accepted_minor, reason, now, actor))


async def _reimburse(
    request_id: UUID, accepted_minor: int, reason: str, now: datetime, actor: str
) -> None:
    async with transaction():
        request = await locked(request_id, "claimed")
        if not 1 <= accepted_minor <= request["spent_minor"]:
            spent = money(request, "spent_minor")
            raise FundAmount(f"accepted: Accept up to {spent}, as was spent.", field="accepted")
        part = contribution(accepted_minor, request["share_bp"], request["approved_minor"])
        if part < 1:
            raise FundAmount("accepted: The part of it is nothing.", field="accepted")
        amount = Money(part, request["currency"])
        award = awards.Award(
            kind="co_marketing",
            reference=f"co_marketing:{request_id}",
            organisation_id=request["organisation_id"],
            amount=amount,
            from_on=request["starts_on"],
            to_on=request["ends_on"],
            subject=request["title"],
        )
        award_id = await awards.give(award, now=now, actor=actor)
        await step(
            request, "reimbursed", reason, now, actor, accepted_minor=accepted_minor,
            reimbursed_minor=part, award_id=award_id,
        )  # fmt: skip
        letter = letters.reimbursed(request["title"], amount, reason)
        await write_to(request["organisation_id"], letter, now)


async def expire_requests(now: datetime, actor: str) -> int:
    """What was approved and not claimed by its day reserves nothing more; answers how many."""
    today = now.astimezone(PARIS).date()
    due = await fetch(
        "SELECT id FROM funds.request WHERE state = 'approved' AND claim_due_on < $1 ORDER BY id",
        today,
    )
    expired = 0
    for row in due:
        async with transaction():
            request = await connection().fetchrow(
                "SELECT *, currency::text FROM funds.request WHERE id = $1 "
                "AND state = 'approved' AND claim_due_on < $2 FOR NO KEY UPDATE SKIP LOCKED",
                row["id"],
                today,
            )
            if request is None:
                continue
            reason = f"Not claimed until {request['claim_due_on']}."
            await step(request, "expired", reason, now, actor)
            letter = letters.expired(request["title"], request["claim_due_on"])
            await write_to(request["organisation_id"], letter, now)
            expired += 1
    return expired
