"""Codes of an authenticator (TOTP, RFC 6238) and recovery codes, each taken once."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

import pyotp

from backend import audit, core
from backend.core import connection, transaction, unseal
from backend.identity.rules import RECOVERY_CODES, WrongCode

SEALED_AS = "authenticator"
STEP_S = 30
DRIFT = (0, -1, 1)
"""Steps that a telephone's clock may be off."""

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1, which look alike."""
GROUPS, LETTERS = 4, 4
"""79 bits: more than anybody can try, so that a plain digest keeps them."""


async def use_code(person_id: UUID, code: str, *, secret_key: str | None, now: datetime) -> None:
    """The code was right and is used up.

    Raises:
        WrongCode: wrong, or used before.
    """
    tidy = "".join(code.split()).replace("-", "").lower()
    if tidy.isascii() and tidy.isdigit():
        right = await use_totp(person_id, tidy, secret_key=secret_key, now=now)
    else:
        right = await _use_recovery_code(person_id, tidy, now)
    if not right:
        raise WrongCode("Wait for the next code, or use a recovery code that you did not use yet.")


async def use_totp(
    person_id: UUID, code: str, *, secret_key: str | None, now: datetime, confirmed: bool = True
) -> bool:
    """Whether this is a code of the person's authenticator, later than the last one taken."""
    row = await core.fetch_row(
        "SELECT secret_sealed FROM identity.authenticator "
        "WHERE person_id = $1 AND (confirmed_at IS NOT NULL) = $2",
        person_id, confirmed,
    )  # fmt: skip
    if row is None:
        return False
    secret = unseal(row["secret_sealed"], key=secret_key, purpose=SEALED_AS, about=str(person_id))
    generator = pyotp.TOTP(secret)
    now_step = int(now.timestamp()) // STEP_S
    for step in (now_step + drift for drift in DRIFT):
        if secrets.compare_digest(generator.at(step * STEP_S), code):
            taken = await core.fetch_value(
                "UPDATE identity.authenticator SET last_step = $2 "
                "WHERE person_id = $1 AND last_step < $2 RETURNING true",
                person_id, step,
            )  # fmt: skip
            return bool(taken)
    return False


async def make_recovery_codes(person_id: UUID, now: datetime) -> list[str]:
    """Ten fresh codes, in the open transaction; those before are void. Shown once."""
    made = [_code() for _ in range(RECOVERY_CODES)]
    await connection().execute("DELETE FROM identity.recovery_code WHERE person_id = $1", person_id)
    await connection().executemany(
        "INSERT INTO identity.recovery_code VALUES ($1, $2, $3)",
        [(person_id, _digest(person_id, code.replace("-", "")), now) for code in made],
    )
    return made


async def _use_recovery_code(person_id: UUID, code: str, now: datetime) -> bool:
    async with transaction():
        used = await connection().fetchval(
            "UPDATE identity.recovery_code SET used_at = $3 "
            "WHERE person_id = $1 AND code_sha256 = $2 AND used_at IS NULL RETURNING true",
            person_id, _digest(person_id, code), now,
        )  # fmt: skip
        if used:
            subject = f"person:{person_id}"
            await audit.write(None, subject, "use_recovery_code", subject)
    return bool(used)


def _code() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))
    return "-".join(groups)


def _digest(person_id: UUID, code: str) -> bytes:
    return hashlib.sha256(person_id.bytes + code.encode("utf-8", "replace")).digest()
