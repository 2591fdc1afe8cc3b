"""A transfer comes back from the partner's Stripe account, in part or whole.

Somebody reversed it at Stripe; the books follow, whatever state its payout is in.
"""

from datetime import datetime

from backend import audit, payments
from backend.core import Money
from backend.payouts import rules
from backend.payouts.actions import STRIPE, book, change
from backend.payouts.rules import Payout


async def note_reversal(payout: Payout, reversed_minor: int, now: datetime) -> None:
    """All that came back so far is booked, and owed again; noting less or the same does nothing.

    Where the payout cannot simply be sent again, an alarm says what to do.
    """
    back_minor = reversed_minor - payout.transfer_reversed_minor
    if back_minor <= 0:
        return
    lines = rules.reversed_(payout, Money(back_minor, payout.currency))
    await book(payout, f"reversed:{payout.round}:{reversed_minor}", lines, now)
    payout = await change(
        payout, now, "reverse_transfer", STRIPE, transfer_reversed_minor=reversed_minor
    )
    if not await release_reversed(payout, now):
        detail = (
            f"{Money(reversed_minor, payout.currency)} of {payout.transfer_id} came back while "
            f"the payout was {payout.state}; the books owe it again. Pay it by hand, or reverse "
            "the rest at Stripe and retry the payout."
        )
        await audit.raise_alarm(payout.subject, "transfer_reversed", detail, now)


async def release_reversed(payout: Payout, now: datetime) -> bool:
    """Wholly reversed and not on its way to the bank: only now may there be a second transfer."""
    if payout.transfer_reversed_minor < payout.amount_minor:
        return False
    waiting = payout.state in ("failed", "canceled") or (
        payout.state == "transferred" and await _take_back_bank_payout(payout, now)
    )
    if not waiting:
        return False
    assert payout.transfer_operation_id is not None
    await payments.mark_reversed(payout.transfer_operation_id, now)
    await change(
        payout, now, "reverse_payout", STRIPE, state="canceled", held_reason=None,
        transfer_id=None, transfer_reversed_minor=0, transfer_operation_id=None,
        payout_operation_id=None, failure_code=None, failure_message=None,
    )  # fmt: skip
    return True


async def _take_back_bank_payout(payout: Payout, now: datetime) -> bool:
    if payout.payout_operation_id is None:
        return True
    return await payments.withdraw_operation(payout.payout_operation_id, "reversed", now)
