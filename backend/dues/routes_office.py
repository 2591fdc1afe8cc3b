"""Recording what arrived at the bank, the second person's approval, and dated settings."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from backend import identity, partners, receipts, web
from backend.dues import proposals, queries, rules, settings, views

READ = [web.requires("office:charge:read")]
WRITE = [web.requires("office:charge:write")]
SET = [web.requires("office:settlement:close")]


class ReceiptIn(msgspec.Struct, forbid_unknown_fields=True):
    """One line of the bank's; `reference` is the bank's own and names it for ever."""

    organisation_id: UUID
    amount: web.MoneyIn
    reference: Annotated[str, web.words(100)]
    received_on: date
    means: receipts.Means = "bank_transfer"
    note: Annotated[str, msgspec.Meta(max_length=500, pattern=web.ONE_LINE)] = ""


class ProposalDecisionIn(msgspec.Struct, forbid_unknown_fields=True):
    note: Annotated[str, msgspec.Meta(max_length=500, pattern=web.ONE_LINE)] = ""


class ProposalRefusalIn(msgspec.Struct, forbid_unknown_fields=True):
    """`note`: the reason, for whoever recorded the line."""

    note: Annotated[str, web.words(500)]


Days = Annotated[int, msgspec.Meta(ge=1, le=rules.MOST_DAYS)]
Why = Annotated[str, msgspec.Meta(max_length=500, pattern=web.ONE_LINE)]


class LetterDaysIn(msgspec.Struct, forbid_unknown_fields=True):
    """Ages of a debt in days, each above the one before; from a moment to come."""

    first_days: Days
    second_days: Days
    last_days: Days
    valid_from: web.Aware
    note: Why = ""


class ReceiptLimitIn(msgspec.Struct, forbid_unknown_fields=True):
    """The largest payment in its currency that one person records; from a moment to come."""

    limit: web.MoneyIn
    valid_from: web.Aware
    note: Why = ""


@post(
    "/receipts",
    operation_id="record_office_receipt",
    guards=WRITE,
    responses=web.problems(
        receipts.BadReceipt,
        receipts.ReferenceOfStripe,
        receipts.ReceiptConflict,
        partners.OrganisationUnknown,
        identity.OwnOrganisation,
        rules.PersonRecords,
    ),
)
async def record(data: JSONBody[ReceiptIn], principal: web.Caller) -> views.ReceiptRecorded:
    """What arrived at the bank is taken off what the organisation owes, once.

    More than that, or more than its currency's limit in all lines of its day, waits for a second
    person.
    """
    await partners.read_organisation(data.organisation_id)
    line = proposals.Line(
        data.organisation_id,
        data.amount.money(),
        data.reference,
        data.received_on,
        data.means,
        data.note,
    )
    made = await proposals.record_line(line, now=datetime.now(UTC), actor=principal.actor)
    waiting = None
    if made.proposal_id is not None:
        waiting = views.proposal_view(await queries.read_proposal(made.proposal_id))
    return views.ReceiptRecorded(made.state, made.receipt_id, waiting)


@get(
    "/receipts/proposals",
    operation_id="list_office_receipt_proposals",
    guards=READ,
    responses=web.problems(web.BadCursor, web.BadRequest),
)
async def list_proposals(
    principal: web.Caller,
    status: FromQuery[rules.ProposalState | None] = None,
    limit: web.Limit = 50,
    after: web.Cursor = None,
) -> web.Page[views.ReceiptProposal]:
    """Payments that were recorded and need, or had, a second person; newest first."""
    rows = await queries.list_proposals(
        state=status, after=web.read_id(after, UUID), limit=limit + 1
    )
    return web.page(rows, limit, lambda row: (row["id"],), views.proposal_view)


@post(
    "/receipts/proposals/{proposal_id:uuid}/approve",
    operation_id="approve_office_receipt",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        rules.ProposalUnknown,
        rules.ProposalDecided,
        rules.OwnProposal,
        identity.OwnOrganisation,
        receipts.ReceiptConflict,
        receipts.ReferenceOfStripe,
        receipts.BadReceipt,
        web.PersonNeeded,
    ),
)
async def approve(
    data: JSONBody[ProposalDecisionIn], proposal_id: FromPath[UUID], principal: web.Caller
) -> views.ReceiptProposal:
    """The line counts: it is on the next statement; what is too much goes back with its payout."""
    await proposals.approve_proposal(
        proposal_id, note=data.note, person=principal.person, now=datetime.now(UTC)
    )
    return views.proposal_view(await queries.read_proposal(proposal_id))


@post(
    "/receipts/proposals/{proposal_id:uuid}/refuse",
    operation_id="refuse_office_receipt",
    status_code=200,
    guards=WRITE,
    responses=web.problems(
        rules.ProposalUnknown, rules.ProposalDecided, identity.OwnOrganisation, web.PersonNeeded
    ),
)
async def refuse(
    data: JSONBody[ProposalRefusalIn], proposal_id: FromPath[UUID], principal: web.Caller
) -> views.ReceiptProposal:
    """The line does not count, for the reason given; whoever recorded it withdraws it so."""
    await proposals.refuse_proposal(
        proposal_id, note=data.note, person=principal.person, now=datetime.now(UTC)
    )
    return views.proposal_view(await queries.read_proposal(proposal_id))


@get("/receivable-settings", operation_id="list_office_due_settings", guards=READ)
async def list_settings(principal: web.Caller) -> views.DueSettings:
    """When letters are written, and above what a payment needs a second person."""
    return await views.settings(datetime.now(UTC))


@post(
    "/receivable-settings/letters",
    operation_id="announce_office_due_letters",
    guards=SET,
    responses=web.problems(rules.BadDueSetting),
)
async def announce_letters(
    data: JSONBody[LetterDaysIn], principal: web.Caller
) -> views.DueSettings:
    """Debts that begin from that moment on are written about at these ages."""
    now = datetime.now(UTC)
    await settings.announce_letters(
        (data.first_days, data.second_days, data.last_days),
        valid_from=data.valid_from,
        note=data.note,
        now=now,
        actor=principal.actor,
    )
    return await views.settings(now)


@post(
    "/receivable-settings/limits",
    operation_id="announce_office_receipt_limit",
    guards=SET,
    responses=web.problems(rules.BadDueSetting),
)
async def announce_limit(
    data: JSONBody[ReceiptLimitIn], principal: web.Caller
) -> views.DueSettings:
    """From that moment on a larger payment in this currency needs a second person."""
    now = datetime.now(UTC)
    await settings.announce_limit(
        data.limit.money(),
        valid_from=data.valid_from,
        note=data.note,
        now=now,
        actor=principal.actor,
    )
    return await views.settings(now)


office = [
    record,
    list_proposals,
    approve,
    refuse,
    list_settings,
    announce_letters,
    announce_limit,
]
