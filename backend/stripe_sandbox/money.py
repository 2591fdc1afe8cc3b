"""Money in the sandbox: every change of a balance is one balance transaction."""

from backend.stripe_sandbox.refusal import Refusal, unusable
from backend.stripe_sandbox.state import State, Thing

CURRENCIES = {"chf", "eur", "gbp", "jpy", "kwd", "usd"}
LARGEST_MINOR = 99_999_999_999_999
"""Far above Stripe's eight digits: an operator's imported months are one top-up here."""


def currency_of(text: str) -> str:
    """Lower case, as Stripe answers it.

    Raises:
        Refusal: a currency that is not served here.
    """
    if text.lower() not in CURRENCIES:
        names = ", ".join(sorted(CURRENCIES))
        raise unusable(f"Invalid currency: {text}. The sandbox serves {names}.", param="currency")
    return text.lower()


def positive(amount: int, param: str = "amount") -> int:
    """Raises: Refusal, if the amount is not a whole number of minor units above zero."""
    if amount < 1:
        raise unusable(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param=param,
        )
    if amount > LARGEST_MINOR:
        raise unusable("Amount is too large.", code="amount_too_large", param=param)
    return amount


async def book(
    state: State,
    account: str,
    amount: int,
    currency: str,
    kind: str,
    source: Thing | str | None,
    *,
    fee: int = 0,
    available_s: int | None = None,
    category: str | None = None,
) -> Thing:
    """A balance transaction; the balance moves by amount - fee, at once or at `available_s`."""
    pending = available_s is not None and available_s > state.now_s
    source_id = source.id if isinstance(source, Thing) else source
    entry = state.new(
        "balance_transaction",
        "txn",
        account,
        {
            "object": "balance_transaction",
            "amount": amount,
            "available_on": available_s if pending else state.now_s,
            "balance_type": "payments",
            "created": state.now_s,
            "currency": currency,
            "description": None,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": _fee_details(fee, currency),
            "net": amount - fee,
            "reporting_category": category or kind,
            "source": source_id,
            "status": "pending" if pending else "available",
            "type": kind,
        },
    )
    if pending:
        entry.wake_at(available_s)
    balance = await state.balance(account, currency)
    balance[1 if pending else 0] += amount - fee
    return entry


async def become_available(state: State, entry: Thing) -> None:
    """A pending balance transaction's day has come."""
    balance = await state.balance(entry.account, entry.body["currency"])
    balance[1] -= entry.body["net"]
    balance[0] += entry.body["net"]
    entry.change(status="available")
    entry.wake_at(None)


async def need_available(
    state: State, account: str, amount: int, currency: str, message: str
) -> None:
    """Raises: Refusal, balance_insufficient."""
    if (await state.balance(account, currency))[0] < amount:
        raise Refusal(message, code="balance_insufficient")


def _fee_details(fee: int, currency: str) -> list[dict[str, object]]:
    if not fee:
        return []
    return [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "Stripe processing fees (sandbox)",
            "type": "stripe_fee",
        }
    ]
