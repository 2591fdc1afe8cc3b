"""Whatever goes wrong leaves as one RFC 9457 problem."""

import logging
from typing import Any

import asyncpg
import pytest
from litestar import get, post

from backend import core, web
from tests.web.small import build, client


class MonthStillOpen(core.Problem):
    status = 409
    code = "month-still-open"
    title = "The month is still open"


@get("/problem", responses=web.problems(MonthStillOpen))
async def problem() -> None:
    raise MonthStillOpen("Wait for 1 November.", month=core.Month.parse("2026-10"), lines=3)


@get("/bug")
async def bug() -> None:
    raise RuntimeError("the password is swordfish")


@get("/no-connection")
async def no_connection() -> None:
    raise TimeoutError


@get("/killed")
async def killed() -> None:
    raise asyncpg.InterfaceError("the underlying connection is closed")


@post("/sql", status_code=200)
async def sql(request: web.StrictRequest) -> None:
    async with core.transaction():
        await core.connection().execute((await request.body()).decode())


@get("/argument")
async def argument() -> None:
    await core.fetch("SELECT $1::int", 2**40)


APP = build(problem, bug, no_connection, killed, sql, argument)


async def ask(path: str) -> Any:
    async with client(APP) as caller:
        return await caller.get(f"/api/store/{path}")


async def test_a_problem_tells_its_code_the_remedy_and_the_facts() -> None:
    answer = await ask("problem")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:maillage:problem:month-still-open",
        "title": "The month is still open",
        "status": 409,
        "code": "month-still-open",
        "detail": "Wait for 1 November.",
        "instance": "/api/store/problem",
        "facts": {"month": "2026-10", "lines": 3},
    }


async def test_a_bug_is_logged_whole_and_told_bare(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "backend.web"):
        answer = await ask("bug")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal" and "swordfish" not in answer.text
    assert "swordfish" in caplog.text


@pytest.mark.parametrize("path", ["no-connection", "killed"])
async def test_an_outage_of_the_database_asks_to_come_back(path: str) -> None:
    answer = await ask(path)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["code"] == "database-down"


@pytest.mark.parametrize(
    ("statement", "status", "code"),
    [
        ("INSERT INTO t VALUES (1), (1)", 409, "conflict"),
        ("INSERT INTO t VALUES (-1)", 422, "check-failed"),
        ("INSERT INTO t VALUES (NULL)", 422, "missing-value"),
        ("INSERT INTO child VALUES (7)", 409, "reference"),
        ("SELECT 'x'::int", 422, "bad-value"),
        ("SELECT 99999999999999999999::bigint", 422, "bad-value"),
        ("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '55000'; END $$", 409, "never-changes"),
        ("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)", 503, "timeout"),
        ("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$", 503, "busy"),
        ("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '53300'; END $$", 503, "overloaded"),
        ("SELECT nothing", 500, "internal"),
    ],
)
async def test_what_postgresql_refuses_has_a_status(
    db: None, statement: str, status: int, code: str
) -> None:
    tables = (
        "CREATE TEMP TABLE t (n int PRIMARY KEY CHECK (n > 0)) ON COMMIT DROP; "
        "CREATE TEMP TABLE child (n int REFERENCES t) ON COMMIT DROP; "
    )
    async with client(APP) as caller:
        answer = await caller.post("/api/store/sql", content=tables + statement)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_argument_that_postgresql_cannot_hold_is_the_callers_fault(db: None) -> None:
    assert (await ask("argument")).status_code == 422


async def test_an_unknown_address_and_a_wrong_method_are_problems_too() -> None:
    async with client(APP) as caller:
        lost, wrong = await caller.get("/nowhere"), await caller.put("/api/store/problem")
    for answer, status in ((lost, 404), (wrong, 405)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


async def test_every_answer_carries_the_security_headers() -> None:
    for path in ("problem", "nowhere", "bug"):
        headers = (await ask(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert headers["cache-control"] == "no-store"


def test_the_document_tells_the_problems_of_a_route_by_name() -> None:
    document = APP.openapi_schema.to_schema()
    answers = document["paths"]["/api/store/problem"]["get"]["responses"]
    assert answers["409"]["description"] == "`month-still-open`: The month is still open"
    for status in ("400", "409", "429", "500", "503"):
        assert list(answers[status]["content"]) == ["application/problem+json"]
