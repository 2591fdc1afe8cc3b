"""The operator's own provider signs its staff in (OpenID Connect, code flow with PKCE).

Nobody is made by it: it only says which of the people that exist this is. State, nonce and verifier
wait in PostgreSQL; the state is also in a cookie, so that a link of somebody else's starts nothing.
"""

import secrets
import warnings
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx
from authlib.deprecate import AuthlibDeprecationWarning
from authlib.integrations.base_client import OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from backend import core
from backend.identity.queries import digest
from backend.identity.rules import IssuerRefused

with warnings.catch_warnings():
    # It would rather have httpx2, and says so on every start; stripe and we have httpx.
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import AsyncOAuth2Client

HOLDS = timedelta(minutes=10)
LEEWAY_S = 30
TIMEOUT_S = 10
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Never none, and never one with a shared secret."""

CALLBACK = "/api/store/session/oidc/callback"
UNREADABLE = (OAuthError, JoseError, httpx.HTTPError, ValueError, KeyError, TypeError)


class Issuer(Struct, frozen=True):
    """The provider, and what it knows Maillage as."""

    url: str
    client_id: str
    client_secret: str


class Begun(Struct, frozen=True):
    """Where to send the browser, and what its cookie has to hold when it comes back."""

    url: str
    state: str


class Returned(Struct, frozen=True):
    """Whom the provider vouches for, and where they were going."""

    email: str
    language: Literal["fr", "en"]
    next: str


@core.operators_work
async def begin(
    issuer: Issuer, *, base_url: str, language: str, next_page: str, now: datetime
) -> Begun:
    """A sign-in waits for the provider's answer, ten minutes.

    Raises:
        IssuerRefused: the provider cannot be reached, or does not describe itself.
    """
    place = await _discover(issuer)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    state = f"{language}-{state}"
    async with _client(issuer, base_url) as client:
        url, _ = client.create_authorization_url(
            place["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
    await core.fetch(
        "INSERT INTO identity.oidc_sign_in VALUES ($1, $2, $3, $4, $5, $6)",
        digest(state), nonce, verifier, language, next_page, now + HOLDS,
    )  # fmt: skip
    return Begun(url, state)


@core.operators_work
async def complete(
    issuer: Issuer, *, base_url: str, state: str, cookie: str | None, code: str, now: datetime
) -> Returned:
    """The address of mail that the provider vouches for; the state is used up.

    Raises:
        IssuerRefused: another browser began it, it took too long, or its answer is not right.
    """
    if cookie is None or not secrets.compare_digest(cookie.encode(), state.encode()):
        raise IssuerRefused("Begin again in this browser.")
    row = await core.fetch_row(
        "DELETE FROM identity.oidc_sign_in WHERE state_sha256 = $1 "
        "RETURNING nonce, code_verifier, language, next, expires_at",
        digest(state),
    )
    if row is None or row["expires_at"] <= now:
        raise IssuerRefused("It took too long; begin again.")
    place = await _discover(issuer)
    try:
        async with _client(issuer, base_url) as client:
            token = await client.fetch_token(
                place["token_endpoint"], code=code, code_verifier=row["code_verifier"]
            )
        keys = await _read(place["jwks_uri"])
        claims = _claims(token["id_token"], keys, place["issuer"], issuer, row["nonce"], now)
        email, verified = claims["email"], claims.get("email_verified")
    except UNREADABLE as refusal:
        raise IssuerRefused("The provider's answer is not valid; begin again.") from refusal
    if verified is not True or not isinstance(email, str):
        raise IssuerRefused("The provider does not vouch for the address.")
    return Returned(email, row["language"], row["next"])


def language_of(*states: str | None) -> Literal["fr", "en"]:
    """Of the pages that the sign-in began on, as its state says; French where nothing says it."""
    for state in states:
        match (state or "")[:3]:
            case "fr-":
                return "fr"
            case "en-":
                return "en"
    return "fr"


def _claims(
    id_token: str,
    keys: Any,
    stated_issuer: str,
    issuer: Issuer,
    nonce: str,
    now: datetime,
) -> dict[str, Any]:
    """What the token says, once its signature, issuer, audience, time and nonce are right."""
    token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
    options = {
        "iss": {"essential": True, "value": stated_issuer},
        "aud": {"essential": True, "value": issuer.client_id},
        "sub": {"essential": True},
    }
    params = {"nonce": nonce, "client_id": issuer.client_id}
    claims = CodeIDToken(token.claims, token.header, options, params)
    claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
    if claims.get("nonce") != nonce:
        raise IssuerRefused("The provider's answer is of another sign-in; begin again.")
    return dict(claims)


async def _discover(issuer: Issuer) -> dict[str, Any]:
    place = await _read(f"{issuer.url}/.well-known/openid-configuration")
    known = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if any(not isinstance(place.get(name), str) for name in known):
        raise IssuerRefused("The provider does not describe itself.")
    if place["issuer"].rstrip("/") != issuer.url:
        raise IssuerRefused("The provider calls itself by another name.")
    return place


async def _read(url: str) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
            answer = await client.get(url)
            answer.raise_for_status()
            found = answer.json()
    except (httpx.HTTPError, ValueError) as failure:
        raise IssuerRefused("The provider cannot be reached; try again later.") from failure
    if not isinstance(found, dict):
        raise IssuerRefused("The provider does not describe itself.")
    return found


def _client(issuer: Issuer, base_url: str) -> AsyncOAuth2Client:
    return AsyncOAuth2Client(
        client_id=issuer.client_id,
        client_secret=issuer.client_secret,
        scope="openid email profile",
        redirect_uri=f"{base_url.rstrip('/')}{CALLBACK}",
        code_challenge_method="S256",
        timeout=TIMEOUT_S,
    )
