"""What a name resolves to, asked where names that never answer keep nothing else waiting."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor

Resolver = Callable[[str, int], Awaitable[list[str]]]
"""The IP addresses of a name, asked once per attempt."""

AT_ONCE = 64
"""Questions at once, at most: an unanswered one outlives its attempt by up to half a minute."""

_asking = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="names")
_open: dict[tuple[str, int], Future[list[str]]] = {}


async def resolve(host: str, port: int) -> list[str]:
    """What this machine's resolver says. Who asks for the same name meanwhile shares the answer.

    Raises:
        socket.gaierror: nobody knows the name, or tells.
    """
    name = (host, port)
    answer = _open.get(name)
    if answer is None:
        answer = _open[name] = _asking.submit(_ask, host, port)
        answer.add_done_callback(lambda _: _open.pop(name, None))
    return await asyncio.shield(asyncio.wrap_future(answer))  # Others wait for it, too.


def _ask(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))
