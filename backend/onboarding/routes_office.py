"""Files for the operator's staff: what is missing, evidence to review, documents."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import identity, partners, web
from backend.onboarding import actions, queries, routes_decision, rules, views


class AcceptedIn(msgspec.Struct, forbid_unknown_fields=True):
    """`expires_on` null: as long as the requirement says.

    `consultation_number` is of a VAT number that the office looked up at VIES itself.
    """

    expires_on: date | None = None
    consultation_number: (
        Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9]{4,100}$(?!\n)")] | None
    ) = None


@get(
    "/evidence",
    operation_id="list_office_evidence",
    guards=[web.requires("office:file:read")],
    responses=web.problems(web.BadCursor),
)
async def list_waiting(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[views.EvidenceView]:
    """Evidence that waits for a decision, the oldest first."""
    rows = await queries.waiting_evidence(after=web.read_id(after, int), limit=limit + 1)
    return web.page(
        rows,
        limit,
        lambda row: (row["number"],),
        lambda row: views.evidence_view(queries.evidence_in(row)),
    )


@get(
    "/organisations/{organisation_id:uuid}/file",
    operation_id="read_office_file",
    guards=[web.requires("office:file:read")],
    responses=web.problems(partners.OrganisationUnknown),
)
async def read_file(organisation_id: FromPath[UUID], principal: web.Caller) -> views.FileView:
    """What is required of it, and what of it holds."""
    await partners.read_organisation(organisation_id)
    return views.file_view(await queries.file_of(organisation_id, datetime.now(UTC)))


@get(
    "/organisations/{organisation_id:uuid}/evidence",
    operation_id="list_office_evidence_of",
    guards=[web.requires("office:file:read")],
)
async def list_evidence(
    organisation_id: FromPath[UUID], principal: web.Caller
) -> views.EvidenceList:
    """All that it ever supplied, the newest first."""
    found = await queries.evidence_of(organisation_id)
    return views.EvidenceList([views.evidence_view(one) for one in found])


@get(
    "/organisations/{organisation_id:uuid}/evidence/export",
    operation_id="download_office_evidence_of",
    guards=[web.requires("office:file:read")],
    media_type="text/csv",
)
async def export(
    organisation_id: FromPath[UUID],
    principal: web.Caller,
    locale: FromQuery[web.Locale] = "international",
) -> Response[str]:
    """All that it ever supplied and what was decided, as a CSV."""
    columns: tuple[str, ...] = (
        "item", "value", "document_name", "document_sha256", "issued_on", "supplied_by",
        "supplied_at", "decision", "reason", "expires_on", "decided_at",
    )  # fmt: skip
    checked = ("outcome", "source", "consultation_number", "answered_at")
    cells = [
        [getattr(one, name) for name in columns]
        + [getattr(one.check, name) if one.check else None for name in checked]
        for one in await queries.evidence_of(organisation_id)
    ]
    columns += ("vat_check", "vat_check_source", "consultation_number", "vat_checked_at")
    return web.csv_file("evidence", columns, cells, locale)


@get(
    "/documents/{document_id:uuid}",
    operation_id="download_office_document",
    guards=[web.requires("office:file:read")],
    media_type="application/octet-stream",
    responses=web.problems(rules.DocumentUnknown),
)
async def download(document_id: FromPath[UUID], principal: web.Caller) -> Response[Any]:
    """A document, as it was sent."""
    return await document_answer(document_id)


async def document_answer(document_id: UUID, *, of: UUID | None = None) -> Response[Any]:
    """A document as a file to save; `of` one organisation, if told."""
    found = await queries.read_document(document_id, of=of)
    return Response(
        found.content, media_type=found.media_type, headers=views.download_headers(found.name)
    )


@post(
    "/evidence/{evidence_id:uuid}/accept",
    operation_id="accept_office_evidence",
    status_code=204,
    guards=[web.requires("office:file:review")],
    responses=web.problems(
        rules.EvidenceUnknown,
        rules.EvidenceReplaced,
        rules.EvidenceDecided,
        rules.EvidenceWrong,
        identity.OwnOrganisation,
    ),
)
async def accept(
    data: JSONBody[AcceptedIn], evidence_id: FromPath[UUID], principal: web.Caller
) -> None:
    """It counts from now on."""
    await actions.accept_evidence(
        evidence_id,
        now=datetime.now(UTC),
        actor=principal.actor,
        expires_on=data.expires_on,
        consultation_number=data.consultation_number,
    )


@post(
    "/evidence/{evidence_id:uuid}/refuse",
    operation_id="refuse_office_evidence",
    status_code=204,
    guards=[web.requires("office:file:review")],
    responses=web.problems(rules.EvidenceUnknown, rules.EvidenceReplaced, rules.EvidenceDecided),
)
async def refuse_evidence(
    data: JSONBody[routes_decision.ReasonIn], evidence_id: FromPath[UUID], principal: web.Caller
) -> None:
    """It does not count; the organisation reads why."""
    await actions.refuse_evidence(
        evidence_id,
        reason=data.reason,
        rule=data.rule,
        now=datetime.now(UTC),
        actor=principal.actor,
    )


office = [
    list_waiting,
    read_file,
    list_evidence,
    export,
    download,
    accept,
    refuse_evidence,
    *routes_decision.office,
]
