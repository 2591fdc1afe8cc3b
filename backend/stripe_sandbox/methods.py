"""Customers and payment methods. How a method behaves is said by the test name it came from."""

from dataclasses import dataclass

from backend.stripe_sandbox.calls import Call, endpoint, merged, text_map
from backend.stripe_sandbox.happenings import emit
from backend.stripe_sandbox.refusal import Refusal
from backend.stripe_sandbox.state import Body, State, Thing

ADDRESS = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}


@dataclass(frozen=True, slots=True)
class Behaviour:
    last4: str
    sepa: bool = False
    at_once: bool = False
    asks: bool = False
    declined: tuple[str, str] | None = None
    disputed: bool = False


BEHAVIOURS = {
    "pm_card_visa": Behaviour("4242"),
    "pm_card_mastercard": Behaviour("4444"),
    "pm_card_bypassPending": Behaviour("0077", at_once=True),
    "pm_card_authenticationRequired": Behaviour("3184", asks=True),
    "pm_card_chargeDeclined": Behaviour("0002", declined=("card_declined", "generic_decline")),
    "pm_card_chargeDeclinedInsufficientFunds": Behaviour(
        "9995", declined=("card_declined", "insufficient_funds")
    ),
    "pm_card_chargeDeclinedExpiredCard": Behaviour(
        "0069", declined=("expired_card", "expired_card")
    ),
    "pm_card_createDispute": Behaviour("0259", disputed=True),
    # Stripe has test IBANs, no test names, for SEPA debits: these three are the sandbox's own.
    "pm_sepa_success": Behaviour("3201", sepa=True),
    "pm_sepa_fail": Behaviour("3202", sepa=True, declined=("payment_failed", "debit_failed")),
    "pm_sepa_dispute": Behaviour("3220", sepa=True, disputed=True),
}


async def method_of(state: State, name: str, account: str, customer: str | None) -> Thing:
    """The payment method: a test name makes a new one each time, as at Stripe.

    Raises:
        Refusal: unknown, or another customer's.
    """
    if name in BEHAVIOURS:
        return new_method(state, name, account, customer)
    thing = await state.find("payment_method", name, account, status=400, param="payment_method")
    owner = thing.body["customer"]
    if owner != customer or (owner is None and thing.hidden.get("used")):
        raise Refusal(
            "The provided PaymentMethod cannot be used: it does not belong to this customer, or "
            "was used or detached before.",
            code="payment_method_unexpected_state", param="payment_method",
        )  # fmt: skip
    return thing


def new_method(state: State, name: str, account: str, customer: str | None) -> Thing:
    behaviour = BEHAVIOURS[name]
    kind = "sepa_debit" if behaviour.sepa else "card"
    detail: Body = {"country": "FR", "fingerprint": None, "last4": behaviour.last4}
    if behaviour.sepa:
        detail |= {"bank_code": "3704", "branch_code": "", "generated_from": None}
    else:
        detail |= {
            "brand": "mastercard" if name == "pm_card_mastercard" else "visa",
            "exp_month": 12, "exp_year": 2040, "funding": "credit", "checks": None,
            "generated_from": None, "networks": None, "three_d_secure_usage": None, "wallet": None,
        }  # fmt: skip
    return state.new(
        "payment_method",
        "pm",
        account,
        {
            "object": "payment_method",
            "billing_details": ADDRESS,
            "created": state.now_s,
            "customer": customer,
            "livemode": False,
            "metadata": {},
            "type": kind,
            kind: detail,
        },
        name=name,
    )


async def retrieve_method(call: Call, identifier: str) -> Body:
    return (await call.state.find("payment_method", identifier, call.account)).body


async def detach_method(call: Call, identifier: str) -> Body:
    thing = await call.state.find("payment_method", identifier, call.account)
    if thing.body["customer"] is None:
        raise Refusal(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible."
        )
    before = thing.change(customer=None)
    thing.keep(used=True)
    emit(call.state, "payment_method.detached", thing, before)
    return thing.body


async def create_customer(call: Call) -> Body:
    facts = {name: call.params.get(name) for name in ("email", "name", "description", "phone")}
    thing = new_customer(call.state, call.account, **facts)
    thing.change(
        metadata=text_map(call), preferred_locales=call.params.get("preferred_locales", [])
    )
    if call.params.get("address"):
        thing.change(address=_address(call.params["address"]))
    emit(call.state, "customer.created", thing)
    return thing.body


def new_customer(state: State, account: str, **facts: str | None) -> Thing:
    return state.new(
        "customer",
        "cus",
        account,
        {
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": state.now_s,
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "description": None,
            "discount": None,
            "email": None,
            "livemode": False,
            "metadata": {},
            "name": None,
            "phone": None,
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
            **facts,
        },
    )


async def update_customer(call: Call, identifier: str) -> Body:
    thing = await call.state.find("customer", identifier, call.account)
    plain = ("email", "name", "description", "phone", "preferred_locales")
    changes = {name: call.params[name] or None for name in plain if name in call.params}
    if "metadata" in call.params:
        changes["metadata"] = merged(thing.body["metadata"], call.params["metadata"])
    if "address" in call.params:
        changes["address"] = _address(call.params["address"])
    before = thing.change(**changes)
    emit(call.state, "customer.updated", thing, before)
    return thing.body


async def retrieve_customer(call: Call, identifier: str) -> Body:
    return (await call.state.find("customer", identifier, call.account)).body


def _address(given: Body) -> Body:
    names = ("city", "country", "line1", "line2", "postal_code", "state")
    return {name: given.get(name) for name in names}


CUSTOMER = """email:unset name:unset description:unset phone:unset metadata.* metadata:unset
  preferred_locales[] """ + " ".join(
    f"address.{name}:unset"
    for name in ("city", "country", "line1", "line2", "postal_code", "state")
)

ENDPOINTS = [
    endpoint("POST", "/v1/customers", create_customer, CUSTOMER),
    endpoint("POST", "/v1/customers/{}", update_customer, CUSTOMER),
    endpoint("GET", "/v1/customers/{}", retrieve_customer),
    endpoint("GET", "/v1/payment_methods/{}", retrieve_method),
    endpoint("POST", "/v1/payment_methods/{}/detach", detach_method),
]
