"""What an event of Stripe's is, and which ones anything here is moved by. Pure."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from backend.payments.rules import BadEvent, BadSignature

TOLERANCE = timedelta(minutes=5)
"""Between the signature's moment and ours, in both directions."""

LONGEST_PAUSE = timedelta(hours=6)

CLAIMED_WITHIN = timedelta(days=3)
"""An event comes before our own commit by seconds; after this, its object is not ours."""

KEPT_BY_STRIPE = timedelta(days=29)
"""How far back Stripe tells events: 30 days (stripe.md 1.11), a day of room left."""

DELIVERED_WITHIN = timedelta(days=4)
"""Stripe tries to deliver for three days; only then an event is known as undelivered."""

ACCOUNT_EVENTS = (
    "v2.core.account.created",
    "v2.core.account.updated",
    "v2.core.account.closed",
    "v2.core.account[requirements].updated",
    "v2.core.account[future_requirements].updated",
    "v2.core.account[configuration.recipient].updated",
    "v2.core.account[configuration.recipient].capability_status_updated",
    "v2.core.account[identity].updated",
    "v2.core.account[defaults].updated",
    "account.external_account.created",
    "account.external_account.updated",
    "account.external_account.deleted",
    "account.application.deauthorized",
    "balance_settings.updated",
)
"""They tell to read the account anew."""

PAYOUT_EVENTS = (
    "payout.created",
    "payout.updated",
    "payout.paid",
    "payout.failed",
    "payout.canceled",
    "transfer.created",
    "transfer.updated",
    "transfer.reversed",
)
PAYMENT_EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "refund.created",
    "refund.updated",
    "refund.failed",
)
DISPUTE_EVENTS = (
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)
KNOWN = frozenset((*ACCOUNT_EVENTS, *PAYOUT_EVENTS, *PAYMENT_EVENTS, *DISPUTE_EVENTS))

DESTINATIONS = {
    "maillage-self": ("snapshot", "@self", (*PAYMENT_EVENTS, *DISPUTE_EVENTS, *PAYOUT_EVENTS)),
    "maillage-accounts": (
        "snapshot",
        "@accounts",
        tuple(name for name in (*PAYOUT_EVENTS, *ACCOUNT_EVENTS)
              if name.startswith(("payout.", "account.", "balance_settings."))),
    ),
    "maillage-thin": (
        "thin", "@self", tuple(name for name in ACCOUNT_EVENTS if name.startswith("v2.")),
    ),
}  # fmt: skip
"""The three that are needed, by name: payload, whose events, which (stripe.md D10)."""

_ID = re.compile(r"[A-Za-z0-9_]{1,255}")


class Event(msgspec.Struct, frozen=True):
    """One row of the inbox. `account` is empty for the platform's own."""

    account: str
    id: str
    type: str
    payload: str
    object_id: str
    created_at: datetime
    body: str

    @property
    def snapshot(self) -> dict[str, Any]:
        """The object as it was then: a hint, never the truth. Empty in thin events."""
        told = msgspec.json.decode(self.body)
        return told.get("data", {}).get("object", {}) if self.payload == "snapshot" else {}


class _Object(msgspec.Struct):
    id: str = ""


class _Held(msgspec.Struct):
    object: _Object = msgspec.field(default_factory=_Object)


class _Told(msgspec.Struct):
    """As much of either form as is needed."""

    object: str
    id: str
    type: str
    created: int | datetime
    livemode: bool
    account: str = ""
    context: str | None = None
    data: _Held = msgspec.field(default_factory=_Held)
    related_object: _Object | None = None


def check_moment(header: str | None, now: datetime) -> None:
    """Raises: BadSignature, for a header without one moment, too old or too far ahead."""
    moments = re.findall(r"(?:^|,)\s*t=(\d{1,12})(?=,|$)", header or "", re.ASCII)
    if len(moments) != 1:
        raise BadSignature("The Stripe-Signature header is absent, or has no single moment.")
    if abs(datetime.fromtimestamp(int(moments[0]), UTC) - now) > TOLERANCE:
        raise BadSignature("The signature is too old or too far ahead of this machine's clock.")


def read_event(body: str) -> Event:
    """Either form of event, of test mode.

    Raises:
        BadEvent: not JSON, not an event, of live mode, or with an id that cannot be one.
    """
    try:
        told = msgspec.json.decode(body, type=_Told)
    except msgspec.MsgspecError as error:
        raise BadEvent(f"It cannot be read: {error}") from None
    if told.object not in ("event", "v2.core.event"):
        raise BadEvent("Its object is neither event nor v2.core.event.")
    if told.livemode:
        raise BadEvent("It is of live mode: Maillage has nothing to do with real money.")
    payload = "snapshot" if told.object == "event" else "thin"
    related = told.related_object or _Object()
    object_id = told.data.object.id if payload == "snapshot" else related.id
    account = (told.account if payload == "snapshot" else told.context) or ""
    # Balance settings have no id of their own: their event is about the account.
    object_id = object_id or account
    known = told.type in KNOWN
    names = (told.id, *((object_id,) if known else ()), *((account,) if account else ()))
    if not all(_ID.fullmatch(name) for name in names) or not re.fullmatch(
        r"[a-z0-9_.\[\]]{1,200}", told.type
    ):
        raise BadEvent("One of its ids or its type has characters that Stripe does not use.")
    created = told.created
    moment = datetime.fromtimestamp(created, UTC) if isinstance(created, int) else created
    object_id = object_id if _ID.fullmatch(object_id) else ""
    return Event(account, told.id, told.type, payload, object_id, moment, body)


def pause_after(attempts: int) -> timedelta:
    """Until an event that could not be applied is tried again: 5 s, 10 s ... 6 hours."""
    seconds = 5 << min(attempts, 12)
    return min(timedelta(seconds=seconds), LONGEST_PAUSE)


def missed_since(asked_at: datetime | None, now: datetime) -> datetime:
    """Since when to ask for undelivered events, if that was last done at `asked_at`."""
    longest = now - KEPT_BY_STRIPE
    return longest if asked_at is None else max(longest, asked_at - DELIVERED_WITHIN)
