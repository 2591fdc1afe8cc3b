"""What a request for co-marketing is, and what is refused. Pure."""

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct

from backend.core import Money, Problem, at_rate

FundState = Literal[
    "requested", "approved", "declined", "withdrawn", "claimed", "reimbursed", "expired"
]
Activity = Literal["event", "campaign", "content", "training", "other"]

CLAIM_DAYS = 60
"""After the last day of an activity, unless the office says another day."""

RETURN_DAYS = 14
"""From the day on which a claim was sent back, at least, to claim again."""

CONTINGENCY = timedelta(days=365)
"""An activity begins within a year, and is over within a year."""


class FundNotGiven(Problem):
    """Only while the level that gives it is held (seed row R-03)."""

    code = "fund-not-given"
    title = "The level gives no co-marketing"


class FundUnknown(Problem):
    status = 404
    code = "fund-request-unknown"
    title = "There is no such request"


class FundDecided(Problem):
    code = "fund-request-decided"
    title = "The request is past this step"


class FundDates(Problem):
    status = 422
    code = "fund-dates"
    title = "These days cannot be"


class FundAmount(Problem):
    status = 422
    code = "fund-amount"
    title = "This amount cannot be"


class BudgetExceeded(Problem):
    code = "fund-budget-exceeded"
    title = "The budget does not reach"


class OwnFundApproval(Problem):
    """PostgreSQL refuses it too, also through a key of the same person."""

    status = 403
    code = "own-fund-approval"
    title = "Nobody reimburses what they approved"


class ReasonMissing(Problem):
    status = 422
    code = "fund-reason-missing"
    title = "This is told with its reason"


class ClaimTooLate(Problem):
    code = "fund-claim-too-late"
    title = "The day for the claim is past"


class ProofMissing(Problem):
    status = 422
    code = "fund-proof-missing"
    title = "A claim has its proof"


class ProofUnknown(Problem):
    status = 404
    code = "fund-proof-unknown"
    title = "There is no such proof"


class TooManyProofs(Problem):
    code = "fund-proofs-many"
    title = "There are too many proofs"


class Plan(Struct, frozen=True):
    """What a partner means to do; `planned` is all that it will cost, before VAT."""

    title: str
    activity: Activity
    description: str
    starts_on: date
    ends_on: date
    planned: Money


class Budget(Struct, frozen=True):
    """What a partner may be reimbursed of one quarter: a part of what it was invoiced before."""

    organisation_id: UUID
    quarter: date
    currency: str
    turnover_minor: int
    rate_bp: int
    budget_minor: int
    reserved_minor: int
    is_final: bool
    measured_at: datetime | None

    @property
    def left_minor(self) -> int:
        return self.budget_minor - self.reserved_minor


def check_plan(plan: Plan, today: date) -> None:
    """Raises: FundDates."""
    if plan.ends_on < plan.starts_on:
        raise FundDates(f"It begins on {plan.starts_on}: choose a last day from then on.")
    if plan.starts_on < today:
        raise FundDates(f"Ask before it begins: choose a first day from {today} on.")
    if plan.ends_on > today + CONTINGENCY:
        raise FundDates("Choose a last day within a year: later ones have a budget of their own.")


def contribution(spent_minor: int, share_bp: int, approved_minor: int) -> int:
    """What is reimbursed of what was spent: the share, and never more than was approved."""
    return min(at_rate(spent_minor, share_bp), approved_minor)
