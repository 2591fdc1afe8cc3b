"""What proves a person beside their password: seen, set up, removed; sessions ended."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post
from litestar.params import FromPath, JSONBody

from backend import core, web
from backend.identity import (
    actions_second,
    confirming,
    queries_account,
    rules,
    rules_second,
)
from backend.identity.answering import base_url_of, now, person_of, secret_key_of
from backend.identity.wire import ONCE, CodeIn, Credential, Options


class PasswordIn(msgspec.Struct, forbid_unknown_fields=True):
    password: rules.Password


class PasskeyIn(msgspec.Struct, forbid_unknown_fields=True):
    name: web.Line
    credential: Credential


class RecoveryCodes(msgspec.Struct):
    """Shown once; each works once, in place of a second factor."""

    recovery_codes: list[str]


class Ended(msgspec.Struct):
    ended: int


CHANGING = web.problems(
    web.NotSignedIn,
    web.NotAllowed,
    rules.ConfirmFirst,
    rules.CrossSite,
    rules_second.AuthenticatorExists,
    rules_second.NoAuthenticator,
    core.NoSecretKey,
    rules.WrongCode,
    rules.PasskeyRefused,
    rules_second.TooManyPasskeys,
    web.TooManyRequests,
)


@post(
    "/session/confirmation", operation_id="confirm_session", status_code=204, opt=ONCE,
    responses=web.problems(
        web.NotSignedIn, rules.WrongCredentials, rules.CrossSite, web.TooManyRequests
    ),
)  # fmt: skip
async def confirm_session(data: JSONBody[PasswordIn], principal: web.Visitor) -> None:
    """Prove again who one is: for a quarter of an hour one may change what proves it."""
    await confirming.confirm(person_of(principal), data.password, now=now())


@get("/account", operation_id="read_account", responses=web.problems(web.NotSignedIn))
async def read_account(principal: web.Visitor) -> queries_account.Security:
    """What proves who one is, and where one is signed in."""
    return await queries_account.read_security(person_of(principal), now())


@delete(
    "/account/sessions", operation_id="end_other_sessions", status_code=200,
    responses=web.problems(web.NotSignedIn, rules.CrossSite),
)  # fmt: skip
async def end_other_sessions(principal: web.Visitor) -> Ended:
    """End every session of one's own but this one."""
    return Ended(await confirming.end_other_sessions(person_of(principal)))


@post("/account/authenticator", operation_id="begin_authenticator", opt=ONCE, responses=CHANGING)
async def begin_authenticator(
    request: Request[Any, Any, Any], principal: web.Visitor
) -> actions_second.NewAuthenticator:
    """Begin to set up an authenticator (TOTP): its secret is in this answer and nowhere else."""
    return await actions_second.begin_authenticator(
        person_of(principal), secret_key=secret_key_of(request), now=now()
    )


@post(
    "/account/authenticator/confirmation", operation_id="confirm_authenticator", status_code=200,
    opt=ONCE, responses=CHANGING,
)  # fmt: skip
async def confirm_authenticator(
    data: JSONBody[CodeIn], request: Request[Any, Any, Any], principal: web.Visitor
) -> RecoveryCodes:
    """The first code proves that it works: it is asked for from now on. Ends other sessions."""
    return RecoveryCodes(
        await actions_second.confirm_authenticator(
            person_of(principal), data.code, secret_key=secret_key_of(request), now=now()
        )
    )


@delete("/account/authenticator", operation_id="remove_authenticator", responses=CHANGING)
async def remove_authenticator(principal: web.Visitor) -> None:
    """No code is asked for any more."""
    await actions_second.remove_authenticator(person_of(principal), now=now())


@post("/account/recovery-codes", operation_id="renew_recovery_codes", opt=ONCE, responses=CHANGING)
async def renew_recovery_codes(principal: web.Visitor) -> RecoveryCodes:
    """Ten fresh recovery codes; those before are void."""
    return RecoveryCodes(await actions_second.renew_recovery_codes(person_of(principal), now=now()))


@post(
    "/account/passkeys/options", operation_id="ask_new_passkey", status_code=200, opt=ONCE,
    responses=CHANGING,
)  # fmt: skip
async def ask_new_passkey(request: Request[Any, Any, Any], principal: web.Visitor) -> Options:
    """What to ask the browser for, to make a passkey."""
    return Options(
        await actions_second.passkey_options(
            person_of(principal), base_url=base_url_of(request), now=now()
        )
    )


@post("/account/passkeys", operation_id="add_passkey", opt=ONCE, responses=CHANGING)
async def add_passkey(
    data: JSONBody[PasskeyIn], request: Request[Any, Any, Any], principal: web.Visitor
) -> actions_second.NewPasskey:
    """Keep the passkey that the browser made."""
    return await actions_second.add_passkey(
        person_of(principal),
        msgspec.to_builtins(data.credential),
        name=data.name,
        base_url=base_url_of(request),
        now=now(),
    )


@delete(
    "/account/passkeys/{passkey_id:uuid}", operation_id="remove_passkey",
    responses={**CHANGING, **web.problems(rules_second.PasskeyUnknown)},
)  # fmt: skip
async def remove_passkey(passkey_id: FromPath[UUID], principal: web.Visitor) -> None:
    """The passkey opens nothing any more."""
    await actions_second.remove_passkey(person_of(principal), passkey_id, now=now())


store = [
    confirm_session,
    read_account,
    end_other_sessions,
    begin_authenticator,
    confirm_authenticator,
    remove_authenticator,
    renew_recovery_codes,
    ask_new_passkey,
    add_passkey,
    remove_passkey,
]
