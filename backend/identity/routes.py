"""Sign in and out, who am I, change the password; API keys of an organisation or the operator."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from backend import web
from backend.identity import (
    actions,
    actions_keys,
    actions_sign_in,
    queries,
    routes_account,
    routes_second,
    routes_sign_in,
    routes_staff,
    routes_team,
    rules,
)
from backend.identity.answering import (
    Me,
    SecondFactorNeeded,
    base_url_of,
    begun,
    cookie,
    is_https,
    me,
    origin_of,
    person_of,
    put_off,
    somebody,
)
from backend.identity.guards import cookie_of
from backend.identity.sessions import Pending

KeyId = Annotated[str, msgspec.Meta(max_length=12)]
Scope = Annotated[str, msgspec.Meta(pattern=r"^[a-z]+:[a-z]+:[a-z]+$(?!\n)", max_length=60)]


class SignInIn(msgspec.Struct, forbid_unknown_fields=True):
    """`organisation_id`: for whom to act; without it, for the first of the memberships."""

    email: web.Email
    password: rules.Password
    organisation_id: UUID | None = None


class ActForIn(msgspec.Struct, forbid_unknown_fields=True):
    """`organisation_id` null is the operator."""

    organisation_id: UUID | None


class PasswordIn(msgspec.Struct, forbid_unknown_fields=True):
    current: rules.Password
    new: rules.NewPassword


class ApiKeyIn(msgspec.Struct, forbid_unknown_fields=True):
    name: web.Line
    scopes: Annotated[list[Scope], msgspec.Meta(min_length=1, max_length=50)]
    expires_at: web.Aware | None = None


@post(
    "/session",
    operation_id="sign_in",
    status_code=200,
    opt={"keeps_no_answer": True},
    responses={
        **web.problems(rules.WrongCredentials, rules.NoRole, rules.CrossSite, web.TooManyRequests),
        202: ResponseSpec(
            SecondFactorNeeded,
            description="The password is right, and a second factor is awaited",
            generate_examples=False,
        ),
    },
)
async def sign_in(data: JSONBody[SignInIn], request: Request[Any, Any, Any]) -> Response[Me]:
    """Sign in, for store, portal and office alike: the answer sets the session's cookie.

    Where the person has a second factor the answer is 202 and says which: go on at
    `/api/store/session/second-factor` within ten minutes.
    """
    now = datetime.now(UTC)
    session = await actions_sign_in.sign_in(
        email=data.email,
        password=data.password,
        organisation_id=data.organisation_id,
        address=web.address(request),
        agent=request.headers.get("user-agent", ""),
        replaces=cookie_of(request, https=is_https(request)),
        now=now,
    )
    if isinstance(session, Pending):
        return put_off(request, session)
    return await begun(request, session, now)


@delete("/session", operation_id="sign_out")
async def sign_out(request: Request[Any, Any, Any], principal: web.Visitor) -> Response[None]:
    """Sign out: the session has ended, here and in the database."""
    if principal is not None:
        await actions.sign_out(principal)
    answer: Response[None] = Response(None, status_code=204)
    answer.set_cookie(cookie(request, "", seconds=0))
    return answer


@get("/session", operation_id="read_session", responses=web.problems(web.NotSignedIn))
async def read_session(principal: web.Visitor) -> Me:
    """Who is signed in, for whom, and what that allows."""
    return await me(somebody(principal))


@post(
    "/session/organisation",
    operation_id="act_for",
    status_code=200,
    opt={"keeps_no_answer": True},
    responses=web.problems(web.NotSignedIn, rules.NoRole, rules.CrossSite),
)
async def act_for(
    data: JSONBody[ActForIn], request: Request[Any, Any, Any], principal: web.Visitor
) -> Response[Me]:
    """Act for another organisation of one's own: a fresh session, the old one has ended."""
    now = datetime.now(UTC)
    session = await actions.act_for(
        person_of(principal), data.organisation_id, origin=origin_of(request), now=now
    )
    return await begun(request, session, now)


@post(
    "/session/password",
    operation_id="change_password",
    status_code=200,
    opt={"keeps_no_answer": True},
    responses=web.problems(
        web.NotSignedIn, rules.WrongCredentials, rules.CrossSite, web.TooManyRequests
    ),
)
async def change_password(
    data: JSONBody[PasswordIn], request: Request[Any, Any, Any], principal: web.Visitor
) -> Response[Me]:
    """Change the password: every other session of the person has ended."""
    now = datetime.now(UTC)
    session = await actions.change_password(
        person_of(principal),
        current=data.current,
        new=data.new,
        origin=origin_of(request),
        now=now,
    )
    return await begun(request, session, now)


async def _list_keys(
    principal: web.Principal, limit: int, after: str | None
) -> web.Page[queries.ApiKey]:
    key = web.read_cursor(after, str)
    rows = await queries.api_keys(
        principal.organisation_id, after=None if key is None else key[0], limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row.id,), lambda row: row)


async def _create_key(
    request: Request[Any, Any, Any], principal: web.Principal, asked: ApiKeyIn
) -> actions_keys.NewKey:
    return await actions_keys.create_api_key(
        principal,
        name=asked.name,
        scopes=asked.scopes,
        expires_at=asked.expires_at,
        base_url=base_url_of(request),
        now=datetime.now(UTC),
    )


MAKING = web.problems(rules.ConfirmFirst, rules.ScopeNotHeld, rules.BadExpiry, rules.CrossSite)
LISTING = web.problems(web.BadCursor)
REVOKING = web.problems(rules.KeyUnknown, rules.CrossSite)


@get(
    "/api-keys",
    operation_id="list_portal_api_keys",
    guards=[web.requires("portal:key:read")],
    responses=LISTING,
)
async def list_portal_keys(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[queries.ApiKey]:
    """The organisation's API keys, without their secrets."""
    return await _list_keys(principal, limit, after)


@post(
    "/api-keys",
    operation_id="create_portal_api_key",
    guards=[web.requires("portal:key:write")],
    opt={"keeps_no_answer": True},
    responses=MAKING,
)
async def create_portal_key(
    data: JSONBody[ApiKeyIn], request: Request[Any, Any, Any], principal: web.Caller
) -> actions_keys.NewKey:
    """A new API key of the organisation; its secret is in this answer and nowhere else.

    Its maker proved a moment ago who they are, at POST /api/store/session/confirmation.
    """
    return await _create_key(request, principal, data)


@delete(
    "/api-keys/{key_id:str}",
    operation_id="revoke_portal_api_key",
    guards=[web.requires("portal:key:write")],
    responses=REVOKING,
)
async def revoke_portal_key(key_id: FromPath[KeyId], principal: web.Caller) -> None:
    """The key is refused from now on."""
    await actions_keys.revoke_api_key(principal, key_id, now=datetime.now(UTC))


@get(
    "/api-keys",
    operation_id="list_office_api_keys",
    guards=[web.requires("office:key:read")],
    responses=LISTING,
)
async def list_office_keys(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[queries.ApiKey]:
    """The operator's API keys, without their secrets."""
    return await _list_keys(principal, limit, after)


@post(
    "/api-keys",
    operation_id="create_office_api_key",
    guards=[web.requires("office:key:write")],
    opt={"keeps_no_answer": True},
    responses=MAKING,
)
async def create_office_key(
    data: JSONBody[ApiKeyIn], request: Request[Any, Any, Any], principal: web.Caller
) -> actions_keys.NewKey:
    """A new API key of the operator; its secret is in this answer and nowhere else.

    Its maker proved a moment ago who they are, at POST /api/store/session/confirmation.
    """
    return await _create_key(request, principal, data)


@delete(
    "/api-keys/{key_id:str}",
    operation_id="revoke_office_api_key",
    guards=[web.requires("office:key:write")],
    responses=REVOKING,
)
async def revoke_office_key(key_id: FromPath[KeyId], principal: web.Caller) -> None:
    """The key is refused from now on."""
    await actions_keys.revoke_api_key(principal, key_id, now=datetime.now(UTC))


store = [
    sign_in,
    sign_out,
    read_session,
    act_for,
    change_password,
    *routes_account.store,
    *routes_sign_in.store,
    *routes_second.store,
]
portal = [list_portal_keys, create_portal_key, revoke_portal_key, *routes_team.portal]
office = [list_office_keys, create_office_key, revoke_office_key, *routes_staff.office]
