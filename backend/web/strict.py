"""Reading requests strictly: what is not said in the document is refused, never guessed."""

import contextlib
import functools
import json
import re
from typing import Any

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Empty, Receive, Scope, Send

from backend import core
from backend.web.answers import BadRequest, FieldError, NotFound, WrongMediaType

BODY_BYTES = 1_000_000
"""A larger JSON body is answered 413, also when it comes in chunks."""

LARGEST_ID = 2**63 - 1
"""A bigint of PostgreSQL ends here."""

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_PLACE = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")


class StrictRequest(Request[Any, Any, Any]):
    """A JSON body is decoded straight into the handler's type.

    Litestar alone decodes first and converts loosely afterwards: `"1"` becomes 1, and of two equal
    keys the last wins. Here both are refused, as are 1.0 and 1e2 for a whole number.
    """

    async def json(self) -> Any:
        if self._json is Empty:
            content_type, _ = self.content_type
            if content_type != "application/json" and not content_type.endswith("+json"):
                raise WrongMediaType("Send `Content-Type: application/json`.")
            field = self.route_handler.parsed_data_field
            wanted = Any if field is None else field.annotation
            self._json = decode(await self.body(), wanted)
        return self._json


def decode(body: bytes, wanted: Any) -> Any:
    """The body as a value of the type `wanted`.

    Raises:
        BadRequest: not JSON, a key twice, or not of that type; says which field.
    """
    try:
        found = _decoder(wanted).decode(body)
        json.loads(body, object_pairs_hook=_refuse_twice)
    except msgspec.ValidationError as refusal:
        message = str(refusal)
        place = _PLACE.search(message)
        error = FieldError(_PLACE.sub("", message), place[1] if place else None, "body")
        unseen = core.unseen(_text_at(body, error.field)) if "matching regex" in message else None
        if unseen is not None:
            error.message, message = unseen, f"{error.field}: {unseen}."
        raise BadRequest(message, errors=[error]) from None
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise BadRequest("The body is not JSON.") from None
    return found


@functools.cache
def _decoder(wanted: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(wanted)


def _text_at(body: bytes, field: str | None) -> str:
    """The text in `body` at a place such as `lines[2].name`; empty if there is none.

    The body was refused at that place: behind it, it may be anything.
    """
    found: Any = None
    with contextlib.suppress(ValueError, RecursionError, LookupError, TypeError):
        found = json.loads(body)
        for name, number in _STEP.findall(field or ""):
            found = found[int(number) if number else name]
    return found if isinstance(found, str) else ""


def _refuse_twice(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) != len(pairs):
        names = [key for key, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = "Object has this key twice"
        raise BadRequest(f"{message}: {twice!r}.", errors=[FieldError(message, twice, "body")])


class PlainAddress(ASGIMiddleware):
    """Refuses a path or query with a NUL (PostgreSQL keeps none), `?limit=1e2` for a number, and
    a parameter given twice that is no list.

    What has a number in its path that no id reaches does not exist.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        query = scope["query_string"]
        if "\x00" in scope["path"] or b"%00" in query or b"\x00" in query:
            raise BadRequest("The address holds a NUL character.")
        parsed: dict[str, object] = {**scope["path_params"]}
        for value in parsed.values():
            if isinstance(value, int) and not -LARGEST_ID <= value <= LARGEST_ID:
                raise NotFound("No id has so many digits.")
        if query:
            request: Request[Any, Any, Any] = Request(scope)
            _check_numbers(request)
            _check_once(request)
        await next_app(scope, receive, send)


def _check_numbers(request: Request[Any, Any, Any]) -> None:
    for name in _numbers(request.route_handler):
        for value in request.query_params.getall(name, []):
            if not _WHOLE.fullmatch(value):
                error = FieldError("Expected a whole number of at most 18 digits", name, "query")
                raise BadRequest(f"{name} is not a whole number.", errors=[error])


def _check_once(request: Request[Any, Any, Any]) -> None:
    """Of two answers to one question, neither is taken."""
    for name in _singles(request.route_handler):
        if len(request.query_params.getall(name, [])) > 1:
            error = FieldError("It is given more than once", name, "query")
            raise BadRequest(f"{name} is given more than once.", errors=[error])


@functools.cache
def _singles(handler: BaseRouteHandler) -> list[str]:
    """The query parameters of a route that are no lists."""
    return [
        getattr(field.kwarg_definition, "query", None) or name
        for name, field in handler.parsed_fn_signature.parameters.items()
        if not any(part.is_non_string_sequence for part in (field, *field.inner_types))
    ]


@functools.cache
def _numbers(handler: BaseRouteHandler) -> list[str]:
    """The query parameters of a route that are whole numbers, by their names in the address."""
    return [
        getattr(field.kwarg_definition, "query", None) or name
        for name, field in handler.parsed_fn_signature.parameters.items()
        if int in (field.annotation, *(inner.annotation for inner in field.inner_types))
    ]
