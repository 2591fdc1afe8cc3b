"""Files of deals and leads: good rows land, refused ones are listed with their reason."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend.core import Problem, Refusal
from backend.deals.actions import check_partner, create_deal
from backend.deals.actions_lead import LeadFacts, create_lead
from backend.deals.queries import said_by, told_by
from backend.deals.rules_csv import facts_of, read_deals, read_leads


class Imported(Struct, frozen=True):
    """`made` rows landed, or would have in a dry run; `known` had landed before; `refused` did not,
    and why.
    """

    rows: int
    made: int
    known: int
    refused: list[Refusal]
    ignored: tuple[str, ...]


async def import_deals(
    organisation_id: UUID, text: str, *, dry_run: bool, now: datetime, actor: str
) -> Imported:
    """Each good row is a draft of the partner's; nothing is submitted. A row that says what a deal
    of its own says already makes none: the same file again makes nothing.

    Raises:
        UnreadableFile: it has no header, lacks a column, or has too many rows.
        NotADealPartner: the organisation sells nothing.
    """
    header, good, refused = read_deals(text)
    rows = len(good) + len(refused)
    new, told = [], await told_by(organisation_id)
    for row in good:
        said = said_by(facts_of(row))
        if said not in told:
            new.append(row)
            told.add(said)
    made = len(new)
    if not dry_run:
        await check_partner(organisation_id)
        made = 0
        for row in new:
            try:
                await create_deal(organisation_id, facts_of(row), now=now, actor=actor)
                made += 1
            except Problem as problem:
                refused.append(Refusal(row.line, "", problem.detail, row.cells))
    return Imported(rows, made, len(good) - len(new), sorted(refused), header.ignored)


async def import_leads(text: str, *, dry_run: bool, now: datetime, actor: str) -> Imported:
    """Each good row is a lead that waits to be routed; one whose reference is known is refused.

    Raises:
        UnreadableFile: as for `import_deals`.
    """
    header, good, refused = read_leads(text)
    rows = len(good) + len(refused)
    made = len(good)
    if not dry_run:
        made = 0
        for row in good:
            try:
                await create_lead(LeadFacts(**row.values), now=now, actor=actor)
                made += 1
            except Problem as problem:
                refused.append(Refusal(row.line, "reference", problem.detail, row.cells))
    return Imported(rows, made, 0, sorted(refused), header.ignored)
