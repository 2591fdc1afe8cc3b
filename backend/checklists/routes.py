"""One's own checklists in the portal; lists, versions and what waits in the office."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from backend import identity, partners, web
from backend.checklists import actions, queries, rules, views
from backend.core import LINES

MINE = [web.requires("portal:programme:read")]
MARK = [web.requires("portal:programme:write")]
READ = [web.requires("office:programme:read")]
WRITE = [web.requires("office:programme:write")]

Code = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[a-z][a-z0-9_]+$(?!\n)")]
CodePath = Annotated[str, msgspec.Meta(max_length=40)]
Words = Annotated[str, web.words(2000, lines=True)]
Link = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[!-~]*$(?!\n)")]
Help = Annotated[str, msgspec.Meta(max_length=1000, pattern=LINES)]
Remark = Annotated[str, msgspec.Meta(max_length=1000, pattern=web.ONE_LINE)]
Reason = Annotated[str, web.words(1000)]


class DoneIn(msgspec.Struct, forbid_unknown_fields=True):
    """What was done, in words; `proof` an https address that shows it."""

    words: Words
    proof: Link = ""


class ItemAcceptedIn(msgspec.Struct, forbid_unknown_fields=True):
    """The partner reads the remark."""

    reason: Remark = ""


class ItemRefusedIn(msgspec.Struct, forbid_unknown_fields=True):
    """The partner reads the reason."""

    reason: Reason


class ChecklistItemIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An item that keeps its `code` stays accepted where it was."""

    code: Code
    title_fr: web.Line
    title_en: web.Line
    help_fr: Help = ""
    help_en: Help = ""
    link: Link = ""
    due_days: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    is_required: bool = True


class ChecklistVersionIn(msgspec.Struct, forbid_unknown_fields=True):
    """Begins at `valid_from`, still to come."""

    valid_from: web.Aware
    items: Annotated[list[ChecklistItemIn], msgspec.Meta(min_length=1, max_length=50)]
    note: Annotated[str, msgspec.Meta(max_length=500, pattern=web.ONE_LINE)] = ""


async def _standings(organisation_id: UUID) -> list[views.ChecklistStandingView]:
    found = await queries.standing(organisation_id, datetime.now(UTC))
    return [views.standing_view(each) for each in found]


async def _all() -> list[views.ChecklistView]:
    return [views.checklist_view(*each) for each in await queries.list_checklists()]


@get("/checklists", operation_id="list_portal_checklists", guards=MINE)
async def list_mine(principal: web.Caller) -> list[views.ChecklistStandingView]:
    """The lists of the programmes that the organisation is in, and where it stands."""
    return await _standings(principal.organisation)


@post(
    "/checklists/{checklist:str}/items/{item:str}/done",
    operation_id="mark_portal_checklist_item",
    status_code=200,
    guards=MARK,
    responses=web.problems(
        rules.ChecklistUnknown, rules.ItemUnknown, rules.StepWrong, rules.BadLink
    ),
)
async def mark_mine(
    data: JSONBody[DoneIn],
    checklist: FromPath[CodePath],
    item: FromPath[CodePath],
    principal: web.Caller,
) -> list[views.ChecklistStandingView]:
    """The item waits for the office."""
    await actions.mark_done(
        principal.organisation, checklist, item, words=data.words, proof=data.proof,
        now=datetime.now(UTC), actor=principal.actor,
    )  # fmt: skip
    return await _standings(principal.organisation)


@post(
    "/checklists/{checklist:str}/items/{item:str}/take-back",
    operation_id="take_back_portal_checklist_item",
    status_code=200,
    guards=MARK,
    responses=web.problems(rules.ChecklistUnknown, rules.ItemUnknown, rules.StepWrong),
)
async def take_back_mine(
    checklist: FromPath[CodePath], item: FromPath[CodePath], principal: web.Caller
) -> list[views.ChecklistStandingView]:
    """The item is open again."""
    now = datetime.now(UTC)
    await actions.take_back(principal.organisation, checklist, item, now=now, actor=principal.actor)
    return await _standings(principal.organisation)


@get("/checklists", operation_id="list_office_checklists", guards=READ)
async def list_all(principal: web.Caller) -> list[views.ChecklistView]:
    """Every list with all its versions."""
    return await _all()


@post(
    "/checklists/{checklist:str}/versions",
    operation_id="announce_office_checklist",
    guards=WRITE,
    responses=web.problems(
        rules.ChecklistUnknown, rules.BadVersion, rules.BadLink, rules.VersionTooLate
    ),
)
async def announce(
    data: JSONBody[ChecklistVersionIn], checklist: FromPath[CodePath], principal: web.Caller
) -> list[views.ChecklistView]:
    """The list asks for these from a moment on."""
    await actions.announce_version(
        checklist,
        [rules.Item(**msgspec.structs.asdict(each)) for each in data.items],
        valid_from=data.valid_from,
        note=data.note,
        now=datetime.now(UTC),
        actor=principal.actor,
    )
    return await _all()


@get(
    "/checklist-reviews",
    operation_id="list_office_checklist_reviews",
    guards=READ,
    responses=web.problems(web.BadCursor),
)
async def list_waiting(
    principal: web.Caller, limit: web.Limit = 50, after: web.Cursor = None
) -> web.Page[views.ChecklistWaitingView]:
    """Items that partners say are done, the oldest first."""
    rows = await queries.waiting(datetime.now(UTC), after=web.read_id(after, UUID), limit=limit + 1)
    return web.page(
        rows,
        limit,
        lambda row: (row.id,),
        lambda row: views.ChecklistWaitingView(**msgspec.structs.asdict(row)),
    )


@get(
    "/organisations/{organisation_id:uuid}/checklists",
    operation_id="list_office_checklists_of",
    guards=READ,
    responses=web.problems(partners.OrganisationUnknown),
)
async def list_theirs(
    organisation_id: FromPath[UUID], principal: web.Caller
) -> list[views.ChecklistStandingView]:
    """Where the organisation stands in its checklists."""
    await partners.read_organisation(organisation_id)
    return await _standings(organisation_id)


@post(
    "/organisations/{organisation_id:uuid}/checklists/{checklist:str}/items/{item:str}/accept",
    operation_id="accept_office_checklist_item",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        rules.ChecklistUnknown, rules.ItemUnknown, rules.StepWrong, identity.OwnOrganisation
    ),
)
async def accept(
    data: JSONBody[ItemAcceptedIn],
    organisation_id: FromPath[UUID],
    checklist: FromPath[CodePath],
    item: FromPath[CodePath],
    principal: web.Caller,
) -> list[views.ChecklistStandingView]:
    """The item counts as done."""
    await actions.accept_item(
        organisation_id, checklist, item,
        reason=data.reason, now=datetime.now(UTC), actor=principal.actor,
    )  # fmt: skip
    return await _standings(organisation_id)


@post(
    "/organisations/{organisation_id:uuid}/checklists/{checklist:str}/items/{item:str}/refuse",
    operation_id="refuse_office_checklist_item",
    status_code=200,
    guards=WRITE,
    responses=web.problems(rules.ChecklistUnknown, rules.ItemUnknown, rules.StepWrong),
)
async def refuse(
    data: JSONBody[ItemRefusedIn],
    organisation_id: FromPath[UUID],
    checklist: FromPath[CodePath],
    item: FromPath[CodePath],
    principal: web.Caller,
) -> list[views.ChecklistStandingView]:
    """The item does not count; the partner reads why."""
    await actions.refuse_item(
        organisation_id, checklist, item,
        reason=data.reason, now=datetime.now(UTC), actor=principal.actor,
    )  # fmt: skip
    return await _standings(organisation_id)


portal = [list_mine, mark_mine, take_back_mine]
office = [list_all, announce, list_waiting, list_theirs, accept, refuse]
