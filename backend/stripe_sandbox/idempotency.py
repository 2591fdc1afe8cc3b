"""Idempotency keys as Stripe documents them (stripe.md 1.9), safe between processes.

A key is claimed in a statement of its own before the request is executed, so a second request
meets it in flight. The answer is stored in the transaction that executes: a crash between the two
means that nothing was executed, and the claim may be taken over when it is stale.
"""

import hashlib
import uuid
from dataclasses import dataclass

from backend import core
from backend.stripe_sandbox.refusal import Refusal, unusable
from backend.stripe_sandbox.state import CLOCK, DAY_S, Body, encode

STALE_S = 5
LIFE_S = {"v1": DAY_S, "v2": 30 * DAY_S}
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Claim:
    scope: str
    key: str
    token: uuid.UUID


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer given before."""

    status: int
    body: str
    request: str


def digest_of(method: str, path: str, params: Body) -> str:
    text = f"{method} {path} {encode(_sorted(params))}"
    return hashlib.sha256(text.encode()).hexdigest()


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value


async def claim(version: str, account: str, key: str, digest: str) -> Claim | Stored:
    """The right to execute, or the answer given before.

    Raises:
        Refusal: 409 while another request executes; 400 if the parameters are others.
    """
    if not 1 <= len(key) <= LONGEST_KEY or "\0" in key:
        raise unusable("Idempotency keys must be 1 to 255 characters long.")
    mine = Claim(f"{version}:{account}", key, uuid.uuid4())
    while True:
        token = await core.fetch_value(
            _CLAIM, mine.scope, key, digest, mine.token, STALE_S, LIFE_S[version]
        )
        if token is not None:
            return mine
        row = await core.fetch_row(_READ, mine.scope, key)
        if row is None:
            continue  # Its request was refused by validation meanwhile: the key is free again.
        if row["digest"] != digest:
            raise _other_parameters(key)
        if row["status"] is None:
            raise in_use()
        return Stored(row["status"], row["body"], row["request"])


async def store(held: Claim, status: int, body: str, request: str) -> None:
    """In the executing transaction. Raises: Refusal, if the claim was taken over meanwhile."""
    token = await core.fetch_value(
        "UPDATE stripe_sandbox.idempotency SET status = $4, body = $5, request = $6 "
        "WHERE scope = $1 AND key = $2 AND token = $3 RETURNING token",
        held.scope, held.key, held.token, status, body, request,
    )  # fmt: skip
    if token is None:
        raise in_use()


async def release(held: Claim) -> None:
    """The key is as if never used."""
    await core.fetch(
        "DELETE FROM stripe_sandbox.idempotency WHERE scope = $1 AND key = $2 AND token = $3",
        held.scope, held.key, held.token,
    )  # fmt: skip


def in_use() -> Refusal:
    return Refusal(
        "There is currently another in-progress request using this Idempotent Key (that probably "
        "means you submitted twice, and the other request is still going through). Please try "
        "again later.",
        status=409,
        code="idempotency_key_in_use",
        kind="idempotency_error",
        stored=False,
    )


def _other_parameters(key: str) -> Refusal:
    return Refusal(
        "Keys for idempotent requests can only be used with the same parameters they were first "
        f"used with. Try using a key other than '{key}' if you meant to execute a different "
        "request.",
        kind="idempotency_error",
        stored=False,
    )


_CLAIM = f"""
INSERT INTO stripe_sandbox.idempotency AS held
  (scope, key, digest, token, claimed_at, claimed_s)
VALUES ($1, $2, $3, $4, clock_timestamp(), {CLOCK})
ON CONFLICT (scope, key) DO UPDATE
  SET digest = excluded.digest, token = excluded.token, claimed_at = excluded.claimed_at,
      claimed_s = excluded.claimed_s, status = NULL, body = NULL, request = NULL
  WHERE (held.status IS NULL
         AND held.claimed_at < clock_timestamp() - make_interval(secs => $5::integer))
     OR (held.status IS NOT NULL AND held.claimed_s <= excluded.claimed_s - $6::bigint)
RETURNING token
"""  # noqa: S608

_READ = """
SELECT digest, status, body, request FROM stripe_sandbox.idempotency WHERE scope = $1 AND key = $2
"""
