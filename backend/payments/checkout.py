"""Buyers' payments: customers, hosted pages, what became of them. Network only, no table."""

import hashlib

import stripe

from backend.payments.calls import pages
from backend.payments.gateway import gateway
from backend.payments.rules_checkout import (
    Checkout,
    CheckoutLine,
    DisputeMade,
    RefundMade,
    read_dispute,
    read_refund,
    read_session,
)

WHOLE = "payment_intent.latest_charge.balance_transaction"


async def create_customer(*, organisation: str, name: str, email: str | None, language: str) -> str:
    """A customer at Stripe; answers its id. A repetition within a day answers the same one.

    Raises:
        StripeRefused, StripeUnknown: as `Gateway.ask`.
    """
    told = hashlib.sha256(repr((name, email, language)).encode()).hexdigest()[:16]
    params: stripe.params.CustomerCreateParams = {
        "name": name,
        "preferred_locales": [language],
        "metadata": {"organisation": organisation},
    }
    if email is not None:
        params["email"] = email
    made = await gateway().ask(
        lambda client: client.v1.customers.create_async(
            params, {"idempotency_key": f"customer:{organisation}:{told}"}
        )
    )
    return made.id


async def create_checkout(
    *,
    key: str,
    order_id: str | None = None,
    due_id: str | None = None,
    customer: str,
    line: CheckoutLine,
    language: str,
    success_url: str,
    cancel_url: str,
) -> Checkout:
    """The hosted page of one order, or of what a partner owes. The same `key` answers the same
    page, for a day at least.

    An order's payment method may be used again off-session (stripe.md 1.4).

    Raises:
        StripeRefused, StripeUnknown: as `Gateway.ask`; without an answer nobody knows the page's
            address, so nobody can pay on it.
    """
    subject = order_id or due_id
    assert subject is not None, "a page is of something"
    metadata = {"due": subject} if order_id is None else {"order": subject}
    params: stripe.params.checkout.SessionCreateParams = {
        "mode": "payment",
        "customer": customer,
        "client_reference_id": subject,
        "locale": "fr" if language == "fr" else "en",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": line.gross.currency.lower(),
                    "unit_amount": line.gross.amount_minor,
                    "product_data": {"name": line.name},
                },
            }
        ],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    if order_id is not None:
        params["payment_intent_data"]["setup_future_usage"] = "off_session"
    made = await gateway().ask(
        lambda client: client.v1.checkout.sessions.create_async(params, {"idempotency_key": key})
    )
    return read_session(made)


async def read_checkout(session_id: str) -> Checkout:
    """The session and its payment as they are now: one read, so both are of one moment.

    Raises:
        StripeRefused, StripeUnknown: as `Gateway.ask`.
    """
    found = await gateway().ask(
        lambda client: client.v1.checkout.sessions.retrieve_async(session_id, {"expand": [WHOLE]})
    )
    return read_session(found)


async def expire_checkout(session_id: str) -> None:
    """Nobody can pay on this page any more.

    Raises:
        StripeRefused: it is not open: paid, being paid, or expired before.
        StripeUnknown: as `Gateway.ask`.
    """
    await gateway().ask(
        lambda client: client.v1.checkout.sessions.expire_async(
            session_id, {}, {"idempotency_key": f"expire:{session_id}"}
        )
    )


async def read_refund_at_stripe(refund_id: str) -> RefundMade:
    """Raises: StripeRefused, StripeUnknown, as `Gateway.ask`."""
    return read_refund(
        await gateway().ask(
            lambda client: client.v1.refunds.retrieve_async(
                refund_id, {"expand": ["balance_transaction"]}
            )
        )
    )


async def list_refunds(intent_id: str) -> list[RefundMade]:
    """Every refund of one payment, whoever made it, newest first.

    Raises:
        StripeRefused, StripeUnknown: as `Gateway.ask`.
    """
    first = await gateway().ask(
        lambda client: client.v1.refunds.list_async(
            {"payment_intent": intent_id, "limit": 100, "expand": ["data.balance_transaction"]}
        )
    )
    return [read_refund(made) async for made in pages(first)]


async def read_dispute_at_stripe(dispute_id: str) -> DisputeMade:
    """The dispute with its payment as they are now.

    Raises:
        StripeRefused, StripeUnknown: as `Gateway.ask`.
    """
    return read_dispute(
        await gateway().ask(
            lambda client: client.v1.disputes.retrieve_async(
                dispute_id, {"expand": ["payment_intent"]}
            )
        )
    )
