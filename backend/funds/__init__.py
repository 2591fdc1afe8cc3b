"""Funds: co-marketing that partners ask for, the office approves, and the operator reimburses.

The budget of a quarter is a part of what was invoiced in the one before; an approval reserves of
it, a claim with its proof is reimbursed as an award. Every step keeps its reason.
"""

from backend.funds.actions import add_proof, ask_for_funds, claim, withdraw_request
from backend.funds.actions_office import (
    approve_request,
    decline_request,
    expire_requests,
    reimburse_claim,
    return_claim,
)
from backend.funds.jobs import follow_funds
from backend.funds.queries import budget_of, has_fund, list_requests, read_request, steps_of
from backend.funds.rules import (
    Budget,
    BudgetExceeded,
    ClaimTooLate,
    FundAmount,
    FundDates,
    FundDecided,
    FundNotGiven,
    FundUnknown,
    OwnFundApproval,
    Plan,
    ProofMissing,
    ReasonMissing,
    TooManyProofs,
    contribution,
)

__all__ = [
    "Budget",
    "BudgetExceeded",
    "ClaimTooLate",
    "FundAmount",
    "FundDates",
    "FundDecided",
    "FundNotGiven",
    "FundUnknown",
    "OwnFundApproval",
    "Plan",
    "ProofMissing",
    "ReasonMissing",
    "TooManyProofs",
    "add_proof",
    "approve_request",
    "ask_for_funds",
    "budget_of",
    "claim",
    "contribution",
    "decline_request",
    "expire_requests",
    "follow_funds",
    "has_fund",
    "list_requests",
    "read_request",
    "reimburse_claim",
    "return_claim",
    "steps_of",
    "withdraw_request",
]
