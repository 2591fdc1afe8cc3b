"""The sales kit: who sees which version, what a file may be, and who had it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import core, kits, programmes
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
    first, second = await published(), await published()
    assert await seen(of) == [("pitch", 2)]
    with pytest.raises(kits.KitDocumentUnknown):
        await kits.read_content(first, of, given.NOW)
    await kits.withdraw_document(second, reason="Old", now=given.NOW, actor=given.SYSTEM)
    assert await seen(of) == []
    with pytest.raises(kits.KitWithdrawn):
        await kits.withdraw_document(second, reason="x", now=given.NOW, actor=given.SYSTEM)


@pytest.mark.parametrize(
    "content",
    [b"<svg/>\0", b"\xff\xd8\xff jpeg", b"GIF89a\x00", b"  ", b"x" * 5_000_001],
)
async def test_a_file_that_is_neither_pdf_nor_png_nor_text_is_refused(
    db: None, content: bytes
) -> None:
    with pytest.raises(kits.KitFileWrong):
        await published(content=content)


async def test_what_looks_like_a_page_is_saved_as_text_and_who_had_it_is_kept(db: None) -> None:
    made = await published(content=b"<script>alert(1)</script>", file_name='a"é.html')
    mine = await given.partner()
    async with await clients.signed_in("member", mine) as person:
        answer = await person.get(f"/api/portal/kit/{made}")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    with core.acting_for(None):
        (had,) = await kits.list_downloads(made)
    assert (had["organisation"], had["by"]) == ("Acme Éditions", "member")


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
