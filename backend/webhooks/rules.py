"""What partners may be told of, how often it is tried, and what is refused. Pure."""

import random
from datetime import timedelta
from typing import Literal, get_args

from backend.core import Problem

Kind = Literal[
    "listing.published",
    "listing.withdrawn",
    "order.paid",
    "order.refunded",
    "statement.closed",
    "payout.sent",
    "payout.paid",
    "payout.failed",
    "deal.approved",
    "deal.rejected",
    "deal.expired",
    "lead.offered",
]
KINDS: tuple[str, ...] = get_args(Kind)
PING = "ping"
"""Sent when somebody asks for it, to one endpoint."""

State = Literal["enabled", "disabled"]
Because = Literal["by_hand", "gone", "kept_failing"]
DeliveryState = Literal["pending", "failed", "delivered", "given_up"]
Trouble = Literal[
    "time_out",
    "unknown_host",
    "address_refused",
    "no_connection",
    "bad_answer",
    "secret_unreadable",
]
"""Why there was no answer. An answer other than 2xx is told by its status."""

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After the first failed try, the second, ... as Standard Webhooks proposes: ten tries in all."""

JITTER = 0.2
"""Of each pause, at most, is added by chance: what failed together does not come together."""

TIME_LIMIT_S = 10.0
"""An answer that takes longer is none."""

CONNECT_LIMIT_S = 3.0
"""Of several addresses of a name, the next one is tried after so long."""

IN_HAND = timedelta(minutes=1)
"""An attempt that left no word for so long was cut off; it is made again, under the same id."""

UNREADABLE_WAITS = timedelta(minutes=15)
"""Until a secret that our key does not open is looked at again: somebody of ours was told."""

OLD_SECRET_HOLDS = timedelta(hours=24)
MOST_ENDPOINTS = 10
ANSWER_CHARACTERS = 1024
OK = range(200, 300)
GONE = 410

PURPOSE = "webhook"
"""What its secrets are sealed for."""


class EndpointUnknown(Problem):
    status = 404
    code = "webhook-unknown"
    title = "There is no such webhook"


class DeliveryUnknown(Problem):
    status = 404
    code = "delivery-unknown"
    title = "There is no such delivery"


class TooManyEndpoints(Problem):
    code = "too-many-webhooks"
    title = "There are enough webhooks"


class EndpointDisabled(Problem):
    code = "webhook-disabled"
    title = "This webhook is switched off"


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many failed tries, one or more; None: it was tried enough."""
    if tries < 1:
        raise ValueError("nothing was tried")
    if tries > len(PAUSES):
        return None
    return PAUSES[tries - 1] * (1 + random.uniform(0, JITTER))


def about(endpoint_id: object) -> str:
    """Whose a sealed secret is."""
    return f"endpoint:{endpoint_id}"
