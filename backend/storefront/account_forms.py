"""Forms of the account pages: read, checked against the API's own types, kept when wrong."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.enums import RequestEncodingType
from msgspec import Struct

from backend import core, identity, web
from backend.storefront.account_words import said

LONGEST_FIELD = 2_000
Code = Annotated[str, msgspec.Meta(min_length=6, max_length=40)]
Line: Any = web.Line
LONGEST_LINE = 200
LONGEST_EMAIL = 254
NewPassword: Any = identity.NewPassword
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]

Translate = Callable[[str], str]


class Form(Struct):
    """What was sent, what is wrong with which field, and what is wrong with all of it."""

    values: dict[str, str] = msgspec.field(default_factory=dict)
    errors: dict[str, str] = msgspec.field(default_factory=dict)
    problem: str = ""

    @property
    def wrong(self) -> bool:
        return bool(self.errors or self.problem)


async def read_form(
    request: Request[Any, Any, Any], fields: Mapping[str, Any], translate: Translate
) -> Form:
    """The fields named, each of its type; anything else that was sent is not looked at."""
    kind, _ = request.content_type
    if kind not in ("", RequestEncodingType.URL_ENCODED.value):
        raise web.BadRequest("A form of this page is sent as application/x-www-form-urlencoded.")
    sent = await request.form()
    form = Form()
    for name, wanted in fields.items():
        value = sent.get(name, "")
        text = value[:LONGEST_FIELD] if isinstance(value, str) else ""
        if wanted not in (Password, NewPassword):
            text = text.strip()
        form.values[name] = text
        try:
            msgspec.convert(text, wanted)
        except msgspec.ValidationError:
            form.errors[name] = _what_is_wrong(text, wanted, translate)
    return form


def refused(form: Form, problem: core.Problem, translate: Translate, *, field: str = "") -> Form:
    """The form as it was sent, with the refusal in the reader's words.

    `field`: the one with a password that alone can have been wrong.
    """
    if field and isinstance(problem, identity.WrongCredentials):
        _ = translate
        form.errors[field] = _("The password is not right.")
        return form
    form.problem = said(problem.code, translate, problem.facts.get("retry_after_s"))
    return form


def _what_is_wrong(text: str, wanted: Any, translate: Translate) -> str:
    _ = translate
    if not text:
        return _("Fill this in.")
    if wanted is web.Email and len(text) > LONGEST_EMAIL:
        return _("Give at most 254 characters.")
    if wanted is web.Email:
        return _("This is not an e-mail address.")
    if wanted is NewPassword:
        return _("Give 12 to 128 characters.")
    if wanted is Line and len(text) > LONGEST_LINE:
        return _("Give at most 200 characters.")
    return _("This cannot be used here.")
