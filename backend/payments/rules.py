"""How an operation goes on, and when an account may be paid. Pure (stripe.md 3 and 4)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from backend.core import Money, Problem
from backend.payments import rules_answer

Kind = Literal["account", "transfer", "payout", "refund"]
State = Literal["planned", "sending", "reconcile", "done", "rejected"]
LIVE = frozenset({"planned", "sending", "reconcile"})

KEY_LIFE = timedelta(hours=23)
"""Stripe forgets a key after a day or more (stripe.md 1.9); an older one is never sent again."""

SETTLE = timedelta(seconds=45)
"""Between the last sending and a look for what it made: it might still be executed. By the real
clock, however far the sandbox's is turned."""

AFTER_REPLAY = timedelta(seconds=5)
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
LONGEST_WAIT_FOR_BALANCE = timedelta(hours=6)

TRY_AGAIN_LATER = frozenset({"balance_insufficient"})
"""Refusals that time alone may cure; each try is a new attempt under a new key."""

INCLUDE = ["configuration.recipient", "requirements", "defaults", "identity"]
"""Of an account: what is not asked for, Stripe leaves out."""

PAID_CURRENCIES = frozenset({"EUR"})
"""Currencies with payouts; others have their own rules of rounding at Stripe (stripe.md 1.7)."""


class OperationLive(Problem):
    code = "operation-live"
    title = "Another operation of this kind is under way"


class OperationAltered(Problem):
    code = "operation-altered"
    title = "What would be sent is not what was planned"


class AccountUnknown(Problem):
    status = 404
    code = "account-unknown"
    title = "This organisation has no Stripe account yet"


class BadSignature(Problem):
    status = 400
    code = "bad-signature"
    title = "This is not a webhook of our Stripe account"


class BadEvent(Problem):
    status = 400
    code = "bad-event"
    title = "This is not an event of Stripe"


class Done(msgspec.Struct, frozen=True):
    """Stripe has executed it; `result_id` is what it made."""

    result_id: str
    request_id: str | None = None
    replayed: bool = False


class Refused(msgspec.Struct, frozen=True):
    """Nothing was executed under this key, and nothing will be."""

    reason: str
    message: str
    request_id: str | None = None


class Unknown(msgspec.Struct, frozen=True):
    """Executed or not. `replayed`: the key only repeats an old failure from now on."""

    reason: str
    message: str
    request_id: str | None = None
    replayed: bool = False


class NotFound(msgspec.Struct, frozen=True):
    """Looked for under our own handle: Stripe has nothing."""


Outcome = Done | Refused | Unknown | NotFound


class Operation(msgspec.Struct, frozen=True):
    """One row of `payments.operation`, as the packages above see it."""

    id: UUID
    kind: Kind
    organisation_id: UUID
    account: str
    subject: str
    state: State
    attempt: int
    send_count: int
    first_sent_at: datetime | None
    next_attempt_at: datetime
    result_id: str | None
    error_code: str | None
    error_message: str | None
    created_at: datetime


class Claim(msgspec.Struct, frozen=True):
    """The right to do one thing about an operation until `before` (`time.time()`)."""

    operation: Operation
    move: Literal["send", "look"]
    params: dict[str, Any]
    before: float

    @property
    def key(self) -> str:
        """The idempotency key: never made of amounts, dates or other names."""
        return f"{self.operation.id}:{self.operation.attempt}"


class Step(msgspec.Struct, frozen=True):
    """What an outcome makes of the operation; `pause` until it is looked at again."""

    state: State
    new_attempt: bool = False
    pause: timedelta = timedelta()


def next_move(
    operation: Operation, now: datetime, since_sent: timedelta | None, *, may_send: bool = True
) -> Literal["send", "look"] | None:
    """What is to be done now, if anything: the 23-hour rule.

    `since_sent`: how long ago it was last sent, by the real clock; None if it was not.
    """
    if operation.state not in LIVE or operation.next_attempt_at > now:
        return None
    if operation.state == "planned":
        return "send" if may_send else None
    assert operation.first_sent_at is not None and since_sent is not None
    young = now - operation.first_sent_at < KEY_LIFE
    if operation.state == "sending" and young and may_send:
        return "send"
    if operation.state == "sending" and since_sent < SETTLE:
        return None
    return "look"


def after(move: Literal["send", "look"], outcome: Outcome, attempt: int, sends: int) -> Step:
    """The operation's next state. `attempt` and `sends` count from 1, this one included."""
    match outcome:
        case Done():
            step = Step("done")
        case NotFound():
            step = Step("planned", new_attempt=True)
        case _ if move == "look":
            step = Step("reconcile", pause=pause_of(sends))
        case Refused(reason=reason) if reason in TRY_AGAIN_LATER:
            wait = doubled(timedelta(minutes=1), attempt, LONGEST_WAIT_FOR_BALANCE)
            step = Step("planned", new_attempt=True, pause=wait)
        case Refused() if sends > 1:
            # An earlier send of this attempt may have been executed, and this refusal be of the
            # key or the network only: look before it is believed.
            step = Step("reconcile", pause=AFTER_REPLAY)
        case Refused():
            step = Step("rejected")
        case Unknown(replayed=True) | Unknown(reason=rules_answer.OTHER_REQUEST):
            # The key will never tell more; what it made is found by looking.
            step = Step("reconcile", pause=AFTER_REPLAY)
        case Unknown():
            step = Step("sending", pause=pause_of(sends))
    return step


def pause_of(sends: int) -> timedelta:
    """Between two tries of one attempt: 1 s, 2 s, 4 s ... 5 minutes."""
    return doubled(FIRST_PAUSE, sends, LONGEST_PAUSE)


def doubled(first: timedelta, time: int, longest: timedelta) -> timedelta:
    """`first` the first time, then twice as long each time."""
    factor: int = 1 << min(time - 1, 20)
    return min(first * factor, longest)


def encode(params: Mapping[str, Any]) -> tuple[str, bytes]:
    """Parameters as they are frozen, and their digest."""
    text = msgspec.json.encode(params, order="sorted")
    return text.decode(), hashlib.sha256(text).digest()


def transfer_params(operation_id: UUID, amount: Money, destination: str) -> dict[str, Any]:
    """From the platform's available balance (stripe.md D3)."""
    return {
        "amount": amount.amount_minor,
        "currency": amount.currency.lower(),
        "destination": destination,
        "transfer_group": str(operation_id),
        "metadata": {"op": str(operation_id)},
    }


def payout_params(operation_id: UUID, amount: Money) -> dict[str, Any]:
    """From a connected account to its bank (stripe.md D7)."""
    return {
        "amount": amount.amount_minor,
        "currency": amount.currency.lower(),
        "method": "standard",
        "metadata": {"op": str(operation_id)},
    }


def refund_params(
    operation_id: UUID, amount: Money, *, intent_id: str, reason: str
) -> dict[str, Any]:
    """From the platform's balance back to the buyer; it never touches transfers (stripe.md 1.5)."""
    return {
        "amount": amount.amount_minor,
        "payment_intent": intent_id,
        "reason": reason,
        "metadata": {"op": str(operation_id)},
    }


def account_params(
    operation_id: UUID, organisation_id: UUID, *, name: str, email: str, country: str, language: str
) -> dict[str, Any]:
    """A recipient that the platform answers for (stripe.md 1.1)."""
    return {
        "contact_email": email,
        "display_name": name,
        "dashboard": "express",
        "identity": {"country": country.lower(), "entity_type": "company"},
        "configuration": {
            "recipient": {
                "capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}
            }
        },
        "defaults": {
            "currency": "eur",
            "locales": ["fr-FR" if language == "fr" else "en-GB"],
            "responsibilities": {
                "fees_collector": "application",
                "losses_collector": "application",
            },
        },
        "metadata": {"op": str(operation_id), "partner_id": str(organisation_id)},
        "include": INCLUDE,
    }
