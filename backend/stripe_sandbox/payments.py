"""Payment intents and their charges: cards at once, SEPA debits days later."""

from backend.stripe_sandbox.calls import Call, endpoint, list_page, listing, text_map
from backend.stripe_sandbox.disputes import open_dispute
from backend.stripe_sandbox.happenings import emit
from backend.stripe_sandbox.methods import ADDRESS, BEHAVIOURS, Behaviour, method_of
from backend.stripe_sandbox.money import book, currency_of, positive
from backend.stripe_sandbox.refusal import Refusal, unusable
from backend.stripe_sandbox.state import DAY_S, Body, State, Thing

LEAST_MINOR = 50
CARD_PENDING_S = 2 * DAY_S
DEBIT_S = 5 * DAY_S
"""SEPA: five to six business days on average (stripe.md 1.4)."""

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


async def create_intent(call: Call) -> Body:
    params, state = call.params, call.state
    if params.get("customer"):
        await state.find("customer", params["customer"], call.account, status=400, param="customer")
    if params.get("off_session") and not params.get("confirm"):
        raise unusable("off_session can only be set together with confirm.", param="off_session")
    thing = new_intent(call.state, call.account, params, text_map(call))
    if params.get("payment_method"):
        method = await method_of(
            state, params["payment_method"], call.account, params.get("customer")
        )
        thing.change(payment_method=method.id, status="requires_confirmation")
        thing.change(payment_method_types=[method.body["type"]])
        if params.get("confirm"):
            await confirm(state, thing, method, off_session=bool(params.get("off_session")))
    elif params.get("confirm"):
        raise unusable(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    return thing.body


def chargeable(amount: int) -> int:
    """Raises: Refusal, if the amount is below the least that is charged."""
    if positive(amount) < LEAST_MINOR:
        raise unusable(
            f"Amount must be at least {LEAST_MINOR} minor units.", code="amount_too_small",
            param="amount",
        )  # fmt: skip
    return amount


def new_intent(state: State, account: str, params: Body, metadata: Body) -> Thing:
    amount, currency = chargeable(params["amount"]), currency_of(params["currency"])
    thing = state.new(
        "payment_intent",
        "pi",
        account,
        {
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": "automatic",
            "confirmation_method": "automatic",
            "created": state.now_s,
            "currency": currency,
            "customer": params.get("customer"),
            "description": params.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": metadata,
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_types": ["card", "sepa_debit"],
            "processing": None,
            "receipt_email": None,
            "setup_future_usage": params.get("setup_future_usage"),
            "shipping": None,
            "statement_descriptor": params.get("statement_descriptor"),
            "status": "requires_payment_method",
            "transfer_data": None,
            "transfer_group": params.get("transfer_group"),
        },
    )
    thing.change(client_secret=f"{thing.id}_secret_sandbox")
    emit(state, "payment_intent.created", thing)
    return thing


async def confirm(
    state: State, intent: Thing, method: Thing, *, off_session: bool, authenticated: bool = False
) -> None:
    """Paid, processing or waiting for the buyer.

    Raises:
        Refusal: 402; the intent stays and may be paid by other means.
    """
    behaviour = BEHAVIOURS[method.hidden["name"]]
    intent.change(payment_method=method.id, payment_method_types=[method.body["type"]])
    if behaviour.asks and not authenticated:
        if off_session:
            _refuse(state, intent, method, "authentication_required", "authentication_required")
        intent.change(
            status="requires_action",
            next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}},
        )
        emit(state, "payment_intent.requires_action", intent)
    elif behaviour.sepa:
        charge = _charge(state, intent, method, "pending")
        intent.change(status="processing", latest_charge=charge.id)
        intent.wake_at(state.now_s + DEBIT_S)
        emit(state, "charge.pending", charge)
        emit(state, "payment_intent.processing", intent)
    elif behaviour.declined:
        _refuse(state, intent, method, *behaviour.declined)
    else:
        charge = _charge(state, intent, method, "succeeded")
        await _collect(state, intent, charge, behaviour)
        if behaviour.disputed:
            await open_dispute(state, charge, "fraudulent")


def _refuse(state: State, intent: Thing, method: Thing, code: str, decline: str) -> None:
    charge = _charge(state, intent, method, "failed")
    message = (
        "Your card was declined. This transaction requires authentication."
        if code == "authentication_required"
        else "Your card was declined."
    )
    charge.change(failure_code=code, failure_message=message)
    error = {"type": "card_error", "code": code, "message": message, "decline_code": decline}
    intent.change(
        status="requires_payment_method", latest_charge=charge.id,
        last_payment_error=error, payment_method=None,
    )  # fmt: skip
    emit(state, "charge.failed", charge)
    emit(state, "payment_intent.payment_failed", intent)
    raise Refusal(
        message, status=402, code=code, kind="card_error", kept=True,
        decline_code=decline, charge=charge.id, payment_intent=intent.body,
        payment_method=method.body,
    )  # fmt: skip


def _charge(state: State, intent: Thing, method: Thing, status: str) -> Thing:
    paid = status == "succeeded"
    amount = intent.body["amount"]
    kind = method.body["type"]
    return state.new(
        "charge",
        "py" if kind == "sepa_debit" else "ch",
        intent.account,
        {
            "object": "charge",
            "amount": amount,
            "amount_captured": amount if paid else 0,
            "amount_refunded": 0,
            "balance_transaction": None,
            "billing_details": ADDRESS,
            "captured": status != "failed",
            "created": state.now_s,
            "currency": intent.body["currency"],
            "customer": intent.body["customer"],
            "description": intent.body["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "livemode": False,
            "metadata": dict(intent.body["metadata"]),
            "paid": paid,
            "payment_intent": intent.id,
            "payment_method": method.id,
            "payment_method_details": {"type": kind},
            "receipt_url": None,
            "refunded": False,
            "status": status,
            "transfer_data": None,
            "transfer_group": intent.body["transfer_group"],
        },
        name=method.hidden["name"],
    )


async def _collect(state: State, intent: Thing, charge: Thing, behaviour: Behaviour) -> None:
    """The money is booked, less Stripe's fee: pending for a card, available for a debit."""
    amount, currency = intent.body["amount"], intent.body["currency"]
    fee = 35 if behaviour.sepa else 25 + amount * 15 // 1000
    wait_s = 0 if behaviour.sepa or behaviour.at_once else CARD_PENDING_S
    entry = await book(
        state, intent.account, amount, currency, "payment" if behaviour.sepa else "charge",
        charge, fee=fee, available_s=state.now_s + wait_s, category="charge",
    )  # fmt: skip
    charge.change(
        balance_transaction=entry.id, status="succeeded", paid=True, amount_captured=amount
    )
    intent.change(
        status="succeeded", amount_received=amount, latest_charge=charge.id,
        next_action=None, last_payment_error=None,
    )  # fmt: skip
    emit(state, "charge.succeeded", charge)
    emit(state, "payment_intent.succeeded", intent)


async def settle_debit(state: State, intent: Thing) -> None:
    """A SEPA debit's answer has come."""
    intent.wake_at(None)
    if intent.body["status"] != "processing":
        return
    charge = await state.find("charge", intent.body["latest_charge"], intent.account)
    behaviour = BEHAVIOURS[charge.hidden["name"]]
    session = await state.look(intent.hidden.get("session", ""))
    if behaviour.declined:
        code, reason = behaviour.declined
        message = "The customer's bank account could not be debited."
        charge.change(status="failed", failure_code=code, failure_message=message)
        error = {"type": "card_error", "code": code, "message": message, "decline_code": reason}
        intent.change(status="requires_payment_method", last_payment_error=error)
        emit(state, "charge.failed", charge)
        emit(state, "payment_intent.payment_failed", intent)
    else:
        await _collect(state, intent, charge, behaviour)
        if behaviour.disputed:
            await open_dispute(state, charge, "debit_not_authorized")
    if session is not None:
        if not behaviour.declined:
            session.change(payment_status="paid")
        verdict = "failed" if behaviour.declined else "succeeded"
        emit(state, f"checkout.session.async_payment_{verdict}", session)


async def cancel_intent(call: Call, identifier: str) -> Body:
    thing = await call.state.find("payment_intent", identifier, call.account)
    if thing.body["status"] not in OPEN:
        raise Refusal(
            "You cannot cancel this PaymentIntent because it has a status of "
            f"{thing.body['status']}.",
            code="payment_intent_unexpected_state",
        )
    before = thing.change(
        status="canceled", canceled_at=call.state.now_s,
        cancellation_reason=call.params.get("cancellation_reason"),
    )  # fmt: skip
    emit(call.state, "payment_intent.canceled", thing, before)
    return thing.body


async def retrieve_intent(call: Call, identifier: str) -> Body:
    return (await call.state.find("payment_intent", identifier, call.account)).body


async def list_intents(call: Call) -> Body:
    return await list_page(call, "payment_intent", "customer")


async def retrieve_charge(call: Call, identifier: str) -> Body:
    return (await call.state.find("charge", identifier, call.account)).body


INTENT = """amount!:int currency! customer payment_method confirm:bool off_session:bool description
  metadata.* transfer_group setup_future_usage:off_session|on_session statement_descriptor
  allowed_payment_method_types[] automatic_payment_methods.enabled:bool
  automatic_payment_methods.allow_redirects:always|never"""
CANCEL = "cancellation_reason:abandoned|duplicate|fraudulent|requested_by_customer"

ENDPOINTS = [
    endpoint("POST", "/v1/payment_intents", create_intent, INTENT),
    listing("/v1/payment_intents", list_intents, "customer"),
    endpoint("GET", "/v1/payment_intents/{}", retrieve_intent),
    endpoint("POST", "/v1/payment_intents/{}/cancel", cancel_intent, CANCEL),
    endpoint("GET", "/v1/charges/{}", retrieve_charge),
]
