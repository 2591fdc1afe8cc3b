"""What the routes and pages of signing in share: who asks, the cookies, the answers."""

from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie

from backend import web
from backend.identity import queries, rules
from backend.identity.guards import cookie_name, cookie_of
from backend.identity.oidc import Issuer
from backend.identity.sessions import Origin, Pending, Session, Way

T = TypeVar("T")


class Me(msgspec.Struct):
    """`person` is null for an API key; `organisation_id` null is the operator.

    `email_verified` false: the scopes hold no change until the address is confirmed.
    """

    kind: str
    person: queries.Person | None
    organisation_id: UUID | None
    roles: list[str]
    scopes: list[str]
    memberships: list[queries.Membership]
    email_verified: bool


class SecondFactorNeeded(msgspec.Struct):
    """`second_factor`: `code` (of an authenticator, or a recovery code) or `passkey`, either."""

    second_factor: list[Way]
    expires_at: datetime


def somebody(principal: web.Principal | None) -> web.Principal:
    """Raises NotSignedIn for nobody."""
    if principal is None:
        raise web.NotSignedIn("Sign in at POST /api/store/session, or send an API key as Bearer.")
    return principal


def person_of(principal: web.Principal | None) -> web.Principal:
    """Raises NotSignedIn for nobody, NotAllowed for an API key."""
    if somebody(principal).kind != "person":
        raise web.NotAllowed("An API key has no session and no password.")
    return somebody(principal)


async def me(principal: web.Principal) -> Me:
    person_id = UUID(principal.id) if principal.kind == "person" else None
    return Me(
        kind=principal.kind,
        person=None if person_id is None else await queries.read_person(person_id),
        organisation_id=principal.organisation_id,
        roles=sorted(principal.roles),
        scopes=sorted(principal.scopes),
        memberships=[] if person_id is None else await queries.memberships(person_id),
        email_verified=principal.verified,
    )


async def begun(request: Request[Any, Any, Any], session: Session, now: datetime) -> Response[Me]:
    """The session's cookie, and who that is."""
    principal = await queries.session_principal(session.token, now)
    answer = Response(await me(somebody(principal)), status_code=200)
    return with_session(answer, request, session)


def put_off(request: Request[Any, Any, Any], pending: Pending) -> Response[Any]:
    """202: the second factor is awaited, and its cookie set."""
    answer = Response(SecondFactorNeeded(pending.ways, pending.expires_at), status_code=202)
    return with_pending(answer, request, pending)


def with_session(
    answer: Response[T], request: Request[Any, Any, Any], session: Session
) -> Response[T]:
    """The same answer; the browser has the session from now on, and waits for nothing."""
    seconds = int(rules.LONGEST.total_seconds())
    answer.set_cookie(cookie(request, session.token, seconds=seconds))
    answer.set_cookie(cookie(request, "", seconds=0, suffix="-pending"))
    return answer


def with_pending(
    answer: Response[T], request: Request[Any, Any, Any], pending: Pending
) -> Response[T]:
    seconds = int(rules.PENDING.total_seconds())
    answer.set_cookie(cookie(request, pending.token, seconds=seconds, suffix="-pending"))
    return answer


def without_session(answer: Response[T], request: Request[Any, Any, Any]) -> Response[T]:
    answer.set_cookie(cookie(request, "", seconds=0))
    return answer


def pending_of(request: Request[Any, Any, Any]) -> str:
    """The token of a sign-in that waits for its second factor; empty if there is none."""
    return request.cookies.get(cookie_name(https=is_https(request)) + "-pending") or ""


def with_sign_up_mark(
    answer: Response[T], request: Request[Any, Any, Any], mark: str
) -> Response[T]:
    """The same answer; the browser that opened an account is known again while its link holds."""
    seconds = int(rules.VERIFY.total_seconds())
    answer.set_cookie(cookie(request, mark, seconds=seconds, suffix="-sign-up"))
    return answer


def sign_up_mark_of(request: Request[Any, Any, Any]) -> str:
    """What signing up left in this browser; empty if nothing."""
    return request.cookies.get(cookie_name(https=is_https(request)) + "-sign-up") or ""


def origin_of(request: Request[Any, Any, Any]) -> Origin:
    """Where this request comes from; its session, if any, is the one that a new one replaces."""
    return Origin(
        web.address(request),
        request.headers.get("user-agent", ""),
        cookie_of(request, https=is_https(request)),
    )


def cookie(
    request: Request[Any, Any, Any], token: str, *, seconds: int, suffix: str = ""
) -> Cookie:
    https = is_https(request)
    return Cookie(
        key=cookie_name(https=https) + suffix,
        value=token,
        max_age=seconds,
        path="/",
        secure=https,
        httponly=True,
        samesite="lax",
    )


def is_https(request: Request[Any, Any, Any]) -> bool:
    https = request.app.state.https
    assert isinstance(https, bool)
    return https


def base_url_of(request: Request[Any, Any, Any]) -> str:
    base_url = request.app.state.base_url
    assert isinstance(base_url, str)
    return base_url.rstrip("/")


def secret_key_of(request: Request[Any, Any, Any]) -> str | None:
    key = request.app.state.get("secret_key")
    assert key is None or isinstance(key, str)
    return key


def issuer_of(request: Request[Any, Any, Any]) -> Issuer | None:
    issuer = request.app.state.get("oidc")
    assert issuer is None or isinstance(issuer, Issuer)
    return issuer


def now() -> datetime:
    return datetime.now(UTC)
