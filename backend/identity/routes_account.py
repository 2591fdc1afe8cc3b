"""An account of one's own: sign up, confirm the mailbox, choose a new password, join a team."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, post
from litestar.params import JSONBody

from backend import partners, web
from backend.identity import actions_account, actions_invitation, actions_verify, rules
from backend.identity.answering import base_url_of, now, origin_of, person_of, sign_up_mark_of

Token = Annotated[
    str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")
]
Language = Literal["fr", "en"]
Segment = Literal[
    "individual", "tpe", "pme", "eti", "large_account", "public_body", "local_authority"
]
assert set(Segment.__args__) == set(partners.SEGMENTS)  # type: ignore[attr-defined]


class SignUpIn(msgspec.Struct, forbid_unknown_fields=True):
    """A buyer's organisation and its first person, who owns it."""

    email: web.Email
    password: rules.NewPassword
    name: web.Line
    company: web.Line
    country: web.Country
    segment: Segment
    language: Language = "fr"


class EmailIn(msgspec.Struct, forbid_unknown_fields=True):
    email: web.Email


class TokenIn(msgspec.Struct, forbid_unknown_fields=True):
    """`token` is what stands behind `?token=` in the letter's link."""

    token: Token


class VerifyIn(msgspec.Struct, forbid_unknown_fields=True):
    """`password`: the account's, where this is no session of it. `new`: one's own, instead."""

    token: Token
    password: rules.Password | None = None
    new: rules.NewPassword | None = None


class ResetIn(msgspec.Struct, forbid_unknown_fields=True):
    token: Token
    new: rules.NewPassword


class NewEmailIn(msgspec.Struct, forbid_unknown_fields=True):
    email: web.Email
    password: rules.Password


class AcceptIn(msgspec.Struct, forbid_unknown_fields=True):
    """`name` and `password`: of somebody who has no account yet."""

    token: Token
    name: web.Line | None = None
    password: rules.NewPassword | None = None


class Accepted(msgspec.Struct):
    """What was asked for is on its way by mail, if there is anything to send."""

    letter: Literal["on its way"] = "on its way"


LETTER = web.problems(web.TooManyRequests, rules.CrossSite)


@post(
    "/account", operation_id="sign_up", status_code=202, opt={"keeps_no_answer": True},
    responses=LETTER,
)  # fmt: skip
async def sign_up(data: JSONBody[SignUpIn], request: Request[Any, Any, Any]) -> Accepted:
    """Open an account. The answer is the same whether the address is known or not: read the letter.

    Signing in works at once; ordering once the address is confirmed.
    """
    await actions_account.sign_up(
        email=data.email,
        password=data.password,
        name=data.name,
        company=data.company,
        country=data.country,
        segment=data.segment,
        language=data.language,
        base_url=base_url_of(request),
        origin=origin_of(request),
        now=now(),
    )
    return Accepted()


@post(
    "/account/verification",
    operation_id="verify_email",
    status_code=204,
    opt={"keeps_no_answer": True},
    responses=web.problems(
        rules.ProveFirst,
        rules.WrongCredentials,
        rules.LinkExpired,
        rules.EmailTaken,
        rules.CrossSite,
        web.TooManyRequests,
    ),
)
async def verify_email(
    data: JSONBody[VerifyIn], request: Request[Any, Any, Any], principal: web.Visitor
) -> None:
    """Confirm an address with the token of its letter: a first one, or a changed one.

    Done in the account's own session, or with its password: somebody else may have opened it with
    this address. Whoever did not open it gives a password of their own as `new`, which ends
    everything that was made before.
    """
    if data.new is not None:
        await actions_verify.verify_with_new_password(
            data.token, data.new, origin=origin_of(request), now=now()
        )
        return
    claim = actions_verify.Claim(principal, sign_up_mark_of(request), data.password)
    await actions_verify.verify_email(data.token, claim, origin=origin_of(request), now=now())


@post(
    "/account/verification/resend",
    operation_id="resend_verification",
    status_code=202,
    opt={"keeps_no_answer": True},
    responses=LETTER,
)
async def resend_verification(data: JSONBody[EmailIn], request: Request[Any, Any, Any]) -> Accepted:
    """Send the letter once more; the links before are void."""
    await actions_account.resend_verification(
        email=data.email, base_url=base_url_of(request), origin=origin_of(request), now=now()
    )
    return Accepted()


@post(
    "/account/password-reset",
    operation_id="ask_password_reset",
    status_code=202,
    opt={"keeps_no_answer": True},
    responses=LETTER,
)
async def ask_reset(data: JSONBody[EmailIn], request: Request[Any, Any, Any]) -> Accepted:
    """Ask for a link to choose a new password; it holds for one hour."""
    await actions_account.ask_reset(
        email=data.email, base_url=base_url_of(request), origin=origin_of(request), now=now()
    )
    return Accepted()


@post(
    "/account/password",
    operation_id="reset_password",
    status_code=204,
    opt={"keeps_no_answer": True},
    responses=web.problems(rules.LinkExpired, rules.CrossSite, web.TooManyRequests),
)
async def reset_password(data: JSONBody[ResetIn], request: Request[Any, Any, Any]) -> None:
    """Choose a new password with the token of the letter; every session has ended."""
    await actions_account.reset_password(data.token, data.new, origin=origin_of(request), now=now())


@post(
    "/account/email",
    operation_id="ask_new_email",
    status_code=202,
    opt={"keeps_no_answer": True},
    responses=web.problems(
        web.NotSignedIn, rules.WrongCredentials, rules.CrossSite, web.TooManyRequests
    ),
)
async def ask_new_email(
    data: JSONBody[NewEmailIn], request: Request[Any, Any, Any], principal: web.Visitor
) -> Accepted:
    """Change one's address: a letter goes to the new one, and its link makes the change."""
    await actions_account.ask_new_email(
        person_of(principal),
        email=data.email,
        password=data.password,
        base_url=base_url_of(request),
        origin=origin_of(request),
        now=now(),
    )
    return Accepted()


@post(
    "/account/invitation",
    operation_id="read_invitation",
    status_code=200,
    opt={"keeps_no_answer": True},
    responses=web.problems(rules.LinkExpired, rules.CrossSite),
)
async def read_invitation(data: JSONBody[TokenIn]) -> actions_invitation.Invited:
    """What an invitation's link invites to. (A POST, so that no log keeps the token.)"""
    return await actions_invitation.read_invitation(data.token, now=now())


@post(
    "/account/invitation/acceptance",
    operation_id="accept_invitation",
    status_code=204,
    opt={"keeps_no_answer": True},
    responses=web.problems(
        rules.LinkExpired, rules.MemberUnknown, rules.CrossSite, web.TooManyRequests
    ),
)
async def accept_invitation(
    data: JSONBody[AcceptIn], request: Request[Any, Any, Any]
) -> Response[None]:
    """Join the team; somebody new gives a name and chooses a password. Then sign in."""
    await actions_invitation.accept_invitation(
        data.token,
        name=data.name,
        password=data.password,
        origin=origin_of(request),
        now=now(),
    )
    return Response(None, status_code=204)


store = [
    sign_up,
    verify_email,
    resend_verification,
    ask_reset,
    reset_password,
    ask_new_email,
    read_invitation,
    accept_invitation,
]
