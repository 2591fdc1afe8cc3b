"""Files of charges in the office: brought in, tried, recorded or dropped."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import web
from backend.charges import files, queries_file, words_csv
from backend.charges.rules_file import (
    FILE_BYTES,
    ChargeFileDecided,
    ChargeFileEmpty,
    ChargeFileUnknown,
    FileCharge,
    FileRefusal,
    FileState,
    Shown,
    safe_name,
)
from backend.core import Money

UPLOAD_BYTES = 22_000_000
"""A file of 16 MB in base64, and what stands around it."""
READ = [web.requires("office:charge:read")]
WRITE = [web.requires("office:charge:write")]


class ChargeFileIn(msgspec.Struct, forbid_unknown_fields=True):
    """A CSV of at most 16 MB, its bytes in base64."""

    name: web.Line
    content: Annotated[bytes, msgspec.Meta(max_length=FILE_BYTES)]


class ChargeFileTotal(msgspec.Struct):
    """Of one currency: `list` - `discount` - `credit` = `payable`, before VAT."""

    list: Money
    discount: Money
    credit: Money
    payable: Money


class ChargeFileView(msgspec.Struct):
    """`read_bytes` of `size_bytes` say how far it is. The counts are of the trial while it is
    `checked`, of what was done once it is `imported`: `read` is the sum of the next three.
    """

    id: UUID
    name: str
    size_bytes: int
    actor: str
    added_at: datetime
    state: FileState
    read_bytes: int
    decided_by: str | None
    decided_at: datetime | None
    read: int | None
    recorded: int | None
    already_recorded: int | None
    refused: int | None
    late: int | None
    ignored_columns: list[str]
    totals: list[ChargeFileTotal]
    problem_code: str | None
    problem_detail: str | None
    changed_at: datetime


class ChargeFileDetail(msgspec.Struct):
    """The first 200 rows that would land or have landed, the first 1,000 that were refused."""

    file: ChargeFileView
    landed: list[FileCharge]
    refused: list[FileRefusal]


@get(
    "/charge_files",
    operation_id="list_office_charge_files",
    guards=READ,
    responses=web.problems(web.BadCursor),
)
async def list_files(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[ChargeFileView]:
    """Files that were brought in, the newest first."""
    rows = await queries_file.list_files(after=web.read_id(after, UUID), limit=limit + 1)
    return web.page(rows, limit, lambda row: (row["id"],), _view)


@post(
    "/charge_files",
    operation_id="add_office_charge_file",
    status_code=202,
    guards=WRITE,
    request_max_body_size=UPLOAD_BYTES,
    responses=web.problems(ChargeFileEmpty),
)
async def add(data: JSONBody[ChargeFileIn], principal: web.Caller) -> ChargeFileView:
    """A worker tries it and says what it would do; nothing is recorded before it is asked for."""
    made = await files.add_file(
        data.name, data.content, now=datetime.now(UTC), actor=principal.actor
    )
    return _view(await queries_file.read_file(made))


@get(
    "/charge_files/{file_id:uuid}",
    operation_id="read_office_charge_file",
    guards=READ,
    responses=web.problems(ChargeFileUnknown),
)
async def read_one(file_id: FromPath[UUID], principal: web.Caller) -> ChargeFileDetail:
    """How far it is, what would land or has landed, and what is refused, row by row."""
    row = await queries_file.read_file(file_id)
    shown = msgspec.json.decode(row["shown"], type=Shown)
    return ChargeFileDetail(_view(row), shown.landed, shown.refused)


@get(
    "/charge_files/{file_id:uuid}/refused",
    operation_id="download_office_charge_file_refused",
    guards=READ,
    media_type="text/csv",
    responses=web.problems(ChargeFileUnknown, web.BadRequest),
)
async def download_refused(
    file_id: FromPath[UUID],
    principal: web.Caller,
    language: FromQuery[Literal["fr", "en"]] = "en",
) -> Response[Any]:
    """Every refused row with its reason, to be put right and brought in again."""
    row = await queries_file.read_file(file_id)
    rejected = await queries_file.read_rejected(file_id)
    if language == "fr":
        rejected = words_csv.rejected_in_french(rejected)
    name = f"{safe_name(row['name'])}.rejected.csv"
    return Response(
        rejected,
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@post(
    "/charge_files/{file_id:uuid}/import",
    operation_id="import_office_charge_file",
    status_code=202,
    guards=WRITE,
    responses=web.problems(ChargeFileUnknown, ChargeFileDecided),
)
async def record(file_id: FromPath[UUID], principal: web.Caller) -> ChargeFileView:
    """Record what was tried: the same rules, row by row; asking again changes nothing."""
    return await _decided(file_id, principal, record=True)


@post(
    "/charge_files/{file_id:uuid}/drop",
    operation_id="drop_office_charge_file",
    status_code=200,
    guards=WRITE,
    responses=web.problems(ChargeFileUnknown, ChargeFileDecided),
)
async def drop(file_id: FromPath[UUID], principal: web.Caller) -> ChargeFileView:
    """Leave it: nothing of it is recorded."""
    return await _decided(file_id, principal, record=False)


async def _decided(file_id: UUID, principal: web.Principal, *, record: bool) -> ChargeFileView:
    await files.decide_file(file_id, record, now=datetime.now(UTC), actor=principal.actor)
    return _view(await queries_file.read_file(file_id))


def _view(row: asyncpg.Record) -> ChargeFileView:
    facts: dict[str, Any] = dict(row)
    counts = {
        "read": facts.pop("read_count"),
        "recorded": facts.pop("recorded_count"),
        "already_recorded": facts.pop("already_count"),
        "refused": facts.pop("refused_count"),
        "late": facts.pop("late_count"),
    }
    del facts["shown"]
    facts["totals"] = [
        ChargeFileTotal(
            *(
                Money(one[f"{name}_minor"], one["currency"])
                for name in ("list", "discount", "credit", "payable")
            )
        )
        for one in msgspec.json.decode(row["totals"])
    ]
    return ChargeFileView(**facts, **counts)


office = [list_files, add, read_one, download_refused, record, drop]
