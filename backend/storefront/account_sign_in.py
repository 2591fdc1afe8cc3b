"""Signing in and out, as pages; and the letters of a demonstration."""

from typing import Annotated, Any, Literal

from litestar import Request, Response, get, post
from litestar.params import QueryParameter

from backend import core, identity, mail, partners, web
from backend.storefront.account_forms import Code, Form, Password, read_form, refused
from backend.storefront.account_page import Lang, Next, clock, page, see, translator
from backend.storefront.account_words import said

LETTERS = 50

Told = Annotated[
    Literal["", "verified", "password", "joined", "out"],
    QueryParameter(description="what was done"),
]
Refused = Annotated[str, QueryParameter(max_length=60, description="why the provider failed")]


@get("/{lang:str}/sign-in", include_in_schema=False)
async def sign_in_form(
    request: Request[Any, Any, Any],
    lang: Lang,
    next: Next = "",
    told: Told = "",
    refused: Refused = "",
) -> Response[Any]:
    """The form; who is signed in goes on."""
    principal: web.Principal | None = request.user
    if principal is not None and not told:
        return see(await after_sign_in(principal, lang, next))
    form = Form()
    if refused:
        form.problem = said(refused, translator(lang))
    return await _page(request, lang, form, next, told)


@post("/{lang:str}/sign-in", include_in_schema=False)
async def sign_in(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """A session, or the second step."""
    fields = {"email": web.Email, "password": Password, "next": str}
    form = await read_form(request, fields, translator(lang))
    next_page = form.values["next"]
    if form.wrong:
        return await _page(request, lang, form, next_page)
    origin, now = identity.origin_of(request), clock()
    try:
        session = await identity.sign_in(
            email=form.values["email"],
            password=form.values["password"],
            address=origin.address,
            agent=origin.agent,
            replaces=origin.replaces,
            now=now,
        )
    except core.Problem as problem:
        return await _page(request, lang, refused(form, problem, translator(lang)), next_page)
    if isinstance(session, identity.Pending):
        there = see(f"/{lang}/sign-in/second", next_page=next_page)
        return identity.with_pending(there, request, session)
    return await _begun(request, lang, session, next_page)


@get("/{lang:str}/sign-in/second", include_in_schema=False)
async def second_form(
    request: Request[Any, Any, Any],
    lang: Lang,
    next: Next = "",
) -> Response[Any]:
    """The second step; without a first one, the first."""
    return await _second_page(request, lang, Form(), next)


@post("/{lang:str}/sign-in/second", include_in_schema=False)
async def second(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """A session, once the code is right."""
    form = await read_form(request, {"code": Code, "next": str}, translator(lang))
    next_page = form.values["next"]
    if form.wrong:
        return await _second_page(request, lang, form, next_page)
    try:
        session = await identity.sign_in_with_code(
            identity.pending_of(request),
            form.values["code"],
            secret_key=identity.secret_key_of(request),
            origin=identity.origin_of(request),
            now=clock(),
        )
    except core.Problem as problem:
        form = refused(form, problem, translator(lang))
        return await _second_page(request, lang, form, next_page)
    return await _begun(request, lang, session, next_page)


@get("/{lang:str}/welcome", include_in_schema=False)
async def welcome(
    request: Request[Any, Any, Any],
    lang: Lang,
    next: Next = "",
) -> Response[Any]:
    """Where a passkey leads: to the page asked for, or to one's own start."""
    principal: web.Principal | None = request.user
    if principal is None:
        return see(f"/{lang}/sign-in", next_page=next)
    return see(await after_sign_in(principal, lang, next))


@post("/{lang:str}/sign-out", include_in_schema=False)
async def sign_out(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """Signed out, here and in the database."""
    principal: web.Principal | None = request.user
    if principal is not None and principal.kind == "person":
        await identity.sign_out(principal)
    return identity.without_session(see(f"/{lang}/sign-in?told=out"), request)


@get("/{lang:str}/mails", include_in_schema=False)
async def mails(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """The letters of a demonstration, which has no other mailbox.

    Raises:
        NotFound: anywhere else.
    """
    if not request.app.state.get("shows_mail", False):
        raise web.NotFound("Letters go to their readers.")
    with core.acting_for(None):
        letters = await mail.list_messages(before=None, limit=LETTERS, with_text=True)
    return await page(request, lang, "mails", letters=letters)


async def after_sign_in(principal: web.Principal, lang: Lang, next_page: str) -> str:
    """The page asked for, if it is of this site; else one's own start.

    The operator's is the office, a partner's the portal; who buys sees their purchases.
    """
    asked = identity.local_page(next_page, "")
    if asked:
        return asked
    if principal.organisation_id is None:
        return "/office"
    if principal.may("portal:organisation:read"):
        with core.acting_for(principal.organisation_id):
            if await partners.is_partner(principal.organisation_id):
                return "/portal"
    return f"/{lang}/purchases" if principal.may("store:order:read") else f"/{lang}"


async def _begun(
    request: Request[Any, Any, Any], lang: Lang, session: identity.Session, next_page: str
) -> Response[Any]:
    principal = await identity.session_principal(session.token, clock())
    assert principal is not None, "it has just begun"
    there = see(await after_sign_in(principal, lang, next_page))
    return identity.with_session(there, request, session)


async def _page(
    request: Request[Any, Any, Any], lang: Lang, form: Form, next_page: str, told: str = ""
) -> Response[Any]:
    _ = translator(lang)
    words = {
        "": "",
        "verified": _("Your address is confirmed."),
        "password": _("Your new password is set. Sign in with it."),
        "joined": _("You are in the team. Sign in."),
        "out": _("You are signed out."),
    }
    return await page(
        request,
        lang,
        "sign_in",
        form=form,
        next=identity.local_page(next_page, ""),
        next_of_staff=identity.local_page(next_page, "/office"),
        told=words[told],
        oidc=identity.issuer_of(request) is not None,
    )


async def _second_page(
    request: Request[Any, Any, Any], lang: Lang, form: Form, next_page: str
) -> Response[Any]:
    try:
        ways = await identity.ways_of(identity.pending_of(request), clock())
    except identity.SignInExpired:
        return see(f"/{lang}/sign-in?refused=sign-in-expired", next_page=next_page)
    kept = identity.local_page(next_page, "")
    return await page(request, lang, "second", form=form, ways=ways, next=kept)


routes = [sign_in_form, sign_in, second_form, second, welcome, sign_out, mails]
