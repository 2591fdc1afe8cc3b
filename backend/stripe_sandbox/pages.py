"""The hosted pages that a partner or a buyer clicks through, each labelled as the sandbox's."""

import functools
import re
import secrets
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jinja2
from babel.numbers import format_currency

from backend import core
from backend.stripe_sandbox.accounts import account_of, onboard
from backend.stripe_sandbox.api import Reply, Request
from backend.stripe_sandbox.checkout import complete
from backend.stripe_sandbox.life import settle
from backend.stripe_sandbox.links import link_of
from backend.stripe_sandbox.methods import BEHAVIOURS
from backend.stripe_sandbox.refusal import Refusal
from backend.stripe_sandbox.state import State, Thing, changing
from backend.stripe_sandbox.words import (
    IBANS,
    LANGUAGES,
    METHODS,
    OUTCOMES,
    TEST_IBAN,
    WORDS,
    language_of,
)

HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "frame-ancestors 'none'",
}

_EMAIL = re.compile(r"[^\s@\ufffd]+@[^\s@\ufffd]+")


async def serve_page(request: Request, base_url: str) -> Reply:
    """One page; what a form changes is one transaction."""
    query = dict(parse_qsl(request.query))
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    asked = form.get("language") or query.get("lang", "")
    lang = language_of(asked, request.headers.get("accept-language", ""))
    if request.method not in ("GET", "POST"):
        return _message(lang, "unknown", 405)
    # PostgreSQL keeps no NUL, and no form of ours sends one: it becomes what is no character.
    form = {name: value.replace("\0", "\ufffd") for name, value in form.items()}
    _, kind, identifier = request.path.replace("\0", "").split("/", 2)
    page = _onboarding if kind == "onboarding" else _checkout
    async with changing(base_url) as state:
        await settle(state)
        reply = await page(state, identifier, form if request.method == "POST" else None, lang)
        await state.write()
        return reply


async def _onboarding(state: State, token: str, form: dict[str, str] | None, lang: str) -> Reply:
    """Opening it uses the link up; a link used before or expired leads to its refresh_url."""
    link = await link_of(state, token)
    if link is None:
        return _message(lang, "unknown", 404)
    if form is None:
        if link.hidden["opened"] or state.now_s >= link.hidden["expires_s"]:
            return _redirect(link.hidden["refresh_url"])
        link.keep(opened=True, visit=secrets.token_urlsafe(16))
        return await _onboarding_form(state, link, {}, lang)
    visit = link.hidden.get("visit") or "-"
    if not secrets.compare_digest(form.get("visit", "").encode(), visit.encode()):
        return _redirect(link.hidden["refresh_url"])
    match form.get("action"):
        case "leave":
            link.keep(visit=None)
            return _redirect(link.hidden["return_url"])
        case "complete":
            reply = await _onboard(state, link, form, lang)
        case _:
            reply = await _onboarding_form(state, link, form, lang)
    return reply


async def _onboard(state: State, link: Thing, form: dict[str, str], lang: str) -> Reply:
    if not form.get("holder", "").strip():
        return await _onboarding_form(state, link, form, lang, WORDS[lang]["holder_missing"])
    account = await account_of(state, link.body["account"])
    try:
        onboard(
            state,
            account,
            iban=form.get("iban", ""),
            holder=form.get("holder", ""),
            outcome=form.get("outcome", "active"),
        )
    except Refusal as refusal:
        return await _onboarding_form(state, link, form, lang, str(refusal))
    link.keep(visit=None)
    return _redirect(link.hidden["return_url"])


async def _onboarding_form(
    state: State, link: Thing, form: dict[str, str], lang: str, error: str = ""
) -> Reply:
    account = await account_of(state, link.body["account"])
    words = WORDS[lang]
    name = account.body["display_name"] or account.body["contact_email"] or account.id
    return _render(
        "onboarding",
        lang,
        "onboarding",
        400 if error else 200,
        action=link.body["url"],
        visit=link.hidden["visit"],
        account=account.id,
        display_name=name,
        holder=form.get("holder", name),
        chosen=form.get("iban", f"{TEST_IBAN}3000"),
        outcome=form.get("outcome", "active"),
        ibans=[(f"{TEST_IBAN}{tail}", words[tail]) for tail in IBANS],
        outcomes=[(value, words[value]) for value in OUTCOMES],
        error=error,
    )


async def _checkout(state: State, identifier: str, form: dict[str, str] | None, lang: str) -> Reply:
    session = await state.look(identifier)
    if session is None or session.kind != "checkout.session":
        return _message(lang, "unknown", 404)
    if session.body["status"] != "open":
        return _message(lang, "over", 410)
    form = form or {}
    action, method = form.get("action"), form.get("method", "")
    cancel_url = session.body["cancel_url"]
    if action == "abandon" and cancel_url:
        return _redirect(_filled(cancel_url, session))
    if action not in ("pay", "approve"):
        error = WORDS[lang]["refused"] if action == "refuse" else ""
        return _checkout_form(state, session, form, lang, error=error)
    wrong = "" if method in METHODS else "method_unknown"
    if form.get("email") and not _EMAIL.fullmatch(form["email"]):
        wrong = "email_wrong"
    if wrong:
        error = WORDS[lang][wrong]
        return _checkout_form(state, session, form, lang, error=error, status=400)
    return await _pay(state, session, form, lang)


async def _pay(state: State, session: Thing, form: dict[str, str], lang: str) -> Reply:
    method = form["method"]
    if BEHAVIOURS[method].asks and form["action"] == "pay":
        return _checkout_form(state, session, form, lang, asking=method)
    try:
        await complete(state, session, method, email=form.get("email", ""))
    except Refusal:
        return _checkout_form(state, session, form, lang, error=WORDS[lang]["declined"])
    return _redirect(_filled(session.body["success_url"], session))


def _checkout_form(
    state: State,
    session: Thing,
    form: dict[str, str],
    lang: str,
    *,
    error: str = "",
    status: int = 402,
    asking: str = "",
) -> Reply:
    currency = session.body["currency"]
    total = session.body["amount_total"]
    words = WORDS[lang]
    return _render(
        "checkout",
        lang,
        "checkout" if total else "setup",
        status if error else 200,
        action=f"{session.body['url']}?lang={lang}",
        total=_amount(total, currency, lang) if total else "",
        items=[
            {**item, "amount": _amount(item["amount"], currency, lang)}
            for item in session.hidden["items"]
        ],
        email=form.get("email") or session.body["customer_email"] or "buyer@example.org",
        methods=[(name, words[name]) for name in METHODS],
        may_abandon=bool(session.body["cancel_url"]),
        error=error,
        asking=asking,
    )


def _filled(url: str, session: Thing) -> str:
    return url.replace("{CHECKOUT_SESSION_ID}", session.id)


def _amount(minor: int, currency: str, lang: str) -> str:
    code = currency.upper()
    return format_currency(Decimal(minor).scaleb(-core.exponent_of(code)), code, locale=lang)


@functools.cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )


def _render(template: str, lang: str, title: str, status: int, **facts: Any) -> Reply:
    words = WORDS[lang]
    text = (
        _templates()
        .get_template(f"{template}.html")
        .render(lang=lang, t=words, title=words[title], languages=LANGUAGES, **facts)
    )
    return Reply(status, text, dict(HEADERS))


def _message(lang: str, name: str, status: int) -> Reply:
    return _render("message", lang, name, status, message=WORDS[lang][f"{name}_text"])


def _redirect(url: str) -> Reply:
    return Reply(303, "", {**HEADERS, "location": url})
