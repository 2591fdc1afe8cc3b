"""The sales kit: partners download it, the office publishes it and sees who had it."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from backend import web
from backend.kits import actions, queries, rules

UPLOAD_BYTES = 7_000_000
"""A document of 5 MB in base64, and what stands around it."""

READ = [web.requires("portal:programme:read")]
OFFICE_READ = [web.requires("office:programme:read")]
OFFICE_WRITE = [web.requires("office:programme:write")]
Content = Annotated[bytes, msgspec.Meta(min_length=1, max_length=rules.DOCUMENT_BYTES)]
Code = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,99}$(?!\n)", description="small letters, digits, hyphens"
    ),
]
Term = Annotated[str, web.words(60)]
Reason = Annotated[str, web.words(1000, lines=True)]


class KitDocumentIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A PDF, an image, a document of Office or ODF, or a text (.txt, .md, .csv), of at most 5 MB,
    its bytes in base64. The same `code` and language again
    are the next version of it. A `level` is one of the `programme`; null narrows nothing.
    """

    code: Code
    language: rules.Language
    title: web.Line
    role: rules.PartnerRole | None = None
    programme: Term | None = None
    level: Term | None = None
    file_name: web.Line
    content: Content


class KitDocumentView(msgspec.Struct, kw_only=True):
    """`size` in bytes; `downloads` are your own in the portal, everybody's in the office."""

    id: UUID
    code: str
    version: int
    language: rules.Language
    title: str
    file_name: str
    media_type: str
    size: int
    role: rules.PartnerRole | None
    programme: str | None
    level: str | None
    published_at: datetime
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    downloads: int


class KitDocumentList(msgspec.Struct):
    items: list[KitDocumentView]


class KitDownload(msgspec.Struct):
    organisation: str
    by: str
    at: datetime


class KitDownloads(msgspec.Struct):
    items: list[KitDownload]


class KitWithdrawal(msgspec.Struct, forbid_unknown_fields=True):
    reason: Reason


class KitDocumentMade(msgspec.Struct):
    id: UUID


@get("/kit", operation_id="list_portal_kit", guards=READ)
async def read_mine(principal: web.Caller) -> KitDocumentList:
    """What there is to sell with for your organisation, today."""
    return _list(await queries.kit_of(principal.organisation, datetime.now(UTC)))


@get(
    "/kit/{document_id:uuid}",
    operation_id="download_portal_kit_document",
    guards=READ,
    media_type="application/octet-stream",
    responses=web.problems(rules.KitDocumentUnknown),
)
async def download(document_id: FromPath[UUID], principal: web.Caller) -> Response[Any]:
    """One document, to be saved; that you had it is kept."""
    now = datetime.now(UTC)
    mine = principal.organisation
    found = await queries.read_content(document_id, mine, now)
    await actions.note_download(document_id, organisation_id=mine, now=now, actor=principal.actor)
    # Saved, never shown as a page, in RFC 6266's form.
    told = f"attachment; filename=\"document\"; filename*=UTF-8''{quote(found.name)}"
    headers = {
        "content-disposition": told,
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(found.content, media_type=found.media_type, headers=headers)


@get("/kit", operation_id="list_office_kit", guards=OFFICE_READ)
async def read_all() -> KitDocumentList:
    """Every version of each document, the newest first."""
    return _list(await queries.list_documents())


@post(
    "/kit",
    operation_id="publish_office_kit_document",
    guards=OFFICE_WRITE,
    request_max_body_size=UPLOAD_BYTES,
    responses=web.problems(rules.KitFileWrong, rules.KitLevelUnknown, rules.KitSameFile),
)
async def publish(data: JSONBody[KitDocumentIn], principal: web.Caller) -> KitDocumentMade:
    """The partners whom it is for see it from now on, instead of the version before."""
    audience = rules.Audience(role=data.role, programme=data.programme, level=data.level)
    made = await actions.publish_document(
        data.code,
        language=data.language,
        title=data.title,
        audience=audience,
        file_name=data.file_name,
        content=data.content,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return KitDocumentMade(made)


@post(
    "/kit/{document_id:uuid}/withdraw",
    operation_id="withdraw_office_kit_document",
    status_code=204,
    guards=OFFICE_WRITE,
    responses=web.problems(rules.KitDocumentUnknown, rules.KitWithdrawn),
)
async def withdraw(
    data: JSONBody[KitWithdrawal], document_id: FromPath[UUID], principal: web.Caller
) -> None:
    """Nobody downloads it any more."""
    await actions.withdraw_document(
        document_id, reason=data.reason, now=datetime.now(UTC), actor=principal.actor
    )


@get(
    "/kit/{document_id:uuid}/downloads",
    operation_id="list_office_kit_downloads",
    guards=OFFICE_READ,
)
async def read_downloads(document_id: FromPath[UUID]) -> KitDownloads:
    """Who had this version, the latest first."""
    rows = await queries.list_downloads(document_id)
    return KitDownloads([KitDownload(**dict(row)) for row in rows])


def _list(found: list[rules.KitDocument]) -> KitDocumentList:
    return KitDocumentList(
        [msgspec.convert(one, KitDocumentView, from_attributes=True) for one in found]
    )


portal = [read_mine, download]
office = [read_all, publish, withdraw, read_downloads]
