"""Identifiers that sort by the moment they were made (UUID version 7), for Python < 3.14."""

import os
import time
import uuid

from piccolo.columns.defaults.uuid import UUID7


class _Clock:
    """Moments in steps of 1/4096 of a millisecond, each later than the one before."""

    def __init__(self) -> None:
        self.last = 0

    def tick(self) -> int:
        self.last = max(self.last + 1, time.time_ns() * 4096 // 1_000_000)
        return self.last


_clock = _Clock()


def uuid7() -> uuid.UUID:
    """48 bits of milliseconds and 12 of their fraction, as PostgreSQL makes them, then 62 random.

    Within a process each sorts behind the one before (RFC 9562, 6.2, method 3): lists that are
    sorted by id show rows as they were made.
    """
    moment = _clock.tick() & ((1 << 60) - 1)
    noise = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    value = (moment >> 12) << 80 | 0x7 << 76 | (moment & 0xFFF) << 64 | 0b10 << 62 | noise
    return uuid.UUID(int=value)


class Uuid7(UUID7):
    """As a Piccolo default; Piccolo's own needs Python 3.14."""

    def python(self) -> uuid.UUID:
        return uuid7()
