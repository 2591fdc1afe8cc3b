"""One request to one endpoint, the table of endpoints, and the pages of a list."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from backend.stripe_sandbox.parameters import PAGE, Shape, shape
from backend.stripe_sandbox.refusal import unusable
from backend.stripe_sandbox.state import PLATFORM, Body, State, Thing

API_VERSION = "2026-10-28.endive"
LARGEST_PAGE = 100
METADATA_KEYS, METADATA_NAME, METADATA_VALUE = 50, 40, 500


@dataclass(slots=True)
class Call:
    state: State
    account: str
    params: Body
    path: str

    @property
    def on_platform(self) -> bool:
        return self.account == PLATFORM


Answer = Callable[..., Awaitable[Body]]
View = Callable[[State, Thing], Body]


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    path: re.Pattern[str]
    answer: Answer
    shape: Shape


def endpoint(method: str, path: str, answer: Answer, declaration: str = "") -> Endpoint:
    """`{}` in the path is an id, handed to `answer` after the call."""
    pattern = path.replace("{}", r"([A-Za-z0-9_]+)")
    words = f"{declaration} expand[]" if path.startswith("/v1/") else declaration
    return Endpoint(method, re.compile(pattern), answer, shape(words))


def listing(path: str, answer: Answer, declaration: str = "") -> Endpoint:
    return endpoint("GET", path, answer, f"{PAGE} {declaration}")


def shown(state: State, thing: Thing) -> Body:
    return thing.body


async def list_page(
    call: Call,
    kind: str,
    *equal: str,
    where: tuple[tuple[str, Any], ...] = (),
    view: View = shown,
    url: str = "",
    account: str | None = None,
) -> Body:
    """One page of a v1 list, newest first. `equal`: parameters that name a field of the object.

    `where`: further SQL conditions, each with its one value.
    """
    limit = _limit(call)
    values: list[Any] = [kind, account or call.account]
    conditions = ["kind = $1", "account = $2"]
    for name in equal:
        if name in call.params:
            values.append(call.params[name])
            conditions.append(f"body->>'{name}' = ${len(values)}")
    for condition, value in [*where, *_moments(call), *await _cursors(call)]:
        values.append(value)
        conditions.append(condition.replace("?", f"${len(values)}"))
    backwards = "ending_before" in call.params
    things = await call.state.load(
        " AND ".join(conditions),
        *values,
        order=f"seq {'' if backwards else 'DESC'} LIMIT {limit + 1}",
    )
    page = things[:limit]
    if backwards:
        page.reverse()
    return {
        "object": "list",
        "url": url or call.path,
        "has_more": len(things) > limit,
        "data": [view(call.state, thing) for thing in page],
    }


async def list_v2(call: Call, kind: str, view: View, *where: tuple[str, Any]) -> Body:
    """One page of a v2 list; `page` is the last seq of the page before."""
    limit = _limit(call)
    values: list[Any] = [kind]
    conditions = ["kind = $1"]
    if str(call.params.get("page", "")).isdecimal():
        where = (*where, ("seq < ?", int(call.params["page"])))
    for condition, value in where:
        values.append(value)
        conditions.append(condition.replace("?", f"${len(values)}"))
    things = await call.state.load(
        " AND ".join(conditions), *values, order=f"seq DESC LIMIT {limit + 1}"
    )
    more = len(things) > limit
    follow = f"{call.path}?limit={limit}&page={things[limit - 1].seq}" if more else None
    return {
        "data": [view(call.state, thing) for thing in things[:limit]],
        "next_page_url": follow,
        "previous_page_url": None,
    }


def moment(epoch_s: int) -> str:
    """As v2 writes it."""
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def text_map(call: Call) -> dict[str, str]:
    """The metadata of a new object."""
    return merged({}, call.params.get("metadata"))


def merged(before: Body, change: object) -> Body:
    """Metadata after an update: an empty value takes its key away, an empty whole all keys."""
    if change == "":
        return {}
    if not isinstance(change, dict):
        return before
    after = {name: value for name, value in {**before, **change}.items() if value not in ("", None)}
    if len(after) > METADATA_KEYS:
        raise unusable(f"Metadata can have up to {METADATA_KEYS} keys.", param="metadata")
    for name, value in after.items():
        if len(name) > METADATA_NAME or len(value) > METADATA_VALUE:
            raise unusable(
                f"Metadata keys can be up to {METADATA_NAME} characters long, values up to "
                f"{METADATA_VALUE}.",
                param=f"metadata[{name[:METADATA_NAME]}]",
            )
    return after


def _limit(call: Call) -> int:
    limit = int(call.params.get("limit", 10))
    if not 1 <= limit <= LARGEST_PAGE:
        raise unusable(
            f"This value must be between 1 and {LARGEST_PAGE}.",
            code="parameter_invalid_integer",
            param="limit",
        )
    return limit


def _moments(call: Call) -> list[tuple[str, int]]:
    signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    created = call.params.get("created", {})
    return [(f"created_s {signs[word]} ?", value) for word, value in created.items()]


async def _cursors(call: Call) -> list[tuple[str, int]]:
    found = []
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in call.params:
            thing = await call.state.look(call.params[name])
            if thing is None or thing.seq is None:
                raise unusable(
                    f"No such object: '{call.params[name]}'", code="resource_missing", param=name
                )
            found.append((f"seq {sign} ?", thing.seq))
    return found
