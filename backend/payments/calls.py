"""What is asked of Stripe, and its answers in our own words (stripe.md 2)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import msgspec
import stripe

from backend.payments.gateway import gateway, told_by
from backend.payments.rules import (
    INCLUDE,
    Claim,
    Done,
    NotFound,
    Operation,
    Outcome,
    Refused,
    Unknown,
)
from backend.payments.rules_answer import StripeRefused, StripeUnknown

MANUAL = {"payouts": {"schedule": {"interval": "manual"}}, "debit_negative_balances": False}


class Transfer(msgspec.Struct, frozen=True):
    """A transfer has no status: it exists, or it is reversed, in part or whole."""

    id: str
    amount_minor: int
    amount_reversed_minor: int
    currency: str
    destination: str
    operation_id: str | None


class BankPayout(msgspec.Struct, frozen=True):
    """`status`: pending, in_transit, paid, failed or canceled."""

    id: str
    status: str
    amount_minor: int
    currency: str
    failure_code: str | None
    failure_message: str | None
    arrives_at: datetime
    operation_id: str | None


class AccountState(msgspec.Struct, frozen=True):
    """What Stripe says about a connected account; unknown words are not `active`."""

    id: str
    transfers_status: str
    payouts_status: str
    schedule: str
    requirements: list[str]
    closed: bool
    iban_last4: str | None
    holder: str | None


async def carry_out(claim: Claim) -> Outcome:
    """Do what was claimed; every way it can go is an outcome, never an exception."""
    try:
        if claim.move == "send":
            return await _send(claim)
        found = await look_for(claim.operation, claim.params)
        return NotFound() if found is None else Done(found)
    except StripeRefused as error:
        return Refused(error.reason, error.detail, error.request_id)
    except StripeUnknown as error:
        return Unknown(error.reason, error.detail, error.request_id, error.replayed)


async def _send(claim: Claim) -> Outcome:
    params = claim.params
    options: stripe.RequestOptions = {"idempotency_key": claim.key}
    if claim.operation.account:
        options["stripe_account"] = claim.operation.account

    async def question(client: stripe.StripeClient) -> Any:
        match claim.operation.kind:
            case "transfer":
                return await client.v1.transfers.create_async(cast(Any, params), options)
            case "payout":
                return await client.v1.payouts.create_async(cast(Any, params), options)
            case "account":
                return await client.v2.core.accounts.create_async(cast(Any, params), options)
            case "refund":
                return await client.v1.refunds.create_async(cast(Any, params), options)

    made = await gateway().ask(question, before=claim.before, turn_taken=True)
    request_id, replayed = told_by(made)
    return Done(made.id, request_id, replayed)


async def look_for(operation: Operation, params: dict[str, Any]) -> str | None:
    """The id of what this operation has made, by our own handle on it; None if nothing.

    Raises:
        StripeRefused, StripeUnknown: as the gateway.
    """
    ours = str(operation.id)
    options: stripe.RequestOptions = {}
    if operation.account:
        options["stripe_account"] = operation.account
    # A day of room between Stripe's clock and ours.
    since = int(operation.created_at.timestamp()) - 86_400

    async def first_page(client: stripe.StripeClient) -> Any:
        match operation.kind:
            case "transfer":
                return await client.v1.transfers.list_async({"transfer_group": ours, "limit": 100})
            case "payout":
                return await client.v1.payouts.list_async(
                    {"created": {"gte": since}, "limit": 100}, options
                )
            case "account":
                return await client.v2.core.accounts.list_async({"limit": 100})
            case "refund":
                return await client.v1.refunds.list_async(
                    {"payment_intent": params["payment_intent"], "limit": 100}
                )

    async for thing in pages(await gateway().ask(first_page, turn_taken=True)):
        if _operation_of(thing) == ours:
            return cast(str, thing.id)
    return None


async def pages(page: Any) -> AsyncIterator[Any]:
    """Every object of a list, each further page being one call of its own."""
    while True:
        for thing in page.data:
            yield thing
        if getattr(page, "next_page_url", None):  # v2
            page = await gateway().ask(_page_at(page.next_page_url))
        elif getattr(page, "has_more", False):  # v1
            page = await gateway().ask(lambda _, page=page: page.next_page_async())  # type: ignore[misc]
        else:
            return


def _page_at(url: str) -> Callable[[stripe.StripeClient], Awaitable[Any]]:
    async def question(client: stripe.StripeClient) -> Any:
        return client.deserialize(await client.raw_request_async("get", url), api_mode="V2")

    return question


async def read_transfer(transfer_id: str) -> Transfer:
    """The transfer as it is now.

    Raises:
        StripeRefused, StripeUnknown: as the gateway.
    """
    return _transfer(
        await gateway().ask(lambda client: client.v1.transfers.retrieve_async(transfer_id))
    )


async def list_transfers() -> list[Transfer]:
    """Every transfer of the platform, newest first: to be held against ours.

    Raises:
        StripeRefused, StripeUnknown: as the gateway.
    """
    first = await gateway().ask(lambda client: client.v1.transfers.list_async({"limit": 100}))
    return [_transfer(made) async for made in pages(first)]


def _transfer(made: Any) -> Transfer:
    destination = made.destination
    return Transfer(
        made.id, made.amount, made.amount_reversed, made.currency.upper(),
        destination if isinstance(destination, str) else getattr(destination, "id", ""),
        _operation_of(made),
    )  # fmt: skip


async def read_payout(account: str, payout_id: str) -> BankPayout:
    """The bank payout as it is now.

    Raises:
        StripeRefused, StripeUnknown: as the gateway.
    """
    made = await gateway().ask(
        lambda client: client.v1.payouts.retrieve_async(
            payout_id, None, {"stripe_account": account}
        )
    )
    return BankPayout(
        made.id, made.status, made.amount, made.currency.upper(), made.failure_code,
        made.failure_message, datetime.fromtimestamp(made.arrival_date, UTC), _operation_of(made),
    )  # fmt: skip


def _operation_of(made: Any) -> str | None:
    # Attributes, not a dict; and an account may come without.
    return getattr(getattr(made, "metadata", None), "op", None)


async def read_account(account: str) -> AccountState:
    """Capabilities, requirements, schedule and bank account as Stripe has them now.

    Raises:
        StripeRefused, StripeUnknown: as the gateway.
    """
    made = await gateway().ask(
        lambda client: client.v2.core.accounts.retrieve_async(
            account, cast(Any, {"include": INCLUDE})
        )
    )
    plain = made.to_dict()
    balance = _inside(plain, "configuration", "recipient", "capabilities", "stripe_balance")
    entries = _inside(plain, "requirements").get("entries") or []
    due = [str(entry.get("description")) for entry in entries]
    bank = await _bank_account(account)
    return AccountState(
        account,
        str(_inside(balance, "stripe_transfers").get("status", "unknown")),
        str(_inside(balance, "payouts").get("status", "unknown")),
        await read_schedule(account),
        due,
        bool(plain.get("closed", False)),
        bank.get("last4"),
        bank.get("account_holder_name"),
    )


async def _bank_account(account: str) -> dict[str, Any]:
    page = await gateway().ask(
        lambda client: client.v1.accounts.external_accounts.list_async(account, {"limit": 1})
    )
    return page.data[0].to_dict() if page.data else {}


async def read_schedule(account: str) -> str:
    """`manual`, or another interval of Stripe's own payouts."""
    # Not client.v1.balance_settings: the library fails on its answer (stripe.md 1.3).
    answer = await gateway().ask(
        lambda client: client.raw_request_async(
            "get", "/v1/balance_settings", stripe_account=account
        )
    )
    schedule = _inside(answer.data, "payments", "payouts", "schedule")
    return str(schedule.get("interval", "unknown"))


async def set_manual_schedule(account: str, key: str) -> None:
    """Stripe's own payouts are off for this account."""
    await gateway().ask(
        lambda client: client.raw_request_async(
            "post", "/v1/balance_settings", payments=MANUAL, stripe_account=account,
            idempotency_key=key,
        )
    )  # fmt: skip


def _inside(whole: dict[str, Any], *names: str) -> dict[str, Any]:
    """What is not asked for, or not there yet, Stripe leaves out or shows as null."""
    for name in names:
        whole = whole.get(name) or {}
    return whole


async def undelivered_events(account: str, since_s: int) -> AsyncIterator[dict[str, Any]]:
    """Events since that moment which some destination of ours has not answered with 2xx."""
    # Raw, as balance settings travel in events too, and the library fails on them (stripe.md 1.3).
    asked: dict[str, Any] = {"delivery_success": False, "created": {"gte": since_s}, "limit": 100}
    if account:
        asked["stripe_account"] = account
    while True:
        answer = await gateway().ask(
            lambda client, asked=asked: client.raw_request_async("get", "/v1/events", **asked)  # type: ignore[misc]
        )
        for event in answer.data["data"]:
            yield event
        if not answer.data["has_more"]:
            return
        asked = {**asked, "starting_after": answer.data["data"][-1]["id"]}


async def onboarding_address(account: str, *, return_url: str, refresh_url: str, key: str) -> str:
    """Where the partner tells Stripe who it is and where it banks. Single use, short-lived."""
    # The library's types of endive have lost `configurations`; Stripe's document requires it.
    params: Any = {
        "account": account,
        "use_case": {
            "type": "account_onboarding",
            "account_onboarding": {
                "configurations": ["recipient"],
                "refresh_url": refresh_url,
                "return_url": return_url,
                "collection_options": {"fields": "eventually_due"},
            },
        },
    }
    link = await gateway().ask(
        lambda client: client.v2.core.account_links.create_async(params, {"idempotency_key": key})
    )
    return link.url


def operation_id_of(text: str | None) -> UUID | None:
    """The operation named in metadata, if it is one of ours."""
    try:
        return None if text is None else UUID(text)
    except ValueError:
        return None
