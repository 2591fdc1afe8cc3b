"""The control plane: what people and tests do to the sandbox; not Stripe's."""

import inspect
from typing import Any

import msgspec

from backend.stripe_sandbox import actions
from backend.stripe_sandbox.api import Reply, Request
from backend.stripe_sandbox.delivery import set_delivery
from backend.stripe_sandbox.faults import add_fault, clear_faults
from backend.stripe_sandbox.refusal import Refusal, unusable
from backend.stripe_sandbox.state import Body, encode

VERBS: dict[str, Any] = {
    "fund": actions.fund,
    "entry": actions.book_entry,
    "kyc": actions.verify_account,
    "capability": actions.set_capability,
    "advance": actions.advance_clock,
    "dispute": actions.dispute,
    "dispute_end": actions.end_dispute,
    "fault": add_fault,
    "clear_faults": clear_faults,
    "delivery": set_delivery,
    "rate": actions.set_rate,
    "state": actions.describe,
    "reset": actions.reset,
}


async def serve_control(request: Request, base_url: str) -> Reply:
    """POST /_sandbox/<verb> with the verb's arguments as a JSON object."""
    try:
        return Reply(200, encode(await _control(request)))
    except Refusal as refusal:
        return Reply(refusal.status, encode(refusal.body))


async def _control(request: Request) -> Body:
    name = request.path.removeprefix("/_sandbox/")
    if name not in VERBS:
        raise Refusal(f"The control plane knows: {', '.join(VERBS)}.", status=404)
    if request.method != "POST" and name != "state":
        raise Refusal("The control plane takes POST.", status=405)
    answer = await VERBS[name](**_arguments(name, request.body))
    return answer if isinstance(answer, dict) else {"result": answer}


def _arguments(name: str, body: bytes) -> dict[str, Any]:
    """Raises: Refusal: what the verb does not take, or of another type."""
    signature = inspect.signature(VERBS[name])
    try:
        arguments = msgspec.json.decode(body or b"{}", type=dict[str, Any])
        signature.bind(**arguments)
        for word, parameter in signature.parameters.items():
            if word in arguments:
                msgspec.convert(arguments[word], parameter.annotation)
    except (msgspec.DecodeError, msgspec.ValidationError, TypeError) as error:
        raise unusable(f"/_sandbox/{name}: {error}") from error
    return arguments
