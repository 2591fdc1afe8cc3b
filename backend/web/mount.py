"""The four places where routes hang: store, portal, office, hooks."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Router
from litestar.connection import ASGIConnection
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler
from litestar.types import ControllerRouterHandler, Middleware

from backend.web.answers import NotAllowed, NotSignedIn
from backend.web.principal import Audience, Principal, caller, requires

SECURITY = [{"session": []}, {"key": []}]  # type: ignore[var-annotated]


def mount(
    audience: Audience,
    routes: Sequence[ControllerRouterHandler],
    middleware: Sequence[Middleware] = (),
) -> Router:
    """`/api/<audience>` with its routes; `principal` can be asked for by every handler.

    * store: anybody; a route for buyers says `guards=[requires("store:...")]`.
    * portal: callers of an organisation only, office: callers of the operator only; every route
      there states its scope, or the program does not start.
    * hooks: other machines; each route checks their signature itself.
    """
    wall = {"portal": [of_an_organisation], "office": [of_the_operator]}.get(audience, [])
    router = Router(
        path=f"/api/{audience}",
        route_handlers=list(routes),
        guards=list(wall),
        middleware=list(middleware),
        dependencies={"principal": principal},
        tags=[audience],
        security=SECURITY if wall else None,
    )
    for route in router.routes:
        for handler in getattr(route, "route_handlers", []):
            _check(audience, handler)
    return router


def scope_of(handler: BaseRouteHandler) -> str | None:
    """The scope that a route requires, or None: it may be called by anybody of its audience."""
    for layer in handler.ownership_layers:
        for guard in layer.guards or []:
            if isinstance(guard, requires):
                return guard.scope
    return None


async def principal(request: Request[Any, Any, Any]) -> Principal | None:
    """What a handler's `principal` receives; behind `requires` it is never None."""
    return caller(request)


async def of_an_organisation(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    if _signed_in(connection).organisation_id is None:
        raise NotAllowed("The portal is for partners; the operator's staff uses the office.")


async def of_the_operator(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    if _signed_in(connection).organisation_id is not None:
        raise NotAllowed("The office is for the operator's staff.")


def _signed_in(connection: ASGIConnection[Any, Any, Any, Any]) -> Principal:
    found = caller(connection)
    if found is None:
        raise NotSignedIn("Sign in at POST /api/store/session, or send an API key as Bearer.")
    return found


def _check(audience: Audience, handler: HTTPRouteHandler) -> None:
    scope = scope_of(handler)
    if "OPTIONS" in handler.http_methods:
        return
    if audience in ("portal", "office"):
        assert scope is not None, f"{handler}: state its scope with guards=[requires(...)]"
    assert scope is None or scope.startswith(f"{audience}:"), f"{handler}: scope of {audience}"
    if scope is not None:
        handler.security = SECURITY
