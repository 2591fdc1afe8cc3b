"""Identifiers that sort by the moment they were made (UUID version 7), for Python < 3.14."""

import os
import time
import uuid

from piccolo.columns.defaults.uuid import UUID7


def uuid7() -> uuid.UUID:
    """48 bits of milliseconds, then 74 random bits (RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000 & ((1 << 48) - 1)
    noise = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (noise >> 62 & 0xFFF) << 64
    return uuid.UUID(int=value | 0b10 << 62 | noise & ((1 << 62) - 1))


class Uuid7(UUID7):
    """As a Piccolo default; Piccolo's own needs Python 3.14."""

    def python(self) -> uuid.UUID:
        return uuid7()
