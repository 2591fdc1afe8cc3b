"""How often secrets may be tried and letters asked for, per account and per network address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from backend.identity.queries import digest
from backend.identity.rules import (
    ATTEMPTS_PER_ACCOUNT,
    ATTEMPTS_PER_ADDRESS,
    HOUR_S,
    LETTERS_PER_ADDRESS,
    LETTERS_PER_MAILBOX,
    QUIET_S,
    WINDOW_S,
)
from backend.web import take


async def count_address(address: str, now: datetime) -> None:
    """One secret tried from this network address.

    Raises:
        TooManyRequests: it was the last but one.
    """
    await take(f"sign-in:address:{address}", limit=ATTEMPTS_PER_ADDRESS, window_s=WINDOW_S, now=now)


async def count_link(address: str, now: datetime) -> None:
    """One link of a letter used from this network address.

    Raises:
        TooManyRequests: it was the last but one.
    """
    await take(f"link:address:{address}", limit=ATTEMPTS_PER_ADDRESS, window_s=WINDOW_S, now=now)


async def count_attempt(email: str, now: datetime) -> None:
    """One password tried for this account, which need not exist.

    Raises:
        TooManyRequests: it was the last but one.
    """
    account = digest(email).hex()
    await take(f"sign-in:account:{account}", limit=ATTEMPTS_PER_ACCOUNT, window_s=WINDOW_S, now=now)


async def count_code(person_id: object, now: datetime) -> None:
    """One code of a second factor tried for this person.

    Raises:
        TooManyRequests: it was the last but one.
    """
    await take(f"code:{person_id}", limit=ATTEMPTS_PER_ACCOUNT, window_s=WINDOW_S, now=now)


async def count_letter(email: str, address: str, now: datetime) -> None:
    """One letter asked for, to a mailbox that need not exist, from this network address.

    Raises:
        TooManyRequests: it was the last but one.
    """
    await take(f"letter:address:{address}", limit=LETTERS_PER_ADDRESS, window_s=HOUR_S, now=now)
    mailbox = digest(email).hex()
    await take(f"letter:mailbox:{mailbox}", limit=LETTERS_PER_MAILBOX, window_s=HOUR_S, now=now)


@asynccontextmanager
async def quietly() -> AsyncIterator[None]:
    """Takes a tenth of a second, so that what it did cannot be told from how long it took."""
    loop = asyncio.get_running_loop()
    end = loop.time() + QUIET_S
    yield
    await asyncio.sleep(end - loop.time())
