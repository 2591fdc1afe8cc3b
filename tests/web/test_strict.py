"""Requests are read as the document says, or refused with a 4xx."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import pytest
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import web
from tests.web.small import build, client


class ThingIn(msgspec.Struct, forbid_unknown_fields=True):
    name: web.Line
    price: web.MoneyIn
    note: web.Text = ""
    at: web.Aware | None = None
    tags: list[web.Reference] = []


@post("/things", operation_id="make_thing", status_code=200)
async def make_thing(data: JSONBody[ThingIn]) -> ThingIn:
    return data


@get("/things/{thing_id:uuid}", operation_id="read_thing")
async def read_thing(thing_id: FromPath[UUID], count: FromQuery[int | None] = None) -> str:
    return f"{thing_id} {count}"


@get("/things", operation_id="list_things")
async def list_things(limit: web.Limit = 50, after: web.Cursor = None) -> web.Page[ThingIn]:
    web.read_cursor(after, UUID)
    return web.Page([])


APP = build(make_thing, read_thing, list_things)
GOOD: dict[str, Any] = {"name": "a", "price": {"amount_minor": 7000, "currency": "EUR"}}
GOOD_TEXT = json.dumps(GOOD)


async def send(body: str | bytes, content_type: str = "application/json") -> Any:
    async with client(APP) as caller:
        return await caller.post(
            "/api/store/things", content=body, headers={"content-type": content_type}
        )


async def test_a_good_body_is_read() -> None:
    answer = await send(GOOD_TEXT)
    assert answer.status_code == 200 and answer.json()["price"] == GOOD["price"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (GOOD_TEXT.replace("7000", '"7000"'), "price.amount_minor"),
        (GOOD_TEXT.replace("7000", "7e3"), "price.amount_minor"),
        (GOOD_TEXT.replace("7000", "7000.0"), "price.amount_minor"),
        (GOOD_TEXT.replace("7000", "true"), "price.amount_minor"),
        (GOOD_TEXT.replace("7000", "-1"), "price.amount_minor"),
        (GOOD_TEXT.replace("7000", str(2**63)), "price.amount_minor"),
        (GOOD_TEXT.replace("7000", str(2**200)), "price.amount_minor"),
        (GOOD_TEXT.replace("EUR", "XXX"), "price.currency"),
        (json.dumps({**GOOD, "admin": True}), None),
        (json.dumps({**GOOD, "name": "a\0b"}), "name"),
        (json.dumps({**GOOD, "name": "a\n"}), "name"),
        (json.dumps({**GOOD, "name": "a\x7f"}), "name"),
        (json.dumps({**GOOD, "name": ""}), "name"),
        (json.dumps({**GOOD, "name": "a" * 201}), "name"),
        (json.dumps({**GOOD, "note": "two\nlines\x00"}), "note"),
        (json.dumps({**GOOD, "tags": ["ok", "not ok"]}), "tags[1]"),
        (json.dumps({**GOOD, "at": "2026-10-01T00:00:00"}), "at"),
        ('{"name": "a", ' + GOOD_TEXT[1:], "name"),
        (GOOD_TEXT.replace('"currency"', '"amount_minor": 1, "currency"'), "amount_minor"),
    ],
)
async def test_a_value_that_is_not_said_in_the_document_is_refused(
    body: str, field: str | None
) -> None:
    answer = await send(body)
    assert answer.status_code == 400, answer.text
    problem = answer.json()
    assert problem["code"] == "bad-request"
    assert problem["errors"][0].get("field") == field
    assert problem["errors"][0]["source"] == "body"


UNSEEN = (
    "\u061c\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2069\u2028\x85"
    "\u200b\xad\u180e\u2060\u2064\u206f\ufeff\ufff9"
)


@pytest.mark.parametrize("mark", UNSEEN)
@pytest.mark.parametrize("field", ["name", "note"])
async def test_no_text_holds_what_nobody_sees_or_turns_its_direction(mark: str, field: str) -> None:
    answer = await send(json.dumps({**GOOD, field: f"a{mark}b"}))
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert f"U+{ord(mark):04X}" in error["message"] and "position 2" in error["message"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "a\tb"}, "U+0009 (a control character) at position 2"),
        ({"note": "two\nlines\x00"}, "U+0000 (a control character) at position 10"),
        ({"tags": ["ok", "a\u202eb"]}, "U+202E (RIGHT-TO-LEFT OVERRIDE) at position 2"),
        ({"tags": ["not ok"]}, "matching regex"),
    ],
)
async def test_the_refusal_names_the_character_and_its_place(
    change: dict[str, Any], said: str
) -> None:
    answer = await send(json.dumps({**GOOD, **change}))
    assert said in answer.json()["detail"] and said in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "a\\u0000b", garbage',
        '{"tags": ["a\\u0000b"], "tags": 5}',
        '{"tags": ["a\\u0000b"], "tags": {}}',
        '{"tags": ["a\\u0000b"], "tags": []}',
        '{"price": {"currency": "EUR"}, "name": "a\\u0000b"}' + "[" * 50_000,
        '{"name": "a\\u0000b", "note": ' + "[" * 50_000,
    ],
    ids=lambda body: str(body)[:50],
)
async def test_what_is_wrong_in_more_than_one_way_is_refused_too(body: str) -> None:
    answer = await send(body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad-request"


async def test_names_of_all_scripts_pass() -> None:
    for name in ("Éditions L'Œuvre", "שלום", "日本", "a\u200db", "Łódź – 10 €"):
        assert (await send(json.dumps({**GOOD, "name": name}))).status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"NaN", b"null", b"[]", b'"\\ud800"', b"[" * 50_000, b"\x00"]
)
async def test_what_is_not_a_json_object_is_refused(body: bytes) -> None:
    assert (await send(body)).status_code == 400


async def test_a_text_may_have_lines_and_a_lone_surrogate_may_not_pass() -> None:
    good = await send(json.dumps({**GOOD, "note": "two\nlines\tand é, 日本, می\u200cخواهم"}))
    assert good.status_code == 200
    assert (await send(GOOD_TEXT.replace('"a"', '"\\ud800"'))).status_code == 400


async def test_a_form_of_another_site_is_not_json() -> None:
    assert (await send(GOOD_TEXT, "text/plain")).status_code == 415


async def test_a_body_over_one_megabyte_is_refused_also_in_chunks() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b" " * 400_000

    assert (await send(b" " * 1_000_001)).status_code == 413
    async with client(APP) as caller:
        kind = {"content-type": "application/json"}
        answer = await caller.post("/api/store/things", content=chunks(), headers=kind)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("things?limit=200", 200),
        ("things?limit=201", 400),
        ("things?limit=0", 400),
        ("things?limit=1e2", 400),
        ("things?limit=5&limit=6", 400),
        ("things?limit=1.0", 400),
        ("things?limit=", 400),
        ("things?limit=%201", 400),
        ("things?limit=" + "9" * 30, 400),
        ("things?after=%00", 400),
        ("things?after=nonsense", 400),
        ("things?after=" + "a" * 501, 400),
        ("things?whatever=%00", 400),
        ("things/not-a-uuid", 404),
        ("things/%00", 404),
        ("things/0190a0a0-0000-7000-8000-000000000000?count=5", 200),
        ("things/0190a0a0-0000-7000-8000-000000000000?count=99999999999999999999", 400),
        ("things/0190a0a0-0000-7000-8000-000000000000?count=1e2", 400),
    ],
)
async def test_addresses_are_read_as_strictly(path: str, status: int) -> None:
    async with client(APP) as caller:
        answer = await caller.get(f"/api/store/{path}")
    assert answer.status_code == status, answer.text


def test_the_document_says_that_bodies_are_closed_and_pages_have_names() -> None:
    schemas = APP.openapi_schema.to_schema()["components"]["schemas"]
    assert schemas["ThingIn"]["additionalProperties"] is False
    assert schemas["MoneyIn"]["additionalProperties"] is False
    assert "PageOfThingIn" in schemas
