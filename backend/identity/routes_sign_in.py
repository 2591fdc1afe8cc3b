"""The second step of signing in, passkeys, and the staff's own provider."""

from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.params import JSONBody, QueryParameter

from backend import core, web
from backend.identity import (
    actions_sign_in,
    oidc,
    passkeys,
    rules,
    rules_account,
)
from backend.identity.answering import (
    Me,
    base_url_of,
    begun,
    cookie,
    issuer_of,
    now,
    origin_of,
    pending_of,
    secret_key_of,
    with_session,
)
from backend.identity.guards import cookie_name
from backend.identity.sessions import Session
from backend.identity.wire import ONCE, CodeIn, CredentialIn, Options

REFUSED = web.problems(rules.PasskeyRefused, rules.CrossSite, rules.NoRole, web.TooManyRequests)
SECOND = web.problems(
    rules.SignInExpired, rules.WrongCode, rules.CrossSite, rules.NoRole, web.TooManyRequests
)


@post(
    "/session/second-factor", operation_id="give_second_factor", status_code=200, opt=ONCE,
    responses=SECOND,
)  # fmt: skip
async def give_code(data: JSONBody[CodeIn], request: Request[Any, Any, Any]) -> Response[Me]:
    """The second step: a code of the authenticator, or a recovery code. Sets the session."""
    at = now()
    session = await actions_sign_in.sign_in_with_code(
        pending_of(request),
        data.code,
        secret_key=secret_key_of(request),
        origin=origin_of(request),
        now=at,
    )
    return await begun(request, session, at)


@post(
    "/session/second-factor/passkey/options", operation_id="ask_second_passkey", status_code=200,
    opt=ONCE, responses=SECOND,
)  # fmt: skip
async def ask_second_passkey(request: Request[Any, Any, Any]) -> Options:
    """What to ask the browser for, in the second step."""
    return Options(
        await actions_sign_in.second_passkey_options(
            pending_of(request), base_url=base_url_of(request), now=now()
        )
    )


@post(
    "/session/second-factor/passkey", operation_id="give_second_passkey", status_code=200,
    opt=ONCE, responses=REFUSED,
)  # fmt: skip
async def give_second_passkey(
    data: JSONBody[CredentialIn], request: Request[Any, Any, Any]
) -> Response[Me]:
    """The second step: one of the person's passkeys. Sets the session."""
    at = now()
    session = await actions_sign_in.sign_in_with_second_passkey(
        pending_of(request),
        msgspec.to_builtins(data.credential),
        base_url=base_url_of(request),
        origin=origin_of(request),
        now=at,
    )
    return await begun(request, session, at)


@post(
    "/session/passkey/options", operation_id="ask_passkey", status_code=200, opt=ONCE,
    guards=[web.limited("passkey-options", 60, window_s=rules.WINDOW_S)],
)  # fmt: skip
async def ask_passkey(request: Request[Any, Any, Any]) -> Options:
    """What to ask the browser for, to sign in with a passkey alone."""
    return Options(await passkeys.ask_first(base_url=base_url_of(request), now=now()))


@post(
    "/session/passkey", operation_id="sign_in_with_passkey", status_code=200, opt=ONCE,
    responses=REFUSED,
)  # fmt: skip
async def sign_in_with_passkey(
    data: JSONBody[CredentialIn], request: Request[Any, Any, Any]
) -> Response[Me]:
    """Sign in with a passkey alone: it checked its person. Sets the session."""
    at = now()
    session = await actions_sign_in.sign_in_with_passkey(
        msgspec.to_builtins(data.credential),
        base_url=base_url_of(request),
        origin=origin_of(request),
        now=at,
    )
    return await begun(request, session, at)


Next = Annotated[str, QueryParameter(max_length=2000, description="a page of ours to go to")]
Said = Annotated[str | None, QueryParameter(max_length=2000)]
Lang = Annotated[Literal["fr", "en"], QueryParameter(description="of the pages around it")]
State = Annotated[str | None, QueryParameter(name="state", max_length=2000)]


@get(
    "/session/oidc", operation_id="begin_oidc", status_code=303,
    responses=web.problems(rules.NoIssuer, web.TooManyRequests),
    guards=[web.limited("oidc", 60, window_s=rules.WINDOW_S)],
)  # fmt: skip
async def begin_oidc(
    request: Request[Any, Any, Any],
    lang: Lang = "fr",
    next: Next = "/office",
) -> Response[None]:
    """Sign in where the operator's staff does: leads to the provider, or to the page that says why
    not.
    """
    issuer = issuer_of(request)
    if issuer is None:
        raise rules.NoIssuer("Sign in with your password.")
    try:
        begun_there = await oidc.begin(
            issuer,
            base_url=base_url_of(request),
            language=lang,
            next_page=rules_account.local_page(next),
            now=now(),
        )
    except rules.IssuerRefused as refusal:
        return _refused(lang, refusal)
    answer = _elsewhere(begun_there.url)
    seconds = int(oidc.HOLDS.total_seconds())
    answer.set_cookie(cookie(request, begun_there.state, seconds=seconds, suffix="-oidc"))
    return answer


@get("/session/oidc/callback", operation_id="complete_oidc", status_code=303)
async def complete_oidc(
    request: Request[Any, Any, Any],
    returned: State = None,
    code: Said = None,
    error: Said = None,
) -> Response[None]:
    """Where the provider sends the browser back to: signed in, or to the page that says why not."""
    issuer, at = issuer_of(request), now()
    kept = request.cookies.get(cookie_name(https=request.app.state.https) + "-oidc")
    try:
        if issuer is None or not returned or not code:
            raise rules.IssuerRefused(f"The provider says: {error or 'nothing'}.")
        vouched = await oidc.complete(
            issuer, base_url=base_url_of(request), state=returned, cookie=kept, code=code, now=at
        )
        session = await actions_sign_in.sign_in_staff(
            vouched.email, origin=origin_of(request), now=at
        )
    except core.Problem as refusal:
        return _refused(oidc.language_of(kept, returned), refusal)
    return _signed_in(request, session, vouched.next)


def _signed_in(request: Request[Any, Any, Any], session: Session, page: str) -> Response[None]:
    answer = with_session(_elsewhere(rules_account.local_page(page)), request, session)
    answer.set_cookie(cookie(request, "", seconds=0, suffix="-oidc"))
    return answer


def _refused(lang: str, refusal: core.Problem) -> Response[None]:
    return _elsewhere(f"/{lang}/sign-in?{urlencode({'refused': refusal.code})}")


def _elsewhere(url: str) -> Response[None]:
    safe = quote(url, safe="%/:=&?~#+!$,;'@()*[]")
    return Response(None, status_code=303, headers={"location": safe})


store = [
    give_code,
    ask_second_passkey,
    give_second_passkey,
    ask_passkey,
    sign_in_with_passkey,
    begin_oidc,
    complete_oidc,
]
