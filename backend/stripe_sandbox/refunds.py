"""Refunds come out of the platform's balance and never touch transfers (stripe.md 1.5)."""

from backend.stripe_sandbox.calls import Call, endpoint, list_page, listing, text_map
from backend.stripe_sandbox.happenings import emit
from backend.stripe_sandbox.money import book, positive
from backend.stripe_sandbox.refusal import Refusal, unusable
from backend.stripe_sandbox.state import DAY_S, Body, State, Thing


async def create_refund(call: Call) -> Body:
    """Succeeded; or pending, if the balance does not cover it yet."""
    state = call.state
    charge = await _charge(call)
    left = charge.body["amount"] - charge.body["amount_refunded"]
    amount = positive(call.params.get("amount", left or 1))
    if not charge.body["paid"]:
        raise Refusal("This charge is not paid and cannot be refunded.", code="charge_not_paid")
    if charge.body["disputed"]:
        raise Refusal(
            f"Charge {charge.id} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if left == 0:
        raise Refusal(
            f"Charge {charge.id} has already been refunded.", code="charge_already_refunded"
        )
    if amount > left:
        raise Refusal(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )
    thing = _new(call, charge, amount)
    await _pay(state, thing, charge)
    done = charge.body["amount_refunded"] + amount
    before = charge.change(amount_refunded=done, refunded=done == charge.body["amount"])
    emit(state, "refund.created", thing)
    emit(state, "charge.refunded", charge, before)
    emit(state, "charge.updated", charge, before)
    return thing.body


def _new(call: Call, charge: Thing, amount: int) -> Thing:
    return call.state.new(
        "refund",
        "re",
        call.account,
        {
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge.id,
            "created": call.state.now_s,
            "currency": charge.body["currency"],
            "metadata": text_map(call),
            "payment_intent": charge.body["payment_intent"],
            "reason": call.params.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "pending",
            "transfer_reversal": None,
        },
    )


async def _charge(call: Call) -> Thing:
    if ("charge" in call.params) == ("payment_intent" in call.params):
        raise unusable("Provide one of charge or payment_intent.", code="parameter_missing")
    identifier = call.params.get("charge")
    if identifier is None:
        intent = await call.state.find(
            "payment_intent", call.params["payment_intent"], call.account,
            param="payment_intent",
        )  # fmt: skip
        identifier = intent.body["latest_charge"]
        if identifier is None:
            raise Refusal(
                "This PaymentIntent does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
            )
    return await call.state.find("charge", identifier, call.account, param="charge")


async def _pay(state: State, thing: Thing, charge: Thing) -> None:
    """From the charge's own pending money, else from the available balance, else later."""
    amount, currency = thing.body["amount"], thing.body["currency"]
    paid = await state.find("balance_transaction", charge.body["balance_transaction"], None)
    pending = paid.body["status"] == "pending"
    if not pending and (await state.balance(thing.account, currency))[0] < amount:
        thing.change(status="pending", pending_reason="insufficient_funds")
        thing.wake_at(state.now_s + DAY_S)
        return
    entry = await book(
        state, thing.account, -amount, currency,
        "payment_refund" if charge.body["id"].startswith("py_") else "refund", thing,
        available_s=paid.body["available_on"] if pending else None, category="refund",
    )  # fmt: skip
    thing.change(status="succeeded", balance_transaction=entry.id)
    thing.body.pop("pending_reason", None)
    thing.wake_at(None)


async def try_again(state: State, thing: Thing) -> None:
    """A pending refund waits for funds, day by day."""
    charge = await state.find("charge", thing.body["charge"], thing.account)
    await _pay(state, thing, charge)
    if thing.body["status"] == "succeeded":
        emit(state, "refund.updated", thing, {"status": "pending"})


async def retrieve_refund(call: Call, identifier: str) -> Body:
    return (await call.state.find("refund", identifier, call.account)).body


async def list_refunds(call: Call) -> Body:
    return await list_page(call, "refund", "payment_intent", "charge")


ENDPOINTS = [
    endpoint(
        "POST", "/v1/refunds", create_refund,
        "amount:int charge payment_intent metadata.* "
        "reason:duplicate|fraudulent|requested_by_customer",
    ),
    listing("/v1/refunds", list_refunds, "payment_intent charge"),
    endpoint("GET", "/v1/refunds/{}", retrieve_refund),
]  # fmt: skip
