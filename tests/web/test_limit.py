"""Limits hold exactly, however many ask at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from litestar import get

from backend import core, web
from tests.web.small import build, client

NOW = datetime(2026, 10, 1, 12, 0, 7, tzinfo=UTC)


async def test_a_limit_of_ten_lets_exactly_ten_of_forty_through(db: None) -> None:
    async def once() -> bool:
        try:
            await web.take("door", limit=10, window_s=60, now=NOW)
        except web.TooManyRequests:
            return False
        return True

    assert sum(await asyncio.gather(*(once() for _ in range(40)))) == 10


async def test_the_refusal_says_when_the_next_window_begins(db: None) -> None:
    await web.take("door", limit=1, window_s=60, now=NOW)
    with pytest.raises(web.TooManyRequests) as refusal:
        await web.take("door", limit=1, window_s=60, now=NOW)
    assert refusal.value.facts == {"retry_after_s": 53}
    await web.take("door", limit=1, window_s=60, now=NOW + timedelta(seconds=53))
    await web.take("another door", limit=1, window_s=60, now=NOW)


async def test_a_limit_is_never_counted_in_a_transaction_that_may_be_undone(db: None) -> None:
    async with core.transaction():
        with pytest.raises(AssertionError, match="outside transactions"):
            await web.take("door", limit=1, window_s=60, now=NOW)


async def test_old_windows_are_forgotten(db: None) -> None:
    await web.take("door", limit=1, window_s=60, now=NOW)
    await web.forget_old(NOW)
    assert await core.fetch_value("SELECT count(*) FROM web.rate_limit") == 1
    await web.forget_old(NOW + timedelta(seconds=54))
    assert await core.fetch_value("SELECT count(*) FROM web.rate_limit") == 0


@get("/limited", guards=[web.limited("greeting", 2, window_s=3600)])
async def greeting() -> str:
    return "hello"


async def test_a_limited_route_answers_429_with_retry_after_per_caller(db: None) -> None:
    async with client(build(greeting)) as caller:
        for status in (200, 200, 429):
            answer = await caller.get("/api/store/limited", headers={"x-caller": "a"})
            assert answer.status_code == status
        assert 0 < int(answer.headers["retry-after"]) <= 3600
        other = await caller.get("/api/store/limited", headers={"x-caller": "b"})
        assert other.status_code == 200


async def test_a_forged_forwarding_header_makes_no_new_caller(db: None) -> None:
    async with client(build(greeting)) as caller:
        statuses = [
            (
                await caller.get(
                    "/api/store/limited", headers={"x-forwarded-for": f"10.0.0.{number}"}
                )
            ).status_code
            for number in range(3)
        ]
    assert statuses == [200, 200, 429]
