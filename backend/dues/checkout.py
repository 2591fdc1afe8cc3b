"""From what is owed to the page on which it is paid: Stripe is asked between transactions."""

from datetime import datetime
from uuid import UUID

import asyncpg

from backend import orders, partners, payments
from backend.core import Money, operators_work, retrying
from backend.dues import actions, queries, rules
from backend.mail import translator

TRIES = 3
"""Of finding a page that is open and of the right amount; each ends a payment that was not."""


@operators_work
async def pay(
    organisation_id: UUID, currency: str, *, base_url: str, now: datetime, actor: str
) -> str:
    """The address of the hosted page on which the organisation pays all that it owes.

    The same one however often it is asked for, at once too; a new one when the amount is another
    (something was received meanwhile) or the page is over. Whatever was paid on an older one is
    credited first.

    Raises:
        NothingOwed: nothing, or it was paid meanwhile.
        PaymentUnderWay: a debit has been given to the bank.
        PaymentPageRefused: Stripe will not take it.
        PaymentPageUnavailable: nobody knows yet; ask again.
    """
    for _ in range(TRIES):
        due = await retrying(
            lambda: actions.ask_payment(organisation_id, currency, now=now, actor=actor)
        )
        left = await queries.left_of(organisation_id, currency)
        right = left.amount_minor == due["amount_minor"]
        if due["state"] == "planned":
            if right and now - due["asked_at"] < orders.RESEND:
                return await _open(due, base_url, now)
            await _end(due, "expired", "another amount, or no page within a day", now)
        elif await _look(due, right=right, now=now) == "open":
            return str(due["url"])
    raise rules.PaymentPageUnavailable("Ask for the payment page again; nothing was charged.")


async def _look(due: asyncpg.Record, *, right: bool, now: datetime) -> str:
    """What became of the page that is known; one with another amount is closed first."""
    try:
        if not right:
            await _close(due["session_id"])
        seen = await payments.read_checkout(due["session_id"])
    except (payments.StripeRefused, payments.StripeUnknown) as silence:
        raise rules.PaymentPageUnavailable(
            "Ask for the payment page again; nothing was charged."
        ) from silence
    return await retrying(lambda: actions.settle_payment(due["id"], seen, now=now))


async def _close(session_id: str) -> None:
    try:
        await payments.expire_checkout(session_id)
    except payments.StripeRefused:
        return  # It is over: the next read says how.


async def _open(due: asyncpg.Record, base_url: str, now: datetime) -> str:
    try:
        made = await _create(due, base_url, now)
    except payments.StripeRefused as refusal:
        await _end(due, "failed", refusal.reason, now)
        raise rules.PaymentPageRefused(
            f"Stripe says: {refusal.detail} Nothing was charged; pay by bank transfer.",
            reason=refusal.reason,
        ) from refusal
    except payments.StripeUnknown as silence:
        # The key tells no more, or was used when the partner had another name or language.
        if silence.replayed or silence.reason == payments.OTHER_REQUEST:
            await retrying(lambda: actions.renew_attempt(due["id"], due["attempt"], now))
        raise rules.PaymentPageUnavailable(
            "Ask for the payment page again; nothing was charged."
        ) from silence
    return await retrying(lambda: actions.open_page(due["id"], made, now=now))


async def _create(due: asyncpg.Record, base_url: str, now: datetime) -> payments.Checkout:
    partner = await partners.read_organisation(due["organisation_id"])
    say = translator(partner.language)
    page = f"{base_url.rstrip('/')}/portal/receipts"
    return await payments.create_checkout(
        key=f"due:{due['id']}:{due['attempt']}",
        due_id=str(due["id"]),
        customer=await orders.customer_of(partner, now),
        line=payments.CheckoutLine(
            say("What you owe by statement {number}").format(number=due["number"]),
            Money(due["amount_minor"], due["currency"]),
        ),
        language=partner.language,
        success_url=f"{page}?back=paid",
        cancel_url=page,
    )


async def _end(due: asyncpg.Record, state: rules.DueState, why: str, now: datetime) -> None:
    await retrying(
        lambda: actions.end_payment(due["id"], state, why=why, now=now, if_in=("planned",))
    )
