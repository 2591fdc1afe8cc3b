"""Every refusal and failure becomes one RFC 9457 problem, and nothing else ever leaves."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import asyncpg
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ExceptionHandlersMap
from msgspec import Struct

from backend import core
from backend.web.wire import plain

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_S = 1
"""Told to a client with every 503: the database is expected back soon."""

_MISSING = re.compile(r"Missing required (\w+) parameter '([^']+)'")
"""Litestar's words for a parameter that was not sent: the one refusal without a list of fields."""

_log = logging.getLogger("backend.web")


class FieldError(Struct, omit_defaults=True):
    """What is wrong with one field; `source` is body, query, path, header or cookie."""

    message: str
    field: str | None = None
    source: str | None = None


class ProblemAnswer(Struct, omit_defaults=True):
    """RFC 9457. `code` is the last part of `type`; `facts` are the detail for a program."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    instance: str | None = None
    errors: list[FieldError] = []
    facts: dict[str, Any] = {}


class BadRequest(core.Problem):
    """The request cannot be read as what the document asks for."""

    status = 400
    code = "bad-request"
    title = "The request is not valid"


class WrongMediaType(core.Problem):
    status = 415
    code = "unsupported-media-type"
    title = "The body has to be JSON"


class NotSignedIn(core.Problem):
    status = 401
    code = "not-signed-in"
    title = "Sign in, or send an API key"


class NotAllowed(core.Problem):
    status = 403
    code = "not-allowed"
    title = "This is not allowed to you"


class PersonNeeded(core.Problem):
    """Behind a key may stand the same person twice."""

    status = 403
    code = "person-needed"
    title = "Four eyes belong to two people"


class NotFound(core.Problem):
    """Also for what belongs to another organisation."""

    status = 404
    code = "not-found"
    title = "There is no such thing here"


class TooManyRequests(core.Problem):
    """`facts["retry_after_s"]` says when to come back; it is also the header Retry-After."""

    status = 429
    code = "too-many-requests"
    title = "Too many requests"


# SQLSTATE, or its class of two characters -> status, code, title.
STATES: dict[str, tuple[int, str, str]] = {
    "23505": (409, "conflict", "It exists already"),
    "23503": (409, "reference", "It refers to, or is referred to by, something else"),
    "23P01": (409, "overlap", "It overlaps with what exists"),
    "23502": (422, "missing-value", "A value is missing"),
    "23514": (422, "check-failed", "A value is not allowed"),
    "55000": (409, "never-changes", "This never changes once it is written"),
    "55P03": (503, "busy", "Somebody else is working on this"),
    "57014": (503, "timeout", "It took too long"),
    "22": (422, "bad-value", "A value is not one that the database can hold"),
    "40": (503, "busy", "Somebody else is working on this"),
    "53": (503, "overloaded", "Too much is asked at the moment"),
    "57": (503, "database-down", "The database is not reachable"),
    "08": (503, "database-down", "The database is not reachable"),
}

_INTERNAL = (500, "internal", "Something broke on our side")
_DOWN = STATES["08"]


def answer(
    request: Request[Any, Any, Any],
    status: int,
    code: str,
    title: str,
    *,
    detail: str | None = None,
    errors: list[FieldError] | None = None,
    facts: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[ProblemAnswer]:
    """One problem as an answer, with the headers that its status asks for."""
    problem = ProblemAnswer(
        type=f"urn:maillage:problem:{code}", title=title, status=status, code=code, detail=detail,
        instance=request.url.path, errors=errors or [], facts=plain(facts or {}),
    )  # fmt: skip
    told = dict(headers or {})
    if status == HTTPStatus.UNAUTHORIZED:
        told["WWW-Authenticate"] = "Bearer"
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        told["Retry-After"] = str(problem.facts.get("retry_after_s", RETRY_AFTER_S))
    return Response(problem, status_code=status, media_type=PROBLEM_JSON, headers=told)


def on_problem(request: Request[Any, Any, Any], refusal: core.Problem) -> Response[Any]:
    facts = dict(refusal.facts)
    errors = facts.pop("errors", None)
    return answer(
        request, refusal.status, refusal.code, refusal.title,
        detail=refusal.detail or None, errors=errors, facts=facts,
    )  # fmt: skip


def on_http(request: Request[Any, Any, Any], failure: HTTPException) -> Response[Any]:
    """Litestar's own: a parameter of the wrong form, no such route, too large a body."""
    status = failure.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return on_any(request, failure)
    phrase = HTTPStatus(status).phrase
    if isinstance(failure, ValidationException):
        errors = [_field_error(one) for one in failure.extra or [] if isinstance(one, dict)]
        if missing := _MISSING.match(failure.detail):
            errors.append(FieldError("It is missing", missing[2], missing[1]))
        return answer(request, status, BadRequest.code, BadRequest.title, errors=errors)
    return answer(
        request, status, phrase.lower().replace(" ", "-"), phrase,
        detail=None if failure.detail == phrase else failure.detail, headers=failure.headers,
    )  # fmt: skip


def _field_error(told: dict[str, Any]) -> FieldError:
    if told.get("message") == "'data'":
        return FieldError("The body is missing", None, "body")
    return FieldError(str(told.get("message", "")), told.get("key"), told.get("source"))


def on_database(request: Request[Any, Any, Any], failure: asyncpg.PostgresError) -> Response[Any]:
    state = failure.sqlstate or ""
    status, code, title = STATES.get(state) or STATES.get(state[:2]) or _INTERNAL
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("database: %s", state, exc_info=failure)
    constraint = getattr(failure, "constraint_name", None)
    return answer(request, status, code, title, facts={"rule": constraint} if constraint else None)


def on_outage(request: Request[Any, Any, Any], failure: Exception) -> Response[Any]:
    """No free connection within the pool's time, or the connection went away."""
    if isinstance(failure, ValueError):  # asyncpg's own refusal of an argument
        return answer(request, *STATES["22"])
    _log.error("database not reachable", exc_info=failure)
    return answer(request, *_DOWN)


def on_any(request: Request[Any, Any, Any], failure: Exception) -> Response[Any]:
    """Logged whole, told bare."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=failure)
    return answer(request, *_INTERNAL)


ANSWERS: ExceptionHandlersMap = {
    core.Problem: on_problem,
    HTTPException: on_http,
    asyncpg.PostgresError: on_database,
    asyncpg.InterfaceError: on_outage,
    TimeoutError: on_outage,
    ConnectionError: on_outage,
    Exception: on_any,
}
"""For `Litestar(exception_handlers=...)`."""


def problems(*kinds: type[core.Problem]) -> dict[int, ResponseSpec]:
    """For `responses=` of a route: the refusals that its reader has to know by name."""
    by_status: dict[int, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(f"`{kind.code}`: {kind.title}")
    return {
        status: ResponseSpec(
            data_container=ProblemAnswer,
            description=". ".join(lines),
            media_type=PROBLEM_JSON,
            generate_examples=False,
        )
        for status, lines in by_status.items()
    }
