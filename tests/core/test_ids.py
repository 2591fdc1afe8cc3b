"""Ids that sort by the moment they were made."""

import time
from uuid import UUID

from backend.core import fetch_value, uuid7


def test_ids_made_one_after_the_other_sort_so() -> None:
    made = [uuid7() for _ in range(50_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(each.version, each.variant) for each in made} == {(7, UUID(int=0x8 << 60).variant)}


def test_an_id_says_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    told = uuid7().int >> 80
    assert before <= told <= time.time_ns() // 1_000_000 + 1_000


async def test_ids_of_postgresql_and_of_python_sort_together(db: None) -> None:
    made: list[UUID] = []
    for _ in range(50):
        made += [uuid7(), await fetch_value("SELECT uuidv7()")]
    assert made == sorted(made)
