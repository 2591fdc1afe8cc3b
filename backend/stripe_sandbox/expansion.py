"""`expand`: an id in the answer becomes the object it names."""

from typing import Any

from backend.stripe_sandbox.calls import Call
from backend.stripe_sandbox.refusal import unusable
from backend.stripe_sandbox.state import Body, decode, encode

DEEPEST = 4


async def expand(call: Call, body: Body) -> Body:
    """Raises: Refusal, for a field that cannot be expanded."""
    paths = call.params.get("expand")
    if not paths:
        return body
    whole: Body = decode(encode(body))
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEEPEST:
            raise unusable(f"You cannot expand more than {DEEPEST} levels: {path}", param="expand")
        await _expand(call, whole, parts, path)
    return whole


async def _expand(call: Call, here: Any, parts: list[str], path: str) -> None:
    if isinstance(here, list):
        named = [item.get(parts[0]) for item in here if isinstance(item, dict)]
        await call.state.load("id = ANY($1)", [name for name in named if isinstance(name, str)])
        for item in here:
            await _expand(call, item, parts, path)
        return
    name, *rest = parts
    if not isinstance(here, dict) or name not in here:
        raise unusable(f"This property cannot be expanded ({path}).", param="expand")
    value = here[name]
    if isinstance(value, str):
        thing = await call.state.look(value)
        if thing is None:
            raise unusable(f"This property cannot be expanded ({path}).", param="expand")
        here[name] = decode(encode(thing.body))
    if rest and here[name] is not None:
        await _expand(call, here[name], rest, path)
