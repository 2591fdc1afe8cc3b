"""The store's files: in memory, compressed, under an address that changes with their content."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from backend.storefront.packing import PACKERS, SMALLEST, pack

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
COMPRESSED_ALREADY = {".woff2"}


class Asset(NamedTuple):
    body: bytes
    media_type: str
    packed: Mapping[str, bytes]
    """How it is packed -> the bytes to send."""


@cache
def assets() -> dict[str, Asset]:
    """Every file that a page may load, by its name below the release."""
    files = {
        "tokens.css": FRONTEND / "tokens.css",
        **{f"fonts/{file.name}": file for file in sorted((FRONTEND / "fonts").iterdir())},
        **{file.name: file for file in sorted((FRONTEND / "storefront" / "static").iterdir())},
    }
    return {name: _read(file) for name, file in files.items() if file.suffix in TYPES}


@cache
def release() -> str:
    """A name for the content of all files together."""
    digest = hashlib.sha256()
    for name, asset in sorted(assets().items()):
        digest.update(name.encode() + b"\0" + asset.body)
    return digest.hexdigest()[:16]


def asset_path(name: str) -> str:
    """Where a page finds this file; its address may be kept for ever."""
    assert name in assets(), f"there is no {name} in frontend/storefront/static"
    return f"/store/assets/{release()}/{name}"


@cache
def inlined(name: str) -> Markup:
    """A style or script as part of the page: nothing to wait for before the first paint."""
    text = _text(name)
    tag = "script" if name.endswith(".js") else "style"
    assert f"</{tag}" not in text, name
    return Markup(f"<{tag}>{text}</{tag}>")  # noqa: S704  (our own file)


@cache
def hash_of(name: str) -> str:
    """What the page's policy allows `inlined(name)` by."""
    digest = hashlib.sha256(_text(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _text(name: str) -> str:
    """Paths in a style are those of the file; in a page they start at the root."""
    text = assets()[name].body.decode()
    return text.replace('url("./', f'url("/store/assets/{release()}/')


def _read(file: Path) -> Asset:
    body = file.read_bytes()
    ways = () if file.suffix in COMPRESSED_ALREADY else PACKERS
    return Asset(body, TYPES[file.suffix], {way: pack(body, way, SMALLEST) for way in ways})
