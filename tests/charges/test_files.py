"""Files of charges brought in by browser: tried, shown row by row, recorded by the same rules."""

import asyncio
import base64
import csv
import io
import re
from typing import Any

import asyncpg
import httpx
import pytest

from backend import charges, payouts
from backend.charges import files, words_csv
from backend.core import fetch, fetch_row, fetch_value
from tests import clients, given
from tests.charges.test_import import GOOD, HEADER, acme
from tests.hostile import hostile
from tests.refused_rows import known_reasons

FILES = "/api/office/charge_files"
FORMS = known_reasons()


def text_of(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows, ""])


async def add(browser: httpx.AsyncClient, text: str | bytes, name: str = "novembre.csv") -> str:
    content = text if isinstance(text, bytes) else text.encode()
    answer = await browser.post(
        FILES, json={"name": name, "content": base64.b64encode(content).decode()}
    )
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "checking"
    found: str = answer.json()["id"]
    return found


async def work() -> int:
    return await charges.run_files(payouts.machine_clock)


async def read(browser: httpx.AsyncClient, file_id: str) -> dict[str, Any]:
    answer = await browser.get(f"{FILES}/{file_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def lines() -> int:
    found: int = await fetch_value("SELECT count(*) FROM charges.charge_line")
    return found


async def test_a_file_is_tried_shown_row_by_row_and_then_recorded(db: None) -> None:
    await acme(level="certified")
    bad = GOOD.replace("enterprise", "space").replace("u1", "u2")
    async with await clients.signed_in("finance") as browser:
        made = await add(browser, text_of(GOOD, bad))
        assert await work() == 1
        tried = await read(browser, made)
        file = tried["file"]
        assert (file["state"], file["read"], file["recorded"], file["refused"]) == (
            "checked", 2, 1, 1,
        )  # fmt: skip
        assert file["totals"][0]["payable"] == {"amount_minor": 850_00, "currency": "EUR"}
        [row] = tried["landed"]
        assert (row["line"], row["organisation"], row["discount"]["amount_minor"]) == (
            2, "acme", 150_00,
        )  # fmt: skip
        [refused] = tried["refused"]
        assert (refused["line"], refused["column"]) == (3, "environment")
        assert "'space' is not one of" in refused["reason"]
        assert await lines() == 0

        for _ in range(2):
            answer = await browser.post(f"{FILES}/{made}/import")
            assert (answer.status_code, answer.json()["state"]) == (202, "importing")
        assert await work() == 1
        done = await read(browser, made)
        assert (done["file"]["state"], done["file"]["recorded"]) == ("imported", 1)
        assert done["landed"] == tried["landed"]
        assert await lines() == 1
        assert (await browser.post(f"{FILES}/{made}/drop")).json()["code"] == "charge-file-decided"

        csv_file = await browser.get(f"{FILES}/{made}/refused")
        assert "novembre.csv.rejected.csv" in csv_file.headers["content-disposition"]
        [rejected] = csv.DictReader(io.StringIO(csv_file.text))
        assert (rejected["line"], rejected["environment"]) == ("3", "space")


async def test_a_file_that_is_dropped_records_nothing(db: None) -> None:
    await acme()
    async with await clients.signed_in("finance") as browser:
        made = await add(browser, text_of(GOOD))
        early = await browser.post(f"{FILES}/{made}/import")
        assert (early.status_code, early.json()["code"]) == (409, "charge-file-decided")
        await work()
        assert (await browser.post(f"{FILES}/{made}/drop")).json()["state"] == "dropped"
        assert await work() == 0
        assert await lines() == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfeo\0r\0g\0", "unreadable-file"),
        (b"organisation,day\nacme,2026-11-10\n", "unreadable-file"),
        (b"\x00\x01\x02", "unreadable-file"),
        (b"\n\n\n", "unreadable-file"),
    ],
)
async def test_what_is_no_such_list_says_so(db: None, content: bytes, code: str) -> None:
    async with await clients.signed_in("finance") as browser:
        made = await add(browser, content)
        await work()
        file = (await read(browser, made))["file"]
        assert (file["state"], file["problem_code"]) == ("failed", code)


async def test_an_empty_file_is_refused_at_once(db: None) -> None:
    async with await clients.signed_in("finance") as browser:
        answer = await browser.post(FILES, json={"name": "x.csv", "content": ""})
        assert (answer.status_code, answer.json()["code"]) == (422, "charge-file-empty")


async def test_hostile_cells_and_names_are_refused_row_by_row_or_kept_as_they_are(
    db: None,
) -> None:
    """Each of two hundred strings stands in each column once; no row spoils another."""
    await acme()
    places = GOOD.split(",")
    rows = []
    for number, text in enumerate(hostile()):
        cells = list(places)
        cells[7] = f"h{number}"
        cells[number % 8] = text
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(cells)
        rows.append(out.getvalue())
    async with await clients.signed_in("finance") as browser:
        for name in ("../../etc/passwd", "<img src=x onerror=alert(1)>.csv", "é" * 200):
            made = await add(browser, text_of(*rows, GOOD), name)
            assert await work() == 1
            found = await read(browser, made)
            file = found["file"]
            assert (file["state"], file["read"], file["name"]) == ("checked", 201, name)
            assert file["recorded"] + file["refused"] == 201
            assert len(found["refused"]) >= 100
            assert all(one["column"] and one["reason"] for one in found["refused"])
            assert file["refused"] >= 125


async def test_every_reason_has_its_sentence_in_both_languages(db: None) -> None:
    await acme()
    bad = [
        GOOD.replace(old, new, 1)
        for old, new in (
            ("acme", "nobody"), ("acme", ""), ("mairie", "x" * 101), ("mairie", "x" * 10_001),
            ("mairie", "a\u200bb"), ("2026-11-10", "10/11/2026"), ("2026-11-10", "2099-11-10"),
            ("enterprise", "space"), ("vm.large", "vm\0large"), (",10,", ",0,"),
            (",10,", ",999999999999,"), (",10,", ",1e3,"), (",10,", ",1.0000001,"),
            ("u1", "u/1"), (",u1", ""), ("mairie", '"mai"rie'),
        )
    ]  # fmt: skip
    text = text_of(GOOD, GOOD.replace("100.00", "9"), *bad).encode() + b"\xff" + GOOD.encode()
    async with await clients.signed_in("finance") as browser:
        made = await add(browser, text)
        await work()
        refused = (await read(browser, made))["refused"]
    unknown = [one["reason"] for one in refused if not any(f.search(one["reason"]) for f in FORMS)]
    assert unknown == [], "the office has no sentence for it"
    french = {words_csv.in_french(one["reason"]) for one in refused}
    assert not french & {one["reason"] for one in refused}, "the list of refused rows has none"
    used = {n for n, (f, _) in enumerate(words_csv.REASONS) for r in refused
            if re.fullmatch(f, r["reason"], re.DOTALL)}  # fmt: skip
    assert used == set(range(len(words_csv.REASONS)))


async def test_a_file_whose_worker_died_is_taken_by_another_and_records_nothing_twice(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await acme()
    async with await clients.signed_in("finance") as browser:
        made = await add(browser, text_of(GOOD))
        await work()
        await browser.post(f"{FILES}/{made}/import")

        async def dies(*_: object) -> None:
            raise asyncio.CancelledError

        with monkeypatch.context() as patched:
            patched.setattr(files, "_landed", dies)
            with pytest.raises(asyncio.CancelledError):
                await work()
        assert await work() == 0
        assert await lines() == 1
        await fetch("UPDATE charges.charge_file SET claimed_until = now() - interval '1 s'")
        assert await work() == 1
        file = (await read(browser, made))["file"]
        assert (file["state"], file["recorded"], file["already_recorded"]) == ("imported", 0, 1)
        assert await lines() == 1


async def test_a_file_that_never_ends_well_is_given_up(db: None) -> None:
    async with await clients.signed_in("finance") as browser:
        made = await add(browser, text_of(GOOD))
        await fetch("UPDATE charges.charge_file SET tries = 3")
        assert await work() == 1
        assert (await read(browser, made))["file"]["problem_code"] == "import-interrupted"


async def test_a_file_does_not_go_back(db: None) -> None:
    async with await clients.signed_in("finance") as browser:
        made = await add(browser, text_of(GOOD))
        await work()
        await browser.post(f"{FILES}/{made}/drop")
    for change in ("state = 'checked'", "content = 'x'", "decided_by = 'person:y'"):
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
            await fetch(f"UPDATE charges.charge_file SET {change}")


async def test_a_column_whose_name_has_a_zero_byte_is_ignored_as_any_other(db: None) -> None:
    file_id = await charges.add_file(
        "x.csv", f"{HEADER},a\0b\n".encode(), now=given.NOW, actor=given.SYSTEM
    )
    await charges.run_files(payouts.machine_clock)
    row = await fetch_row(
        "SELECT state, ignored_columns FROM charges.charge_file WHERE id = $1", file_id
    )
    assert row is not None
    assert (row["state"], row["ignored_columns"]) == ("checked", ["a\\0b"])


async def test_the_list_of_refused_rows_runs_no_formula_and_comes_in_again_unchanged(
    db: None,
) -> None:
    """In French if asked for; what is named in it is a formula for nobody."""
    row = '"=HYPERLINK(""http://x.example"")";2026-11-10;space;acme;\'-mairie;vm.small;1,5;2,50'
    header = "note;day;environment;organisation;end_customer;resource;quantity;list_price"
    await acme()
    async with await clients.signed_in("finance") as browser:
        made = await add(browser, text_of(row, header=header))
        await work()
        french = (await browser.get(f"{FILES}/{made}/refused", params={"language": "fr"})).text
        [one] = csv.DictReader(io.StringIO(french.removeprefix("\ufeff")), delimiter=";")
        assert one["reason"].startswith("'space' n’est aucune des valeurs")
        assert one["note"].startswith("'=HYPERLINK")
        again = await add(browser, french.replace(";space;", ";start;").encode())
        await work()
        [landed] = (await read(browser, again))["landed"]
        assert (landed["end_customer"], landed["list"]["amount_minor"]) == ("-mairie", 375)
