"""Stripe's balances and every entry that moved them, in our own words (stripe.md 1.12)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import stripe

from backend.payments.calls import pages
from backend.payments.gateway import gateway


class BalanceEntry(msgspec.Struct, frozen=True):
    """One balance transaction; the balance moved by `net_minor` = amount less fee.

    `origin_id`: the payment intent of a charge or refund; the transfer of a reversal, or of the
    payment that a connected account shows for it; that payment, of its refund.
    """

    id: str
    type: str
    amount_minor: int
    fee_minor: int
    net_minor: int
    currency: str
    source_id: str | None
    origin_id: str | None
    created_at: datetime


class Balance(msgspec.Struct, frozen=True):
    """Of one currency: available and pending. `reserved_minor` is held for connected accounts."""

    currency: str
    amount_minor: int
    reserved_minor: int


async def list_balance_entries(
    account: str, since: datetime | None = None
) -> AsyncIterator[BalanceEntry]:
    """Every entry of the account ('' is the platform) created at `since` or later, newest first.

    Raises:
        StripeRefused, StripeUnknown: as the gateway.
    """
    asked: dict[str, Any] = {"limit": 100, "expand": ["data.source"]}
    if since is not None:
        asked["created"] = {"gte": int(since.timestamp())}
    first = await gateway().ask(
        lambda client: client.v1.balance_transactions.list_async(
            cast(Any, asked), _options(account)
        )
    )
    async for made in pages(first):
        yield _entry(made)


async def read_balance(account: str) -> list[Balance]:
    """What the account ('' is the platform) has now, one for each currency.

    Raises:
        StripeRefused, StripeUnknown: as the gateway.
    """
    found = await gateway().ask(
        lambda client: client.v1.balance.retrieve_async(None, _options(account))
    )
    sums: dict[str, list[int]] = {}
    for bucket, place in (("available", 0), ("pending", 0), ("connect_reserved", 1)):
        for part in getattr(found, bucket, None) or []:
            sums.setdefault(part.currency.upper(), [0, 0])[place] += part.amount
    return [Balance(currency, *minor) for currency, minor in sorted(sums.items())]


def _options(account: str) -> stripe.RequestOptions:
    return {"stripe_account": account} if account else {}


def _entry(made: Any) -> BalanceEntry:
    source = made.source
    return BalanceEntry(
        made.id, made.type, made.amount, made.fee, made.net, made.currency.upper(),
        _id_of(source), _origin_of(source), datetime.fromtimestamp(made.created, UTC),
    )  # fmt: skip


def _origin_of(source: Any) -> str | None:
    for name in ("source_transfer", "payment_intent", "transfer", "charge"):
        found = _id_of(getattr(source, name, None))
        if found is not None:
            return found
    return None


def _id_of(thing: Any) -> str | None:
    """Stripe shows an id, or the object in its place."""
    return thing if thing is None or isinstance(thing, str) else cast(str, thing.id)
