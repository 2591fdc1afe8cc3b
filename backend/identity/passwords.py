"""Passwords: argon2id, slow on purpose, in two threads so that sign-ins never stop the rest."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

# OWASP's second choice: 19 MiB, 2 passes; about 30 ms.
_HASHER = PasswordHash((Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1),))
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
"""At most two at once: otherwise a burst of sign-ins is a lever on memory and processors."""


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def verify_password(password: str, stored: str | None) -> bool:
    """Takes as long for an unknown person (`stored` None) as for a known one."""
    loop = asyncio.get_running_loop()
    right = await loop.run_in_executor(_THREADS, _verify, password, stored)
    return right and stored is not None


def _verify(password: str, stored: str | None) -> bool:
    return _HASHER.verify(password, stored or _nobody())


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")
