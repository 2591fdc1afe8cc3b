"""Who asks, and whether it may: the one thing that every route knows of its caller."""

from typing import Any, Literal
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from msgspec import Struct

from backend.web.answers import NotAllowed, NotSignedIn, PersonNeeded

Audience = Literal["store", "portal", "office", "hooks"]


class Principal(Struct, frozen=True):
    """A person who signed in, or an API key, acting for one organisation.

    `organisation_id` None is the operator itself. `scopes` look like
    `office:settlement:close`: audience, noun, verb.
    """

    kind: Literal["person", "key"]
    id: str
    organisation_id: UUID | None
    scopes: frozenset[str]
    roles: frozenset[str] = frozenset()
    session: bytes = b""
    """Digest of the session's token; empty for an API key."""
    verified: bool = True
    """False: this person has not confirmed their address of mail; they hold no scope to write."""

    @property
    def actor(self) -> str:
        """As the audit trail names it: `person:<uuid>` or `key:<id>`."""
        return f"{self.kind}:{self.id}"

    @property
    def person(self) -> UUID:
        """Who acts, where two have to.

        Raises:
            PersonNeeded: a key; behind two of them may stand the same person.
        """
        if self.kind != "person":
            raise PersonNeeded("Sign in: an API key cannot be one of two people.")
        return UUID(self.id)

    @property
    def organisation(self) -> UUID:
        """The organisation; in the portal it is always there."""
        assert self.organisation_id is not None, "the operator has no organisation"
        return self.organisation_id

    def may(self, scope: str) -> bool:
        return scope in self.scopes


Caller = NamedDependency[Principal]
"""Annotation of the handler's parameter `principal` on a route that `requires` a scope."""

Visitor = NamedDependency[Principal | None]
"""The same on a store route that anybody may call: None has not signed in."""


class requires:
    """Guard of a route: the caller holds this scope.

    The scope's first word names the audience. Every portal and office route has exactly one
    (`backend.web.mount` refuses to start otherwise).

    Raises:
        NotSignedIn: nobody is signed in and no API key was sent.
        NotAllowed: the role, or the key, does not hold the scope.
    """

    def __init__(self, scope: str) -> None:
        self.scope = scope

    async def __call__(
        self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
    ) -> None:
        principal = caller(connection)
        if principal is None:
            raise NotSignedIn("Sign in at POST /api/store/session, or send an API key as Bearer.")
        if not principal.may(self.scope):
            raise NotAllowed(f"This needs the scope {self.scope}.", scope=self.scope)


def caller(connection: ASGIConnection[Any, Any, Any, Any]) -> Principal | None:
    """The principal that the identity middleware found, or None."""
    found = connection.scope.get("user")
    assert found is None or isinstance(found, Principal)
    return found


def address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The network address of the client, as the server in front saw it.

    X-Forwarded-For is not read here: uvicorn does, from proxies that it was told to trust.
    """
    return connection.client.host if connection.client else "local"
