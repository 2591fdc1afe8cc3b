"""Webhooks: partners are told what happened to their orders, statements, payouts and deals, signed
as Standard Webhooks 1.0 says. An event is written in the transaction of what happened (`emit`); a
job sends it, at least once and in order per subject, to public addresses only, until it has arrived
or was tried for three days. All of it can be replayed.
"""

from backend.webhooks.actions import (
    Secret,
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    disable_endpoint,
    enable_endpoint,
    ping,
    replay,
    replay_missed,
    rotate_secret,
)
from backend.webhooks.emitting import emit, emit_all, listening
from backend.webhooks.jobs import Sending, deliver_due
from backend.webhooks.queries import Delivery, Endpoint, list_deliveries, list_endpoints
from backend.webhooks.rules import KINDS, Kind

__all__ = [
    "KINDS",
    "Delivery",
    "Endpoint",
    "Kind",
    "Secret",
    "Sending",
    "change_endpoint",
    "create_endpoint",
    "delete_endpoint",
    "deliver_due",
    "disable_endpoint",
    "emit",
    "emit_all",
    "enable_endpoint",
    "list_deliveries",
    "list_endpoints",
    "listening",
    "ping",
    "replay",
    "replay_missed",
    "rotate_secret",
]
