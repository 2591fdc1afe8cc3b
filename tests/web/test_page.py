"""Pages by key."""

import importlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.web import BadCursor, page, read_cursor, read_id, read_whole, write_cursor

page_module = importlib.import_module("backend.web.page")


def test_walking_by_cursor_sees_every_row_once() -> None:
    rows = [(number,) for number in range(1, 8)]
    seen: list[int] = []
    cursor = None
    while True:
        after = read_cursor(cursor, int)
        start = 0 if after is None else after[0]
        found = page(rows[start : start + 3], 2, lambda row: row, lambda row: row[0])
        seen += found.items
        cursor = found.next
        if cursor is None:
            break
    assert seen == [1, 2, 3, 4, 5, 6, 7]


def test_a_full_last_page_says_that_it_is_the_last() -> None:
    assert page([1, 2], 2, lambda row: (row,), lambda row: row).next is None


def test_a_cursor_keeps_the_types_of_the_sort_key() -> None:
    key = (datetime(2026, 10, 1, tzinfo=UTC), UUID(int=5))
    assert read_cursor(write_cursor(*key), datetime, UUID) == key


def test_a_cursor_of_one_id_is_read_as_that_id() -> None:
    assert read_id(write_cursor(UUID(int=5)), UUID) == UUID(int=5)
    assert read_id(None, UUID) is None
    with pytest.raises(BadCursor):
        read_id(write_cursor(5, 6), int)


@pytest.mark.parametrize(
    "cursor",
    ["", "é", "%", "AA==AA", write_cursor(1), write_cursor("a\0"), write_cursor("a", "b"), "W10"],
)
def test_a_changed_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(cursor, str)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(cursor: str) -> None:
    try:
        key: tuple[Any, ...] | None = read_cursor(cursor, int)
    except BadCursor:
        return
    assert key is not None and isinstance(key[0], int)


async def test_an_export_holds_all_rows_of_a_list_however_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(page_module, "CHUNK_ROWS", 3)
    for rows in (0, 2, 3, 7):

        async def read(after: int | None, limit: int, rows: int = rows) -> list[int]:
            return list(range(rows))[(after or 0) :][:limit]

        found = await read_whole(read, lambda row: row + 1)
        assert found == list(range(rows))
