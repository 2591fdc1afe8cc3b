"""What happens is told: snapshot events of v1 objects, thin events of v2 accounts."""

from backend.stripe_sandbox.calls import API_VERSION, moment
from backend.stripe_sandbox.state import PLATFORM, Body, State, Thing, decode, encode


def emit(
    state: State, kind: str, thing: Thing, before: Body | None = None, *, account: str = ""
) -> Thing:
    """A snapshot event, frozen as the object is now. `before`: the old values of its changes."""
    owner = account or thing.account
    data: Body = {"object": decode(encode(thing.body))}
    if before:
        data["previous_attributes"] = before
    body: Body = {
        "object": "event",
        "api_version": API_VERSION,
        "created": state.now_s,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": state.request, "idempotency_key": state.key},
        "type": kind,
    }
    if owner != PLATFORM:
        body["account"] = owner
    event = state.new("event", "evt", owner, body)
    state.events.append(event)
    return event


def emit_thin(state: State, kind: str, account: Thing, data: Body | None = None) -> Thing:
    """A v2 event about an account: it names the account and what happened, nothing more."""
    body: Body = {
        "object": "v2.core.event",
        "type": kind,
        "created": moment(state.now_s),
        "livemode": False,
        "context": None,
        "reason": None,
        "related_object": {
            "id": account.id,
            "type": "v2.core.account",
            "url": f"/v2/core/accounts/{account.id}",
        },
    }
    if state.request:
        body["reason"] = {
            "type": "request",
            "request": {"id": state.request, "idempotency_key": state.key or ""},
        }
    event = state.new("v2.core.event", "evt", PLATFORM, body, data=data)
    state.events.append(event)
    return event
