"""The link of a letter, as a page: a mailbox is confirmed by whoever the account belongs to."""

from typing import Annotated, Any, Literal

from litestar import Request, Response, get, post
from litestar.params import QueryParameter

from backend import core, identity, web
from backend.storefront.account_forms import Form, NewPassword, Password, read_form, refused
from backend.storefront.account_page import Lang, clock, page, see, translator

Token = Annotated[str, QueryParameter(max_length=200, description="as the letter has it")]


@get("/{lang:str}/verify", include_in_schema=False)
async def verify_form(
    request: Request[Any, Any, Any], lang: Lang, token: Token = ""
) -> Response[Any]:
    """A button: what only reads mail on its owner's behalf confirms nothing.

    A browser that opened no account is asked for the account's password, or for a new one.
    """
    return await _page(request, lang, token, {})


@post("/{lang:str}/verify", include_in_schema=False)
async def verify(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """The address is confirmed."""
    form = await read_form(request, {"token": str, "password": Password}, translator(lang))
    token, claim = form.values["token"], _claim(request, form.values["password"] or None)
    try:
        done = await identity.verify_email(
            token, claim, origin=identity.origin_of(request), now=clock()
        )
    except identity.ProveFirst:
        return await _page(request, lang, token, {"password": form})
    except core.Problem as problem:
        form = refused(form, problem, translator(lang), field="password")
        return await _page(request, lang, token, {"password": form})
    principal: web.Principal | None = request.user
    if principal is None or principal.id != str(done.person_id):
        return see(f"/{lang}/sign-in?told=verified", next_page=done.next)
    return see(done.next or f"/{lang}/account?told=verified")


@post("/{lang:str}/verify/own", include_in_schema=False)
async def verify_as_own(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """The account is its mailbox's reader's, with a password of their own; sign in with it."""
    form = await read_form(request, {"token": str, "new": NewPassword}, translator(lang))
    token, new = form.values["token"], form.values["new"]
    if form.wrong:
        return await _page(request, lang, token, {"own": form})
    try:
        there = await identity.verify_with_new_password(
            token, new, origin=identity.origin_of(request), now=clock()
        )
    except core.Problem as problem:
        return await _page(request, lang, token, {"own": refused(form, problem, translator(lang))})
    return see(f"/{lang}/sign-in?told=password", next_page=there)


def _claim(request: Request[Any, Any, Any], password: str | None = None) -> identity.Claim:
    return identity.Claim(request.user, identity.sign_up_mark_of(request), password)


async def _page(
    request: Request[Any, Any, Any],
    lang: Lang,
    token: str,
    forms: dict[Literal["password", "own"], Form],
) -> Response[Any]:
    """What the link is for, and what has to be given; or that it is no longer good."""
    link, gone = None, ""
    try:
        link = await identity.read_verification(token, _claim(request), now=clock())
    except core.Problem as problem:
        gone = refused(Form(), problem, translator(lang)).problem
    wrong = bool(gone) or any(form.wrong for form in forms.values())
    return await page(
        request, lang, "verify",
        status=400 if wrong and request.method == "POST" else 200,
        link=link,
        gone=gone,
        token=token,
        password=forms.get("password", Form()),
        own=forms.get("own", Form()),
    )  # fmt: skip


routes = [verify_form, verify, verify_as_own]
