"""The ASGI app: Stripe's API, the hosted pages and, if wanted, the control plane."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from backend.stripe_sandbox.api import Reply, Request, serve
from backend.stripe_sandbox.control import serve_control
from backend.stripe_sandbox.pages import serve_page

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 1_000_000
HTML_502 = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
PAGES = ("/onboarding/", "/checkout/")


class AnswerLost(ConnectionResetError):
    """Injected: the client gets no answer, whether or not the request was executed."""


def build_app(*, base_url: str, control: bool = True) -> App:
    """The sandbox as an ASGI app; all that it knows is in PostgreSQL, so there may be many.

    `base_url`: how a browser reaches it, for the addresses of hosted pages; no slash at the end.
    `control`: also serve the control plane under /_sandbox/.
    """
    base_url = base_url.rstrip("/")
    turn = asyncio.Lock()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        assert scope["type"] == "http", "the sandbox speaks HTTP only"
        request = await _read(scope, receive)
        if request is None:
            reply = Reply(413, '{"error":{"type":"invalid_request_error"}}')
        elif control and request.path.startswith("/_sandbox/"):
            reply = await serve_control(request, base_url)
        elif request.path.startswith(PAGES):
            reply = await serve_page(request, base_url)
        else:
            reply = await serve(request, base_url, turn)
        await _send(send, reply)

    return app


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _read(scope: Scope, receive: Receive) -> Request | None:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            return None
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(scope["method"], path, scope["query_string"].decode("latin-1"), headers, body)


async def _send(send: Send, reply: Reply) -> None:
    body, status = reply.body.encode(), reply.status
    headers = {"content-type": "application/json", **reply.headers}
    if reply.cut in ("lost", "refused"):
        # Begun and not ended: a server closes the connection, in process the exception is seen.
        await _start(send, 200, {"content-type": "application/json", "content-length": "9999"})
        raise AnswerLost(f"injected by the Stripe sandbox: {reply.cut}")
    if reply.cut == "html_502":
        status, body = 502, HTML_502.encode()
        headers = {"content-type": "text/html"}
    elif reply.cut == "truncated":
        body = body[: len(body) // 2]
    headers["content-length"] = str(len(body))
    await _start(send, status, headers)
    await send({"type": "http.response.body", "body": body})


async def _start(send: Send, status: int, headers: dict[str, str]) -> None:
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
