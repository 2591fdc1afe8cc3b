"""Bringing in a list of partners, for the operator's staff."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from litestar import post
from litestar.params import JSONBody

from backend import web
from backend.core import UnreadableFile
from backend.partners import import_file

FILE_CHARACTERS = 1_000_000


class PartnersFileIn(msgspec.Struct, forbid_unknown_fields=True):
    """The text of a CSV; a dry run says what would become of it, and keeps nothing."""

    content: Annotated[str, msgspec.Meta(min_length=1, max_length=FILE_CHARACTERS)]
    dry_run: bool = True


@post(
    "/organisations/import",
    operation_id="import_office_organisations",
    status_code=200,
    guards=[web.requires("office:organisation:write")],
    request_max_body_size=4 * FILE_CHARACTERS,
    responses=web.problems(UnreadableFile),
)
async def import_list(
    data: JSONBody[PartnersFileIn], principal: web.Caller
) -> import_file.PartnersImported:
    """Good rows become organisations, others are named with their reason."""
    return await import_file.import_partners(
        data.content, dry_run=data.dry_run, now=datetime.now(UTC), actor=principal.actor
    )


office = [import_list]
