"""The sales kit: who sees which version, what a file may be, and who had it."""

import asyncio
import io
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import core, kits, programmes
from backend.kits.rules_file import media_type_of
from tests import clients, given
from tests.given.programmes import organisation

PDF = b"%PDF-1.7 a pitch"


async def published(code: str = "pitch", content: bytes = PDF, **more: Any) -> UUID:
    known: dict[str, Any] = {"language": "fr", "title": "Argumentaire", "file_name": "pitch.pdf",
                             "audience": kits.Audience(), "now": given.NOW,
                             "actor": given.SYSTEM}  # fmt: skip
    return await kits.publish_document(code, content=content, **{**known, **more})


async def seen(of: UUID) -> list[tuple[str, int]]:
    return [(one.code, one.version) for one in await kits.kit_of(of, given.NOW)]


async def test_a_document_is_for_a_type_a_programme_and_from_a_level_on(db: None) -> None:
    await published("all")
    await published("editors", audience=kits.Audience(role="isv"))
    for level in ("registered", "certified", "premium"):
        audience = kits.Audience(programme=programmes.RESELLER, level=level)
        await published(level, audience=audience)
    reseller = await organisation("reseller")
    assert await seen(reseller) == [("all", 1)]
    await programmes.enter(
        reseller, programmes.RESELLER, level="certified", reason="x",
        now=given.NOW - timedelta(days=1), actor=given.SYSTEM,
    )  # fmt: skip
    assert sorted(await seen(reseller)) == [("all", 1), ("certified", 1), ("registered", 1)]
    assert await seen(await given.partner()) == [("all", 1), ("editors", 1)]
    assert await seen(await given.buyer()) == [], "who only buys is no partner"
    with pytest.raises(kits.KitLevelUnknown):
        await published("none", audience=kits.Audience(programme=programmes.RESELLER, level="gold"))


async def test_the_newest_version_is_seen_and_a_withdrawn_one_is_nobodys(db: None) -> None:
    of = await given.partner()
    first, second = await published(), await published(content=b"%PDF-1.7 new")
    assert await seen(of) == [("pitch", 2)]
    with pytest.raises(kits.KitDocumentUnknown):
        await kits.read_content(first, of, given.NOW)
    await kits.withdraw_document(second, reason="Old", now=given.NOW, actor=given.SYSTEM)
    assert await seen(of) == []
    with pytest.raises(kits.KitWithdrawn):
        await kits.withdraw_document(second, reason="x", now=given.NOW, actor=given.SYSTEM)


def package(*names: str, kind: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        if kind:
            made.writestr("mimetype", kind)
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")
ODT = package("content.xml", kind="application/vnd.oasis.opendocument.text")
MACROS = package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")


@pytest.mark.parametrize(
    ("file_name", "content"),
    [
        ("pitch.exe", b"MZ just text"),
        ("pitch.html", b"<p>Bonjour"),
        ("pitch.svg", b"<svg/>"),
        ("pitch.js", b"alert(1)"),
        ("pitch.zip", DOCX),
        ("pitch.pdf.exe", PDF),
        ("pitch", PDF),
        ("a/b.pdf", PDF),
        ("pitch.pdf", b"<svg/>\0"),
        ("pitch.png", PDF),
        ("pitch.txt", b"\xff\xd8\xff jpeg"),
        ("pitch.txt", b"  <!DOCTYPE html><script>alert(1)</script>"),
        ("pitch.md", b"#!/bin/sh"),
        ("pitch.csv", b"  "),
        ("pitch.docx", package("anything.xml")),
        ("pitch.docx", MACROS),
        ("pitch.docx", DOCX[:-9]),
        ("pitch.odt", DOCX),
        ("pitch.pdf", b"%PDF-" + b"x" * 5_000_000),
    ],
)
def test_what_is_no_document_to_sell_with_is_refused(file_name: str, content: bytes) -> None:
    with pytest.raises(kits.KitFileWrong):
        media_type_of(file_name, content)


async def test_D_08_what_is_published_is_saved_never_shown_and_who_had_it_is_kept(
    db: None,
) -> None:
    mine = await given.partner()
    files = {
        'a"é.md': (b"# <b>Pitch</b>", "text/markdown"),
        "Prix.CSV": (b"a;b\n1;2", "text/csv"),
        "p.jpeg": (b"\xff\xd8\xff x", "image/jpeg"),
        "p.docx": (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "p.odt": (ODT, "application/vnd.oasis.opendocument.text"),
    }
    async with await clients.signed_in("member", mine) as person:
        for name, (content, media_type) in files.items():
            made = await published(content=content, file_name=name)
            answer = await person.get(f"/api/portal/kit/{made}")
            assert answer.content == content
            assert answer.headers["content-type"].startswith(media_type)
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert "sandbox" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
    with core.acting_for(None):
        (had,) = await kits.list_downloads(made)
    assert (had["organisation"], had["by"]) == ("Acme Éditions", "member")


async def test_the_same_file_again_is_told_and_not_doubled(db: None) -> None:
    again = await asyncio.gather(*(published() for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in again) == ["KitSameFile", "KitSameFile", "UUID"]
    first = next(one for one in again if isinstance(one, UUID))
    await published(title="Le même, pour tous")
    with pytest.raises(kits.KitSameFile):
        await published(title="Le même, pour tous")
    assert await core.fetch_value("SELECT count(*) FROM kits.document") == 2
    await kits.withdraw_document(first, reason="x", now=given.NOW, actor=given.SYSTEM)


async def test_postgresql_keeps_what_was_published_as_it_was(
    db: None, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await published()
    for sql in (
        "UPDATE kits.document SET title = 'x'",
        "DELETE FROM kits.document",
        "DELETE FROM kits.download",
    ):
        with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
            await owner.execute(sql)
