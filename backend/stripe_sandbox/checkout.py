"""Checkout sessions: what is to be paid on the hosted page, and what paying it does."""

from backend.stripe_sandbox.calls import Call, endpoint, text_map
from backend.stripe_sandbox.happenings import emit
from backend.stripe_sandbox.links import check_url
from backend.stripe_sandbox.methods import new_customer, new_method
from backend.stripe_sandbox.money import currency_of, positive
from backend.stripe_sandbox.payments import chargeable, confirm, new_intent
from backend.stripe_sandbox.refusal import Refusal, unusable
from backend.stripe_sandbox.state import DAY_S, Body, State, Thing


async def create_session(call: Call) -> Body:
    params, state = call.params, call.state
    if params.get("customer"):
        await state.find("customer", params["customer"], call.account, status=400, param="customer")
    check_url(params["success_url"], "success_url")
    check_url(params.get("cancel_url", "https://"), "cancel_url")
    items = _items(params)
    if params["mode"] == "payment" and not items:
        raise unusable("Missing required param: line_items.", code="parameter_missing")
    if params["mode"] == "setup" and (items or "currency" not in params):
        raise unusable("A setup session takes currency and no line_items.", param="currency")
    if params["mode"] == "payment" and "setup_intent_data" in params:
        raise unusable("setup_intent_data is for mode=setup.", param="setup_intent_data")
    currencies = {item["currency"] for item in items} or {params.get("currency", "eur")}
    if len(currencies) != 1:
        raise unusable("All line_items must have one currency.", param="line_items")
    body = _session(call, currency_of(currencies.pop()))
    if items:
        total = chargeable(sum(item["amount"] for item in items))
        body |= {"amount_subtotal": total, "amount_total": total}
    thing = state.new("checkout.session", "cs_test", call.account, body, items=items, asked=params)
    thing.change(url=f"{state.base_url}/checkout/{thing.id}")
    thing.wake_at(thing.body["expires_at"])
    return thing.body


def _items(params: Body) -> list[Body]:
    for index, item in enumerate(params.get("line_items", [])):
        price = item.get("price_data", {})
        for name in ("currency", "unit_amount", "product_data"):
            if name not in price:
                path = f"line_items[{index}][price_data][{name}]"
                raise unusable(
                    f"Missing required param: {path}.", code="parameter_missing", param=path
                )
    return [
        {
            "name": item["price_data"]["product_data"].get("name", ""),
            "quantity": item.get("quantity", 1),
            "currency": currency_of(item["price_data"]["currency"]),
            "amount": positive(item["price_data"]["unit_amount"]) * item.get("quantity", 1),
        }
        for item in params.get("line_items", [])
    ]


def _session(call: Call, currency: str) -> Body:
    params, now_s = call.params, call.state.now_s
    return {
        "object": "checkout.session",
        "amount_subtotal": None,
        "amount_total": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now_s,
        "currency": currency,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None, "shipping_address": None, "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": params.get("customer"),
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "expires_at": params.get("expires_at", now_s + DAY_S),
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": text_map(call),
        "mode": params["mode"],
        "payment_intent": None,
        "payment_method_types": ["card", "sepa_debit"],
        "payment_status": "unpaid" if params["mode"] == "payment" else "no_payment_required",
        "setup_intent": None,
        "shipping_options": [],
        "status": "open",
        "success_url": params["success_url"],
        "ui_mode": "hosted_page",
    }  # fmt: skip


async def complete(state: State, thing: Thing, method_name: str, *, email: str = "") -> None:
    """The buyer paid, or gave a payment method, on the page.

    Raises:
        Refusal: the session is over, or the payment declined (it stays open).
    """
    if thing.body["status"] != "open":
        raise Refusal("This Checkout Session is not open.", code="checkout_session_not_open")
    asked = thing.hidden["asked"]
    data = asked.get("payment_intent_data", {})
    customer = thing.body["customer"]
    if customer is None and (asked["mode"] == "setup" or data.get("setup_future_usage")):
        made = new_customer(state, thing.account, email=email or thing.body["customer_email"])
        emit(state, "customer.created", made)
        customer = made.id
    saved = customer if asked["mode"] == "setup" or data.get("setup_future_usage") else None
    method = new_method(state, method_name, thing.account, saved)
    if asked["mode"] == "setup":
        thing.change(setup_intent=_setup(state, thing, method, customer).id)
    else:
        wanted = {
            **data, "amount": thing.body["amount_total"], "currency": thing.body["currency"],
            "customer": customer,
        }  # fmt: skip
        intent = await _intent(state, thing, wanted)
        await confirm(state, intent, method, off_session=False, authenticated=True)
        paid = intent.body["status"] == "succeeded"
        thing.change(payment_status="paid" if paid else "unpaid")
    details: Body = {
        "address": None, "business_name": None, "email": email or thing.body["customer_email"],
        "individual_name": None, "name": None, "phone": None, "tax_exempt": "none", "tax_ids": [],
    }  # fmt: skip
    thing.change(status="complete", url=None, customer=customer, customer_details=details)
    thing.wake_at(None)
    emit(state, "checkout.session.completed", thing)


async def _intent(state: State, thing: Thing, wanted: Body) -> Thing:
    """The session's payment intent: one, however often the buyer tries."""
    if thing.body["payment_intent"]:
        return await state.find("payment_intent", thing.body["payment_intent"], thing.account)
    intent = new_intent(state, thing.account, wanted, dict(wanted.get("metadata") or {}))
    intent.keep(session=thing.id)
    thing.change(payment_intent=intent.id)
    return intent


def _setup(state: State, thing: Thing, method: Thing, customer: str) -> Thing:
    data = thing.hidden["asked"].get("setup_intent_data", {})
    setup = state.new(
        "setup_intent",
        "seti",
        thing.account,
        {
            "object": "setup_intent",
            "application": None,
            "cancellation_reason": None,
            "created": state.now_s,
            "customer": customer,
            "description": data.get("description"),
            "last_setup_error": None,
            "latest_attempt": None,
            "livemode": False,
            "mandate": None,
            "metadata": dict(data.get("metadata") or {}),
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": method.id,
            "payment_method_types": [method.body["type"]],
            "single_use_mandate": None,
            "status": "succeeded",
            "usage": "off_session",
        },
    )
    setup.change(client_secret=f"{setup.id}_secret_sandbox")
    emit(state, "setup_intent.created", setup)
    emit(state, "setup_intent.succeeded", setup)
    return setup


def expire(state: State, thing: Thing) -> None:
    thing.wake_at(None)
    if thing.body["status"] == "open":
        thing.change(status="expired", url=None)
        emit(state, "checkout.session.expired", thing)


async def expire_session(call: Call, identifier: str) -> Body:
    thing = await call.state.find("checkout.session", identifier, call.account)
    if thing.body["status"] != "open":
        raise Refusal(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of {thing.body['status']}."
        )
    expire(call.state, thing)
    return thing.body


async def retrieve_session(call: Call, identifier: str) -> Body:
    return (await call.state.find("checkout.session", identifier, call.account)).body


async def retrieve_setup(call: Call, identifier: str) -> Body:
    return (await call.state.find("setup_intent", identifier, call.account)).body


SESSION = """mode!:payment|setup success_url! cancel_url customer customer_email currency locale
  client_reference_id metadata.* expires_at:int ui_mode:hosted_page
  customer_creation:always|if_required
  line_items[].quantity:int line_items[].price_data.currency line_items[].price_data.unit_amount:int
  line_items[].price_data.product_data.name line_items[].price_data.product_data.description
  payment_intent_data.setup_future_usage:off_session|on_session payment_intent_data.metadata.*
  payment_intent_data.transfer_group payment_intent_data.description
  payment_intent_data.statement_descriptor
  setup_intent_data.metadata.* setup_intent_data.description
  allowed_payment_method_types[]"""

ENDPOINTS = [
    endpoint("POST", "/v1/checkout/sessions", create_session, SESSION),
    endpoint("GET", "/v1/checkout/sessions/{}", retrieve_session),
    endpoint("POST", "/v1/checkout/sessions/{}/expire", expire_session),
    endpoint("GET", "/v1/setup_intents/{}", retrieve_setup),
]
