"""What is sent is packed as the browser accepts it: by brotli, else by gzip, else not at all."""

import gzip
from collections.abc import Callable, Mapping

import brotli

QUICK, SMALLEST = 5, 11
"""Brotli's qualities: for a page made just now, and for a file packed once for ever."""

PACKERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "br": lambda body, quality: brotli.compress(body, quality=quality),
    "gzip": lambda body, quality: gzip.compress(body, 6 if quality == QUICK else 9, mtime=0),
}
"""The best first."""


def packing_for(accepted: str) -> str:
    """The best of ours that this `Accept-Encoding` allows; empty where it allows none."""
    wanted = set()
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        refused = weight.strip().startswith("q=") and not weight.partition("=")[2].strip("0. ")
        if not refused:
            wanted.add(name.strip())
    return next((name for name in PACKERS if name in wanted), "")


def pack(body: bytes, packing: str, quality: int = QUICK) -> bytes:
    return PACKERS[packing](body, quality) if packing else body
