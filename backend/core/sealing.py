"""Secrets at rest: a copy of the database opens none of them without MAILLAGE_SECRET_KEY."""

import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.core.problem import Problem

NONCE_BYTES = 12


class NoSecretKey(Problem):
    code = "no-secret-key"
    title = "This installation cannot keep secrets"


def seal(secret: str, *, key: str | None, purpose: str, about: str) -> bytes:
    """`secret` as AES-256-GCM keeps it; `about` says whose it is, and no other row can hold it.

    Each `purpose` has a key of its own: what was sealed for one is nothing to another.

    Raises:
        NoSecretKey: none is set.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(key, purpose).encrypt(nonce, secret.encode(), about.encode())


def unseal(sealed: bytes, *, key: str | None, purpose: str, about: str) -> str:
    """What was sealed for `purpose` and `about`.

    Raises:
        NoSecretKey: none is set.
        cryptography.exceptions.InvalidTag: another key, another purpose, or another row's.
    """
    nonce, kept = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return _cipher(key, purpose).decrypt(nonce, kept, about.encode()).decode()


def _cipher(key: str | None, purpose: str) -> AESGCM:
    if not key:
        raise NoSecretKey("Ask the operator to set MAILLAGE_SECRET_KEY.")
    return AESGCM(hashlib.sha256(f"maillage {purpose}\0{key}".encode()).digest())
