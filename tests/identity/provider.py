"""A small OpenID provider on loopback: code flow, PKCE, its own keys. It vouches for anybody."""

import asyncio
import base64
import hashlib
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "maillage", "provider's secret"


class Provider:
    """`email` is who signs in; `claims` go over what it would say, `key` signs it."""

    def __init__(self, url: str) -> None:
        self.url, self.email = url, "nobody@example.test"
        self.claims: dict[str, Any] = {}
        self.key: Any
        self.key = self.shown = RSAKey.generate_key(2048, {"kid": "1"})
        self.codes: dict[str, dict[str, str]] = {}
        self.algorithm = "RS256"

    def authorize(self, url: str) -> str:
        """What a browser gets that opens `url` and signs in there: where it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"]
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        body = (await receive()).get("body", b"")
        status, answer = 200, {}
        match scope["path"]:
            case "/.well-known/openid-configuration":
                answer = self._describe()
            case "/keys":
                answer = {"keys": [self.shown.as_dict(private=False)]}
            case "/token":
                status, answer = self._token(body, dict(scope["headers"]))
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _describe(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }

    def _token(self, body: bytes, headers: dict[bytes, bytes]) -> tuple[int, dict[str, Any]]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self.codes.pop(form["code"], None)
        right = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or headers[b"authorization"].decode() != f"Basic {right}"
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {
            "iss": self.url, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "email": self.email, "email_verified": True, **self.claims,
        }  # fmt: skip
        header = {"alg": self.algorithm, "kid": "1"}
        token = jwt.encode(header, said, self.key, algorithms=[self.algorithm])
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}


@asynccontextmanager
async def provider() -> AsyncIterator[Provider]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Provider(f"http://127.0.0.1:{listening.getsockname()[1]}")
        config = uvicorn.Config(made, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield made
        finally:
            server.should_exit = True
            await serving
