"""Passkeys (WebAuthn): what a browser is asked, and whether what it answers is right.

A challenge is asked once and answered once; its digest waits in PostgreSQL, for any node to find.
"""

import binascii
import ipaddress
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import webauthn
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from backend import core, mail
from backend.core import connection, transaction
from backend.identity.queries import digest
from backend.identity.rules import CHALLENGE, PasskeyRefused

Purpose = Literal["register", "first", "second"]

CHALLENGE_BYTES = 32
UNREADABLE = (
    WebAuthnException, ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError,
)  # fmt: skip
"""What the library makes of an answer that no browser gives."""


def possible(base_url: str) -> bool:
    """Browsers keep passkeys for names, not for numbers: 127.0.0.1 has none, localhost has."""
    host = urlsplit(base_url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(host)
    return False


async def ask_registration(
    person_id: UUID, email: str, name: str, *, base_url: str, now: datetime
) -> dict[str, Any]:
    """Options for `navigator.credentials.create`: a passkey that the person does not have yet."""
    challenge = await _ask("register", person_id, now)
    options = webauthn.generate_registration_options(
        rp_id=_host(base_url),
        rp_name=mail.OPERATOR,
        user_id=person_id.bytes,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=await _descriptors(person_id),
    )
    return _as_json(options)


@core.operators_work
async def ask_first(*, base_url: str, now: datetime) -> dict[str, Any]:
    """Options for `navigator.credentials.get`: whoever it is, and the device checks them."""
    challenge = await _ask("first", None, now)
    options = webauthn.generate_authentication_options(
        rp_id=_host(base_url),
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_json(options)


async def ask_second(person_id: UUID, *, base_url: str, now: datetime) -> dict[str, Any]:
    """Options for `navigator.credentials.get`: one of this person's, after their password."""
    challenge = await _ask("second", person_id, now)
    options = webauthn.generate_authentication_options(
        rp_id=_host(base_url),
        challenge=challenge,
        allow_credentials=await _descriptors(person_id),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return _as_json(options)


async def check_registration(
    credential: Mapping[str, Any], person_id: UUID, *, base_url: str, now: datetime
) -> VerifiedRegistration:
    """The new passkey, as its challenge asked for.

    Raises:
        PasskeyRefused: answered twice, too late, for somebody else, or not rightly.
    """
    challenge = await _answered(credential, "register", person_id, now)
    try:
        return webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=_host(base_url),
            expected_origin=base_url,
        )
    except UNREADABLE as refusal:
        raise PasskeyRefused("Try again, or use another passkey.") from refusal


async def check(
    credential: Mapping[str, Any],
    purpose: Literal["first", "second"],
    person_id: UUID | None,
    *,
    base_url: str,
    now: datetime,
) -> UUID:
    """Whose passkey this is; its counter and its last use are noted.

    Raises:
        PasskeyRefused: answered twice, too late, not rightly, unknown, of somebody else, or its
            counter went back (it was copied).
    """
    challenge = await _answered(credential, purpose, person_id, now)
    async with transaction():
        row = await connection().fetchrow(
            "SELECT id, person_id, public_key, sign_count FROM identity.passkey "
            "WHERE credential_id = $1 AND ($2::uuid IS NULL OR person_id = $2) FOR UPDATE",
            _bytes(str(credential.get("id", ""))), person_id,
        )  # fmt: skip
        if row is None:
            raise PasskeyRefused("It belongs to no account here; sign in with your password.")
        verified = _verified(credential, challenge, row, base_url, first=purpose == "first")
        await connection().execute(
            "UPDATE identity.passkey SET sign_count = $2, last_used_at = $3 WHERE id = $1",
            row["id"], verified.new_sign_count, now,
        )  # fmt: skip
    owner = row["person_id"]
    assert isinstance(owner, UUID)
    return owner


async def still_there(credential: Mapping[str, Any]) -> None:
    """In the open transaction: the passkey that was checked was not removed meanwhile.

    Raises:
        PasskeyRefused: it was.
    """
    credential_id = _bytes(str(credential.get("id", "")))
    if not await connection().fetchval(
        "SELECT true FROM identity.passkey WHERE credential_id = $1", credential_id
    ):
        raise PasskeyRefused("It belongs to no account here; sign in with your password.")


def _verified(
    credential: Mapping[str, Any],
    challenge: bytes,
    row: asyncpg.Record,
    base_url: str,
    *,
    first: bool,
) -> VerifiedAuthentication:
    try:
        return webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=_host(base_url),
            expected_origin=base_url,
            credential_public_key=row["public_key"],
            credential_current_sign_count=row["sign_count"],
            require_user_verification=first,
        )
    except UNREADABLE as refusal:
        raise PasskeyRefused("Try again, or sign in with your password.") from refusal


async def _ask(purpose: Purpose, person_id: UUID | None, now: datetime) -> bytes:
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    await core.fetch(
        "INSERT INTO identity.challenge VALUES ($1, $2, $3, $4)",
        digest(challenge.hex()), purpose, person_id, now + CHALLENGE,
    )  # fmt: skip
    return challenge


async def _answered(
    credential: Mapping[str, Any], purpose: Purpose, person_id: UUID | None, now: datetime
) -> bytes:
    """The challenge that this answers, used up whatever comes of it."""
    try:
        client = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(client["challenge"])
    except UNREADABLE as refusal:
        raise PasskeyRefused("Send what the browser answered, unchanged.") from refusal
    asked = await core.fetch_row(
        "DELETE FROM identity.challenge WHERE challenge_sha256 = $1 AND purpose = $2 "
        "AND person_id IS NOT DISTINCT FROM $3 RETURNING expires_at",
        digest(challenge.hex()), purpose, person_id,
    )  # fmt: skip
    if asked is None or asked["expires_at"] <= now:
        raise PasskeyRefused("It took too long; try again.")
    return challenge


async def _descriptors(person_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    rows = await core.fetch(
        "SELECT credential_id FROM identity.passkey WHERE person_id = $1 ORDER BY id", person_id
    )
    return [PublicKeyCredentialDescriptor(id=row["credential_id"]) for row in rows]


def _as_json(options: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return made


def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or ""


def _bytes(text: str) -> bytes:
    try:
        return base64url_to_bytes(text)
    except (ValueError, binascii.Error):
        return b""
