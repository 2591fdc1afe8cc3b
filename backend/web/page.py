"""Pages by key, not by number: a page stays right while rows are added."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from backend import core

T = TypeVar("T")
Row = TypeVar("Row")
CHUNK_ROWS = 5_000
"""Of an export, read at a time."""


class BadCursor(core.Problem):
    status = 400
    code = "bad-cursor"
    title = "This is not a cursor that was given out for this list"


class Page(msgspec.Struct, Generic[T]):
    """`next` is opaque; give it back as `?after=`. None: this was the last page."""

    items: list[T]
    next: str | None = None


def write_cursor(*key: Any) -> str:
    """The place after a row: its sort key, in the form that `read_cursor` reads."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def read_cursor(cursor: str | None, *types: Any) -> tuple[Any, ...] | None:
    """The sort key in `cursor`, each part of its type; None is the first page.

    Raises:
        BadCursor: changed, cut, or of another list.
    """
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = msgspec.json.decode(text, type=tuple.__class_getitem__(types))
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise _bad() from None
    if any(isinstance(part, str) and "\x00" in part for part in key):
        raise _bad()
    return tuple(key)


def read_id(cursor: str | None, kind: Any) -> Any:
    """The id in the `cursor` of a list sorted by it alone; None is the first page.

    Raises:
        BadCursor: as `read_cursor`.
    """
    key = read_cursor(cursor, kind)
    return None if key is None else key[0]


def page(
    rows: Sequence[Row], limit: int, key: Callable[[Row], tuple[Any, ...]],
    view: Callable[[Row], T],
) -> Page[T]:  # fmt: skip
    """A page of at most `limit` items from `rows`, of which the query asked for `limit + 1`."""
    items = [view(row) for row in rows[:limit]]
    more = len(rows) > limit
    return Page(items, write_cursor(*key(rows[limit - 1])) if more else None)


async def read_whole(
    read: Callable[[Any, int], Awaitable[Sequence[Row]]], key: Callable[[Row], Any]
) -> list[Row]:
    """All rows of a list, which `read` answers from behind a key, so many at once: an export ends
    where the list ends.
    """
    rows: list[Row] = []
    after = None
    while chunk := await read(after, CHUNK_ROWS):
        rows += chunk
        if len(chunk) < CHUNK_ROWS:
            break
        after = key(chunk[-1])
    return rows


def _bad() -> BadCursor:
    return BadCursor("Start again without `after`, or send `next` of the page before, unchanged.")
