"""What the account's pages share: their address, the way they are made and led on from."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from litestar import Request, Response
from litestar.params import PathParameter, QueryParameter

from backend import identity
from backend.storefront.page import render
from backend.storefront.words import translator

__all__ = ["Lang", "Next", "clock", "page", "see", "segment_words", "translator"]

Lang = Annotated[Literal["fr", "en"], PathParameter(description="the language of the page")]
Next = Annotated[str, QueryParameter(max_length=2000, description="where to go then, on this site")]

BAD_FORM = 400


def clock() -> datetime:
    return datetime.now(UTC)


async def page(
    request: Request[Any, Any, Any],
    lang: Lang,
    name: str,
    *,
    status: int = 200,
    told: str = "",
    **facts: Any,
) -> Response[Any]:
    """One of the account's pages; 400 where its form was refused."""
    form = facts.get("form")
    if form is not None and form.wrong:
        status = BAD_FORM
    answer = render(
        request,
        lang,
        f"account/{name}.html",
        status=status,
        told=told,
        passkeys=identity.passkeys.possible(identity.base_url_of(request)),
        shows_mail=request.app.state.get("shows_mail", False),
        **facts,
    )
    # Links in letters stay here, and forms still say where they come from.
    answer.headers["referrer-policy"] = "same-origin"
    return answer


def segment_words(_: Callable[[str], str]) -> dict[str, str]:
    """What a person signs up as; the operator confirms it."""
    return {
        "individual": _("A person"),
        "tpe": _("Fewer than 10 people"),
        "pme": _("10 to 249 people"),
        "eti": _("250 to 4,999 people"),
        "large_account": _("5,000 people or more"),
        "public_body": _("Public body"),
        "local_authority": _("Local authority"),
    }


def see(path: str, *, next_page: str = "") -> Response[Any]:
    """Go there; `next_page` is where to go after that."""
    if next_page:
        path += f"{'&' if '?' in path else '?'}next={quote(next_page, safe='')}"
    return Response(None, status_code=303, headers={"location": path})
