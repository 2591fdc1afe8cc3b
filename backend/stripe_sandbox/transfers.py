"""Transfers from the platform's balance to a connected one, and their reversals."""

from backend.stripe_sandbox.calls import Call, endpoint, list_page, listing, text_map
from backend.stripe_sandbox.happenings import emit
from backend.stripe_sandbox.methods import ADDRESS
from backend.stripe_sandbox.money import book, currency_of, need_available, positive
from backend.stripe_sandbox.refusal import Refusal, missing, unusable
from backend.stripe_sandbox.state import PLATFORM, Body, State, Thing


async def create_transfer(call: Call) -> Body:
    """Executed at once, or refused: a transfer has no status (stripe.md 3)."""
    state, params = call.state, call.params
    if not call.on_platform:
        raise Refusal("Only the platform can create transfers.", status=403)
    amount, currency = positive(params["amount"]), currency_of(params["currency"])
    destination = await _destination(state, params["destination"])
    available_s = None
    group = params.get("transfer_group")
    if "source_transaction" in params:
        charge = await state.find("charge", params["source_transaction"], PLATFORM, status=400)
        available_s = await _take_from_charge(state, charge, amount, currency)
        group = group or charge.body["transfer_group"]
    else:
        await need_available(
            state, PLATFORM, amount, currency,
            "You have insufficient available funds in your Stripe account. Try adding funds "
            "directly to your available balance.",
        )  # fmt: skip
    thing = state.new("transfer", "tr", PLATFORM, _transfer(call, amount, currency, group))
    payment = _payment(state, destination.id, thing)
    entry = await book(
        state, PLATFORM, -amount, currency, "transfer", thing, available_s=available_s
    )
    received = await book(
        state, destination.id, amount, currency, "payment", payment,
        available_s=available_s, category="charge",
    )  # fmt: skip
    payment.change(balance_transaction=received.id)
    thing.change(
        destination=destination.id,
        destination_payment=payment.id,
        balance_transaction=entry.id,
        reversals={
            "object": "list", "data": [], "has_more": False,
            "url": f"/v1/transfers/{thing.id}/reversals",
        },
    )  # fmt: skip
    _expect_sweep(state, destination)
    emit(state, "transfer.created", thing)
    return thing.body


def _transfer(call: Call, amount: int, currency: str, group: str | None) -> Body:
    return {
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "created": call.state.now_s,
        "currency": currency,
        "description": call.params.get("description"),
        "livemode": False,
        "metadata": text_map(call),
        "reversed": False,
        "source_transaction": call.params.get("source_transaction"),
        "source_type": call.params.get("source_type", "card"),
        "transfer_group": group,
    }


def _payment(state: State, account: str, transfer: Thing) -> Thing:
    """What the partner's account shows of a transfer: a charge that names it."""
    amount = transfer.body["amount"]
    return state.new(
        "charge",
        "py",
        account,
        {
            "object": "charge",
            "amount": amount,
            "amount_captured": amount,
            "amount_refunded": 0,
            "billing_details": ADDRESS,
            "captured": True,
            "created": state.now_s,
            "currency": transfer.body["currency"],
            "customer": None,
            "disputed": False,
            "livemode": False,
            "metadata": {},
            "paid": True,
            "payment_intent": None,
            "refunded": False,
            "source_transfer": transfer.id,
            "status": "succeeded",
        },
    )


def _payment_refund(state: State, account: str, reversal: Thing, payment: Thing) -> Thing:
    """What the partner's account shows of a reversal: a refund of that charge."""
    amount = reversal.body["amount"]
    refunded = payment.body["amount_refunded"] + amount
    payment.change(amount_refunded=refunded, refunded=refunded == payment.body["amount"])
    return state.new(
        "refund",
        "pyr",
        account,
        {
            "object": "refund",
            "amount": amount,
            "charge": payment.id,
            "created": state.now_s,
            "currency": reversal.body["currency"],
            "metadata": {},
            "payment_intent": None,
            "reason": None,
            "receipt_number": None,
            "source_transfer_reversal": reversal.id,
            "status": "succeeded",
            "transfer_reversal": None,
        },
    )


async def _destination(state: State, identifier: str) -> Thing:
    thing = await state.look(identifier)
    if thing is None or thing.kind != "v2.core.account":
        raise missing("destination", identifier, status=400, param="destination")
    if thing.hidden["stripe_transfers"] != "active" or not thing.hidden["requested"]:
        raise Refusal(
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    return thing


async def _take_from_charge(state: State, charge: Thing, amount: int, currency: str) -> int | None:
    """The day on which the charge's money, and so the transfer, is available."""
    if charge.body["currency"] != currency:
        raise unusable(
            f"The currency of source_transaction's balance transaction "
            f"({charge.body['currency']}) must be the same as the transfer currency ({currency})",
            param="currency",
        )
    taken = charge.hidden.get("transferred", 0)
    if taken + amount > charge.body["amount"]:
        raise Refusal(
            "Transfers using this transaction as a source must not exceed the source amount of "
            f"{charge.body['amount']}. (Already transferred: {taken}.)",
            param="source_transaction",
        )
    charge.keep(transferred=taken + amount)
    entry = charge.body["balance_transaction"]
    if entry is None:
        raise Refusal("The source transaction is not paid yet.", param="source_transaction")
    return int((await state.find("balance_transaction", entry, PLATFORM)).body["available_on"])


def _expect_sweep(state: State, account: Thing) -> None:
    """Money on an account whose schedule is not manual leaves by itself a day later."""
    if account.hidden["interval"] != "manual" and account.due_s is None:
        account.wake_at(state.now_s + 86_400)


async def retrieve_transfer(call: Call, identifier: str) -> Body:
    return (await call.state.find("transfer", identifier, call.account)).body


async def list_transfers(call: Call) -> Body:
    return await list_page(call, "transfer", "transfer_group", "destination")


async def create_reversal(call: Call, identifier: str) -> Body:
    """Takes money back that is still on the connected balance (stripe.md D5)."""
    state = call.state
    transfer = await state.find("transfer", identifier, call.account)
    left = transfer.body["amount"] - transfer.body["amount_reversed"]
    amount = positive(call.params.get("amount", left or 1))
    if left == 0:
        raise Refusal(f"Transfer {identifier} is already fully reversed.")
    if amount > left:
        raise Refusal(
            f"Transfer reversal amount ({amount}) is greater than unreversed amount on "
            f"transfer ({left})",
            param="amount",
        )
    destination, currency = transfer.body["destination"], transfer.body["currency"]
    await need_available(
        state, destination, amount, currency,
        "The recipient of the transfer does not have sufficient funds in their Stripe account "
        "to reverse this amount.",
    )  # fmt: skip
    thing = state.new(
        "transfer_reversal",
        "trr",
        call.account,
        {
            "object": "transfer_reversal",
            "amount": amount,
            "created": state.now_s,
            "currency": currency,
            "metadata": text_map(call),
            "source_refund": None,
            "transfer": transfer.id,
        },
    )
    payment = await state.find("charge", transfer.body["destination_payment"], destination)
    refund = _payment_refund(state, destination, thing, payment)
    paid_back = await book(
        state, destination, -amount, currency, "payment_refund", refund, category="refund"
    )
    refund.change(balance_transaction=paid_back.id)
    entry = await book(state, call.account, amount, currency, "transfer_refund", thing)
    thing.change(balance_transaction=entry.id, destination_payment_refund=refund.id)
    done = transfer.body["amount_reversed"] + amount
    reversals = transfer.body["reversals"]
    before = transfer.change(
        amount_reversed=done,
        reversed=done == transfer.body["amount"],
        reversals={**reversals, "data": [thing.body, *reversals["data"]][:10]},
    )
    before.pop("reversals", None)
    emit(state, "transfer.reversed", transfer, before)
    return thing.body


async def list_reversals(call: Call, identifier: str) -> Body:
    await call.state.find("transfer", identifier, call.account)
    return await list_page(
        call, "transfer_reversal", where=(("body->>'transfer' = ?", identifier),)
    )


ENDPOINTS = [
    endpoint(
        "POST", "/v1/transfers", create_transfer,
        "amount!:int currency! destination! description metadata.* source_transaction "
        "source_type:bank_account|card|fpx transfer_group",
    ),
    listing("/v1/transfers", list_transfers, "transfer_group destination"),
    endpoint("GET", "/v1/transfers/{}", retrieve_transfer),
    endpoint(
        "POST", "/v1/transfers/{}/reversals", create_reversal,
        "amount:int description metadata.* refund_application_fee:bool",
    ),
    listing("/v1/transfers/{}/reversals", list_reversals),
]  # fmt: skip
