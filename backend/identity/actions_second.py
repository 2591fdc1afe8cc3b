"""What proves a person beside their password is set up, changed and removed here.

Each asks that the person proved who they are a moment ago: a session left open changes nothing.
"""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pyotp
import segno
from msgspec import Struct

from backend import audit, core, mail
from backend.core import connection, seal, transaction, unseal
from backend.identity import letters, passkeys
from backend.identity.attempts import count_code
from backend.identity.codes import SEALED_AS, make_recovery_codes, use_totp
from backend.identity.confirming import changing
from backend.identity.rules import (
    PASSKEYS,
    PasskeyRefused,
    WrongCode,
)
from backend.identity.rules_second import (
    AuthenticatorExists,
    NoAuthenticator,
    PasskeyUnknown,
    TooManyPasskeys,
)
from backend.identity.sessions import end_all
from backend.web import Principal


class NewAuthenticator(Struct, frozen=True):
    """Shown once: the secret as text, as the address that apps read, and as a picture of it."""

    secret: str
    uri: str
    qr_svg: str


class NewPasskey(Struct, frozen=True):
    """`recovery_codes`: made with the first second factor, shown once; else empty."""

    id: UUID
    recovery_codes: list[str]


@core.operators_work
async def begin_authenticator(
    principal: Principal, *, secret_key: str | None, now: datetime
) -> NewAuthenticator:
    """A secret waits to be confirmed with a code made of it; one that waited before is void.

    Raises:
        ConfirmFirst, AuthenticatorExists, NoSecretKey.
    """
    person = await changing(principal, now)
    secret = pyotp.random_base32()
    about = str(person["id"])
    sealed = seal(secret, key=secret_key, purpose=SEALED_AS, about=about)
    async with transaction():
        await connection().execute(
            "DELETE FROM identity.authenticator WHERE person_id = $1 AND confirmed_at IS NULL",
            person["id"],
        )
        added = await connection().fetchval(
            "INSERT INTO identity.authenticator (person_id, secret_sealed, created_at) "
            "VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true",
            person["id"], sealed, now,
        )  # fmt: skip
        if not added:
            raise AuthenticatorExists("Remove it first, then set up the new one.")
    return _shown(secret, person["email"])


@core.operators_work
async def waiting_authenticator(
    principal: Principal, *, secret_key: str | None, now: datetime
) -> NewAuthenticator | None:
    """The secret that still waits to be confirmed, or None.

    Raises:
        ConfirmFirst, NoSecretKey.
    """
    person = await changing(principal, now)
    sealed = await core.fetch_value(
        "SELECT secret_sealed FROM identity.authenticator "
        "WHERE person_id = $1 AND confirmed_at IS NULL",
        person["id"],
    )
    if sealed is None:
        return None
    about = str(person["id"])
    secret = unseal(sealed, key=secret_key, purpose=SEALED_AS, about=about)
    return _shown(secret, person["email"])


@core.operators_work
async def confirm_authenticator(
    principal: Principal, code: str, *, secret_key: str | None, now: datetime
) -> list[str]:
    """The authenticator is asked for from now on; answers ten recovery codes, shown once.

    Other sessions, which never gave a second factor, have ended.

    Raises:
        NoAuthenticator: none waits to be confirmed.
        WrongCode, TooManyRequests, ConfirmFirst.
    """
    person = await changing(principal, now)
    await count_code(person["id"], now)
    waiting = await core.fetch_value(
        "SELECT true FROM identity.authenticator WHERE person_id = $1 AND confirmed_at IS NULL",
        person["id"],
    )
    if not waiting:
        raise NoAuthenticator("Begin again: ask for a new secret.")
    tidy = "".join(code.split())
    if not await use_totp(person["id"], tidy, secret_key=secret_key, now=now, confirmed=False):
        raise WrongCode("Check that the clock of the telephone is right; try the next code.")
    async with transaction():
        await connection().execute(
            "UPDATE identity.authenticator SET confirmed_at = $2 WHERE person_id = $1",
            person["id"], now,
        )  # fmt: skip
        made = await make_recovery_codes(person["id"], now)
        await end_all(person["id"], but=principal.session)
        await _tell(principal, person, "authenticator_added", now)
    return made


@core.operators_work
async def remove_authenticator(principal: Principal, *, now: datetime) -> None:
    """No code is asked for any more; removing it again changes nothing.

    Raises:
        ConfirmFirst.
    """
    person = await changing(principal, now)
    async with transaction():
        gone = await connection().fetchval(
            "DELETE FROM identity.authenticator WHERE person_id = $1 RETURNING true", person["id"]
        )
        if gone:
            await _drop_useless_codes(person["id"])
            await _tell(principal, person, "authenticator_removed", now)


@core.operators_work
async def renew_recovery_codes(principal: Principal, *, now: datetime) -> list[str]:
    """Ten fresh recovery codes, shown once; those before are void.

    Raises:
        NoAuthenticator: there is no second factor that they could stand in for.
        ConfirmFirst.
    """
    person = await changing(principal, now)
    async with transaction():
        if not await _has_second_factor(person["id"]):
            raise NoAuthenticator("Set up an authenticator or a passkey first.")
        made = await make_recovery_codes(person["id"], now)
        await _tell(principal, person, "recovery_codes_made", now)
    return made


@core.operators_work
async def passkey_options(principal: Principal, *, base_url: str, now: datetime) -> dict[str, Any]:
    """What the browser is asked to make a passkey.

    Raises:
        ConfirmFirst, TooManyPasskeys.
        PasskeyRefused: browsers keep none for this address.
    """
    if not passkeys.possible(base_url):
        raise PasskeyRefused("Browsers keep passkeys for a name such as localhost, not a number.")
    person = await changing(principal, now)
    held = await core.fetch_value(
        "SELECT count(*) FROM identity.passkey WHERE person_id = $1", person["id"]
    )
    if held >= PASSKEYS:
        raise TooManyPasskeys("Remove one first.")
    return await passkeys.ask_registration(
        person["id"], person["email"], person["name"], base_url=base_url, now=now
    )


@core.operators_work
async def add_passkey(
    principal: Principal,
    credential: Mapping[str, Any],
    *,
    name: str,
    base_url: str,
    now: datetime,
) -> NewPasskey:
    """The passkey signs its person in from now on.

    Raises:
        ConfirmFirst, PasskeyRefused.
    """
    person = await changing(principal, now)
    made = await passkeys.check_registration(credential, person["id"], base_url=base_url, now=now)
    async with transaction():
        added = await connection().fetchval(
            "INSERT INTO identity.passkey (person_id, credential_id, public_key, sign_count, name, "
            "created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id",
            person["id"], made.credential_id, made.credential_public_key, made.sign_count, name,
            now,
        )  # fmt: skip
        if added is None:
            raise PasskeyRefused("It is known already.")
        codes_left = await connection().fetchval(
            "SELECT count(*) FROM identity.recovery_code WHERE person_id = $1 AND used_at IS NULL",
            person["id"],
        )
        codes = [] if codes_left else await make_recovery_codes(person["id"], now)
        await _tell(principal, person, "passkey_added", now)
    assert isinstance(added, UUID)
    return NewPasskey(added, codes)


@core.operators_work
async def remove_passkey(principal: Principal, passkey_id: UUID, *, now: datetime) -> None:
    """The passkey opens nothing any more.

    Raises:
        PasskeyUnknown: no such one, or somebody else's.
        ConfirmFirst.
    """
    person = await changing(principal, now)
    async with transaction():
        gone = await connection().fetchval(
            "DELETE FROM identity.passkey WHERE id = $1 AND person_id = $2 RETURNING true",
            passkey_id, person["id"],
        )  # fmt: skip
        if not gone:
            raise PasskeyUnknown("Look at the list again.")
        await _drop_useless_codes(person["id"])
        await _tell(principal, person, "passkey_removed", now)


async def _has_second_factor(person_id: UUID) -> bool:
    found = await connection().fetchval(
        "SELECT EXISTS (SELECT FROM identity.authenticator WHERE person_id = $1 "
        "AND confirmed_at IS NOT NULL) OR EXISTS (SELECT FROM identity.passkey "
        "WHERE person_id = $1)",
        person_id,
    )
    return bool(found)


async def _drop_useless_codes(person_id: UUID) -> None:
    if not await _has_second_factor(person_id):
        await connection().execute(
            "DELETE FROM identity.recovery_code WHERE person_id = $1", person_id
        )


async def _tell(principal: Principal, person: asyncpg.Record, what: str, now: datetime) -> None:
    letter = letters.second_factor_changed(person["language"], what)
    await mail.send(person["email"], letter, language=person["language"], now=now)
    await audit.write(principal.organisation_id, principal.actor, what, principal.actor)


def _shown(secret: str, email: str) -> NewAuthenticator:
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=mail.OPERATOR)
    return NewAuthenticator(secret, uri, _picture(uri))


def _picture(uri: str) -> str:
    """The QR code as SVG, to stand in a page as it is."""
    made = io.BytesIO()
    segno.make(uri, error="m").save(
        made, kind="svg", border=4, omitsize=True, xmldecl=False, dark="#000000", light="#ffffff"
    )
    return made.getvalue().decode()
