"""A file of people and certificates: tried first, then recorded; bad rows are named."""

from datetime import UTC, date, datetime

import pytest

from backend import programmes
from backend.core import UnreadableFile, fetch_value
from backend.programmes import PeopleImported
from tests import clients, given
from tests.given.programmes import organisation

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
HEADER = "organisation,email,name,works_from,certificate,issued_on,expires_on,number\r\n"


async def take(text: str, *, dry_run: bool = False) -> PeopleImported:
    return await programmes.import_people(text, dry_run=dry_run, now=NOW, actor=given.SYSTEM)


async def test_a_file_is_tried_then_recorded_once(db: None) -> None:
    one = await clients.organisation("integra", "vai")
    text = HEADER + (
        "integra,Ada@x.example,Ada,2026-01-05,cloud,2026-01-05,2027-01-05,No 7\r\n"
        "integra,ada@x.example,Ada,2026-01-05,security,2026-01-05,2027-01-05,\r\n"
        "integra,bob@x.example,Bob,2026-01-05,,,,\r\n"
    )
    tried = await take(text, dry_run=True)
    assert (tried.read, tried.recorded, tried.refused, tried.is_dry_run) == (3, 3, 0, True)
    assert await fetch_value("SELECT count(*) FROM programmes.person") == 0
    done = await take(text)
    assert (done.recorded, done.already_recorded, done.is_dry_run) == (3, 0, False)
    assert await programmes.certified_people([one], date(2026, 6, 1)) == {one: 1}
    again = await take(text)
    assert (again.recorded, again.already_recorded, again.refused) == (0, 3, 0)


async def test_every_refused_row_is_named_with_its_reason(db: None) -> None:
    await clients.organisation("integra", "vai")
    text = HEADER + (
        "nobody,a@x.example,A,2026-01-05,,,,\r\n"
        "integra,not an address,A,2026-01-05,,,,\r\n"
        "integra,a@x.example,,2026-01-05,,,,\r\n"
        "integra,a@x.example,A,5 January,,,,\r\n"
        "integra,a@x.example,A,2026-01-05,Cloud!,2026-01-05,2027-01-05,\r\n"
        "integra,a@x.example,A,2026-01-05,cloud,2026-01-05,,\r\n"
        "integra,a@x.example,A,2026-01-05,,2026-01-05,,\r\n"
        "integra,a@x.example,A,2026-01-05,cloud,2026-01-05,2026-01-04,\r\n"
        "integra,a@x.example\r\n"
        "integra,good@x.example,Good,2026-01-05,,,,\r\n"
    )
    found = await take(text)
    assert (found.read, found.recorded, found.refused) == (10, 1, 9)
    assert [(each.line, each.column) for each in found.refusals] == [
        (2, "organisation"), (3, "email"), (4, "name"), (5, "works_from"), (6, "certificate"),
        (7, "expires_on"), (8, "certificate"), (9, ""), (10, ""),
    ]  # fmt: skip
    assert all(each.reason.endswith(".") for each in found.refusals)
    assert await fetch_value("SELECT count(*) FROM programmes.person") == 1


async def test_a_french_sheet_is_read_as_well(db: None) -> None:
    await clients.organisation("integra", "vai")
    found = await take(
        "\ufeffname;organisation;email;works_from;certificate;issued_on;expires_on;salary\n"
        "'=Ada;integra;ada@x.example;05/01/2026;cloud;05/01/2026;05/01/2027;1\n"
    )
    assert (found.recorded, found.ignored_columns) == (1, ("salary",))
    assert await fetch_value("SELECT name FROM programmes.person") == "=Ada"
    assert await fetch_value("SELECT issued_on FROM programmes.certificate") == date(2026, 1, 5)


async def test_a_certificate_with_another_end_is_a_conflict(db: None) -> None:
    await clients.organisation("integra", "vai")
    row = "integra,ada@x.example,Ada,2026-01-05,cloud,2026-01-05,{},\n"
    await take(HEADER + row.format("2027-01-05"))
    found = await take(HEADER + row.format("2028-01-05"))
    assert (found.recorded, found.refused) == (0, 1)
    assert "already" in found.refusals[0].reason


@pytest.mark.parametrize(
    "text", ["", "name,email\n", "x" * 200_000, HEADER + "a,b,c,d,,,,\n" * 1001]
)
async def test_what_is_no_such_list_is_refused_whole(db: None, text: str) -> None:
    with pytest.raises(UnreadableFile):
        await take(text)


async def test_the_export_is_a_file_that_changes_nothing(db: None) -> None:
    await clients.organisation("integra", "vai")
    await organisation("reseller")
    await take(
        HEADER + "integra,ada@x.example,=Ada,2026-01-05,cloud,2026-01-05,2027-01-05,\n"
        "integra,bob@x.example,Bob,2026-01-05,,,,\n"
    )
    async with await clients.signed_in("partner_manager") as office:
        for locale in ("international", "fr"):
            exported = await office.get(f"/api/office/certified-people/export?locale={locale}")
            assert exported.status_code == 200, exported.text
            body = {"text": exported.text, "is_dry_run": False}
            told = await office.post("/api/office/certified-people/import", json=body)
            assert told.status_code == 200, told.text
            assert (told.json()["already_recorded"], told.json()["recorded"]) == (2, 0)
        assert exported.text.count("\r\n") == 3
        nothing = await office.post("/api/office/certified-people/import", json={"text": "x"})
        assert (nothing.status_code, nothing.json()["code"]) == (422, "unreadable-file")


async def test_a_partner_exports_its_own_people(db: None) -> None:
    one = await clients.organisation("integra", "vai")
    await clients.organisation("other", "vai")
    await take(
        HEADER + "integra,ada@x.example,Ada,2026-01-05,cloud,2026-01-05,2027-01-05,\n"
        "other,bob@x.example,Bob,2026-01-05,,,,\n"
    )
    async with await clients.signed_in("owner", one) as owner:
        exported = await owner.get("/api/portal/people/export?locale=fr")
        assert exported.status_code == 200, exported.text
        assert "integra;ada@x.example;Ada" in exported.text
        assert "bob@x.example" not in exported.text
