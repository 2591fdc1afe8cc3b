"""One's own account as pages: password, authenticator, passkeys, recovery codes, sessions."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import QueryParameter

from backend import core, identity, partners, web
from backend.storefront.account_forms import (
    Code,
    Form,
    NewPassword,
    Password,
    read_form,
    refused,
)
from backend.storefront.account_page import Lang, clock, page, see, segment_words, translator

Told = Annotated[
    Literal["", "verified", "password", "confirmed", "removed", "passkey_removed", "ended"],
    QueryParameter(description="what was done"),
]

PASSWORDS = {"confirm": "password", "password": "current", "email": "password_of_email"}
"""Form -> the field with the password that the account has."""

RECENT_MINUTES = int(identity.RECENT.total_seconds()) // 60


@get("/{lang:str}/account", include_in_schema=False)
async def account(request: Request[Any, Any, Any], lang: Lang, told: Told = "") -> Response[Any]:
    """Everything that proves who one is, and where one is signed in."""
    return await _account_page(request, lang, {}, told)


@post("/{lang:str}/account/confirm", include_in_schema=False)
async def confirm(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """For a while one may change how one signs in."""

    async def do(principal: web.Principal, form: Form) -> Response[Any]:
        await identity.confirm(principal, form.values["password"], now=clock())
        return see(f"/{lang}/account?told=confirmed")

    return await _with_form(request, lang, "confirm", {"password": Password}, do)


@post("/{lang:str}/account/password", include_in_schema=False)
async def change_password(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """The new password holds, in a fresh session; all others have ended."""

    async def do(principal: web.Principal, form: Form) -> Response[Any]:
        session = await identity.change_password(
            principal,
            current=form.values["current"],
            new=form.values["new"],
            origin=identity.origin_of(request),
            now=clock(),
        )
        return identity.with_session(see(f"/{lang}/account?told=password"), request, session)

    fields = {"current": Password, "new": NewPassword}
    return await _with_form(request, lang, "password", fields, do)


@post("/{lang:str}/account/email", include_in_schema=False)
async def change_email(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """A link is on its way to the new address."""

    async def do(principal: web.Principal, form: Form) -> Response[Any]:
        await identity.ask_new_email(
            principal,
            email=form.values["email"],
            password=form.values["password_of_email"],
            base_url=identity.base_url_of(request),
            origin=identity.origin_of(request),
            now=clock(),
        )
        return see(f"/{lang}/letter?what=email")

    fields = {"email": web.Email, "password_of_email": Password}
    return await _with_form(request, lang, "email", fields, do)


@post("/{lang:str}/account/authenticator", include_in_schema=False)
async def begin_authenticator(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """A secret waits to be confirmed."""

    async def do(principal: web.Principal) -> Response[Any]:
        await identity.begin_authenticator(
            principal, secret_key=identity.secret_key_of(request), now=clock()
        )
        return see(f"/{lang}/account/authenticator")

    return await _changing(request, lang, do)


@get("/{lang:str}/account/authenticator", include_in_schema=False)
async def authenticator(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """The secret that waits, as a picture and as text."""

    async def do(principal: web.Principal) -> Response[Any]:
        return await _authenticator_page(request, principal, lang, Form())

    return await _changing(request, lang, do)


@post("/{lang:str}/account/authenticator/confirm", include_in_schema=False)
async def confirm_authenticator(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """It is asked for from now on: the recovery codes, shown once."""

    async def do(principal: web.Principal) -> Response[Any]:
        form = await read_form(request, {"code": Code}, translator(lang))
        if form.wrong:
            return await _authenticator_page(request, principal, lang, form)
        try:
            codes = await identity.confirm_authenticator(
                principal,
                form.values["code"],
                secret_key=identity.secret_key_of(request),
                now=clock(),
            )
        except identity.WrongCode as problem:
            form = refused(form, problem, translator(lang))
            return await _authenticator_page(request, principal, lang, form)
        return await page(request, lang, "codes", codes=codes)

    return await _changing(request, lang, do)


@post("/{lang:str}/account/authenticator/remove", include_in_schema=False)
async def remove_authenticator(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """No code is asked for any more."""

    async def do(principal: web.Principal) -> Response[Any]:
        await identity.remove_authenticator(principal, now=clock())
        return see(f"/{lang}/account?told=removed")

    return await _changing(request, lang, do)


@post("/{lang:str}/account/recovery-codes", include_in_schema=False)
async def renew_codes(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """Ten fresh codes, shown once."""

    async def do(principal: web.Principal) -> Response[Any]:
        codes = await identity.renew_recovery_codes(principal, now=clock())
        return await page(request, lang, "codes", codes=codes)

    return await _changing(request, lang, do)


@post("/{lang:str}/account/passkeys/remove", include_in_schema=False)
async def remove_passkey(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """The passkey opens nothing any more."""

    async def do(principal: web.Principal) -> Response[Any]:
        form = await read_form(request, {"id": UUID}, translator(lang))
        if not form.wrong:
            await identity.remove_passkey(principal, UUID(form.values["id"]), now=clock())
        return see(f"/{lang}/account?told=passkey_removed")

    return await _changing(request, lang, do)


@post("/{lang:str}/account/sessions/end", include_in_schema=False)
async def end_sessions(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """Only this session goes on."""

    async def do(principal: web.Principal) -> Response[Any]:
        await identity.end_other_sessions(principal)
        return see(f"/{lang}/account?told=ended")

    return await _changing(request, lang, do)


async def _with_form(
    request: Request[Any, Any, Any],
    lang: Lang,
    name: str,
    fields: dict[str, Any],
    do: Callable[[web.Principal, Form], Awaitable[Response[Any]]],
) -> Response[Any]:
    """What `do` answers, or the account's page with what is wrong in the form of this name."""
    principal = _person(request)
    if principal is None:
        return see(f"/{lang}/sign-in", next_page=f"/{lang}/account")
    form = await read_form(request, fields, translator(lang))
    if not form.wrong:
        try:
            return await do(principal, form)
        except core.Problem as problem:
            form = refused(form, problem, translator(lang), field=PASSWORDS[name])
    return await _account_page(request, lang, {name: form})


async def _changing(
    request: Request[Any, Any, Any],
    lang: Lang,
    do: Callable[[web.Principal], Awaitable[Response[Any]]],
) -> Response[Any]:
    """What `do` answers, or the account's page that says why not."""
    principal = _person(request)
    if principal is None:
        return see(f"/{lang}/sign-in", next_page=f"/{lang}/account")
    try:
        return await do(principal)
    except core.Problem as problem:
        form = refused(Form(), problem, translator(lang))
        return await _account_page(request, lang, {"confirm": form})


async def _account_page(
    request: Request[Any, Any, Any], lang: Lang, forms: Mapping[str, Form], told: str = ""
) -> Response[Any]:
    principal = _person(request)
    if principal is None:
        return see(f"/{lang}/sign-in", next_page=f"/{lang}/account")
    _ = translator(lang)
    words = {
        "": "",
        "verified": _("Your address is confirmed."),
        "password": _("Your password is changed; every other session has ended."),
        "confirmed": _("Thank you. You may change how you sign in for {minutes} minutes.").format(
            minutes=RECENT_MINUTES
        ),
        "removed": _("The authenticator app is removed."),
        "passkey_removed": _("The passkey is removed."),
        "ended": _("Every other session has ended."),
    }
    ways = {
        "password": _("with the password"),
        "second_factor": _("in two steps"),
        "passkey": _("with a passkey"),
        "oidc": _("through your identity provider"),
    }
    seen = await identity.read_security(principal, clock())
    mine = principal.organisation_id
    company = None if mine is None else await partners.read_organisation(mine)
    return await page(
        request,
        lang,
        "account",
        to_confirm=segment_words(_)[company.segment]
        if company is not None and company.segment_confirmed_at is None
        else "",
        status=400 if any(form.wrong for form in forms.values()) else 200,
        seen=seen,
        minutes=RECENT_MINUTES,
        may=seen.may_change and seen.email_verified,
        told=words[told],
        forms={name: forms.get(name, Form()) for name in ("confirm", "password", "email")},
        ways=ways,
        browser_of=lambda agent: browser_of(agent) or _("A browser"),
    )


async def _authenticator_page(
    request: Request[Any, Any, Any], principal: web.Principal, lang: Lang, form: Form
) -> Response[Any]:
    made = await identity.waiting_authenticator(
        principal, secret_key=identity.secret_key_of(request), now=clock()
    )
    if made is None:
        return see(f"/{lang}/account")
    return await page(request, lang, "authenticator", form=form, made=made)


def browser_of(agent: str) -> str:
    """The browser's and the machine's name, from what it says of itself; empty if unknown."""
    browsers = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    machines = {
        "iPhone": "iPhone",
        "Android": "Android",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "Linux": "Linux",
    }
    browser = next((name for mark, name in browsers.items() if f"{mark}/" in agent), "")
    machine = next((name for mark, name in machines.items() if mark in agent), "")
    return ", ".join(part for part in (browser, machine) if part)


def _person(request: Request[Any, Any, Any]) -> web.Principal | None:
    principal: web.Principal | None = request.user
    return principal if principal is not None and principal.kind == "person" else None


routes = [
    account,
    confirm,
    change_password,
    change_email,
    begin_authenticator,
    authenticator,
    confirm_authenticator,
    remove_authenticator,
    renew_codes,
    remove_passkey,
    end_sessions,
]
