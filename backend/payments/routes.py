"""The address that Stripe calls, and a partner's account at Stripe in the portal."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post

from backend import web
from backend.payments import actions_account, actions_event, queries, rules, rules_answer

LARGEST_EVENT = 512 * 1024
"""Bytes of one event; Stripe's are a few kilobytes."""


class Received(msgspec.Struct):
    """`new` is false for an event that was stored before."""

    new: bool


class AccountView(msgspec.Struct):
    """`payable`: Stripe may be asked to pay it. `requirements`: what Stripe still wants."""

    stripe_account: str | None
    payable: bool
    transfers_status: str
    payouts_status: str
    requirements: list[str]
    iban_last4: str | None
    holder: str | None
    checked_at: datetime | None


class AccountFound(msgspec.Struct):
    """None: none was opened yet."""

    account: AccountView | None


class Onboarding(msgspec.Struct):
    """`url` is Stripe's own page; it works once, for some minutes."""

    url: str


async def _clock() -> datetime:
    return datetime.now(UTC)


@post(
    "/stripe",
    operation_id="receive_stripe_event",
    status_code=200,
    request_max_body_size=LARGEST_EVENT,
    responses=web.problems(rules.BadSignature, rules.BadEvent),
)
async def receive(request: Request[Any, Any, Any]) -> Received:
    """Keep one event of Stripe's. 200 means that it is stored, not that it is acted upon."""
    given = request.app.state.get("stripe_webhook_secret")
    new = await actions_event.receive_event(
        await request.body(),
        request.headers.get("stripe-signature"),
        await actions_event.signing_secrets(given),
        datetime.now(UTC),
    )
    return Received(new)


@get(
    "/account",
    operation_id="read_portal_account",
    guards=[web.requires("portal:account:read")],
)
async def read_account(principal: web.Caller) -> AccountFound:
    """One's own account at Stripe, as it was last read."""
    try:
        return AccountFound(await _view(principal.organisation))
    except rules.AccountUnknown:
        return AccountFound(None)


@post(
    "/account/onboarding",
    operation_id="start_portal_onboarding",
    status_code=200,
    opt={"keeps_no_answer": True},
    guards=[web.requires("portal:account:write")],
    responses=web.problems(rules_answer.StripeRefused, rules_answer.StripeUnknown),
)
async def start(principal: web.Caller, request: Request[Any, Any, Any]) -> Onboarding:
    """The account exists, and here is the page on which Stripe asks who one is and one's IBAN."""
    page = f"{request.app.state.base_url}/portal/bank"
    url = await actions_account.start_onboarding(
        principal.organisation,
        return_url=f"{page}?from=stripe",
        refresh_url=f"{page}?from=expired",
        clock=_clock,
        actor=principal.actor,
    )
    return Onboarding(url)


@post(
    "/account/refresh",
    operation_id="refresh_portal_account",
    status_code=200,
    guards=[web.requires("portal:account:write")],
    responses=web.problems(
        rules.AccountUnknown, rules_answer.StripeRefused, rules_answer.StripeUnknown
    ),
)
async def refresh(principal: web.Caller) -> AccountView:
    """Ask Stripe now, as after coming back from its page."""
    await actions_account.refresh_account(principal.organisation)
    return await _view(principal.organisation)


async def _view(organisation_id: UUID) -> AccountView:
    found = await queries.read_connected_account(organisation_id)
    return AccountView(
        found.stripe_account,
        found.payable,
        found.transfers_status,
        found.payouts_status,
        found.requirements,
        found.iban_last4,
        found.holder,
        found.checked_at,
    )


hooks = [receive]
portal = [read_account, start, refresh]
