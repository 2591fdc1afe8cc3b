"""Payouts from a Stripe balance to a bank account, and what becomes of them by themselves."""

from backend.stripe_sandbox.accounts import account_of
from backend.stripe_sandbox.calls import Call, endpoint, list_page, listing, text_map
from backend.stripe_sandbox.happenings import emit
from backend.stripe_sandbox.money import book, currency_of, need_available, positive
from backend.stripe_sandbox.refusal import Refusal, unusable
from backend.stripe_sandbox.state import DAY_S, PLATFORM, Body, State, Thing

FAILURES = {
    "3001": ("no_account", "The bank account could not be located."),
    "3002": ("account_closed", "The bank account has been closed."),
    "3003": ("insufficient_funds", "The account has insufficient funds to cover the payout."),
    "3004": ("debit_not_authorized", "Debit transactions are not approved on the account."),
    "3005": ("invalid_currency", "The bank was unable to process this payout's currency."),
}
"""By the last four digits of the IBAN: Stripe's own test numbers (stripe.md 5.2)."""

LATE = "3002"
"""First shown as paid, failed three days later: "some payouts that fail might initially show as
paid" [spec]."""

SENT_AFTER_S = 3600
ARRIVES_AFTER_S = 2 * DAY_S
FAILS_LATE_AFTER_S = 3 * DAY_S


async def create_payout(call: Call) -> Body:
    state = call.state
    amount, currency = positive(call.params["amount"]), currency_of(call.params["currency"])
    if call.params.get("method") == "instant":
        raise Refusal(
            "Instant payouts are not available for this account.",
            code="instant_payouts_unsupported", param="method",
        )  # fmt: skip
    bank, tail = await _bank(state, call.account)
    asked = call.params.get("destination", bank)
    if asked != bank:
        raise unusable(
            f"No such external account: '{asked}'", code="resource_missing", param="destination"
        )
    await need_available(
        state, call.account, amount, currency,
        "You have insufficient funds in your Stripe account for this transfer.",
    )  # fmt: skip
    thing = await make_payout(state, call.account, amount, currency, bank, tail)
    thing.change(
        metadata=text_map(call),
        description=call.params.get("description"),
        statement_descriptor=call.params.get("statement_descriptor"),
    )
    emit(state, "payout.created", thing)
    return thing.body


async def _bank(state: State, account: str) -> tuple[str, str]:
    """The bank account's id and the last four digits of its IBAN."""
    if account == PLATFORM:
        return "ba_platform", "3000"
    thing = await account_of(state, account)
    if thing.hidden["payouts"] != "active" or not thing.hidden["bank"]:
        raise Refusal(
            "Cannot create payouts: payouts are disabled for this account. Provide its missing "
            "requirements to enable them.",
            code="payouts_not_allowed",
        )
    return thing.hidden["bank"], thing.hidden["tail"]


async def make_payout(
    state: State, account: str, amount: int, currency: str, bank: str, tail: str,
    *, automatic: bool = False,
) -> Thing:  # fmt: skip
    """Leaves the balance now; goes on by itself, see `step`."""
    thing = state.new(
        "payout",
        "po",
        account,
        {
            "object": "payout",
            "amount": amount,
            "application_fee": None,
            "application_fee_amount": None,
            "arrival_date": state.now_s + ARRIVES_AFTER_S,
            "automatic": automatic,
            "created": state.now_s,
            "currency": currency,
            "description": None,
            "destination": bank,
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "livemode": False,
            "metadata": {},
            "method": "standard",
            "original_payout": None,
            "payout_method": None,
            "reconciliation_status": "not_applicable",
            "reversed_by": None,
            "source_type": "card",
            "statement_descriptor": None,
            "status": "pending",
            "trace_id": None,
            "type": "bank_account",
        },
        tail=tail,
    )
    entry = await book(state, account, -amount, currency, "payout", thing)
    thing.change(balance_transaction=entry.id)
    thing.wake_at(state.now_s + SENT_AFTER_S)
    return thing


async def step(state: State, thing: Thing) -> None:
    """The payout's next step, whose moment has come.

    pending -> in_transit after an hour; -> paid, or failed as its IBAN says, on arrival; the late
    ones -> failed three days after that.
    """
    status, tail = thing.body["status"], thing.hidden["tail"]
    if status == "pending":
        before = thing.change(status="in_transit")
        thing.wake_at(thing.body["arrival_date"])
        emit(state, "payout.updated", thing, before)
    elif status == "in_transit" and tail in FAILURES and tail != LATE:
        await _fail(state, thing)
    elif status == "in_transit":
        before = thing.change(status="paid")
        late = tail == LATE
        thing.wake_at(thing.body["arrival_date"] + FAILS_LATE_AFTER_S if late else None)
        emit(state, "payout.updated", thing, before)
        emit(state, "payout.paid", thing, before)
    elif status == "paid":
        await _fail(state, thing)


async def _fail(state: State, thing: Thing) -> None:
    """The money is back on the balance."""
    code, message = FAILURES[thing.hidden["tail"]]
    entry = await book(
        state, thing.account, thing.body["amount"], thing.body["currency"], "payout_failure", thing,
        category="payout_reversal",
    )  # fmt: skip
    before = thing.change(
        status="failed",
        failure_code=code,
        failure_message=message,
        failure_balance_transaction=entry.id,
    )
    thing.wake_at(None)
    bank = await state.look(thing.body["destination"])
    if bank is not None:
        bank.change(status="errored")
    emit(state, "payout.updated", thing, before)
    emit(state, "payout.failed", thing, before)


async def sweep(state: State, account: Thing) -> None:
    """The automatic schedule pays out all that is available, day by day."""
    account.wake_at(None)
    if account.hidden["interval"] == "manual" or account.hidden["payouts"] != "active":
        return
    for currency in await state.currencies(account.id):
        available = (await state.balance(account.id, currency))[0]
        if available > 0 and account.hidden["bank"]:
            thing = await make_payout(
                state, account.id, available, currency, account.hidden["bank"],
                account.hidden["tail"], automatic=True,
            )  # fmt: skip
            emit(state, "payout.created", thing)


async def cancel_payout(call: Call, identifier: str) -> Body:
    thing = await call.state.find("payout", identifier, call.account)
    if thing.body["status"] != "pending":
        raise Refusal(
            "Payouts can only be canceled while they are pending. This payout is "
            f"{thing.body['status']}."
        )
    entry = await book(
        call.state, call.account, thing.body["amount"], thing.body["currency"], "payout_cancel",
        thing, category="payout_reversal",
    )  # fmt: skip
    before = thing.change(status="canceled", failure_balance_transaction=entry.id)
    thing.wake_at(None)
    emit(call.state, "payout.canceled", thing, before)
    return thing.body


async def retrieve_payout(call: Call, identifier: str) -> Body:
    return (await call.state.find("payout", identifier, call.account)).body


async def list_payouts(call: Call) -> Body:
    signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    arrival = call.params.get("arrival_date", {})
    return await list_page(
        call, "payout", "status", "destination",
        where=tuple(
            (f"(body->>'arrival_date')::bigint {signs[word]} ?", value)
            for word, value in arrival.items()
        ),
    )  # fmt: skip


ENDPOINTS = [
    endpoint(
        "POST", "/v1/payouts", create_payout,
        "amount!:int currency! description destination metadata.* method:standard|instant "
        "source_type:bank_account|card|fpx statement_descriptor",
    ),
    listing(
        "/v1/payouts", list_payouts,
        "status destination arrival_date.gt:int arrival_date.gte:int arrival_date.lt:int "
        "arrival_date.lte:int",
    ),
    endpoint("GET", "/v1/payouts/{}", retrieve_payout),
    endpoint("POST", "/v1/payouts/{}/cancel", cancel_payout),
]  # fmt: skip
