"""Balances, their transactions and their settings."""

from backend.stripe_sandbox.accounts import account_of
from backend.stripe_sandbox.calls import Call, endpoint, list_page, listing
from backend.stripe_sandbox.happenings import emit
from backend.stripe_sandbox.state import DAY_S, PLATFORM, Body, State, Thing

SETTINGS = "balance_settings"


async def retrieve_balance(call: Call) -> Body:
    """Every currency that ever moved, and the euro."""
    currencies = sorted({"eur", *await call.state.currencies(call.account)})
    sides: list[list[Body]] = [[], []]
    for currency in currencies:
        amounts = await call.state.balance(call.account, currency)
        for side, amount in zip(sides, amounts, strict=True):
            side.append({"amount": amount, "currency": currency, "source_types": {"card": amount}})
    return {"object": "balance", "livemode": False, "available": sides[0], "pending": sides[1]}


async def retrieve_entry(call: Call, identifier: str) -> Body:
    return (await call.state.find("balance_transaction", identifier, call.account)).body


async def list_entries(call: Call) -> Body:
    return await list_page(call, "balance_transaction", "type", "source", "currency")


async def retrieve_settings(call: Call) -> Body:
    return await _settings(call.state, call.account)


async def update_settings(call: Call) -> Body:
    """The schedule `manual` stops automatic payouts (stripe.md 1.3)."""
    state = call.state
    payments = call.params.get("payments", {})
    thing = await state.look(f"{SETTINGS}_{call.account}")
    shown = await _settings(state, call.account)
    if thing is None:
        thing = state.new(SETTINGS, "", call.account, shown, id=f"{SETTINGS}_{call.account}")
    changed = _changed(shown["payments"], payments)
    thing.change(payments=changed)
    interval = changed["payouts"]["schedule"]["interval"]
    if call.account != PLATFORM:
        account = await account_of(state, call.account)
        account.keep(interval=interval)
        some = any(
            [(await state.balance(account.id, c))[0] for c in await state.currencies(account.id)]
        )
        account.wake_at(state.now_s + DAY_S if interval != "manual" and some else None)
    emit(state, "balance_settings.updated", _shown(thing))
    return await _settings(state, call.account)


def _shown(thing: Thing) -> Thing:
    body = {name: value for name, value in thing.body.items() if name != "id"}
    return Thing(thing.id, thing.kind, thing.account, thing.created_s, body, {})


async def _settings(state: State, account: str) -> Body:
    thing = await state.look(f"{SETTINGS}_{account}")
    if thing is not None:
        return {name: value for name, value in thing.body.items() if name != "id"}
    return {
        "object": SETTINGS,
        "payments": {
            "debit_negative_balances": False,
            "payouts": {
                "automatic_transfer_rules_by_currency": None,
                "minimum_balance_by_currency": None,
                # A new connected account pays out daily; the operator's own, in the sandbox, never.
                "schedule": {"interval": "manual" if account == PLATFORM else "daily"},
                "statement_descriptor": None,
                "status": "enabled",
            },
            "settlement_timing": {"delay_days": 2},
        },
    }


def _changed(before: Body, change: Body) -> Body:
    payouts = change.get("payouts", {})
    after = {**before, "payouts": {**before["payouts"]}}
    if "debit_negative_balances" in change:
        after["debit_negative_balances"] = change["debit_negative_balances"]
    if "schedule" in payouts:
        after["payouts"]["schedule"] = {
            "interval": before["payouts"]["schedule"]["interval"], **payouts["schedule"]
        }  # fmt: skip
    if "statement_descriptor" in payouts:
        after["payouts"]["statement_descriptor"] = payouts["statement_descriptor"]
    return after


ENDPOINTS = [
    endpoint("GET", "/v1/balance", retrieve_balance),
    listing("/v1/balance_transactions", list_entries, "type source currency"),
    endpoint("GET", "/v1/balance_transactions/{}", retrieve_entry),
    endpoint("GET", "/v1/balance_settings", retrieve_settings),
    endpoint(
        "POST", "/v1/balance_settings", update_settings,
        "payments.debit_negative_balances:bool payments.payouts.statement_descriptor "
        "payments.payouts.schedule.interval:daily|manual|monthly|weekly "
        "payments.payouts.schedule.monthly_payout_days[]:int "
        "payments.payouts.schedule.weekly_payout_days[]",
    ),
]  # fmt: skip
