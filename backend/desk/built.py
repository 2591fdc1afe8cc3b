"""What `npm run build` left in `frontend/desk/dist`."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

DIST = Path(__file__).resolve().parents[2] / "frontend" / "desk" / "dist"

TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""Of the files that a build holds; others are not served."""

ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""As the build compresses them, the smallest first."""


class Asset(NamedTuple):
    body: bytes
    media_type: str
    encoding: str | None


class Build:
    """One folder of built files; a new build in its place is seen at the next request."""

    def __init__(self, folder: Path = DIST) -> None:
        self.folder = folder
        self._read = lru_cache(maxsize=512)(Path.read_bytes)
        self._page: tuple[int, str] | None = None

    def page(self) -> str | None:
        """The HTML of the shell with `__NONCE__` in its place; None when nothing was built."""
        file = self.folder / "index.html"
        try:
            written = file.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if self._page is None or self._page[0] != written:
            self._page = (written, file.read_text(encoding="utf-8"))
        return self._page[1]

    def asset(self, name: str, accepted: str) -> Asset | None:
        """A file whose name holds its content's hash, compressed as the browser accepts it."""
        media_type = TYPES.get(Path(name).suffix)
        if media_type is None or "/" in name or "\\" in name:
            return None
        file = self.folder / "assets" / name
        wanted = {part.partition(";")[0].strip() for part in accepted.split(",")}
        for encoding, ending in ENCODINGS:
            compressed = file.with_name(name + ending)
            if encoding in wanted and compressed.is_file():
                return Asset(self._read(compressed), media_type, encoding)
        return Asset(self._read(file), media_type, None) if file.is_file() else None
