"""Partners come as a list: tried first, good rows kept, others named; and go out again."""

import pytest

from backend import core, partners
from backend.partners.import_file import PartnersImported, import_partners
from tests import clients, given
from tests.refused_rows import known_reasons

HEAD = "reference;name;country;segment;roles;kinds;siren;vat_number;email"
GOOD = (
    "acme;Acme Éditions;FR;pme;isv buyer;isv:software_house;732829320;FR44732829320;a@acme.example"
)


async def imported(*rows: str, head: str = HEAD, dry_run: bool = False) -> PartnersImported:
    return await import_partners(
        "\n".join([head, *rows]), dry_run=dry_run, now=given.NOW, actor=given.SYSTEM
    )


async def test_a_dry_run_says_what_would_be_and_keeps_nothing(db: None) -> None:
    tried = await imported(GOOD, dry_run=True)
    assert (tried.read, tried.created, tried.is_dry_run) == (1, 1, True)
    assert await core.fetch_value("SELECT count(*) FROM partners.organisation") == 0
    assert await core.fetch_value("SELECT count(*) FROM audit.change") == 0


async def test_good_rows_are_kept_and_bad_ones_are_named_with_column_and_reason(db: None) -> None:
    bad = {
        "x;;FR;pme;isv;;;;": ("name", "0 characters"),
        "x;X;XX;pme;isv;;;;": ("country", "'XX' is no code of a country"),
        "x;X;FR;huge;isv;;;;": ("segment", "'huge' is not one of"),
        "x;X;FR;pme;king;;;;": ("roles", "'king' is not one of"),
        "x;X;FR;pme;;;;;": ("roles", "Give one at least"),
        "x;X;FR;pme;isv;isv:esn;;;": ("kinds", "isv:software_house"),
        "x;X;FR;pme;isv;;732829321;;": ("siren", "is no SIREN"),
        "x;X;FR;pme;isv;;12;;": ("siren", "has not 9 digits"),
        "x;X;FR;pme;isv;;732829320;FR44552100554;": ("vat_number", "is no VAT number"),
        "x;X;FR;pme;isv;;;;nobody": ("email", "no address of mail"),
        "a b;X;FR;pme;isv;;;;": ("reference", "letters, digits"),
        "x;X;FR": ("", "3 cells"),
    }
    done = await imported(*bad, GOOD, "esn-1;E;FR;eti;vai reseller;vai:esn reseller:hoster;;;")
    assert (done.read, done.created, done.refused) == (14, 2, 12)
    for found, (column, words) in zip(done.refusals, bad.values(), strict=True):
        assert found.column == column, found
        assert words in found.reason, found
        told = [form for form in known_reasons() if form.match(found.reason)]
        assert told, f"the office does not know it in French: {found.reason}"
    assert [found.line for found in done.refusals] == list(range(2, 14))
    esn = await partners.find_by_reference("esn-1")
    kinds = await partners.kinds_of(esn.id)
    assert [(one.role, one.kind) for one in kinds] == [("reseller", "hoster"), ("vai", "esn")]


async def test_the_same_file_again_creates_nothing_and_another_fact_is_refused(db: None) -> None:
    await imported(GOOD)
    again = await imported(GOOD, GOOD.replace("Éditions", "Edition"))
    assert (again.created, again.already_known, again.refused) == (0, 1, 1)
    assert "another name" in again.refusals[0].reason


async def test_a_file_without_a_column_is_refused_as_a_whole(db: None) -> None:
    with pytest.raises(core.UnreadableFile, match="roles"):
        await imported("x;X;FR;pme", head="reference;name;country;segment")


async def test_what_goes_out_comes_back_in_as_it_is(db: None) -> None:
    await imported(GOOD, "esn-1;=E;FR;eti;vai;vai:esn;;;")
    async with await clients.signed_in("partner_manager") as manager:
        for locale in ("international", "fr"):
            answer = await manager.get(f"/api/office/organisations/export?locale={locale}")
            assert answer.status_code == 200, answer.text
            back = await manager.post(
                "/api/office/organisations/import",
                json={"content": answer.text, "dry_run": False},
            )
            assert back.status_code == 200, back.text
            assert (back.json()["already_known"], back.json()["refusals"]) == (2, [])
            assert back.json()["ignored_columns"] == ["verification"]
        only = await manager.get("/api/office/organisations/export?kind=esn")
        assert len(only.text.strip().splitlines()) == 2
        assert "'=E" in only.text
    async with await clients.signed_in("finance") as finance:
        refused = await finance.post("/api/office/organisations/import", json={"content": HEAD})
        assert refused.status_code == 403


@pytest.mark.parametrize(
    "text", ["\x00", "a", '"', HEAD + '\n"x', HEAD + "\n" + "é" * 9000, ";;;\n"]
)
async def test_nonsense_is_refused_in_words(db: None, text: str) -> None:
    async with await clients.signed_in("partner_manager") as manager:
        answer = await manager.post("/api/office/organisations/import", json={"content": text})
        assert answer.status_code in (200, 400, 422), answer.text
