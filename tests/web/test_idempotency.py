"""A POST with an Idempotency-Key runs once."""

import asyncio
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar, post
from litestar.params import JSONBody

from backend import core, web
from tests.web.small import build, client

KEY = {"idempotency-key": "k-1", "x-caller": "a"}


class AskIn(msgspec.Struct, forbid_unknown_fields=True):
    amount: web.Minor
    outcome: str = "made"


class Refused(core.Problem):
    code = "refused"


class Runs:
    """Counts, and can hold a handler open."""

    def __init__(self) -> None:
        self.count = 0
        self.begun = asyncio.Event()
        self.gate: asyncio.Event | None = None


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture
def app(runs: Runs) -> Litestar:
    @post("/asks")
    async def ask(data: JSONBody[AskIn]) -> dict[str, int]:
        runs.count += 1
        runs.begun.set()
        if runs.gate is not None:
            await runs.gate.wait()
        if data.outcome == "refused":
            raise Refused("No.")
        if data.outcome == "bug":
            raise RuntimeError
        if data.outcome == "down":
            raise TimeoutError
        return {"run": runs.count}

    @post("/other")
    async def other(data: JSONBody[AskIn]) -> dict[str, int]:
        return {"run": -1}

    @post("/secret", opt={"keeps_no_answer": True})
    async def secret() -> str:
        return "shown once"

    return build(ask, other, secret)


async def send(
    caller: httpx.AsyncClient, body: Any, path: str = "asks", headers: Any = KEY
) -> httpx.Response:
    return await caller.post(f"/api/store/{path}", json=body, headers=headers)


async def test_the_second_call_gets_the_first_answer(db: None, app: Litestar, runs: Runs) -> None:
    async with client(app) as caller:
        first = await send(caller, {"amount": 1})
        second = await send(caller, {"amount": 1})
    assert runs.count == 1
    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert second.headers["content-type"] == first.headers["content-type"]


async def test_without_a_key_every_call_runs(db: None, app: Litestar, runs: Runs) -> None:
    async with client(app) as caller:
        for _ in range(2):
            await send(caller, {"amount": 1}, headers={"x-caller": "a"})
    assert runs.count == 2


async def test_a_key_belongs_to_its_body_its_route_and_its_caller(
    db: None, app: Litestar, runs: Runs
) -> None:
    async with client(app) as caller:
        await send(caller, {"amount": 1})
        for answer in (
            await send(caller, {"amount": 2}),
            await send(caller, {"amount": 1}, path="other"),
            await send(caller, {"amount": 1}, path="asks?x=1"),
        ):
            assert answer.status_code == 422
            assert answer.json()["code"] == "idempotency-key-reused"
        stranger = await send(caller, {"amount": 9}, headers={**KEY, "x-caller": "b"})
    assert stranger.status_code == 201 and runs.count == 2


async def test_while_the_first_call_runs_the_second_is_told_to_wait(
    db: None, app: Litestar, runs: Runs
) -> None:
    runs.gate = asyncio.Event()
    async with client(app) as caller:
        first = asyncio.create_task(send(caller, {"amount": 1}))
        await runs.begun.wait()
        second = await send(caller, {"amount": 1})
        runs.gate.set()
        assert (await first).status_code == 201
    assert second.status_code == 409
    assert second.json()["code"] == "idempotency-key-in-flight"
    assert runs.count == 1


async def test_of_twenty_at_once_one_runs(db: None, app: Litestar, runs: Runs) -> None:
    async with client(app) as caller:
        answers = await asyncio.gather(*(send(caller, {"amount": 1}) for _ in range(20)))
    assert runs.count == 1
    assert {answer.status_code for answer in answers} <= {201, 409}


@pytest.mark.parametrize(("outcome", "status"), [("refused", 409), ("bug", 500)])
async def test_a_refusal_or_a_bug_of_the_handler_is_an_answer_too(
    db: None, app: Litestar, runs: Runs, outcome: str, status: int
) -> None:
    async with client(app) as caller:
        for _ in range(2):
            answer = await send(caller, {"amount": 1, "outcome": outcome})
            assert answer.status_code == status
    assert runs.count == 1


async def test_an_outage_gives_the_key_back(db: None, app: Litestar, runs: Runs) -> None:
    async with client(app) as caller:
        for _ in range(2):
            answer = await send(caller, {"amount": 1, "outcome": "down"})
            assert answer.status_code == 503
    assert runs.count == 2


async def test_a_call_that_was_never_read_gives_the_key_back(
    db: None, app: Litestar, runs: Runs
) -> None:
    async with client(app) as caller:
        assert (await send(caller, {"amount": "1"})).status_code == 400
        assert (await send(caller, {"amount": 1})).status_code == 201


async def test_after_a_crash_nobody_runs_it_blindly_again(
    db: None, app: Litestar, runs: Runs
) -> None:
    async with client(app) as caller:
        await send(caller, {"amount": 1})
        await core.fetch(
            "UPDATE web.idempotency SET status = NULL, headers = NULL, body = NULL, "
            "started_at = started_at - interval '2 minutes'"
        )
        answer = await send(caller, {"amount": 1})
    assert answer.status_code == 409
    assert answer.json()["code"] == "idempotency-outcome-unknown"
    assert runs.count == 1


async def test_after_a_day_the_key_is_free(db: None, app: Litestar, runs: Runs) -> None:
    async with client(app) as caller:
        await send(caller, {"amount": 1})
        await core.fetch("UPDATE web.idempotency SET started_at = started_at - interval '25 hours'")
        assert (await send(caller, {"amount": 2})).json() == {"run": 2}


async def test_an_answer_with_a_secret_is_never_stored(db: None, app: Litestar) -> None:
    async with client(app) as caller:
        answer = await caller.post("/api/store/secret", headers=KEY)
        assert answer.status_code == 400
    assert await core.fetch_value("SELECT count(*) FROM web.idempotency") == 0


@pytest.mark.parametrize("key", ["", "a" * 256, "é".encode(), "a\tb"])
async def test_a_key_that_is_not_plain_is_refused(
    db: None, app: Litestar, runs: Runs, key: str | bytes
) -> None:
    async with client(app) as caller:
        answer = await send(caller, {"amount": 1}, headers={**KEY, "idempotency-key": key})
    assert answer.status_code == 400 and runs.count == 0


async def test_a_visitor_has_no_keys(db: None, app: Litestar, runs: Runs) -> None:
    async with client(app) as caller:
        for _ in range(2):
            await send(caller, {"amount": 1}, headers={"idempotency-key": "k-1"})
    assert runs.count == 2
