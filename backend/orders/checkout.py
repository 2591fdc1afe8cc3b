"""From an order to the page on which it is paid: Stripe is asked between transactions."""

from datetime import datetime

from backend import partners, payments
from backend.core import fetch_value, retrying
from backend.orders import actions, rules
from backend.orders.queries import price_of
from backend.orders.tables import Order


async def open_page(
    order: Order, *, base_url: str, now: datetime, language: str | None = None
) -> str:
    """The address of the hosted page of `order`; the same one however often it is asked for.

    The key is the order's, so a lost answer makes no second session; and of a page whose answer
    was lost nobody knows the address, so after 23 hours the order can be given up safely.
    `language` is that of the page the buyer stands on, and comes back to; else the organisation's.

    Raises:
        OrderEnded: paid, expired or failed.
        CheckoutRefused: Stripe will not take this order; it has failed.
        CheckoutUnavailable: nobody knows yet; ask again.
    """
    if order.state == "checkout_open":
        known: str = order.checkout_url
        return known
    if order.state == "placed" and now - order.placed_at >= rules.RESEND:
        await retrying(lambda: actions.end_order(order.id, "expired", why="no page within a day"))
        raise rules.OrderEnded("It was never opened for payment; place a new order.")
    if order.state != "placed":
        raise rules.OrderEnded(f"The order is {order.state}.")
    try:
        made = await _create(order, base_url, language, now)
    except payments.StripeRefused as refusal:
        reason = refusal.reason
        await retrying(lambda: actions.end_order(order.id, "failed", why=reason))
        raise rules.CheckoutRefused(
            f"Stripe says: {refusal.detail} Nothing was charged.", reason=refusal.reason
        ) from refusal
    except payments.StripeUnknown as silence:
        # The key tells no more, or was used when the buyer had another name or language.
        if silence.replayed or silence.reason == payments.OTHER_REQUEST:
            await retrying(lambda: actions.renew_attempt(order.id, order.attempt))
        raise rules.CheckoutUnavailable(
            "Ask for the payment page again; nothing was charged.", order_id=order.id
        ) from silence
    return await retrying(lambda: actions.open_checkout(order.id, made, now=now))


async def course_of(order: Order) -> rules.Outcome | None:
    """What Stripe says of the payment of an unpaid order now; None: no page, or nobody knows.

    Between the buyer's click and the webhook only Stripe knows. Nothing is changed by asking.
    """
    if order.state != "checkout_open":
        return None
    try:
        return rules.outcome(await payments.read_checkout(order.session_id))
    except (payments.StripeRefused, payments.StripeUnknown):
        return None


async def _create(
    order: Order, base_url: str, language: str | None, now: datetime
) -> payments.Checkout:
    buyer = await partners.read_organisation(order.organisation_id)
    language = language or buyer.language
    # What the buyer's browser comes back to: the store's page of the order.
    page = f"{base_url.rstrip('/')}/{language}/purchases/{order.id}"
    return await payments.create_checkout(
        key=f"{order.id}:{order.attempt}",
        order_id=str(order.id),
        customer=await customer_of(buyer, now),
        line=payments.CheckoutLine(order.listing_name, price_of(order).gross),
        language=language,
        success_url=f"{page}?back=paid",
        cancel_url=page,
    )


async def customer_of(buyer: partners.Organisation, now: datetime) -> str:
    """Who the organisation is at Stripe, whatever it pays there.

    Raises:
        StripeRefused, StripeUnknown: it is no one yet, and Stripe did not answer.
    """
    known: str | None = await fetch_value(
        "SELECT stripe_customer_id FROM orders.customer WHERE organisation_id = $1", buyer.id
    )
    if known is not None:
        return known
    made = await payments.create_customer(
        organisation=str(buyer.id), name=buyer.name, email=buyer.email, language=buyer.language
    )
    return await retrying(lambda: actions.remember_customer(buyer.id, made, now))
