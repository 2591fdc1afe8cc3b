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
    """All that came back so far is booked, and owed again; noting less or the same books nothing.

    Where the payout cannot be sent again at once, an alarm says what to do.
    """
    back_minor = reversed_minor - payout.transfer_reversed_minor
    if back_minor > 0:
        lines = rules.reversed_(payout, Money(back_minor, payout.currency))
        await book(payout, f"reversed:{payout.round}:{reversed_minor}", lines, now)
        payout = await change(
            payout, now, "reverse_transfer", STRIPE, transfer_reversed_minor=reversed_minor
        )
    payout = await make_way(payout, now)
    if back_minor > 0 and payout.transfer_id is not None:
        detail = (
            f"{Money(reversed_minor, payout.currency)} of {payout.transfer_id} came back while "
            f"the payout was {payout.state}; the books owe it again. Pay it by hand, or reverse "
            "the rest at Stripe: once nothing of it is at the bank, the payout can be retried."
        )
        await audit.raise_alarm(payout.subject, "transfer_reversed", detail, now)


async def make_way(payout: Payout, now: datetime) -> Payout:
    """A payout whose transfer came back keeps no bank payout that was not sent.

    Another payout of the account may have its turn; and once all came back, and nothing is on its
    way to the bank, this one is canceled and may have a second transfer.
    """
    if not payout.transfer_reversed_minor:
        return payout
    if (
        payout.state == "transferred"
        and payout.payout_operation_id is not None
        and await payments.withdraw_operation(payout.payout_operation_id, "reversed", now)
    ):
        payout = await change(payout, now, "", payout_operation_id=None)
    under_way = payout.state == "transferred" and payout.payout_operation_id is not None
    if (
        payout.transfer_reversed_minor < payout.amount_minor
        or payout.state not in ("failed", "canceled", "transferred")
        or under_way
    ):
        return payout
    assert payout.transfer_operation_id is not None
    await payments.mark_reversed(payout.transfer_operation_id, now)
    return await change(
        payout, now, "reverse_payout", STRIPE, state="canceled", transfer_id=None,
        transfer_reversed_minor=0, transfer_operation_id=None, payout_operation_id=None,
        failure_code=None, failure_message=None,
    )  # fmt: skip
