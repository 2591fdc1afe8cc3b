"""An account of one's own, as pages: opened, its password chosen anew, a team joined."""

import secrets
from typing import Annotated, Any, Literal

from babel import Locale
from litestar import Request, Response, get, post
from litestar.params import QueryParameter

from backend import core, identity, partners, web
from backend.storefront.account_forms import Form, Line, NewPassword, read_form, refused
from backend.storefront.account_page import Lang, Next, clock, page, see, segment_words, translator

SEGMENT: Any = Literal[partners.SEGMENTS]
KINDS = ("buyer", "isv", "vai", "wholesaler", "reseller", "startup")
"""What an organisation may come as: to buy, or as a partner of one kind."""
KIND: Any = Literal[KINDS]
NEARBY = ("FR", "BE", "CH", "DE", "ES", "IT", "LU", "NL", "PT", "GB")
"""Countries that stand first in the list."""

What = Annotated[
    Literal["sign-up", "verify", "reset", "email"], QueryParameter(description="what was sent")
]
Kind = Annotated[str, QueryParameter(max_length=40, description="one of `KINDS`, chosen already")]
Token = Annotated[str, QueryParameter(max_length=200, description="as the letter has it")]


@get("/{lang:str}/sign-up", include_in_schema=False)
async def sign_up_form(
    request: Request[Any, Any, Any], lang: Lang, kind: Kind = "", next: Next = ""
) -> Response[Any]:
    """The form of a new account."""
    chosen = kind if kind in KINDS else "buyer"
    values = {"kind": chosen, "country": "FR", "segment": "pme", "next": next}
    return await _sign_up_page(request, lang, Form(values))


@post("/{lang:str}/sign-up", include_in_schema=False)
async def sign_up(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """A letter is on its way, whether the address was known or not."""
    fields = {
        "kind": KIND,
        "company": Line,
        "country": web.Country,
        "segment": SEGMENT,
        "name": Line,
        "email": web.Email,
        "password": NewPassword,
        "next": str,
    }
    form = await read_form(request, fields, translator(lang))
    if form.wrong:
        return await _sign_up_page(request, lang, form)
    given, mark = form.values, secrets.token_urlsafe(32)
    next_page = identity.local_page(given["next"], "")
    try:
        await identity.sign_up(
            email=given["email"],
            password=given["password"],
            name=given["name"],
            company=given["company"],
            country=given["country"],
            segment=given["segment"],
            roles=[given["kind"]],
            language=lang,
            next_page=next_page,
            browser=mark,
            base_url=identity.base_url_of(request),
            origin=identity.origin_of(request),
            now=clock(),
        )
    except core.Problem as problem:
        return await _sign_up_page(request, lang, refused(form, problem, translator(lang)))
    there = see(f"/{lang}/letter?what=sign-up", next_page=next_page)
    return identity.with_sign_up_mark(there, request, mark)


@get("/{lang:str}/letter", include_in_schema=False)
async def letter(
    request: Request[Any, Any, Any], lang: Lang, what: What = "sign-up", next: Next = ""
) -> Response[Any]:
    """What to do now: read one's mail."""
    return await page(request, lang, "letter", what=what, next=identity.local_page(next, ""))


@get("/{lang:str}/verify/resend", include_in_schema=False)
async def resend_form(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """Where to send the link again."""
    return await page(request, lang, "ask", form=Form(), what="verify")


@post("/{lang:str}/verify/resend", include_in_schema=False)
async def resend(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """A new link is on its way, if an account waits for one."""
    return await _ask(request, lang, "verify")


@get("/{lang:str}/forgot", include_in_schema=False)
async def forgot_form(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """Where to send a link for a new password."""
    return await page(request, lang, "ask", form=Form(), what="reset")


@post("/{lang:str}/forgot", include_in_schema=False)
async def forgot(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """A link is on its way, if the address has an account."""
    return await _ask(request, lang, "reset")


@get("/{lang:str}/reset", include_in_schema=False)
async def reset_form(
    request: Request[Any, Any, Any], lang: Lang, token: Token = ""
) -> Response[Any]:
    """The form of a new password."""
    return await page(request, lang, "reset", form=Form(), token=token, gone=False)


@post("/{lang:str}/reset", include_in_schema=False)
async def reset(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """The new password holds; sign in with it."""
    fields = {"token": str, "new": NewPassword}
    form = await read_form(request, fields, translator(lang))
    token = form.values["token"]
    if form.wrong:
        return await page(request, lang, "reset", form=form, token=token, gone=False)
    try:
        await identity.reset_password(
            token, form.values["new"], origin=identity.origin_of(request), now=clock()
        )
    except core.Problem as problem:
        form = refused(form, problem, translator(lang))
        return await page(request, lang, "reset", form=form, token="", gone=True)
    return see(f"/{lang}/sign-in?told=password")


@get("/{lang:str}/invitation", include_in_schema=False)
async def invitation_form(
    request: Request[Any, Any, Any], lang: Lang, token: Token = ""
) -> Response[Any]:
    """What one is invited to."""
    return await _invitation_page(request, lang, Form(), token)


@post("/{lang:str}/invitation", include_in_schema=False)
async def accept(request: Request[Any, Any, Any], lang: Lang) -> Response[Any]:
    """In the team; sign in."""
    form = await read_form(request, {"token": str}, translator(lang))
    token = form.values["token"]
    try:
        invited = await identity.read_invitation(token, now=clock())
        fields: dict[str, Any] = {}
        if invited.account == "none":
            fields["name"] = Line
        if invited.account != "confirmed":
            fields["password"] = NewPassword
        form = await read_form(request, fields, translator(lang))
        if form.wrong:
            return await _invitation_page(request, lang, form, token)
        await identity.accept_invitation(
            token,
            name=form.values.get("name"),
            password=form.values.get("password"),
            origin=identity.origin_of(request),
            now=clock(),
        )
    except core.Problem as problem:
        return await _invitation_page(
            request, lang, refused(form, problem, translator(lang)), token
        )
    return see(f"/{lang}/sign-in?told=joined")


async def _ask(
    request: Request[Any, Any, Any], lang: Lang, what: Literal["verify", "reset"]
) -> Response[Any]:
    form = await read_form(request, {"email": web.Email}, translator(lang))
    if not form.wrong:
        send = identity.ask_reset if what == "reset" else identity.resend_verification
        try:
            await send(
                email=form.values["email"],
                base_url=identity.base_url_of(request),
                origin=identity.origin_of(request),
                now=clock(),
            )
        except core.Problem as problem:
            form = refused(form, problem, translator(lang))
    if form.wrong:
        return await page(request, lang, "ask", form=form, what=what)
    return see(f"/{lang}/letter?what={'reset' if what == 'reset' else 'sign-up'}")


async def _invitation_page(
    request: Request[Any, Any, Any], lang: Lang, form: Form, token: str
) -> Response[Any]:
    _ = translator(lang)
    invited = None
    try:
        invited = await identity.read_invitation(token, now=clock())
    except core.Problem as problem:
        form = refused(form, problem, _)
    roles = {
        "owner": _("owner"),
        "finance": _("finance"),
        "member": _("member"),
        "buyer": _("buyer"),
    }
    role = "" if invited is None else roles[invited.role]
    return await page(
        request, lang, "invitation", form=form, invited=invited, role=role, token=token
    )


async def _sign_up_page(request: Request[Any, Any, Any], lang: Lang, form: Form) -> Response[Any]:
    _ = translator(lang)
    kinds = {
        "buyer": _("To buy"),
        "isv": _("To sell our own software"),
        "vai": _("To integrate: services with software of others"),
        "wholesaler": _("To distribute to resellers"),
        "reseller": _("To resell to customers"),
        "startup": _("To sell as a start-up"),
    }
    return await page(
        request,
        lang,
        "sign_up",
        form=form,
        kinds=list(kinds.items()),
        next=identity.local_page(form.values.get("next", ""), ""),
        countries=countries(lang),
        segments=list(segment_words(_).items()),
    )


def countries(lang: Lang) -> list[tuple[str, str]]:
    """Codes and names in the reader's language: the near ones first, then by name."""
    names = Locale(lang).territories
    codes: tuple[str, ...] = web.Country.__args__  # type: ignore[attr-defined]
    rest = sorted(set(codes) - set(NEARBY), key=lambda code: names[code])
    return [(code, names[code]) for code in (*NEARBY, *rest)]


routes = [
    sign_up_form,
    sign_up,
    letter,
    resend_form,
    resend,
    forgot_form,
    forgot,
    reset_form,
    reset,
    invitation_form,
    accept,
]
