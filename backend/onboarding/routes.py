"""One's own file in the portal: what is missing, evidence, agreements, the mandate, decisions."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from backend import identity, partners, web
from backend.onboarding import actions, actions_agreement, queries, routes_office, rules, views
from backend.onboarding.rules_evidence import Claim, Person

UPLOAD_BYTES = 7_000_000
"""A document of 5 MB in base64, and what stands around it."""

Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
Value = Annotated[str, web.words(200)]
Content = Annotated[bytes, msgspec.Meta(min_length=1, max_length=rules.DOCUMENT_BYTES)]


class PersonIn(msgspec.Struct, forbid_unknown_fields=True):
    """`share_bp` of a beneficial owner: 2,500 to 10,000 basis points."""

    name: web.Line
    share_bp: Annotated[int, msgspec.Meta(ge=2500, le=10_000)] | None = None


class DocumentIn(msgspec.Struct, forbid_unknown_fields=True):
    """A PDF, PNG or JPEG of at most 5 MB, its bytes in base64."""

    name: web.Line
    content: Content


class EvidenceIn(msgspec.Struct, forbid_unknown_fields=True):
    """What is given depends on the item: `how` of the file says it."""

    item: rules.Supplied
    value: Value | None = None
    people: Annotated[list[PersonIn], msgspec.Meta(max_length=20)] = []
    issued_on: date | None = None
    document: DocumentIn | None = None


class AcceptanceIn(msgspec.Struct, forbid_unknown_fields=True):
    """`name` as the person types it; `sha256` of the text that was shown in `language`."""

    name: web.Line
    language: Literal["fr", "en"]
    sha256: Sha256


class AcceptanceMade(msgspec.Struct):
    id: UUID


class RevocationIn(msgspec.Struct, forbid_unknown_fields=True):
    reason: views.Reason | None = None


@get("/file", operation_id="read_portal_file", guards=[web.requires("portal:file:read")])
async def read_file(principal: web.Caller) -> views.FileView:
    """What is required of the organisation, what of it holds, and how the rest is supplied."""
    return views.file_view(await queries.file_of(principal.organisation, datetime.now(UTC)))


@get(
    "/file/evidence",
    operation_id="list_portal_evidence",
    guards=[web.requires("portal:file:read")],
)
async def list_evidence(principal: web.Caller) -> views.EvidenceList:
    """All that was ever supplied, the newest first."""
    found = await queries.evidence_of(principal.organisation)
    return views.EvidenceList([views.evidence_view(one) for one in found])


@post(
    "/file/evidence",
    operation_id="supply_portal_evidence",
    guards=[web.requires("portal:file:write")],
    request_max_body_size=UPLOAD_BYTES,
    responses=web.problems(rules.EvidenceWrong, partners.NumberWrong, rules.TooManyDocuments),
)
async def supply(data: JSONBody[EvidenceIn], principal: web.Caller) -> views.EvidenceMade:
    """Supply evidence of one item; the newest one is looked at."""
    document = None
    if data.document is not None:
        document = actions.Upload(data.document.name, data.document.content)
    made = await actions.supply_evidence(
        principal.organisation,
        Claim(
            data.item,
            data.value,
            [Person(one.name, one.share_bp) for one in data.people],
            data.issued_on,
        ),
        document=document,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return views.EvidenceMade(made)


@get(
    "/file/documents/{document_id:uuid}",
    operation_id="download_portal_document",
    guards=[web.requires("portal:file:read")],
    media_type="application/octet-stream",
    responses=web.problems(rules.DocumentUnknown),
)
async def download(document_id: FromPath[UUID], principal: web.Caller) -> Response[Any]:
    """A document of the organisation, as it was sent."""
    return await routes_office.document_answer(document_id, of=principal.organisation)


@get(
    "/agreements",
    operation_id="list_portal_agreements",
    guards=[web.requires("portal:file:read")],
)
async def list_agreements(principal: web.Caller) -> views.AgreementList:
    """The agreement and the mandate in force, those announced, and which of them are signed."""
    found = await queries.agreements_for(principal.organisation, datetime.now(UTC))
    return views.AgreementList([views.agreement_view(one) for one in found])


@post(
    "/agreements/{agreement_id:uuid}/accept",
    operation_id="accept_portal_agreement",
    guards=[web.requires("portal:agreement:sign")],
    responses=web.problems(rules.AgreementUnknown, rules.AgreementChanged, identity.OnlyPeopleSign),
)
async def accept(
    data: JSONBody[AcceptanceIn], agreement_id: FromPath[UUID], principal: web.Caller
) -> AcceptanceMade:
    """Sign the agreement, or the self-billing mandate; what is signed is not signed twice."""
    if principal.kind != "person":
        raise identity.OnlyPeopleSign("Sign in to the portal and sign there.")
    made = await actions_agreement.accept_agreement(
        principal.organisation,
        agreement_id,
        language=data.language,
        sha256=data.sha256,
        name=data.name,
        person_id=UUID(principal.id),
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return AcceptanceMade(made)


@post(
    "/mandate/revoke",
    operation_id="revoke_portal_mandate",
    status_code=204,
    guards=[web.requires("portal:agreement:sign")],
    responses=web.problems(rules.NoMandate),
)
async def revoke(data: JSONBody[RevocationIn], principal: web.Caller) -> None:
    """Revoke the self-billing mandate: nothing is paid out until another one is signed."""
    await actions_agreement.revoke_mandate(
        principal.organisation,
        reason=data.reason,
        now=datetime.now(UTC),
        actor=principal.actor,
    )


@get(
    "/decisions",
    operation_id="list_portal_decisions",
    guards=[web.requires("portal:file:read")],
)
async def list_decisions(principal: web.Caller) -> views.DecisionList:
    """Every refusal and restriction, with its reasons and how to contest it."""
    found = await queries.decisions_of(principal.organisation)
    return views.DecisionList([views.decision_view(one) for one in found])


portal = [
    read_file,
    list_evidence,
    supply,
    download,
    list_agreements,
    accept,
    revoke,
    list_decisions,
]
office = routes_office.office
