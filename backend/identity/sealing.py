"""Secrets at rest: a copy of the database opens none of them without MAILLAGE_SECRET_KEY."""

import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.identity.rules import NoSecretKey

NONCE_BYTES = 12


def seal(secret: str, *, key: str | None, about: str) -> bytes:
    """`secret` as AES-256-GCM keeps it; `about` says whose it is, and no other row can hold it.

    Raises:
        NoSecretKey: none is set.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, secret.encode(), about.encode())


def unseal(sealed: bytes, *, key: str | None, about: str) -> str:
    """What was sealed for `about`.

    Raises:
        NoSecretKey: none is set.
        cryptography.exceptions.InvalidTag: another key, or another row's.
    """
    nonce, kept = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return _cipher(key).decrypt(nonce, kept, about.encode()).decode()


def _cipher(key: str | None) -> AESGCM:
    if not key:
        raise NoSecretKey("Ask the operator to set MAILLAGE_SECRET_KEY.")
    return AESGCM(hashlib.sha256(b"maillage authenticator\0" + key.encode()).digest())
