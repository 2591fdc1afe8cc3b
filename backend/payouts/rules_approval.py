"""What may be asked for about a payout, and who may decide it. Pure."""

from typing import Literal

from backend.core import Problem
from backend.payouts.rules import NotRetriable, State, TooLateToCancel

Verb = Literal["retry", "cancel"]
ApprovalState = Literal["asked", "approved", "refused", "withdrawn"]


class ApprovalUnknown(Problem):
    status = 404
    code = "approval-unknown"
    title = "There is no such request"


class ApprovalPending(Problem):
    code = "approval-pending"
    title = "Something is asked for already"


class ApprovalDecided(Problem):
    code = "approval-decided"
    title = "This request is decided"


class OwnRequest(Problem):
    status = 403
    code = "own-request"
    title = "Nobody approves what they asked for"


class OwnPayout(Problem):
    status = 403
    code = "own-payout"
    title = "Nobody approves what is paid to them"


def check_possible(verb: Verb, state: State) -> None:
    """Raises NotRetriable or TooLateToCancel where it could not be done even if approved."""
    if verb == "retry" and state not in ("failed", "canceled"):
        raise NotRetriable(f"This one is {state}.", state=state)
    if verb == "cancel" and state not in ("held", "planned"):
        raise TooLateToCancel(f"This one is {state}.", state=state)
